//! How a certificate stood at a time that is over: for issuers, operators, and officers with a
//! case; and no more of it than is told without a time.

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::issue::renew::RenewRequest;
use mianzheng::flow::issue::renew::renew;
use mianzheng::flow::ledger_check;
use mianzheng::flow::show::compact;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases;
use crate::support::cases::MOTHER;
use crate::support::cases::POLICE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::MARKET;
use crate::support::office::TestOffice;
use crate::support::office::draft;
use crate::support::office::health_fields;
use crate::support::office::operator;
use crate::support::people::citizen;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const REGISTER: u64 = 2;

fn change(test: &TestOffice, identifier: &CertificateIdentifier, change: Change) {
    let request = ChangeRequest {
        identifier,
        change,
        reason: "复查",
        by: &operator(),
        key: None,
    };
    change_status(&test.office, &request).unwrap();
}

fn renewed(test: &TestOffice, identifier: &CertificateIdentifier) -> CertificateIdentifier {
    let code = citizen(1);
    let draft = draft(&health_fields(&code, "锡市健〔2027〕1700001号"));
    let request = RenewRequest {
        identifier,
        draft: &draft,
        pictures: Vec::new(),
        by: &test.caller(Role::Issuer, CDC),
        key: None,
    };
    renew(&test.office, request).unwrap().identifier
}

/// A minute goes by; the time, as an address has it.
fn later(test: &TestOffice) -> String {
    test.clock.advance(60);
    let now = test.now().to_string();
    test.clock.advance(60);
    now.replace('+', "%2B")
}

struct Scene {
    server: TestServer,
    window: String,
}

impl Scene {
    fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        cases::load_items(&server.test);
        server.test.give_keys(&[server.test.agency(POLICE)]);
        Self {
            window: server.token(Role::Window, Some(HALL), None),
            server,
        }
    }

    fn get(&self, token: &str, path: &str) -> Answer {
        self.server.ask(&Ask::new("GET", path).token(token))
    }

    fn verify(&self, token: &str, code: &str, query: &str) -> Answer {
        let path = format!("/api/v1/verify{query}");
        let ask = Ask::new("POST", &path).token(token);
        self.server.ask(&ask.json(&json!({"code": code})))
    }

    fn case(&self, token: &str, key: &str) -> String {
        let body = json!({
            "items": [cases::item(cases::OLD_AGE)], "name": "其其格",
            "holder": {"type": "111", "code": "152502199206120020"},
        });
        let ask = Ask::new("POST", "/api/v1/cases").token(token).key(key);
        let opened = self.server.ask(&ask.json(&body));
        assert_eq!(opened.status, 201, "{opened:?}");
        opened.json()["number"].as_str().unwrap().to_owned()
    }
}

#[rstest]
fn issuers_read_how_it_stood(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let test = &scene.server.test;
    let before = later(test);
    let first = test.health(&citizen(1), "锡市健〔2026〕1700001号");
    let good = later(test);
    change(test, &first, Change::Suspend);
    let suspended = later(test);
    change(test, &first, Change::Resume);
    let resumed = later(test);
    let second = renewed(test, &first);
    let superseded = later(test);
    change(test, &second, Change::End(EndWord::Revoked));
    let over = later(test);
    let issuer = scene.server.token(Role::Issuer, Some(CDC), None);
    let path =
        |of: &CertificateIdentifier, time: &str| format!("/api/v1/certificates/{of}?time={time}");
    for (of, time, standing, verdict) in [
        (&first, &before, "not_yet_issued", "not_yet_valid"),
        (&first, &good, "in_force", "valid"),
        (&first, &suspended, "suspended", "suspended"),
        (&first, &resumed, "in_force", "valid"),
        (&first, &superseded, "superseded", "superseded"),
        (&second, &resumed, "not_yet_issued", "not_yet_valid"),
        (&second, &superseded, "in_force", "valid"),
        (&second, &over, "revoked", "revoked"),
    ] {
        let told = scene.get(&issuer, &path(of, time)).json();
        assert_eq!(
            (&told["standing"], &told["verdict"]),
            (&json!(standing), &json!(verdict)),
            "{time}"
        );
        assert_eq!(told["stood_at"].as_str().unwrap(), time.replace("%2B", "+"));
        let told = scene
            .verify(&issuer, &of.to_string(), &format!("?time={time}"))
            .json();
        assert_eq!(told["verdict"], verdict, "{told}");
        assert_eq!(told["certificates"][0]["fields"], json!({}));
    }
    // A plus sign that nobody escaped is a blank by now, and still understood.
    let plain = scene
        .get(&issuer, &path(&first, &suspended.replace("%2B", "+")))
        .json();
    assert_eq!(plain["standing"], "suspended");
    let now = scene
        .get(&issuer, &format!("/api/v1/certificates/{first}"))
        .json();
    assert_eq!(
        (&now["standing"], &now["stood_at"]),
        (&json!("superseded"), &Value::Null)
    );
    for (time, code) in [
        ("2099-01-01T00:00:00Z", "future_time"),
        ("1999-01-01T00:00:00Z", "before_record"),
        ("yesterday", "bad_request"),
        ("", "bad_request"),
    ] {
        assert_eq!(
            scene.get(&issuer, &path(&first, time)).code(),
            code,
            "{time}"
        );
        let told = scene.verify(&issuer, &first.to_string(), &format!("?time={time}"));
        assert_eq!(told.code(), code, "{time}");
    }
    // Another agency's certificate is none to ask about.
    let other = scene.server.token(Role::Issuer, Some(HALL), None);
    assert_eq!(scene.get(&other, &path(&first, &good)).code(), "not_found");
    let told = scene.verify(&other, &first.to_string(), &format!("?time={good}"));
    assert_eq!(told.json()["verdict"], "not_found");
    let operator = scene.server.token(Role::Operator, None, None);
    let told = scene.verify(&operator, &first.to_string(), &format!("?time={suspended}"));
    assert_eq!(told.json()["verdict"], "suspended");
    assert!(ledger_check::check(&test.office, None).unwrap().is_whole());
}

#[rstest]
fn an_officer_asks_for_a_case(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let test = &scene.server.test;
    let household = cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
    let case = scene.case(&scene.window, "case");
    let needed = ["holder_name", "birth_date", "home_address"];
    let code = cases::live(test, MOTHER, &[(&household, &needed)]);
    let path = format!("/api/v1/cases/{case}/codes");
    let ask = Ask::new("POST", &path).token(&scene.window).key("put");
    let came = scene.server.ask(&ask.json(&json!({"code": code}))).json();
    assert_eq!(
        came["case"]["materials"][2]["uses"][0]["identifier"],
        household.to_string()
    );
    let path = format!("/api/v1/cases/{case}/decisions");
    let ask = Ask::new("POST", &path).token(&scene.window).key("waive");
    let waive = json!({"materials": [REGISTER], "decision": "waive"});
    assert_eq!(scene.server.ask(&ask.json(&waive)).json()["waived"], 1);
    let waived = later(test);
    change(test, &household, Change::Suspend);
    let suspended = later(test);
    change(test, &household, Change::Resume);
    // The certificates that served, as they stood.
    let receipts = |time: &str| {
        let path = format!("/api/v1/cases/{case}/receipts?time={time}");
        scene.get(&scene.window, &path).json()["stood"].clone()
    };
    let line = |standing: &str, verdict: &str| json!([{"identifier": household.to_string(), "standing": standing, "verdict": verdict}]);
    assert_eq!(receipts(&waived), line("in_force", "valid"));
    assert_eq!(receipts(&suspended), line("suspended", "suspended"));
    let path = format!("/api/v1/cases/{case}/receipts");
    assert_eq!(scene.get(&scene.window, &path).json()["stood"], Value::Null);
    // Any certificate that is brought, by its number, its record or the paper.
    let printed = compact::printed(&test.office, &household, &test.holder(MOTHER)).unwrap();
    let query = format!("?time={suspended}&case={case}");
    let texts = [
        household.to_string(),
        test.record(&household),
        printed.text,
        printed.address.unwrap(),
    ];
    for text in &texts {
        let told = scene.verify(&scene.window, text, &query).json();
        assert_eq!(told["verdict"], "suspended", "{told}");
        assert_eq!(
            told["stood_at"].as_str().unwrap(),
            suspended.replace("%2B", "+")
        );
        let fields = told["certificates"][0]["fields"].as_object().unwrap();
        assert!(fields.is_empty(), "{told}");
    }
    // What is of its moment is not asked about, and not spent.
    let live = cases::live(test, MOTHER, &[(&household, &needed)]);
    let told = scene.verify(&scene.window, &live, &query);
    assert_eq!(told.code(), "bad_request");
    assert_eq!(
        scene.verify(&scene.window, &live, "").json()["verdict"],
        "valid"
    );
    // Not without a case, nor for another place's, nor for who is no officer.
    let number = household.to_string();
    let at = |token: &str, query: &str| scene.verify(token, &number, query).code();
    let plain = format!("?time={suspended}");
    assert_eq!(at(&scene.window, &plain), "forbidden");
    assert_eq!(at(&scene.window, &format!("?case={case}")), "bad_request");
    let stranger = scene.server.token(Role::Window, Some(MARKET), None);
    assert_eq!(at(&stranger, &query), "not_found");
    let mother = scene.server.token(Role::Holder, None, Some(MOTHER));
    for token in [mother.as_str(), ""] {
        assert_eq!(at(token, &plain), "forbidden");
        assert_eq!(at(token, &query), "forbidden");
    }
    // She reads that it was asked, and for which case.
    let uses = scene.get(&mother, "/api/v1/uses").json();
    let asked = uses["uses"].as_array().unwrap().iter();
    let asked = asked.filter(|line| line["outcome"] == "suspended");
    assert!(asked.clone().count() >= texts.len(), "{uses}");
    assert!(asked.clone().all(|line| line["case"] == *case), "{uses}");
    assert!(ledger_check::check(&test.office, None).unwrap().is_whole());
}
