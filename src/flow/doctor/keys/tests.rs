use super::Named;
use super::SOON_DAYS;
use crate::codec::trust_list::KeyState;
use crate::codec::trust_list::KeyUse;
use crate::codec::trust_list::ListedKey;
use crate::codec::trust_list::TrustList;
use crate::codec::trust_list::TrustedAgency;
use crate::domain::time::Timestamp;
use crate::store::trust::KeyRow;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn row(kid: &str, state: i16, days_left: i64) -> KeyRow {
    KeyRow {
        kid: kid.to_owned(),
        agency: 7,
        key_use: "issue".to_owned(),
        name: kid.to_owned(),
        alg: "Ed25519".to_owned(),
        x: String::new(),
        not_before: NOW.plus_secs(days_left).millis(),
        not_after: NOW.plus_secs(days_left * 86_400).millis(),
        state,
        since: None,
    }
}

fn list(keys: &[(&str, KeyState)]) -> TrustList {
    let keys = keys.iter().map(|(kid, state)| ListedKey {
        kid: (*kid).to_owned(),
        alg: "Ed25519".to_owned(),
        x: String::new(),
        key_use: KeyUse::Issue,
        not_before: 0,
        not_after: 0,
        state: *state,
    });
    let agency = TrustedAgency {
        code: String::new(),
        number: 7,
        name: String::new(),
        department: String::new(),
        keys: keys.collect(),
    };
    TrustList {
        authority: "a".to_owned(),
        sequence: 1,
        iat: 0,
        next_update: 0,
        test: false,
        next_root: String::new(),
        agencies: vec![agency],
    }
}

#[test]
fn the_list_must_have_keys_as_the_register_has_them() {
    let rows = [row("a", 0, 900), row("b", 0, 900), row("c", 1, 900)];
    let list = list(&[("a", KeyState::Active), ("c", KeyState::Active)]);
    let named = Named {
        rows: &rows,
        agencies: &[],
        list: Some(&list),
        trust: None,
        now: NOW,
    };
    let said: Vec<_> = rows
        .iter()
        .map(|row| named.standing(row).map(|check| check.said))
        .collect();
    assert_eq!(said, [None, Some("key_unlisted"), Some("key_outdated")]);
}

#[test]
fn only_the_key_an_agency_would_issue_with_can_run_out() {
    let said = |rows: &[KeyRow]| -> Vec<&'static str> {
        let named = Named {
            rows,
            agencies: &[],
            list: None,
            trust: None,
            now: NOW,
        };
        let told = named.newest().filter_map(|row| named.life(row));
        told.map(|check| check.said).collect()
    };
    assert_eq!(said(&[row("a", 0, SOON_DAYS)]), [""; 0]);
    assert_eq!(said(&[row("a", 0, SOON_DAYS - 1)]), ["key_expiring"]);
    assert_eq!(said(&[row("a", 0, -1)]), ["key_expired"]);
    assert_eq!(said(&[row("a", 0, -1), row("b", 0, 900)]), [""; 0]);
    assert_eq!(said(&[row("a", 1, -1)]), [""; 0]);
}
