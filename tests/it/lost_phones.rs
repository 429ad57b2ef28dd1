//! A lost phone: one action ends everything on it, and nothing of what she gets anew.

use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::words::Lang;
use mianzheng::flow::forget::forget_expired;
use mianzheng::flow::ledger_check;
use mianzheng::flow::notices;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const PERSON: &str = "152502199003070019";
const OTHER: &str = "152502199206120020";

struct World {
    server: TestServer,
    /// The phone that is lost.
    phone: String,
    window: String,
    card: String,
}

impl World {
    fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        let card = server
            .test
            .health(PERSON, "锡市健〔2026〕1700001号")
            .to_string();
        Self {
            phone: server.token(Role::Holder, None, Some(&format!("111:{PERSON}"))),
            window: server.token(Role::Window, Some(HALL), None),
            server,
            card,
        }
    }

    fn post(&self, token: &str, path: &str, key: &str, body: &Value) -> Value {
        let answer = self
            .server
            .ask(&Ask::new("POST", path).token(token).key(key).json(body));
        assert!(answer.status < 300, "{path}: {answer:?}");
        answer.json()
    }

    fn offline(&self, token: &str, key: &str) -> String {
        let path = format!("/api/v1/cards/{}/offline-codes", self.card);
        let body = json!({"fields": ["holder_name"], "minutes": 600});
        let made = self.post(token, &path, key, &body);
        made["text"].as_str().unwrap().to_owned()
    }

    fn live(&self, token: &str, key: &str) -> Value {
        let choice = json!({"choices": [{"identifier": self.card, "fields": ["holder_name"]}]});
        self.post(token, "/api/v1/shows", key, &choice)
    }

    /// The verdict and the step that decided it.
    fn verdict(&self, token: &str, code: &str) -> (String, Option<String>) {
        let told = self.post(token, "/api/v1/verify", "v", &json!({"code": code}));
        let failed = told["steps"].as_array().unwrap().iter();
        let mut failed = failed.filter(|step| step["outcome"] == "failed");
        let failed = failed
            .next()
            .map(|step| step["code"].as_str().unwrap().to_owned());
        (told["verdict"].as_str().unwrap().to_owned(), failed)
    }

    fn lost(&self, token: &str, path: &str, body: Option<&Value>) -> Value {
        let ask = Ask::new("POST", path).token(token).key("lost");
        let answer = self.server.ask(&match body {
            Some(body) => ask.json(body),
            None => ask,
        });
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    fn cards(&self, token: &str) -> u16 {
        self.server
            .ask(&Ask::new("GET", "/api/v1/cards").token(token))
            .status
    }
}

fn denied() -> (String, Option<String>) {
    ("stale_code".to_owned(), Some("denied".to_owned()))
}

#[rstest]
fn what_was_on_the_phone_ends_and_what_comes_after_works(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let world = World::on(database);
    let test = &world.server.test;
    let tablet = world
        .server
        .token(Role::Holder, None, Some(&format!("111:{PERSON}")));
    let others = world
        .server
        .token(Role::Holder, None, Some(&format!("111:{OTHER}")));
    let [before, shown] = ["o1", "o2"].map(|key| world.offline(&world.phone, key));
    let live = world.live(&world.phone, "l1");
    let old_bundle = test.bundle();
    let ended = world.lost(&tablet, "/api/v1/phone-losses", None);
    assert_eq!(
        ended,
        json!({"credentials": 1, "sessions": 0, "showings": 1, "codes": 2})
    );
    // Said again, it is the same; the device she says it with stays, others' do as well.
    assert_eq!(world.lost(&tablet, "/api/v1/phone-losses", None), ended);
    assert_eq!(
        (world.cards(&world.phone), world.cards(&tablet)),
        (401, 200)
    );
    assert_eq!(world.cards(&others), 200);
    // Online at once, for officers and for strangers.
    for code in [&before, &shown] {
        assert_eq!(world.verdict(&world.window, code), denied());
        assert_eq!(world.verdict("", code), denied());
    }
    let text = live["text"].as_str().unwrap();
    assert_eq!(world.verdict(&world.window, text), denied());
    let renew = format!("/api/v1/shows/{}/codes", live["session"]);
    let renewed = world.server.ask(
        &Ask::new("POST", &renew)
            .token(&tablet)
            .key("r")
            .json(&json!({"hold": false})),
    );
    assert_eq!(renewed.code(), "wrong_step");
    // What is made anew is good, online and by the next bundle.
    let after = world.offline(&tablet, "o3");
    assert_eq!(world.verdict("", &after), ("valid".to_owned(), None));
    let live = world.live(&tablet, "l2");
    let text = live["text"].as_str().unwrap();
    assert_eq!(
        world.verdict(&world.window, text),
        ("valid".to_owned(), None)
    );
    let bundle = test.bundle();
    let offline = |code: &str, bundle| {
        let told = verify_offline(code, bundle, test.now());
        let failed = told.steps.iter().find(|step| step.detail.is_some());
        (told.verdict.name(), failed.and_then(|step| step.detail))
    };
    assert_eq!(
        offline(&before, &bundle),
        ("stale_code", Some("taken_back"))
    );
    assert_eq!(offline(&after, &bundle), ("valid", None));
    // A place that has not had the next bundle cannot know; this one ends with the code.
    assert_eq!(offline(&before, &old_bundle), ("valid", None));
    // She is told, the ledger tells, and it is whole.
    let told = notices::list(&test.office, &test.holder(&format!("111:{PERSON}"))).unwrap();
    assert_eq!(told.len(), 1);
    assert!(told[0].text(Lang::Zh).contains("手机已挂失"));
    let rows = test
        .office
        .store
        .read(|rx| rx.ledger_rows(0, 10_000))
        .unwrap();
    let kind = EventKind::PhoneLost.number();
    let events: Vec<_> = rows.iter().filter(|row| row.kind == kind).collect();
    assert!(events.len() == 1 && events[0].subject.is_some());
    assert!(ledger_check::check(&test.office, None).unwrap().is_whole());
    let metrics = world.server.ask(&Ask::new("GET", "/metrics"));
    let metrics = String::from_utf8(metrics.body).unwrap();
    assert!(
        metrics.contains("mianzheng_phones_lost_total 1"),
        "{metrics}"
    );
    // A day after the codes have run out, the list is empty again.
    test.clock.advance(35 * 3600);
    forget_expired(&test.office).unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM denied_codes"), 0);
}

#[rstest]
fn a_window_needs_the_card_and_the_face(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let path = "/api/v1/phone-losses/window";
    let body =
        |face: bool| json!({"holder": {"type": "111", "code": PERSON}, "face_checked": face});
    let code = world.offline(&world.phone, "o1");
    let ask = |token: &str, face| {
        let ask = Ask::new("POST", path).token(token).key("k");
        world.server.ask(&ask.json(&body(face)))
    };
    assert_eq!(ask(&world.window, false).code(), "needs_match");
    assert_eq!(ask(&world.phone, true).code(), "forbidden");
    assert_eq!(world.cards(&world.phone), 200, "nothing ended");
    let ended = world.lost(&world.window, path, Some(&body(true)));
    assert_eq!(
        ended,
        json!({"credentials": 1, "sessions": 0, "showings": 0, "codes": 1})
    );
    assert_eq!(world.cards(&world.phone), 401);
    assert_eq!(world.verdict(&world.window, &code), denied());
    // Somebody of whom there is nothing has nothing to end.
    let nobody = json!({"holder": {"type": "111", "code": OTHER}, "face_checked": true});
    let operator = world.server.token(Role::Operator, None, None);
    let ended = world.lost(&operator, path, Some(&nobody));
    assert_eq!(
        ended,
        json!({"credentials": 0, "sessions": 0, "showings": 0, "codes": 0})
    );
    let report = ledger_check::check(&world.server.test.office, None).unwrap();
    assert!(report.is_whole());
}

#[rstest]
fn what_waits_for_her_yes_is_answered_anew(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let test = &world.server.test;
    cases::load_items(test);
    test.give_keys(&[test.agency(cases::POLICE)]);
    let her = "111:152502194501010024";
    cases::household(test, "敖登", her, "蒙户152502-000777");
    let named = json!({"type": "111", "code": "152502194501010024"});
    let open = json!({"items": [cases::item(cases::OLD_AGE)], "name": "敖登", "holder": named});
    let case = world.post(&world.window, "/api/v1/cases", "c", &open);
    let number = case["number"].as_str().unwrap();
    let phone = || world.server.token(Role::Holder, None, Some(her));
    let waiting = |token: &str| {
        let told = world
            .server
            .ask(&Ask::new("GET", "/api/v1/requests").token(token));
        (
            told.status,
            String::from_utf8(told.body).unwrap().contains(number),
        )
    };
    // She says yes, and the code that carries it is on the phone that is lost.
    let give = |token: &str, key: &str| {
        let asks = world.post(token, "/api/v1/requests", key, &json!({"case": number}));
        let path = format!("/api/v1/requests/{}/codes", asks["code"].as_str().unwrap());
        let given = world.post(token, &path, key, &json!({}));
        given["text"].as_str().unwrap().to_owned()
    };
    let old = phone();
    assert_eq!(waiting(&old), (200, true));
    let code = give(&old, "old");
    let lost = json!({"holder": named, "face_checked": true});
    let path = "/api/v1/phone-losses/window";
    let ended = world.lost(&world.window, path, Some(&lost));
    assert_eq!(ended["showings"], 1);
    let put = |code: &str, key: &str| {
        let path = format!("/api/v1/cases/{number}/codes");
        world.post(&world.window, &path, key, &json!({"code": code}))
    };
    let refused = put(&code, "p1");
    assert_eq!(refused["verdict"], "stale_code", "{refused}");
    assert_eq!(waiting(&old).0, 401);
    let new = phone();
    assert_eq!(waiting(&new), (200, true), "it waits on");
    let taken = put(&give(&new, "new"), "p2");
    assert_eq!(taken["verdict"], "valid", "{taken}");
    assert!(ledger_check::check(&test.office, None).unwrap().is_whole());
}
