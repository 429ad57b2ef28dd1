//! Grants on both databases.

use mianzheng::store::grants::GrantRow;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::rows::NOW;
use crate::support::rows::with_agencies;

#[rstest]
fn a_grant_replaces_the_one_for_the_same_item(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_agencies(database);
    let grant = |id, item: &str, fields: &str| GrantRow {
        id,
        agency: 2,
        type_number: 7,
        item: item.to_owned(),
        fields: fields.to_owned(),
        modes: r#"["duty"]"#.to_owned(),
        quota_per_day: 5,
        until: NOW.millis() + id,
    };
    let put = |row: GrantRow| register.write(|tx| tx.put_grant(&row));
    assert_eq!(put(grant(1, "b", "[]")), 1);
    assert_eq!(put(grant(2, "a", "[]")), 2);
    assert_eq!(put(grant(3, "b", r#"["name"]"#)), 1);
    let mut replaced = grant(3, "b", r#"["name"]"#);
    replaced.id = 1;
    let found =
        |agency, type_number, item| register.read(|rx| rx.grant_for(agency, type_number, item));
    assert_eq!(found(2, 7, "b"), Some(replaced.clone()));
    assert_eq!(found(2, 7, "c"), None);
    assert_eq!(found(2, 8, "b"), None);
    assert_eq!(found(1, 7, "b"), None);
    let all = register.read(|rx| rx.grants());
    assert_eq!(all, [grant(2, "a", "[]"), replaced]);
    assert!(register.write(|tx| tx.remove_grant(1)).is_some());
    assert!(register.write(|tx| tx.remove_grant(1)).is_none());
    assert_eq!(found(2, 7, "b"), None);
    let mut of_nobody = grant(4, "a", "[]");
    of_nobody.agency = 9;
    register.refusal(|tx| tx.put_grant(&of_nobody));
}
