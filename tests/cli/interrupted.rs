//! A file that is cut off by a kill, and sent again.

use std::fmt::Write;
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::Office;
use crate::office::counts;
use crate::office::names;
use crate::samples::with_check_digit;

const ROWS: u64 = 10_000;

fn many_rows() -> String {
    let mut text =
        "姓名,性别,身份证号码,从业类别,体检日期,体检单位,体检结论,发证日期,证件编号\n".to_owned();
    for n in 0..ROWS {
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
    let file = office.write("万人.csv", &many_rows());
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
        0 < there && there < ROWS,
        "{there} rows were there after the kill"
    );
    let (code, report) = office.batch("issue", &file, order, &[]);
    assert_eq!(code, 0);
    let left = ROWS - there;
    assert_eq!(
        counts(&report),
        format!("issued={left} rows={ROWS} same={there}")
    );
    let (_, report) = office.batch("check", &file, order, &[]);
    assert_eq!(counts(&report), format!("rows={ROWS} same={ROWS}"));
    let left_over = names(&office.folder)
        .into_iter()
        .find(|n| n.contains(".tmp"));
    assert_eq!(left_over, None);
}
