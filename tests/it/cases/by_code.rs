//! A phone opens a case at a window, its holder says yes once, and one live code carries all of
//! it; everything that goes wrong on the way has an end of its own.

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::ledger_check;
use mianzheng::flow::notices;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases;
use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::BIRTH_SERVICE;
use crate::support::cases::CIVIL;
use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::POLICE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::MARKET;
use crate::support::office::operator;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

struct Scene {
    server: TestServer,
    window: String,
    mother: String,
}

impl Scene {
    fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        cases::load_items(&server.test);
        let agencies = [POLICE, CIVIL].map(|name| server.test.agency(name));
        server.test.give_keys(&agencies);
        Self {
            window: server.token(Role::Window, Some(HALL), None),
            mother: server.token(Role::Holder, None, Some(MOTHER)),
            server,
        }
    }

    fn post(&self, token: &str, path: &str, key: &str, body: &Value) -> Answer {
        let ask = Ask::new("POST", path).token(token).key(key);
        self.server.ask(&ask.json(body))
    }

    fn get(&self, token: &str, path: &str) -> Value {
        self.server.ask(&Ask::new("GET", path).token(token)).json()
    }

    /// A case of the mother's.
    fn case(&self, item: &str, key: &str) -> Value {
        let body = json!({
            "items": [cases::item(item)], "name": "其其格",
            "holder": {"type": "111", "code": "152502199206120020"},
        });
        let opened = self.post(&self.window, "/api/v1/cases", key, &body);
        assert_eq!(opened.status, 201, "{opened:?}");
        opened.json()
    }

    /// The registration of her newborn, with all the certificates that it needs.
    fn newborn(&self) -> (Value, [CertificateIdentifier; 3]) {
        let test = &self.server.test;
        let household = cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
        let certificates = [cases::birth(test), household, cases::marriage(test)];
        let case = self.case(BIRTH_REGISTRATION, "newborn");
        let number = case["number"].as_str().unwrap();
        for (role, name, code) in [("child", "萨仁", NEWBORN), ("parent", "苏和", FATHER)] {
            let (kind, code) = code.split_once(':').unwrap();
            let body = json!({"role": role, "name": name, "holder": {"type": kind, "code": code}});
            let path = format!("/api/v1/cases/{number}/people");
            let named = self.post(&self.window, &path, role, &body);
            assert_eq!(named.status, 200, "{named:?}");
        }
        (case, certificates)
    }

    fn open(&self, token: &str, text: &str) -> Answer {
        self.post(token, "/api/v1/requests", "-", &json!({"case": text}))
    }

    fn opened(&self, case: &Value) -> Value {
        let asks = self.open(&self.mother, case["number"].as_str().unwrap());
        assert_eq!(asks.status, 201, "{asks:?}");
        asks.json()
    }

    fn give(&self, asks: &Value, key: &str, body: &Value) -> Answer {
        let path = format!("/api/v1/requests/{}/codes", asks["code"].as_str().unwrap());
        self.post(&self.mother, &path, key, body)
    }

    fn put(&self, token: &str, case: &Value, code: &Value, key: &str) -> Value {
        let path = format!("/api/v1/cases/{}/codes", case["number"].as_str().unwrap());
        let came = self.post(token, &path, key, &json!({"code": code["text"]}));
        assert_eq!(came.status, 200, "{came:?}");
        came.json()
    }

    fn end(&self, identifier: &CertificateIdentifier) {
        let change = ChangeRequest {
            identifier,
            change: Change::End(EndWord::Cancelled),
            reason: "注销",
            by: &operator(),
            key: None,
        };
        change_status(&self.server.test.office, &change).unwrap();
    }
}

fn outcomes(came: &Value) -> Vec<(u64, &str)> {
    let offered = came["offered"].as_array().unwrap().iter();
    let served = offered.flat_map(|one| one["served"].as_array().unwrap());
    let mut all: Vec<_> = served
        .map(|s| {
            (
                s["material"].as_u64().unwrap(),
                s["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    all.sort_unstable();
    all
}

fn last_step(came: &Value) -> &str {
    let step = came["steps"].as_array().unwrap().last().unwrap();
    step["code"].as_str().unwrap()
}

#[rstest]
fn one_yes_and_one_code_serve_the_whole_case(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let (case, certificates) = scene.newborn();
    let number = case["number"].as_str().unwrap();
    assert_eq!(case["scan"], format!("HTTPS://MZ.EXAMPLE/C/{number}"));
    let pending = scene.get(&scene.mother, "/api/v1/requests");
    assert_eq!(pending["cases"][0]["number"], *number);
    let short = pending["cases"][0]["short"].as_str().unwrap();
    // By its number, by the window's screen, or by six digits.
    for text in [number, case["scan"].as_str().unwrap(), short] {
        assert_eq!(scene.open(&scene.mother, text).status, 201, "{text}");
    }
    let asks = scene.opened(&case);
    let asked = &asks["asked"];
    assert_eq!(
        (&asked["agency"], &asked["case"]),
        (&json!(HALL), &json!(number))
    );
    assert_eq!(asks["missing"], json!([]));
    let materials = asked["materials"].as_array().unwrap();
    let told: Vec<_> = materials
        .iter()
        .map(|m| {
            (
                m["material"].as_u64(),
                m["required"].as_bool(),
                m["whose"].as_str(),
            )
        })
        .collect();
    let needed = |place, whose| (Some(place), Some(true), Some(whose));
    assert_eq!(
        told,
        [needed(0, "萨*"), needed(1, "其*格"), needed(3, "其*格")]
    );
    assert_eq!(materials[0]["certificate"], certificates[0].to_string());
    assert_eq!(
        materials[1]["fields"][0]["needed_for"],
        json!([BIRTH_REGISTRATION])
    );
    // Which fields are shown is not hers to widen, nor the window's.
    let wider = json!({"also": [], "fields": ["birth_weight_g"]});
    assert_eq!(scene.give(&asks, "wider", &wider).code(), "bad_request");
    assert_eq!(
        scene.give(&asks, "more", &json!({"also": [2]})).code(),
        "over_asking"
    );
    let given = scene.give(&asks, "yes", &json!({}));
    assert_eq!(given.status, 200, "{given:?}");
    assert_eq!(scene.give(&asks, "yes-2", &json!({})).code(), "wrong_step");
    let code = given.json();
    // Nobody else reads it: no plain verifying, no other place, and it stays good.
    let path = "/api/v1/verify";
    let plain = scene.post(&scene.window, path, "-", &json!({"code": code["text"]}));
    assert_eq!(
        (&plain.json()["verdict"], last_step(&plain.json())),
        (&json!("mismatch"), "other_case")
    );
    let other = scene.case(BIRTH_SERVICE, "other");
    let came = scene.put(&scene.window, &other, &code, "there");
    assert_eq!(
        (&came["verdict"], last_step(&came)),
        (&json!("mismatch"), "other_case")
    );
    assert_eq!(came["offered"], json!([]));
    let stranger = scene.server.token(Role::Window, Some(MARKET), None);
    let path = format!("/api/v1/cases/{number}/codes");
    let elsewhere = scene.post(&stranger, &path, "x", &json!({"code": code["text"]}));
    assert_eq!(elsewhere.code(), "not_found");
    // She reads who tried, card by card, and that nothing of it was seen.
    let tried = scene.get(&scene.mother, "/api/v1/uses");
    let tried = tried["uses"].as_array().unwrap();
    let told = |line: &Value| {
        let seen = (&line["event"], &line["outcome"], &line["fields"]);
        assert_eq!(seen, (&json!("verified"), &json!("mismatch"), &json!([])));
        line["identifier"].as_str().unwrap().to_owned()
    };
    for scans in tried[..6].chunks(3) {
        let mut cards: Vec<_> = scans.iter().map(told).collect();
        let mut given: Vec<_> = certificates.iter().map(ToString::to_string).collect();
        cards.sort();
        given.sort();
        assert_eq!(cards, given);
    }
    assert_eq!(tried[6]["outcome"], "given");
    let came = scene.put(&scene.window, &case, &code, "here");
    assert_eq!(came["verdict"], "valid", "{came}");
    assert_eq!(
        outcomes(&came),
        [(0, "serves"), (1, "serves"), (3, "serves")]
    );
    for place in [0, 1, 3] {
        assert_eq!(came["case"]["materials"][place]["state"], "verified");
    }
    let again = scene.put(&scene.window, &case, &code, "again");
    assert_eq!(again["verdict"], "replayed");
    // One signed record of what was shown and of who answered for whom.
    let path = format!("/api/v1/requests/{}", asks["code"].as_str().unwrap());
    let view = scene.get(&scene.mother, &path);
    let office = &scene.server.test.office;
    let record = view["record"].as_str().unwrap();
    let trust = office.trust().unwrap();
    let record = trust.open_message(record, Message::Consent, KeyUse::Receipt);
    let record = record.unwrap();
    assert_eq!(
        (&record["format"], &record["mode"]),
        (&json!(2), &json!("case_code"))
    );
    assert_eq!(record["asked"], *asked);
    assert_eq!(record["chosen"], json!([0, 1, 3]));
    let acting = record["acting"].as_array().unwrap();
    assert_eq!(
        (&acting[0]["by"], &acting[0]["name"]),
        (&json!("own"), &json!("其*格"))
    );
    assert_eq!(
        (&acting[1]["by"], &acting[1]["for"]["name"]),
        (&json!("guardian"), &json!("萨*"))
    );
    assert_eq!(acting[1]["name"], "其*格");
    assert!(ledger_check::check(office, None).unwrap().is_whole());
}

#[rstest]
fn what_may_be_left_out_is_off_until_it_is_chosen(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let test = &scene.server.test;
    cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
    cases::marriage(test);
    let case = scene.case(BIRTH_SERVICE, "case");
    let asks = scene.opened(&case);
    let materials = asks["asked"]["materials"].as_array().unwrap();
    let told: Vec<_> = materials
        .iter()
        .map(|m| {
            (
                m["material"].as_u64().unwrap(),
                m["required"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [(1, false), (2, true)]);
    let code = scene.give(&asks, "yes", &json!({})).json();
    let came = scene.put(&scene.window, &case, &code, "put");
    assert_eq!(outcomes(&came), [(2, "serves")]);
    assert_eq!(came["case"]["materials"][1]["state"], "not_asked");
    // She opens it again: only the other one is left, and she chooses it.
    let asks = scene.opened(&case);
    assert_eq!(asks["asked"]["materials"].as_array().unwrap().len(), 1);
    assert_eq!(scene.give(&asks, "none", &json!({})).code(), "bad_request");
    let code = scene.give(&asks, "one", &json!({"also": [1]})).json();
    let came = scene.put(&scene.window, &case, &code, "put-2");
    assert_eq!(outcomes(&came), [(1, "denied")]);
}

#[rstest]
fn who_acted_is_said_of_what_was_given_and_of_nothing_else(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let scene = Scene::on(database);
    let (case, certificates) = scene.newborn();
    let asks = scene.opened(&case);
    // She was asked for the child's certificate, and showed it by itself before she said yes.
    let fields = asks["asked"]["materials"][0]["fields"].as_array().unwrap();
    let fields = fields.iter().map(|field| field["key"].as_str().unwrap());
    let fields: Vec<&str> = fields.collect();
    let alone = cases::live(&scene.server.test, MOTHER, &[(&certificates[0], &fields)]);
    let came = scene.put(&scene.window, &case, &json!({"text": alone}), "alone");
    assert_eq!(outcomes(&came), [(0, "serves")]);
    let father = scene.server.test.holder(FATHER);
    let told = || {
        notices::list(&scene.server.test.office, &father)
            .unwrap()
            .len()
    };
    let before = told();
    let given = scene.give(&asks, "yes", &json!({}));
    assert_eq!(given.status, 200, "{given:?}");
    let path = format!("/api/v1/requests/{}", asks["code"].as_str().unwrap());
    let view = scene.get(&scene.mother, &path);
    let office = &scene.server.test.office;
    let trust = office.trust().unwrap();
    let record = view["record"].as_str().unwrap();
    let record = trust.open_message(record, Message::Consent, KeyUse::Receipt);
    let record = record.unwrap();
    assert_eq!(record["asked"]["materials"].as_array().unwrap().len(), 3);
    assert_eq!(record["chosen"], json!([1, 3]));
    let acting = record["acting"].as_array().unwrap();
    let by: Vec<_> = acting.iter().map(|one| &one["by"]).collect();
    assert_eq!(by, ["own"]);
    // Nothing was done for the child, of which its father would be told.
    assert_eq!(told(), before);
}

#[rstest]
fn every_way_to_fail_has_its_own_end(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let (case, certificates) = scene.newborn();
    let clock = &scene.server.test.clock;
    let number = case["number"].as_str().unwrap();
    // A stranger is told the same of a case that there is and of one that there is not.
    let stranger = "111:152525198501010027";
    let stranger = scene.server.token(Role::Holder, None, Some(stranger));
    for text in [number, "15250220261123999999", &number[14..], "hello"] {
        assert_eq!(scene.open(&stranger, text).code(), "not_of_case", "{text}");
    }
    assert_eq!(scene.get(&stranger, "/api/v1/requests")["cases"], json!([]));
    let asks = scene.opened(&case);
    let path = format!("/api/v1/requests/{}/codes", asks["code"].as_str().unwrap());
    let other = scene.post(&stranger, &path, "other", &json!({}));
    assert_eq!(other.code(), "other_holder");
    // Late to say yes, late to bring it, late to draw it again.
    clock.advance(120);
    assert_eq!(scene.give(&asks, "late", &json!({})).code(), "consent_late");
    assert_eq!(scene.give(&asks, "late", &json!({})).code(), "wrong_step");
    let asks = scene.opened(&case);
    let code = scene.give(&asks, "slow", &json!({})).json();
    clock.advance(45);
    let came = scene.put(&scene.window, &case, &code, "slow");
    assert_eq!(came["verdict"], "stale_code");
    let renew = format!("/api/v1/shows/{}/codes", code["session"]);
    let renewed = scene.post(&scene.mother, &renew, "-", &json!({}));
    assert_eq!(renewed.status, 200, "{renewed:?}");
    clock.advance(75);
    let renewed = scene.post(&scene.mother, &renew, "-", &json!({}));
    assert_eq!(renewed.code(), "consent_late");
    // Taken back before it was brought.
    let asks = scene.opened(&case);
    let code = scene.give(&asks, "back", &json!({})).json();
    let path = format!(
        "/api/v1/requests/{}/withdrawal",
        asks["code"].as_str().unwrap()
    );
    let back = scene.post(&scene.mother, &path, "-", &json!({}));
    assert_eq!(back.json()["state"], "withdrawn", "{back:?}");
    let came = scene.put(&scene.window, &case, &code, "back");
    assert_eq!(last_step(&came), "consent_withdrawn");
    // A certificate that ends after she saw it, and one that ends after she gave it.
    let asks = scene.opened(&case);
    scene.end(&certificates[2]);
    assert_eq!(scene.give(&asks, "gone", &json!({})).code(), "not_good_now");
    let asks = scene.opened(&case);
    assert_eq!(asks["missing"], json!(["父母结婚证"]));
    let code = scene.give(&asks, "most", &json!({})).json();
    scene.end(&certificates[1]);
    let came = scene.put(&scene.window, &case, &code, "most");
    assert_eq!(came["verdict"], "revoked");
    assert_eq!(outcomes(&came), [(0, "serves"), (1, "not_good")]);
    // Refused, in so many words; and nothing that she could give is left.
    assert_eq!(scene.open(&scene.mother, number).code(), "nothing_asked");
    assert!(
        ledger_check::check(&scene.server.test.office, None)
            .unwrap()
            .is_whole()
    );
}

#[rstest]
fn a_closed_case_asks_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let test = &scene.server.test;
    cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
    let case = scene.case(BIRTH_SERVICE, "case");
    let number = case["number"].as_str().unwrap();
    let asks = scene.opened(&case);
    let late = scene.opened(&case);
    let code = scene.give(&asks, "yes", &json!({})).json();
    let refused = format!("/api/v1/requests/{}/answer", late["code"].as_str().unwrap());
    let give = scene.post(&scene.mother, &refused, "-", &json!({"give": true}));
    assert_eq!(give.code(), "wrong_step");
    let at = |what: &str| format!("/api/v1/cases/{number}/{what}");
    let paper = json!({"materials": [2], "decision": "paper", "reason": "preferred_paper"});
    let decided = scene.post(&scene.window, &at("decisions"), "paper", &paper);
    assert_eq!(decided.status, 200, "{decided:?}");
    let closed = scene.post(&scene.window, &at("closing"), "close", &json!({}));
    assert_eq!(closed.status, 200, "{closed:?}");
    let put = scene.post(
        &scene.window,
        &at("codes"),
        "put",
        &json!({"code": code["text"]}),
    );
    assert_eq!(put.code(), "case_closed");
    assert_eq!(
        scene.give(&late, "closed", &json!({})).code(),
        "case_closed"
    );
    assert_eq!(scene.open(&scene.mother, number).code(), "case_closed");
    assert_eq!(
        scene.get(&scene.mother, "/api/v1/requests")["cases"],
        json!([])
    );
}
