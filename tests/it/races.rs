//! Two who do the same thing at the same moment: one does it, and nothing is done twice or lost.

use std::sync::Barrier;

use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::uscc::Uscc;
use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::idempotency::Once;
use mianzheng::store::idempotency::RequestKey;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::TestOffice;
use crate::support::office::operator;

/// Does the same twice, as nearly at once as two threads can.
fn at_once<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|n| {
                let (barrier, work) = (&barrier, &work);
                scope.spawn(move || {
                    barrier.wait();
                    work(n)
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    })
}

#[rstest]
fn one_key_makes_one_token(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let new = NewCredential {
        role: Role::Operator,
        agency: None,
        holder: None,
        label: "race",
        days: 1,
    };
    for round in 0..20 {
        let text = format!("k{round}");
        let key = RequestKey {
            caller: "cli",
            route: "create_credential",
            key: &text,
        };
        let made = at_once(|_| {
            let once = Some(Once::new(key, b"the same"));
            credentials::create_token_once(&test.office, &new, &operator(), once).unwrap()
        });
        assert_eq!(made[0].0, made[1].0, "one id");
        let tokens = made.iter().filter(|(_, token)| token.is_some());
        assert_eq!(tokens.count(), 1, "one token, shown once");
    }
    let all = credentials::list(&test.office).unwrap();
    assert_eq!(all.iter().filter(|line| line.label == "race").count(), 20);
}

/// A code of an agency that the catalogue does not have.
fn new_code(n: usize) -> String {
    let body = format!("11152599MY00{n:05}");
    let right = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        .chars()
        .map(|check| format!("{body}{check}"))
        .find(|code| code.parse::<Uscc>().is_ok());
    right.unwrap()
}

#[rstest]
fn two_catalogues_loaded_at_once_are_both_loaded(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let before = test.office.store.read(|rx| rx.agencies()).unwrap();
    let head = "code,name,division,department,roles,synthetic\n";
    for round in 0..5 {
        let loaded = at_once(|n| {
            let code = new_code(round * 2 + n);
            let line = format!("{code},第{round}-{n}局,152500,health,issuer,1\n");
            let files = CatalogueFiles {
                agencies: Some(format!("{head}{line}")),
                ..CatalogueFiles::default()
            };
            catalogue::load(&test.office, &files, &operator())
        });
        for loaded in loaded {
            loaded.unwrap();
        }
    }
    let after = test.office.store.read(|rx| rx.agencies()).unwrap();
    assert_eq!(after.len(), before.len() + 10);
    assert_eq!(after[..before.len()], before[..], "nobody lost a number");
}

#[rstest]
fn one_key_loads_one_catalogue(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let path = crate::support::office::example("catalogue/agencies.csv");
    let files = CatalogueFiles {
        agencies: Some(std::fs::read_to_string(path).unwrap()),
        ..CatalogueFiles::default()
    };
    let key = RequestKey {
        caller: "cli",
        route: "load_catalogue",
        key: "k",
    };
    let rows = || {
        test.office
            .store
            .read(|rx| rx.last_ledger_row())
            .unwrap()
            .unwrap()
            .seq
    };
    let before = rows();
    let loaded = at_once(|_| {
        let once = Some(Once::new(key, b"the same"));
        catalogue::load_once(&test.office, &files, &operator(), once).unwrap()
    });
    assert_eq!(loaded[0], loaded[1]);
    assert_eq!(rows(), before + 1, "one event");
    let once = Some(Once::new(key, b"another"));
    let refused = catalogue::load_once(&test.office, &files, &operator(), once).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::KeyReused);
}
