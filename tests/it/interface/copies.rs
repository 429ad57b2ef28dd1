//! The annotated copy: a link that is good once, a paper that says what it is, and a code on it that
//! verifies as just that.

use mianzheng::codec::digest::sha256;
use mianzheng::codec::picture::read_codes;
use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::value::hex;
use mianzheng::domain::verdict::Outcome;
use mianzheng::domain::verdict::ShownBy;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::forget::forget_expired;
use mianzheng::flow::ledger_check;
use mianzheng::flow::verify::offline::verify_offline;
use mianzheng::store::ledger::DETAILS;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases::OLD_AGE;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::draft;
use crate::support::pdf::Pdf;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::types_unseen::CULTURE;
use crate::types_unseen::GUIDE;
use crate::types_unseen::fields;
use crate::types_unseen::issued;
use crate::types_unseen::picture;
use crate::types_unseen::riding;

const RIDING: &str = "91152502MA0000001L999";
const CAUSE: &str = "申领高龄津贴时核对骑乘资格";

/// A system that may have copies of a type with a picture.
struct Desk {
    server: TestServer,
    system: String,
    identifier: CertificateIdentifier,
}

impl Desk {
    fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        let test = &server.test;
        load_items(test);
        test.load_types(&json!([riding()]));
        test.give_keys(&[test.agency(CULTURE)]);
        let granted = ["rider_name", "gait", "inspect_date", "photo", "valid_to"];
        test.give(HALL, RIDING, &item(OLD_AGE), &granted);
        let digest = hex(&sha256(&picture()));
        let identifier = issued(test, &draft(&fields("骑000001", &digest)));
        Self {
            system: server.token(Role::System, Some(HALL), None),
            identifier,
            server,
        }
    }

    fn request(slip: &str) -> Value {
        json!({
            "holder": {"type": "111", "code": GUIDE},
            "purpose": {
                "mode": "in_person", "item": item(OLD_AGE), "item_name": OLD_AGE, "cause": CAUSE,
                "slip": slip, "case": "GL-2026-0017",
                "operator": {
                    "account": "wang.m", "name": "王敏", "organisation": HALL, "window": "3号窗口",
                },
                "present": {
                    "name": "苏和", "holder": {"type": "111", "code": GUIDE}, "face_checked": true,
                },
            },
        })
    }

    fn asked(&self, request: &Value) -> Answer {
        let path = format!("/api/v1/interfaces/{RIDING}/file");
        let ask = Ask::new("POST", &path).token(&self.system);
        self.server.ask(&ask.json(request))
    }

    /// The path of a link to a copy.
    fn link(&self, slip: &str) -> (Value, String) {
        let answer = self.asked(&Desk::request(slip));
        assert_eq!(answer.status, 200, "{answer:?}");
        let told = answer.json();
        let link = told["link"].as_str().unwrap();
        let path = link.strip_prefix("https://mz.example").unwrap().to_owned();
        (told, path)
    }

    fn get(&self, path: &str) -> Answer {
        self.server.ask(&Ask::new("GET", path))
    }

    fn is_whole(&self) -> bool {
        let report = ledger_check::check(&self.server.test.office, None).unwrap();
        report.is_whole()
    }
}

#[rstest]
fn a_copy_says_who_made_it_for_what_and_until_when(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::on(database);
    let (told, path) = desk.link("现授〔2026〕1号");
    assert_eq!(told["identifier"], desk.identifier.to_string());
    assert_eq!(told["expires_at"], "2026-11-23T09:10:00+08:00");
    let metadata = &told["metadata"];
    assert_eq!(metadata["certificateCopyCause"], CAUSE);
    assert_eq!(metadata["certificateCopyCreator"], format!("{HALL} 王敏"));
    assert_eq!(
        metadata["certificateCopyExpiringTime"],
        "2026-12-23T09:00:00+08:00"
    );
    // Looking whether it is there spends nothing.
    let head = desk.server.ask(&Ask::new("HEAD", &path));
    assert_eq!((head.status, head.body.len()), (200, 0));
    let pdf = desk.get(&path);
    assert_eq!(pdf.status, 200, "{pdf:?}");
    assert_eq!(pdf.header("content-type"), Some("application/pdf"));
    assert_eq!(pdf.header("cache-control"), Some("no-store"));
    for method in ["GET", "HEAD"] {
        assert_eq!(desk.server.ask(&Ask::new(method, &path)).status, 404);
    }

    let pdf = Pdf::of(&pdf.body);
    if let Some(keep) = std::env::var_os("MIANZHENG_TEST_KEEP") {
        std::fs::copy(pdf.beside("paper.pdf"), keep).unwrap();
    }
    let words = pdf.words();
    for said in [
        "其其格",
        "走马",
        "加注件",
        CAUSE,
        HALL,
        "王敏",
        "2026-12-2309:00:00",
        "GL-2026-0017",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    // Neither a field that was not granted, nor anybody's number.
    for unsaid in ["30", "152502199206120020", GUIDE] {
        assert!(
            !words.contains(&format!("里程{unsaid}")) && !words.contains(GUIDE),
            "{unsaid}"
        );
    }
    let info = String::from_utf8(pdf.asked("pdfinfo", &[], &[])).unwrap();
    assert!(
        info.contains(&format!("certificateCopyCause={CAUSE}")),
        "{info}"
    );
    let images = String::from_utf8(pdf.asked("pdfimages", &["-list"], &[])).unwrap();
    assert!(images.contains(" 40 "), "{images}");

    // The code says what stands on the copy, and that it is one.
    let codes = read_codes(&pdf.picture(pdf.pages())).unwrap();
    let [code] = codes.as_slice() else {
        panic!("{codes:?}")
    };
    let test = &desk.server.test;
    for verdict in [
        test.verify(code),
        test.verify_at_window(code),
        verify_offline(code, &test.bundle(), test.now()),
    ] {
        assert_eq!(
            (verdict.verdict, verdict.shown_by),
            (Outcome::Valid, ShownBy::Copy)
        );
        assert!(verdict.not_checked.contains(&"original"), "{verdict:?}");
        assert_eq!(verdict.certificates[0].fields["rider_name"], "其其格");
        assert!(!verdict.certificates[0].fields.contains_key("distance_km"));
    }
    let (address, _digits) = code.split_once('#').unwrap();
    let named = test.verify(address);
    assert_eq!(
        (named.verdict, named.shown_by),
        (Outcome::Valid, ShownBy::Copy)
    );
    let page = address.strip_prefix("HTTPS://MZ.EXAMPLE").unwrap();
    let page = String::from_utf8(desk.get(page).body).unwrap();
    assert!(
        page.contains("加注件") && !page.contains("其其格"),
        "{page}"
    );
    test.clock.advance(30 * 86_400 - 1);
    assert_eq!(test.verify(address).verdict, Outcome::Valid);
    test.clock.advance(1);
    test.publish_trust();
    for text in [address, code] {
        let over = test.verify(text);
        assert_eq!(
            (over.verdict, over.shown_by),
            (Outcome::StaleCode, ShownBy::Copy)
        );
    }
    assert_eq!(
        verify_offline(code, &test.bundle(), test.now()).verdict,
        Outcome::StaleCode
    );
    assert!(desk.is_whole());
}

#[rstest]
fn a_link_is_good_once_and_for_ten_minutes(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::on(database);
    let test = &desk.server.test;
    let (_, path) = desk.link("现授〔2026〕1号");
    let all: Vec<u16> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| desk.get(&path).status))
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(
        all.iter().filter(|status| **status == 200).count(),
        1,
        "{all:?}"
    );
    assert_eq!(
        all.iter().filter(|status| **status == 404).count(),
        5,
        "{all:?}"
    );

    let (_, late) = desk.link("现授〔2026〕2号");
    test.clock.advance(599);
    assert_eq!(desk.server.ask(&Ask::new("HEAD", &late)).status, 200);
    test.clock.advance(1);
    assert_eq!(desk.get(&late).status, 404);
    for none in [
        "/F/0123456789ABCDEFGHJKMNPQRS",
        "/F/x",
        "/F/0123456789ABCDEFGHJKMNPQR%20",
    ] {
        assert_eq!(desk.get(none).status, 404, "{none}");
    }
    // A link that somebody put into the database leads nowhere, and is named.
    assert!(desk.is_whole());
    let forged = hex(&sha256(b"copy link:0123456789ABCDEFGHJKMNPQRS"));
    let bytes = format!("x'{forged}'");
    test.sql(&format!(
        "INSERT INTO copies SELECT {bytes}, certificate_id, use_record, made_at, \
         link_until + 9999999, NULL FROM copies LIMIT 1"
    ));
    assert_eq!(desk.get("/F/0123456789ABCDEFGHJKMNPQRS").status, 404);
    assert!(!desk.is_whole());
    test.sql(&format!("DELETE FROM copies WHERE link = {bytes}"));
    // After a day nothing is left of links, and the ledger is whole.
    test.clock.advance(86_401);
    forget_expired(&test.office).unwrap();
    let left = test.office.store.read(|rx| rx.copies(&[], 9)).unwrap();
    assert_eq!(left, []);
    assert!(desk.is_whole());
}

#[rstest]
fn a_copy_is_made_of_one_good_certificate(#[values(Sqlite, Postgres)] database: Database) {
    let desk = Desk::on(database);
    let test = &desk.server.test;
    let digest = hex(&sha256(&picture()));
    let other = issued(test, &draft(&fields("骑000002", &digest)));
    let several = desk.asked(&Desk::request("现授〔2026〕1号"));
    assert_eq!(several.code(), "several_certificates");
    let last = test
        .office
        .store
        .read(|rx| rx.last_ledger_row())
        .unwrap()
        .unwrap();
    assert_eq!(last.kind, EventKind::FetchRefused.number());
    // By its identifier it is one.
    let mut one = Desk::request("现授〔2026〕2号");
    one.as_object_mut().unwrap().remove("holder");
    one["identifier"] = other.to_string().into();
    assert_eq!(desk.asked(&one).json()["identifier"], other.to_string());
    // One that ended has no copy.
    let revoked = ChangeRequest {
        identifier: &other,
        change: Change::End(EndWord::Revoked),
        reason: "检查不合格",
        by: &test.caller(Role::Issuer, CULTURE),
        key: None,
    };
    change_status(&test.office, &revoked).unwrap();
    one["purpose"]["slip"] = "现授〔2026〕3号".into();
    assert_eq!(desk.asked(&one).code(), "not_good_now");
    // Of somebody who has none there is no record, which is what is said, and recorded.
    let mut nobody = Desk::request("现授〔2026〕4号");
    let stranger = json!({"type": "111", "code": "152502194501010024"});
    nobody["holder"] = stranger.clone();
    nobody["purpose"]["present"]["holder"] = stranger;
    let none = desk.asked(&nobody);
    assert_eq!(none.status, 200, "{none:?}");
    let none = none.json();
    assert_eq!(none["link"], Value::Null);
    assert_eq!(none["message"]["zh"], "未查到记录");
    // The same gate as a query's.
    let mut without = Desk::request("现授〔2026〕5号");
    without["purpose"]["cause"] = "".into();
    assert_eq!(desk.asked(&without).code(), "bad_cause");
    let mut outside = Desk::request("现授〔2026〕6号");
    outside["fields"] = json!(["distance_km"]);
    assert_eq!(desk.asked(&outside).code(), "field_not_granted");
    assert!(desk.is_whole());
}

#[rstest]
fn a_copy_that_its_slip_or_limits_refuse_is_recorded(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let desk = Desk::on(database);
    let request = Desk::request("现授〔2026〕1号");
    assert_eq!(desk.asked(&request).status, 200);
    assert_eq!(desk.asked(&request).code(), "bad_slip");
    let store = &desk.server.test.office.store;
    let last = store.read(|rx| rx.last_ledger_row()).unwrap().unwrap();
    assert_eq!(last.kind, EventKind::FetchRefused.number());
    let details = store.read(|rx| rx.ledger_details(last.seq, last.seq));
    let (seq, sealed) = &details.unwrap()[0];
    let details = store.vault().open(&DETAILS, *seq, sealed).unwrap();
    let details: Value = serde_json::from_slice(&details).unwrap();
    assert_eq!(details["reason"], "bad_slip");
}
