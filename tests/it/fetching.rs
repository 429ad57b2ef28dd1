//! Fetching: just the granted fields, still signed by their issuer, and recorded first.

use mianzheng::codec::base64url;
use mianzheng::codec::digest::sha256;
use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::certificate_seal;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
use mianzheng::crypto::trust::Trust;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::fetch::FetchAnswer;
use mianzheng::flow::fetch::FetchRequest;
use mianzheng::flow::fetch::Wanted;
use mianzheng::flow::fetch::fetch;
use mianzheng::flow::issue::renew::RenewRequest;
use mianzheng::flow::issue::renew::renew;
use mianzheng::flow::keys;
use mianzheng::flow::ledger_check;
use mianzheng::flow::rebind::rebind;
use mianzheng::store::ledger::DETAILS;
use mianzheng::store::ledger::LedgerRow;
use rstest::rstest;
use serde_json::Value;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::office::operator;

const PERSON: &str = "152502199003070019";
const MOTHER: &str = "152502199206120020";
const ITEM: &str = "000131001000";

/// A system of the hall that may see three fields of health certificates for one item.
struct Counter {
    test: TestOffice,
    identifier: CertificateIdentifier,
    by: Caller,
}

/// What a request says, beside whose certificate it wants.
#[derive(Clone, Copy)]
struct Ask<'a> {
    of: &'a str,
    item: &'a str,
    case_number: &'a str,
    cause: &'a str,
    fields: &'a [&'a str],
}

const ASK: Ask<'_> = Ask {
    of: HEALTH,
    item: ITEM,
    case_number: "2026-000017",
    cause: "食品经营许可",
    fields: &[],
};

impl Counter {
    fn on(database: Database) -> Self {
        let test = TestOffice::on(database);
        let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
        let counter = Self {
            identifier,
            by: test.caller(Role::System, HALL),
            test,
        };
        counter.grant(HEALTH, &["holder_name", "exam_result", "valid_to"]);
        counter
    }

    fn grant(&self, of: &str, fields: &[&str]) {
        self.test.give(HALL, of, ITEM, fields);
    }

    fn ask(&self, wanted: &Wanted, ask: Ask<'_>) -> Result<FetchAnswer, Reason> {
        let fields: Vec<String> = ask.fields.iter().map(|f| (*f).to_owned()).collect();
        let request = FetchRequest {
            of: &self.test.type_named(ask.of),
            wanted,
            item: ask.item,
            case_number: ask.case_number,
            cause: ask.cause,
            fields: &fields,
            body: b"the request",
        };
        fetch(&self.test.office, &request, &self.by).map_err(|why| why.problem().reason)
    }

    fn last_row(&self) -> LedgerRow {
        let row = self.test.office.store.read(|rx| rx.last_ledger_row());
        row.unwrap().unwrap()
    }

    fn details(&self, seq: i64) -> Value {
        let store = &self.test.office.store;
        let details = store.read(|rx| rx.ledger_details(seq, seq)).unwrap();
        let (_, sealed) = details.first().unwrap();
        let text = store.vault().open(&DETAILS, seq, sealed).unwrap();
        serde_json::from_slice(&text).unwrap()
    }
}

fn person(number: &str) -> Wanted {
    Wanted::Holder(HolderCode::read(&format!("111:{number}")).unwrap())
}

#[rstest]
fn exactly_the_granted_fields_come_with_their_proof(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let counter = Counter::on(database);
    let test = &counter.test;
    let by_identifier = Wanted::Identifier(counter.identifier.clone());
    for (wanted, fields) in [
        (person(PERSON), ASK.fields),
        (by_identifier, &["exam_result", "holder_name"]),
    ] {
        let answer = counter.ask(&wanted, Ask { fields, ..ASK }).unwrap();
        let [one] = answer.certificates.as_slice() else {
            panic!("{answer:?}");
        };
        assert_eq!(one.verdict, Outcome::Valid);
        assert_eq!(one.identifier, counter.identifier.to_string());
        let keys: Vec<&str> = one.fields.keys().map(String::as_str).collect();
        let granted: &[&str] = if fields.is_empty() {
            &["exam_result", "holder_name", "valid_to"]
        } else {
            fields
        };
        assert_eq!(keys, granted);
        assert_eq!(one.fields["holder_name"], "巴特尔");

        // With nothing but the published trust list, the issuer's signature holds, and says the
        // same as the plain fields.
        let (_, list) = test
            .office
            .store
            .read(|rx| rx.latest_trust_list())
            .unwrap()
            .unwrap();
        let trust = Trust::open(&list, &test.office.anchors, 0).unwrap();
        let types = &test.office.known().types;
        let opened = certificate_seal::open(&one.evidence, &trust, types, test.now());
        let certified = opened.unwrap().into_inner();
        assert_eq!(certified.identifier, counter.identifier);
        let plain = ["issue_date", "valid_from", "valid_to"];
        for (key, value) in &certified.fields {
            match one.fields.get(key) {
                Some(told) => assert_eq!(told, value, "{key}"),
                None => assert!(plain.contains(&key.as_str()), "{key} was not granted"),
            }
        }
        for key in one.fields.keys() {
            assert!(certified.fields.contains_key(key), "{key}");
        }
        assert!(!one.evidence.contains(PERSON));

        // The envelope is this service's, and fits request and evidence.
        let receipts = trust.keys_for(KeyUse::Receipt).map(|key| &key.public);
        let envelope = signed_json::open(&answer.envelope, Message::Envelope, receipts).unwrap();
        let hash = |bytes: &[u8]| base64url::encode(&sha256(bytes));
        assert_eq!(envelope["request_hash"], hash(b"the request"));
        assert_eq!(
            envelope["evidence_hashes"][0],
            hash(one.evidence.as_bytes())
        );
        assert_eq!(envelope["use_record"], answer.use_record);
        assert_eq!(envelope["aud"], test.agency(HALL).code.as_str());

        // The record is there, of whose certificate it was, with what was asked.
        let row = counter.last_row();
        assert_eq!(row.seq, answer.use_record);
        assert_eq!(row.kind, EventKind::Fetched.number());
        assert_eq!(row.agency, i32::try_from(test.agency(HALL).number).ok());
        let holder = test.holder(&format!("111:{PERSON}")).holder.unwrap();
        let subjects = test
            .office
            .store
            .write(|tx| tx.subjects(&[holder]))
            .unwrap();
        assert_eq!(row.subject, Some(subjects[&holder].to_vec()));
        let details = counter.details(row.seq);
        assert_eq!(details["item"], ITEM);
        assert_eq!(details["case"], ASK.case_number);
        assert_eq!(details["cause"], ASK.cause);
        assert_eq!(details["certificates"][0], counter.identifier.to_string());
        let mut recorded: Vec<&str> = details["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f.as_str().unwrap())
            .collect();
        recorded.sort_unstable();
        assert_eq!(recorded, granted);
    }
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn what_is_not_granted_is_refused_and_recorded(#[values(Sqlite, Postgres)] database: Database) {
    let mut counter = Counter::on(database);
    let long = "由".repeat(201);
    let just = "由".repeat(200);
    let blank = "　 ";
    for (ask, expected) in [
        (Ask { of: BIRTH, ..ASK }, Reason::NoGrant),
        (
            Ask {
                item: "000131002000",
                ..ASK
            },
            Reason::NoGrant,
        ),
        (
            Ask {
                fields: &["holder_name", "holder_code"],
                ..ASK
            },
            Reason::NoGrant,
        ),
        (
            Ask {
                fields: &["nothing"],
                ..ASK
            },
            Reason::NoGrant,
        ),
        (Ask { cause: "", ..ASK }, Reason::BadCause),
        (
            Ask {
                cause: blank,
                ..ASK
            },
            Reason::BadCause,
        ),
        (
            Ask {
                cause: &long,
                ..ASK
            },
            Reason::BadCause,
        ),
        (
            Ask {
                case_number: "",
                ..ASK
            },
            Reason::BadCause,
        ),
        (Ask { item: "", ..ASK }, Reason::BadCause),
    ] {
        let before = counter.last_row().seq;
        assert_eq!(counter.ask(&person(PERSON), ask).unwrap_err(), expected);
        let row = counter.last_row();
        assert_eq!(
            (row.seq, row.kind),
            (before + 1, EventKind::FetchRefused.number())
        );
        assert_eq!(counter.details(row.seq)["reason"], expected.code());
    }
    assert!(
        counter
            .ask(
                &person(PERSON),
                Ask {
                    cause: &just,
                    ..ASK
                }
            )
            .is_ok()
    );
    // Others than systems are turned away at the door; another agency has no grant.
    for (role, agency, expected) in [
        (Role::Window, HALL, Reason::Forbidden),
        (Role::Issuer, HALL, Reason::Forbidden),
        (Role::System, CDC, Reason::NoGrant),
    ] {
        counter.by = counter.test.caller(role, agency);
        assert_eq!(counter.ask(&person(PERSON), ASK).unwrap_err(), expected);
    }
    counter.by = counter.test.caller(Role::System, HALL);
    // A grant ends to the second.
    counter.test.clock.advance(3599);
    assert!(counter.ask(&person(PERSON), ASK).is_ok());
    counter.test.clock.advance(1);
    let ended = counter.ask(&person(PERSON), ASK).unwrap_err();
    assert_eq!(ended, Reason::NoGrant);
}

#[rstest]
fn a_guardians_number_does_not_fetch_the_childs(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let test = &counter.test;
    counter.grant(BIRTH, &["newborn_name", "birth_time"]);
    let birth = test
        .issue(BIRTH, HOSPITAL, &birth_fields())
        .unwrap()
        .identifier;
    let ask = Ask { of: BIRTH, ..ASK };
    assert_eq!(counter.ask(&person(MOTHER), ask).unwrap().certificates, []);
    let child = HolderCode::read("111:152502202611200029").unwrap();
    let wanted = Wanted::Holder(child.clone());
    assert_eq!(counter.ask(&wanted, ask).unwrap().certificates, []);
    let by = test.caller(Role::Issuer, HOSPITAL);
    rebind(&test.office, &birth, &child, "申报户口", &by).unwrap();
    let found = counter.ask(&wanted, ask).unwrap().certificates;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fields["newborn_name"], "萨仁");
    // An identifier of another type is none of this one.
    let other = Wanted::Identifier(birth);
    assert_eq!(counter.ask(&other, ASK).unwrap().certificates, []);
}

#[rstest]
fn how_it_stands_comes_with_it(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let test = &counter.test;
    let verdict = || {
        let answer = counter.ask(&person(PERSON), ASK).unwrap();
        answer.certificates[0].verdict
    };
    let by = test.caller(Role::Issuer, CDC);
    let request = ChangeRequest {
        identifier: &counter.identifier,
        change: Change::Suspend,
        reason: "体检复查",
        by: &by,
        key: None,
    };
    change_status(&test.office, &request).unwrap();
    assert_eq!(verdict(), Outcome::Suspended);
    let resume = ChangeRequest {
        change: Change::Resume,
        ..request
    };
    change_status(&test.office, &resume).unwrap();
    assert_eq!(verdict(), Outcome::Valid);
    // Signed with a key that was stolen before.
    let key = test.office.issuing_key(test.agency(CDC).number).unwrap();
    let kid = key.kid().to_string();
    keys::compromise(&test.office, &kid, test.now(), &operator()).unwrap();
    assert_eq!(verdict(), Outcome::Undetermined);
}

#[rstest]
fn more_than_one_fetch_returns_is_said_and_every_one_recorded(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let counter = Counter::on(database);
    let test = &counter.test;
    let by = test.caller(Role::Issuer, CDC);
    // 18 more, each in its third version: 19 that stand, 36 that are history.
    for n in 0..18 {
        test.clock.advance(1);
        let number = format!("锡市健〔2026〕18{n:05}号");
        let mut newest = test.health(PERSON, &number);
        for unit in ["甲", "乙"] {
            let mut fields = health_fields(PERSON, &number);
            fields.push(("employer", unit));
            let draft = draft(&fields);
            let request = RenewRequest {
                identifier: &newest,
                draft: &draft,
                by: &by,
                pictures: Vec::new(),
                key: None,
            };
            newest = renew(&test.office, request).unwrap().identifier;
        }
    }
    let before = counter.last_row().seq;
    let answer = counter.ask(&person(PERSON), ASK).unwrap();
    assert_eq!((answer.certificates.len(), answer.more), (19, false));
    // The use record, and a line in the history of each of the others.
    assert_eq!(answer.use_record, before + 1);
    assert_eq!(counter.last_row().seq, before + 19);
    let rows = test
        .office
        .store
        .read(|rx| rx.ledger_rows(before, 100))
        .unwrap();
    let certificates: std::collections::BTreeSet<_> =
        rows.iter().map(|row| row.certificate_id).collect();
    assert_eq!(certificates.len(), 19);
    assert!(rows.iter().all(|row| row.subject.is_some()));
    for n in 0..2 {
        test.health(PERSON, &format!("锡市健〔2026〕19{n:05}号"));
    }
    let answer = counter.ask(&person(PERSON), ASK).unwrap();
    assert_eq!((answer.certificates.len(), answer.more), (20, true));
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}
