//! Personal data comes under a new key while everybody goes on working; a kill harms nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use mianzheng::codec::digest::sha256;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::guardian::OrderKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::mandate::MandateKind;
use mianzheng::domain::mandate::Scope;
use mianzheng::domain::value::hex;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::alarms;
use mianzheng::flow::case;
use mianzheng::flow::case::Decision;
use mianzheng::flow::case::OpenRequest;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::foreign_cases;
use mianzheng::flow::guardians::orders;
use mianzheng::flow::guardians::orders::NewOrder;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding::DetailsChanged;
use mianzheng::flow::mandates;
use mianzheng::flow::mandates::Party;
use mianzheng::flow::mandates::Proposal;
use mianzheng::flow::notices;
use mianzheng::flow::office::Office;
use mianzheng::flow::register::Register;
use mianzheng::flow::rotate_data::Resealing;
use mianzheng::flow::rotate_data::Rotated;
use mianzheng::flow::rotate_data::rotate_data;
use mianzheng::flow::show::choice::Choice;
use mianzheng::flow::show::live;
use mianzheng::flow::tasks;
use mianzheng::store::batch_files::PIECE;
use mianzheng::store::reseal::SealedRow;
use regex::Regex;
use rstest::rstest;

use crate::support::cases;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::How;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::office::operator;
use crate::support::people::citizen;

const FATHER: &str = "111:152522198804150036";

/// A register with a value in every sealed column.
struct Past {
    /// What a process that starts now sees.
    test: TestOffice,
    /// A server that runs all the while.
    server: Arc<Office>,
    identifier: CertificateIdentifier,
}

/// A mandate, an order about a guardian, and notices of both.
fn acting(test: &TestOffice) {
    let party = |code: &str| Party {
        code: HolderCode::read(code).unwrap(),
        name: "苏和".to_owned(),
    };
    let (principal, agent) = (party(&format!("111:{}", citizen(1))), party(FATHER));
    let proposal = Proposal {
        kind: MandateKind::Agent,
        principal: &principal,
        agent: &agent,
        under: None,
        scope: &Scope::ALL,
        from: None,
        until: test.now().plus_secs(86_400),
        basis: None,
    };
    let by = test.holder(&principal.code.written());
    mandates::propose(&test.office, &proposal, &by).unwrap();
    test.issue(BIRTH, HOSPITAL, &birth_fields()).unwrap();
    let child = party("999:A157000001").code;
    let order = NewOrder {
        child: &child,
        guardian: &agent.code,
        kind: OrderKind::Custody,
        from: None,
        reference: "（2026）内2502民初1号",
    };
    let window = test.caller(Role::Window, HALL);
    orders::propose_once(&test.office, &order, &window, None).unwrap();
}

/// The columns that name a data key, as `table.column`.
fn sealed_columns() -> BTreeSet<String> {
    let text = include_str!("../../src/store/schema.rs");
    let table = Regex::new(r"table! \{\s*(\w+) \([^)]*\) \{([^}]*)\}").unwrap();
    let key = Regex::new(r"(\w*)key_id -> [^,]+,\s*(\w+) ->").unwrap();
    let tables = table.captures_iter(text).flat_map(|found| {
        let (name, columns) = (found[1].to_owned(), found[2].to_owned());
        let columns: Vec<String> = key.captures_iter(&columns).map(|c| c[2].into()).collect();
        columns
            .into_iter()
            .map(move |column| format!("{name}.{column}"))
    });
    tables.collect()
}

#[test]
fn every_sealed_column_is_sealed_anew() {
    let places = SealedRow::starts().map(|row| row.place());
    let places = places.map(|place| format!("{}.{}", place.table, place.column));
    assert_eq!(BTreeSet::from(places), sealed_columns());
}

impl Past {
    fn on(database: Database) -> Self {
        let mut test = TestOffice::on(database);
        let picture = b"\xff\xd8\xff picture".to_vec();
        let (digest, code) = (hex(&sha256(&picture)), citizen(1));
        let mut fields = health_fields(&code, "锡市健〔2026〕1700001号");
        fields.push(("photo", digest.as_str()));
        let how = How {
            pictures: vec![("photo".to_owned(), picture)],
            ..How::default()
        };
        let (of, cdc) = (test.type_named(HEALTH), test.agency(CDC));
        let issued = test.issue_draft(&of, &cdc, &draft(&fields), how).unwrap();
        let holder = HolderCode::read(&format!("111:{code}")).unwrap();
        let new = NewCredential {
            role: Role::Holder,
            agency: None,
            holder: Some(&holder),
            label: "手机",
            days: 30,
        };
        credentials::create_token(&test.office, &new, &operator()).unwrap();
        let choice = Choice {
            identifier: issued.identifier.clone(),
            fields: vec!["holder_name".to_owned()],
        };
        let by = test.holder(&format!("111:{code}"));
        live::show(&test.office, &[choice], &by).unwrap();
        let vault = test.office.store.vault();
        for piece in 0..25 {
            let sealed = vault.seal(&PIECE, 3, b"piece", &*test.office.randomness);
            let (key, bytes) = (i64::from(sealed.key_id), hex(&sealed.bytes));
            test.sql(&format!(
                "INSERT INTO batch_files (batch, file, piece, key_id, sealed)
                 VALUES (3, 0, {piece}, {key}, x'{bytes}')"
            ));
        }
        put_a_case(&test);
        acting(&test);
        test.registers("GJJ-1", FATHER);
        test.mirrors(FATHER);
        test.odd_uses("wang.m", 10);
        let server = Arc::clone(&test.office);
        test.reopen();
        Self {
            test,
            server,
            identifier: issued.identifier,
        }
    }

    fn rotate(
        &self,
        progress: &mut dyn FnMut(Resealing) -> Result<(), Failure>,
    ) -> Result<Rotated, Failure> {
        rotate_data(&self.test.office, &operator(), progress)
    }

    fn stale(&self, key: u16) -> i64 {
        self.server.store.read(|rx| rx.count_stale(key)).unwrap()
    }

    /// Everything reads well, in the server and in a process that starts now.
    fn reads_well(&mut self) {
        self.test.reopen();
        for office in [&self.server, &self.test.office] {
            let register = Register::of(office);
            let row = register.find(&self.identifier).unwrap().unwrap();
            assert!(register.record(&row).is_ok());
            for piece in 0..25 {
                let sealed = office.store.read(|rx| rx.piece(3, 0, piece)).unwrap();
                let opened = office.store.vault().open(&PIECE, 3, &sealed.unwrap());
                assert_eq!(opened.unwrap().as_slice(), b"piece");
            }
            a_case_reads_well(office, &self.test.caller(Role::Window, HALL));
            let told = notices::list(office, &self.test.holder(FATHER)).unwrap();
            assert_eq!(told.len(), 1);
            let cases = foreign_cases::open_ones(office, &operator()).unwrap();
            assert_eq!(cases[0].number, "GJJ-1");
            assert_eq!(alarms::show(office, 1, &operator()).unwrap().note, None);
            assert_eq!(ledger_check::check(office, None).unwrap().findings, []);
        }
    }
}

/// A case with a value in each of its sealed columns: open, asked of its holder and of an
/// issuer; and one that is closed.
fn put_a_case(test: &TestOffice) {
    cases::load_items(test);
    let by = test.caller(Role::Window, HALL);
    let office = &test.office;
    let open = |n: usize| {
        let request = OpenRequest {
            items: vec![cases::item(cases::OLD_AGE)],
            name: "巴特尔".to_owned(),
            code: HolderCode::read(&format!("111:{}", citizen(n))).unwrap(),
            foreign_number: None,
        };
        case::open(office, &request, &by).unwrap().number
    };
    let closed = open(2);
    let paper = Decision::Paper {
        reason: PaperReason::NoPhone,
        note: None,
    };
    case::decide(office, &closed, &[2, 3], &paper, &by).unwrap();
    case::close(office, &closed, &by).unwrap();
    let asked = open(1);
    case::ask(office, &asked, (0, &[2]), &by).unwrap();
    let check = Decision::Check {
        note: "请核验".to_owned(),
    };
    case::decide(office, &asked, &[3], &check, &by).unwrap();
}

fn a_case_reads_well(office: &Office, by: &Caller) {
    let cases = case::today(office, by).unwrap();
    let states: Vec<&str> = cases[0].materials.iter().map(|m| m.state).collect();
    assert_eq!(states[2..], ["waiting", "department_check"]);
    let standing = case::standing(office, &cases[0].number, 1, by).unwrap();
    assert_eq!(standing.asked.case, cases[0].number);
    let receipts = case::receipts(office, &cases[1].number, by).unwrap();
    assert_eq!(receipts.len(), 1);
    let task = office.store.read(|rx| rx.task(1)).unwrap().unwrap();
    let issuer = Caller {
        role: Role::Issuer,
        agency: u32::try_from(task.agency).ok(),
        ..by.clone()
    };
    assert_eq!(tasks::list(office, &issuer).unwrap()[0].note, "请核验");
}

#[rstest]
fn data_comes_under_a_new_key_though_killed_on_the_way(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let mut past = Past::on(database);
    let first = past.server.store.vault().current();
    assert_eq!(past.stale(first), 0);
    let mut transactions = 0;
    let killed = past.rotate(&mut |at| {
        transactions += 1;
        assert!(at.done <= at.total);
        if transactions == 4 {
            Err(Failure::Broken("killed".to_owned()))
        } else {
            Ok(())
        }
    });
    assert!(killed.is_err());
    let next = first + 1;
    let (of_old, of_new) = (past.stale(next), past.stale(first));
    assert!(of_old > 0 && of_new > 0, "{of_old} {of_new}");
    // The server meets a key that it does not know, and looks for it.
    assert_eq!(past.server.store.vault().current(), first);
    past.reads_well();

    let rotated = past.rotate(&mut |_| Ok(())).unwrap();
    assert_eq!((rotated.key_id, rotated.added), (next, false));
    assert_eq!(i64::try_from(rotated.resealed).unwrap(), of_old);
    assert_eq!(rotated.unreadable, 0);
    assert_eq!(past.stale(next), 0);
    past.reads_well();
    let record = past.test.record(&past.identifier);
    assert_eq!(past.test.verify(&record).verdict, Outcome::Valid);

    // The server seals under the new key, too, as soon as it has looked.
    past.server.refresh().unwrap();
    assert_eq!(past.server.store.vault().current(), next);
    // A whole one begins anew.
    let rotated = past.rotate(&mut |_| Ok(())).unwrap();
    assert_eq!((rotated.key_id, rotated.added), (next + 1, true));
    assert_eq!(past.stale(next + 1), 0);
    past.reads_well();
}

#[rstest]
fn a_value_nobody_can_open_stops_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let rows = past
        .server
        .store
        .read(|rx| rx.ledger_details(1, 1000))
        .unwrap();
    let (seq, _) = rows[0].clone();
    past.test.sql(&format!(
        "UPDATE ledger_details SET sealed = x'00' WHERE seq = {seq}"
    ));
    for _ in 0..2 {
        let rotated = past.rotate(&mut |_| Ok(())).unwrap();
        assert!(rotated.added && rotated.unreadable == 1, "{rotated:?}");
        assert_eq!(past.stale(rotated.key_id), 1);
    }
    let found = ledger_check::check(&past.server, None).unwrap().findings;
    assert_eq!(found, [DetailsChanged { seq }]);
}
