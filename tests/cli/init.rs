//! An office that could not be made leaves nothing behind.

use std::fs;

use crate::office::Office;
use crate::office::names;

#[test]
fn a_failed_init_leaves_nothing_and_the_next_succeeds() {
    let office = Office::nowhere();
    let nowhere = "postgres://nobody@127.0.0.1:1/none";
    let failed = office.runs(&["init", "--database-url", nowhere]);
    assert_eq!(failed.code, 4, "{}", failed.err);
    assert!(!office.data().exists(), "{:?}", names(&office.corner()));
    let failed = office.runs(&["init", "--database-url", "sqlite://no/such/folder.sqlite"]);
    assert_eq!(failed.code, 4, "{}", failed.err);
    assert!(!office.data().exists());
    office.does(&["init"]);
}

#[test]
fn what_was_there_before_stays() {
    let office = Office::nowhere();
    fs::create_dir_all(office.data().join("tls")).unwrap();
    office.write("data/tls/server.key", "mine");
    office.write("data/notes.txt", "mine");
    let failed = office.runs(&["init"]);
    assert_eq!(failed.code, 1, "its TLS key is not written over");
    assert_eq!(
        names(&office.data()),
        ["notes.txt", "tls"].map(str::to_owned).into()
    );
    assert_eq!(
        names(&office.data().join("tls")),
        ["server.key".to_owned()].into()
    );
    fs::remove_file(office.data().join("tls/server.key")).unwrap();
    office.does(&["init"]);
    assert_eq!(
        fs::read_to_string(office.path("data/notes.txt")).unwrap(),
        "mine"
    );
}

#[test]
fn new_keys_are_not_put_beside_an_old_register() {
    let office = Office::nowhere();
    office.does(&["init"]);
    let old = office.data().join("register.sqlite");
    let kept = office.path("kept.sqlite");
    fs::rename(&old, &kept).unwrap();
    fs::remove_dir_all(office.data()).unwrap();
    let url = format!("sqlite://{kept}");
    let refused = office.runs(&["init", "--database-url", &url]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("这个数据库里已经有一个机构"),
        "{}",
        refused.err
    );
    assert!(!office.data().exists());
    assert!(fs::exists(&kept).unwrap());
}
