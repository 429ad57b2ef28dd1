//! Requests that are done once, on both databases.

use mianzheng::store::StoreError;
use mianzheng::store::idempotency::Claim;
use mianzheng::store::idempotency::RequestKey;
use mianzheng::store::idempotency::SeenRequest;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::rows::NOW;
use crate::support::rows::bytes_of;

const KEY: RequestKey<'_> = RequestKey {
    caller: "c1",
    route: "POST /api/v1/certificates",
    key: "k",
};

#[rstest]
fn a_key_stands_for_one_request_of_one_caller(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let claim = |key: RequestKey<'_>, n, reference| {
        register.write(|tx| tx.claim_key(&key, &bytes_of(n), reference, NOW))
    };
    let same = |reference: Option<&str>| Claim::Same(reference.map(str::to_owned));
    assert_eq!(register.read(|rx| rx.seen_key(&KEY)), None);
    assert_eq!(claim(KEY, 1, Some("certificate 1")), Claim::Fresh);
    assert_eq!(
        claim(KEY, 1, Some("certificate 2")),
        same(Some("certificate 1"))
    );
    assert_eq!(claim(KEY, 2, None), Claim::OtherBody);
    let other_caller = RequestKey {
        caller: "c2",
        ..KEY
    };
    let other_route = RequestKey {
        route: "POST /",
        ..KEY
    };
    assert_eq!(claim(other_caller, 2, None), Claim::Fresh);
    assert_eq!(claim(other_caller, 2, None), same(None));
    assert_eq!(claim(other_route, 2, None), Claim::Fresh);
    let seen = register.read(|rx| rx.seen_key(&KEY));
    let done = SeenRequest {
        digest: bytes_of(1),
        reference: Some("certificate 1".to_owned()),
    };
    assert_eq!(seen, Some(done));
}

#[rstest]
fn a_request_that_failed_can_be_sent_again(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.refusal(|tx| -> Result<(), StoreError> {
        tx.claim_key(&KEY, &bytes_of(1), None, NOW)?;
        Err(StoreError::Damaged { table: "none" })
    });
    let claim = register.write(|tx| tx.claim_key(&KEY, &bytes_of(2), None, NOW));
    assert_eq!(claim, Claim::Fresh);
}

#[rstest]
fn of_the_same_requests_at_once_one_is_done(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let claims = register.at_once(8, |register, n| {
        let reference = format!("certificate {n}");
        register.write(|tx| tx.claim_key(&KEY, &bytes_of(1), Some(&reference), NOW))
    });
    let fresh = claims.iter().filter(|claim| **claim == Claim::Fresh);
    assert_eq!(fresh.count(), 1);
    let winner = claims
        .iter()
        .position(|claim| *claim == Claim::Fresh)
        .unwrap();
    let done = Claim::Same(Some(format!("certificate {winner}")));
    assert_eq!(claims.iter().filter(|claim| **claim == done).count(), 7);
}

#[rstest]
fn old_keys_are_forgotten(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let newer = RequestKey {
        key: "newer",
        ..KEY
    };
    register.write(|tx| {
        tx.claim_key(&KEY, &bytes_of(1), None, NOW.plus_secs(-1))?;
        tx.claim_key(&newer, &bytes_of(1), None, NOW)
    });
    assert_eq!(register.write(|tx| tx.forget_old_keys(NOW)), 1);
    assert_eq!(register.read(|rx| rx.seen_key(&KEY)), None);
    assert!(register.read(|rx| rx.seen_key(&newer)).is_some());
}
