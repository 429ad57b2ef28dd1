//! What is refused, in one clear line; and how the streams end.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use crate::office::CDC;
use crate::office::Done;
use crate::office::HEALTH;
use crate::office::Office;
use crate::office::example;

/// Runs what must be refused with one line that says this.
fn refused(office: &Office, args: &[&str], says: &[&str]) {
    let done = office.runs(args);
    assert_eq!((done.code, done.out.as_str()), (1, ""), "{}", done.err);
    assert_eq!(done.err.lines().count(), 1, "{}", done.err);
    for text in says {
        assert!(done.err.contains(text), "{text}: {}", done.err);
    }
}

#[test]
fn a_mistake_in_the_set_up_is_one_line() {
    let office = Office::nowhere();
    refused(
        &office,
        &["trust", "show"],
        &["错误 bad_settings: 没有设置文件", "mianzheng.toml"],
    );
    office.does(&["init", "--authority", "zz.xlgl.example"]);
    refused(&office, &["init"], &["错误 setup", "已经有一个机构"]);
    refused(
        &office,
        &["trust", "show"],
        &["错误 setup", "trust publish"],
    );
    office.does(&["trust", "publish"]);

    let file = office.data().join("mianzheng.toml");
    let good = fs::read_to_string(&file).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file.clone()), 0o600);
    for private in [
        "tls/ca.key",
        "tls/server.key",
        "passphrase",
        "keys/keyring.json",
    ] {
        assert_eq!(mode(office.data().join(private)), 0o600, "{private}");
    }
    fs::write(&file, format!("listen_on = \"x\"\n{good}")).unwrap();
    let unknown = ["错误 bad_settings", "第 1 行", "“listen_on”", "改正"];
    refused(&office, &["trust", "show"], &unknown);
    fs::write(&file, good.replace("zz.xlgl.example", "zz.other.example")).unwrap();
    let names = [
        "错误 authority_differs: 机构域名不一致",
        "zz.xlgl.example",
        "zz.other.example",
    ];
    refused(&office, &["trust", "show"], &names);
    fs::write(&file, good).unwrap();
    let passphrase = office.data().join("passphrase");
    fs::write(&passphrase, "another one").unwrap();
    let wrong = ["错误 wrong_passphrase: 口令和密钥环", "放回去"];
    refused(&office, &["trust", "show"], &wrong);
    fs::remove_file(&passphrase).unwrap();
    let missing = ["错误 bad_passphrase: 没有口令文件", "权限 600"];
    refused(&office, &["trust", "show"], &missing);
    let english = office.runs(&["--lang", "en", "--json", "trust", "show"]);
    let told = english.json();
    assert_eq!(told["code"], "bad_passphrase");
    assert!(
        told["what"]
            .as_str()
            .unwrap()
            .starts_with("There is no passphrase file")
    );
    assert!(told["advice"].as_str().unwrap().contains("mode 600"));
    assert!(told["detail"].as_str().unwrap().ends_with("does not exist"));
}

#[test]
fn a_lost_register_is_never_replaced_by_an_empty_one() {
    let office = Office::open();
    let file = office.data().join("register.sqlite");
    fs::remove_file(&file).unwrap();
    for args in [
        ["trust", "show"].as_slice(),
        &["serve"],
        &["catalogue", "list"],
    ] {
        refused(
            &office,
            args,
            &["错误 register_missing", "register.sqlite", "备份"],
        );
        assert!(!file.exists(), "{args:?}");
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long a person waits is measured by a clock of this world"
)]
fn a_database_that_does_not_answer_asks_to_try_again_soon() {
    let office = Office::open();
    let began = Instant::now();
    let done = office
        .command()
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .args(["trust", "show"])
        .output()
        .unwrap();
    let done = Done::from(done);
    assert_eq!(
        (done.code, done.err.lines().count()),
        (4, 1),
        "{}",
        done.err
    );
    assert!(done.err.contains("错误 database_unreachable: 连不上数据库"));
    // Three seconds are what the office waits; a loaded machine needs its own beside them.
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[test]
fn a_file_that_cannot_be_used_is_told_in_words() {
    let office = Office::open();
    let order = ["--type", HEALTH, "--issuer", CDC];
    let no_header = office.write("a.csv", "甲,乙\n1,2\n");
    let args = [&["batch", "check", &no_header], order.as_slice()].concat();
    refused(&office, &args, &["错误 bad_file: 前几行里找不到表头"]);
    let pdf = office.write("b.csv", "%PDF-1.7\n");
    let args = [&["batch", "check", &pdf], order.as_slice()].concat();
    refused(&office, &args, &["这是 PDF，不是表格", "XLSX"]);
    let sheet = office.sample("健康证明-2026年10月.csv");
    let nowhere = office.path("nowhere");
    let args = [
        &["batch", "issue", &sheet, "--out", &nowhere],
        order.as_slice(),
    ]
    .concat();
    refused(
        &office,
        &args,
        &["错误 bad_file: 没有文件夹", "nowhere", "--out"],
    );
}

#[test]
fn a_production_office_waits_for_its_decisions() {
    let office = Office::nowhere();
    let made = office.does(&["init", "--mode", "production", "--authority", "zz.example"]);
    assert!(made.out.contains("root/"), "{}", made.out);
    refused(&office, &["trust", "publish"], &["accept_non_sm"]);
    let file = office.data().join("mianzheng.toml");
    let text = fs::read_to_string(&file).unwrap();
    let decided = text.replace("# accept_non_sm", "accept_non_sm");
    fs::write(&file, decided).unwrap();
    office.does(&["trust", "publish"]);
    let safe = office.path("safe");
    fs::rename(office.data().join("root"), &safe).unwrap();
    refused(&office, &["trust", "publish"], &["信任根的私钥", "--root"]);
    office.does(&["trust", "publish", "--root", &safe, "--days", "7"]);
    let shown = office.does(&["--json", "trust", "show"]).json();
    assert_eq!(
        (&shown["sequence"], &shown["test"]),
        (&2.into(), &false.into())
    );
}

#[test]
fn wrong_usage_and_unknown_names_have_their_codes() {
    let office = Office::open();
    assert_eq!(office.runs(&[]).code, 3);
    assert_eq!(office.runs(&["catalogue", "burn"]).code, 3);
    assert_eq!(office.runs(&["trust", "publish", "--days", "31"]).code, 3);
    let help = office.does(&["--help"]).out;
    assert!(help.contains("Exit codes:\n  0  done\n"), "{help}");
    refused(&office, &["catalogue", "show", "x"], &["错误 unknown_type"]);
    refused(&office, &["keys", "create", "x"], &["错误 unknown_agency"]);
    let unknown = office.runs(&["--json", "--lang", "en", "catalogue", "show", "x"]);
    assert_eq!((unknown.code, unknown.err.as_str()), (1, ""));
    assert_eq!(unknown.json()["title"], "The catalogue has no such type");
    let file = example("samples/answers.json");
    let order = ["--type", HEALTH, "--issuer", CDC];
    let args = [&["batch", "check", &file], order.as_slice()].concat();
    refused(&office, &args, &["错误 bad_file"]);
    let args = [&["batch", "check", "none.csv"], order.as_slice()].concat();
    refused(&office, &args, &["错误 bad_file", "none.csv"]);
}

#[test]
fn a_bad_catalogue_is_named_and_nothing_of_it_loaded() {
    let office = Office::open();
    let types = fs::read_to_string(example("catalogue/certificate-types.json")).unwrap();
    fs::create_dir(office.path("bad")).unwrap();
    let broken = types.replacen("\"type\": \"text\"", "\"type\": \"txt\"", 1);
    office.write("bad/certificate-types.json", &broken);
    let bad = office.path("bad");
    refused(
        &office,
        &["catalogue", "check", &bad],
        &["错误 bad_definition", "txt"],
    );
    refused(
        &office,
        &["catalogue", "load", &bad],
        &["错误 bad_definition", "txt"],
    );
    let again = office
        .does(&["--json", "catalogue", "load", &example("catalogue")])
        .json();
    let changes = (&again["new_types"], &again["changed_types"]);
    assert_eq!(changes, (&0.into(), &0.into()));
    let items = (&again["items"], &again["changed_rules"]);
    assert_eq!(items, (&10_290.into(), &326.into()));
    let checked = office.does(&["catalogue", "check", &example("catalogue")]);
    assert!(
        checked.out.contains("事项 10290（材料规则 326）"),
        "{}",
        checked.out
    );
    let found = office.does(&["catalogue", "list", "--find", "健康"]).out;
    assert!(
        found.contains(HEALTH) && found.lines().count() < 20,
        "{found}"
    );
}

#[test]
fn a_reader_that_has_heard_enough_is_no_error() {
    let office = Office::open();
    let mut run = office
        .command()
        .args(["catalogue", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Long before the office is open and the first line written.
    drop(run.stdout.take());
    let done = run.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0));
    assert_eq!(done.stderr, b"");
}
