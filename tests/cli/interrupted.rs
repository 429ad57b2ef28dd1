//! A file that is cut off by a kill, and goes on: sent again at the command line, or taken up
//! again by the server itself.
//!
//! The command line's has 10,000 rows and the server's 6,000, unless `MIANZHENG_TEST_ROWS` says
//! how many; at least 4,001, or there is no middle.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use rstest::rstest;
use serde_json::Value;

use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::Office;
use crate::office::counts;
use crate::office::names;
use crate::samples::with_check_digit;
use crate::serving::Serving;

fn rows_or(usual: u64) -> u64 {
    let rows = std::env::var_os("MIANZHENG_TEST_ROWS");
    rows.map_or(usual, |rows| rows.to_str().unwrap().parse().unwrap())
}

fn many(rows: u64) -> String {
    let mut text =
        "姓名,性别,身份证号码,从业类别,体检日期,体检单位,体检结论,发证日期,证件编号\n".to_owned();
    for n in 0..rows {
        let code = with_check_digit(&format!("152502{}0101{:03}", 1970 + n / 1000, n % 1000));
        let sex = if n % 2 == 1 { "男" } else { "女" };
        writeln!(
            text,
            "牧民,{sex},{code},餐饮服务,2026-09-01,{CDC},合格,2026-09-03,锡市健〔2026〕{}号",
            5_000_000 + n
        )
        .unwrap();
    }
    text
}

/// Every row has a certificate of its own, the register has no others, and the ledger agrees.
fn each_is_there_once(office: &Office, rows: u64, results: &str) {
    let identifiers = results.lines().skip(1).map(|line| line.split(',').nth(2));
    let identifiers: Vec<&str> = identifiers.map(Option::unwrap).collect();
    let different: BTreeSet<&str> = identifiers.iter().copied().collect();
    assert!(different.iter().all(|one| one.starts_with("1.2.156.")));
    assert_eq!(
        (identifiers.len() as u64, different.len() as u64),
        (rows, rows)
    );
    let ledger = office.does(&["--json", "ledger", "verify"]).json();
    assert_eq!(ledger["certificates"], rows);
}

/// Bytes of the register on disk.
fn size(office: &Office) -> u64 {
    let data = office.data();
    let files = names(&data)
        .into_iter()
        .filter(|n| n.starts_with("register"));
    files
        .filter_map(|name| Some(fs::metadata(data.join(name)).ok()?.len()))
        .sum()
}

#[test]
fn after_a_kill_the_same_command_goes_on_and_every_row_is_there_once() {
    let office = Office::open();
    let rows = rows_or(10_000);
    let file = office.write("万人.csv", &many(rows));
    let order = (HEALTH, CDC);
    let before = size(&office);
    let mut run = office
        .command()
        .args(["batch", "issue", &file, "--type", HEALTH, "--issuer", CDC])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The first chunk of 2,000 rows takes more than this; it is committed as the second begins.
    while size(&office) < before + (16 << 20) {
        assert!(
            run.try_wait().unwrap().is_none(),
            "it was done before it was killed"
        );
        sleep(Duration::from_millis(2));
    }
    run.kill().unwrap();
    run.wait().unwrap();

    let (_, report) = office.batch("check", &file, order, &[]);
    let there = report["counts"]["same"].as_u64().unwrap();
    assert!(
        0 < there && there < rows,
        "{there} rows were there after the kill"
    );
    let (code, report) = office.batch("issue", &file, order, &[]);
    assert_eq!(code, 0);
    let left = rows - there;
    assert_eq!(
        counts(&report),
        format!("issued={left} rows={rows} same={there}")
    );
    let (_, again) = office.batch("check", &file, order, &[]);
    assert_eq!(counts(&again), format!("rows={rows} same={rows}"));
    let results = report["result_file"].as_str().unwrap();
    each_is_there_once(&office, rows, &fs::read_to_string(results).unwrap());
    let left_over = names(&office.corner())
        .into_iter()
        .find(|n| n.contains(".tmp"));
    assert_eq!(left_over, None);
}

/// Asks how a batch stands until it stands so.
fn until(serving: &Serving, path: &str, so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..30_000 {
        let standing = serving.json(path);
        if so(&standing) {
            return standing;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("ten minutes went by");
}

#[rstest]
#[case::on_sqlite(Office::open())]
#[case::on_postgres(Office::on_postgres())]
fn after_a_kill_the_server_goes_on_with_its_batch_and_every_row_is_there_once(
    #[case] office: Office,
) {
    let rows = rows_or(6_000);
    let issuer = ["token", "create", "--role", "issuer", "--agency", CDC];
    let token = office.does(&issuer).out.trim().to_owned();
    let serving = Serving::of(&office, &token);
    let batch = serving.send(HEALTH, "ten-thousand", &many(rows));
    let path = format!("/api/v1/batches/{batch}");
    let standing = until(&serving, &path, |standing| standing["done"] != 0);
    let before = standing["done"].as_u64().unwrap();
    serving.kill();
    assert!(before < rows, "it was done before it was killed");

    // Nobody else may touch the batch before its minute is over: another server might have it.
    let serving = Serving::of(&office, &token);
    let standing = until(&serving, &path, |standing| standing["state"] != "running");
    assert_eq!(standing["state"], "done", "{standing}");
    let there = standing["counts"]["same"].as_u64().unwrap();
    assert!(before <= there && there < rows, "{standing}");
    assert_eq!(
        counts(&standing),
        format!("issued={} rows={rows} same={there}", rows - there)
    );
    let results = String::from_utf8(serving.get(&format!("{path}/results"))).unwrap();
    each_is_there_once(&office, rows, &results);
}
