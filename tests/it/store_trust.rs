//! Keys and signed lists on both databases.

use mianzheng::store::trust::KeyRow;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::rows::NOW;

fn key(kid: &str, agency: i32) -> KeyRow {
    KeyRow {
        kid: kid.to_owned(),
        agency,
        key_use: "issue".to_owned(),
        name: format!("{kid}.pem"),
        alg: "EdDSA".to_owned(),
        x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
        not_before: NOW.millis(),
        not_after: NOW.plus_secs(1000).millis(),
        state: 0,
        since: None,
    }
}

#[rstest]
fn a_key_is_kept_and_its_state_changes(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.write(|tx| {
        tx.insert_key(&key("b", 0))?;
        tx.insert_key(&key("a", 2))?;
        tx.insert_key(&key("B", 0))
    });
    let kids: Vec<String> = register
        .read(|rx| rx.keys())
        .into_iter()
        .map(|key| key.kid)
        .collect();
    assert_eq!(kids, ["B", "b", "a"]);
    assert_eq!(register.read(|rx| rx.key("a")), Some(key("a", 2)));
    assert_eq!(register.read(|rx| rx.key("c")), None);
    assert!(register.write(|tx| tx.set_key_state("a", 2, Some(NOW))));
    assert!(!register.write(|tx| tx.set_key_state("c", 2, None)));
    let changed = register.read(|rx| rx.key("a")).unwrap();
    assert_eq!((changed.state, changed.since), (2, Some(NOW.millis())));
    assert!(
        register
            .refusal(|tx| tx.insert_key(&key("a", 1)))
            .is_taken()
    );
}

#[rstest]
fn a_list_never_goes_back(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    assert_eq!(register.read(|rx| rx.latest_trust_list()), None);
    for (sequence, kept) in [
        (5, true),
        (5, false),
        (4, false),
        (u64::MAX, false),
        (6, true),
    ] {
        let token = format!("list {sequence}");
        let done = register.write(|tx| tx.put_trust_list(sequence, &token));
        assert_eq!(done, kept, "{sequence}");
    }
    let latest = register.read(|rx| rx.latest_trust_list());
    assert_eq!(latest, Some((6, "list 6".to_owned())));

    assert_eq!(register.read(|rx| rx.latest_revocation_list()), None);
    assert!(register.write(|tx| tx.put_revocation_list(0, "none")));
    assert!(register.write(|tx| tx.put_revocation_list(1, "one")));
    assert!(!register.write(|tx| tx.put_revocation_list(0, "none")));
    let latest = register.read(|rx| rx.latest_revocation_list());
    assert_eq!(latest, Some((1, "one".to_owned())));
}

#[rstest]
fn lists_that_come_at_once_do_not_pass_each_other(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let kept = register.at_once(8, |register, n| {
        let sequence = u64::try_from(n).unwrap() / 2 + 1;
        let kept = register.write(|tx| tx.put_trust_list(sequence, "list"));
        (sequence, kept)
    });
    let (latest, _) = register.read(|rx| rx.latest_trust_list()).unwrap();
    assert_eq!(latest, 4);
    for sequence in 1..=4 {
        let times = kept
            .iter()
            .filter(|done| **done == (sequence, true))
            .count();
        assert!(times <= 1, "{sequence} was kept {times} times");
    }
}
