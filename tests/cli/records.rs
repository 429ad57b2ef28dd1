//! Records kept, from the command line: what has had its term, and what is held about somebody.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::card::HALL;
use crate::office::Office;

const BATU: &str = "111:152502199003070019";

fn token(office: &Office, name: &str, more: &[&str]) -> String {
    let file = office.path(name);
    let args = [&["token", "create", "--out", &file], more].concat();
    office.does(&args);
    file
}

/// What is said about something that cannot be done.
fn refused(office: &Office, args: &[&str]) -> String {
    let done = office.runs(args);
    assert_eq!((done.code, done.out.as_str()), (1, ""), "{}", done.err);
    done.err
}

#[test]
fn what_has_had_its_term_is_shown_and_then_deleted() {
    let office = Office::open();
    let shown = office.does(&["retention", "show"]).out;
    assert!(shown.contains("办件：0 条，— 至 —"), "{shown}");
    let due = office.does(&["--json", "retention", "show"]).json();
    let (until, digest) = (
        due["until"].as_str().unwrap(),
        due["shown"].as_str().unwrap(),
    );
    assert!(
        shown.contains("mianzheng retention run --until "),
        "{shown}"
    );
    let run = ["retention", "run", "--until", until, "--shown"];
    let done = office.does(&[&run[..], &[digest]].concat()).out;
    assert!(done.contains("已删除 办件 0 条"), "{done}");
    let other = refused(&office, &[&run[..], &["0000000000000000"]].concat());
    assert!(
        other.contains("shown_differs") && other.contains("重新查看"),
        "{other}"
    );
    // A term below the law's stops every command, in words.
    let file = office.data().join("mianzheng.toml");
    let text = fs::read_to_string(&file).unwrap();
    let short = text.replace("# use_years = 3", "use_years = 2");
    assert_ne!(short, text);
    fs::write(&file, short).unwrap();
    let told = refused(&office, &["retention", "show"]);
    assert!(
        told.contains("retention.use_years 是 2") && told.contains("不能少于 3"),
        "{told}"
    );
    assert!(told.contains("法律规定的最短期限不能改短"), "{told}");
}

#[test]
fn a_holder_has_what_is_held_about_her_and_has_it_erased() {
    let office = Office::open();
    let batu = token(&office, "batu", &["--role", "holder", "--holder", BATU]);
    let window = token(&office, "window", &["--role", "window", "--agency", HALL]);
    let out = office.path("export.json");
    let export = ["holder", "export", BATU, "--out", &out];
    let unseen = refused(&office, &export);
    assert!(unseen.contains("needs_match"), "{unseen}");
    let by = ["--face-checked", "--token-file", &window];
    office.does(&[&export[..], &by].concat());
    let mode = fs::metadata(&out).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let told: serde_json::Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(told["credentials"][0]["credential"], "c1");
    // Nobody told him anything yet.
    assert_eq!(
        office.does(&["notice", "list", "--token-file", &batu]).out,
        ""
    );
    let none = refused(&office, &["notice", "read", "1", "--token-file", &batu]);
    assert!(none.contains("not_found"), "{none}");
    let erase = ["holder", "erase", BATU, "--face-checked"];
    let shown = office.does(&erase).out;
    assert!(
        shown.contains("登录凭证：1 条不能删除，正在使用") && shown.contains("没有可以删除的"),
        "{shown}"
    );
    let shown = office.does(&[&["--json"], &erase[..]].concat()).json();
    assert_eq!(shown["erasable"][0]["kept"][0]["why"], "term");
    let digest = shown["shown"].as_str().unwrap();
    office.does(&[&erase[..], &["--shown", digest]].concat());
    assert!(office.does(&["ledger", "verify"]).out.contains("账本完好"));
}
