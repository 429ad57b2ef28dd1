//! Credentials on both databases.

use mianzheng::store::callers::CredentialRow;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::rows::NOW;
use crate::support::rows::bytes_of;

pub(crate) fn credential(n: i64) -> CredentialRow {
    CredentialRow {
        digest: bytes_of(n).to_vec(),
        id: format!("c{n}"),
        kind: 1,
        label: "窗口".to_owned(),
        role: "window_officer".to_owned(),
        agency: Some(1),
        holder_index: Some(bytes_of(5).to_vec()),
        holder_key_id: Some(3),
        holder_sealed: Some(vec![1; 40]),
        created_at: NOW.millis() - n,
        expires_at: NOW.plus_secs(1000).millis(),
        revoked_at: None,
    }
}

#[rstest]
fn a_credential_is_found_by_its_digest(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let bare = CredentialRow {
        agency: None,
        holder_index: None,
        holder_key_id: None,
        holder_sealed: None,
        ..credential(2)
    };
    register.write(|tx| {
        tx.insert_credential(&credential(1))?;
        tx.insert_credential(&bare)
    });
    let found = |n| register.read(|rx| rx.credential_by_digest(&bytes_of(n)));
    assert_eq!(found(1), Some(credential(1)));
    assert_eq!(found(2), Some(bare));
    assert_eq!(found(3), None);
    let all = register.read(|rx| rx.credentials());
    let ids: Vec<&str> = all.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(ids, ["c2", "c1"]);
    let mut same_id = credential(3);
    same_id.id = "c1".to_owned();
    for row in [same_id, credential(1)] {
        let refusal = register.refusal(|tx| tx.insert_credential(&row));
        assert!(refusal.is_taken());
    }
    assert_eq!(
        format!("{:?}", credential(1)),
        "CredentialRow(c1, window_officer, ..)"
    );
}

#[rstest]
fn a_credential_is_taken_back_once(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.write(|tx| tx.insert_credential(&credential(1)));
    assert!(register.write(|tx| tx.revoke_credential("c1", NOW)));
    let later = NOW.plus_secs(9);
    assert!(!register.write(|tx| tx.revoke_credential("c1", later)));
    assert!(!register.write(|tx| tx.revoke_credential("c2", NOW)));
    let line = register.read(|rx| rx.credentials()).remove(0);
    assert_eq!(line.revoked_at, Some(NOW.millis()));
}
