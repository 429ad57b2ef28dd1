//! What happens in cases is counted and logged, each act once and nobody named.

use std::collections::BTreeSet;

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::flow::tasks;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::cases::http::Desk;
use crate::support::cases;
use crate::support::cases::MOTHER;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::log;
use crate::support::server::Ask;

/// Everything that a line about a case may carry.
const MEMBERS: &[&str] = &[
    "timestamp",
    "level",
    "message",
    "target",
    "record",
    "agency",
    "of",
    "act",
    "materials",
    "waived",
];

/// The register and the social security card in the old-age allowance.
const REGISTER: usize = 2;
const CARD: usize = 3;

/// Lets whichever issuer was asked say no.
fn deny(desk: &Desk) {
    let office = &desk.server.test.office;
    let known = office.known();
    let mut issuers = known.agencies.keys().map(|number| Caller {
        id: "issuer-1".to_owned(),
        role: Role::Issuer,
        agency: Some(*number),
        holder: None,
        person: None,
    });
    let asked = issuers.find_map(|by| {
        let task = tasks::list(office, &by).unwrap().pop()?;
        Some((task.id, by))
    });
    let (task, by) = asked.unwrap();
    tasks::answer(office, task, (false, "查无此人"), &by, None).unwrap();
}

#[rstest]
fn acts_are_counted_once_and_logged_without_anybody(
    #[values(Sqlite, Postgres)] database: Database,
) {
    log::keep();
    let desk = Desk::on(database);
    let test = &desk.server.test;
    cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
    let ask = || {
        desk.post(
            "/requests",
            "-",
            &json!({"person": 0, "materials": [REGISTER]}),
        )
        .json()
    };
    let answer = |asked: &Value, give: bool| {
        let path = format!(
            "/api/v1/requests/{}/answer",
            asked["code"].as_str().unwrap()
        );
        let answer = Ask::new("POST", &path).token(&desk.phone);
        let told = desk.server.ask(&answer.json(&json!({ "give": give })));
        assert_eq!(told.status, 200, "{told:?}");
    };
    // Nobody answers the first request, the second is refused, the third granted.
    let late = ask();
    test.clock.advance(121);
    let standing = desk.at(&format!("/requests/{}", late["consent"]));
    assert_eq!(desk.get(&standing, &desk.window).json()["state"], "expired");
    answer(&ask(), false);
    answer(&ask(), true);
    let check = json!({"materials": [CARD], "decision": "check", "note": "窗口查不到"});
    assert_eq!(desk.post("/decisions", "check", &check).status, 200);
    let counted = || {
        let answer = desk.server.ask(&Ask::new("GET", "/metrics"));
        String::from_utf8(answer.body).unwrap()
    };
    assert!(counted().contains("mianzheng_tasks_open 1\n"));
    deny(&desk);
    let waive = json!({"materials": [REGISTER], "decision": "waive"});
    for _ in 0..2 {
        // Sent twice, it is done and counted once.
        assert_eq!(desk.post("/decisions", "waive", &waive).status, 200);
    }
    assert_eq!(desk.post("/closing", "close", &json!({})).status, 200);
    let voiding = json!({"reason": "写错了"});
    assert_eq!(desk.post("/receipts/voiding", "v", &voiding).status, 200);
    assert_eq!(desk.post("/closing", "again", &json!({})).status, 200);

    let metrics = counted();
    for (line, n) in [
        ("case_acts_total{name=\"opened\"}", 1),
        ("case_acts_total{name=\"served\"}", 1),
        ("case_acts_total{name=\"waive\"}", 1),
        ("case_acts_total{name=\"check\"}", 1),
        ("case_acts_total{name=\"closed\"}", 2),
        ("case_acts_total{name=\"reopened\"}", 1),
        ("case_materials_total{name=\"waived\"}", 1),
        ("case_materials_total{name=\"mismatch\"}", 1),
        ("consents_total{name=\"asked\"}", 3),
        ("consents_total{name=\"expired\"}", 1),
        ("consents_total{name=\"refused\"}", 1),
        ("consents_total{name=\"given\"}", 1),
        ("receipts_total{name=\"signed\"}", 2),
        ("receipts_total{name=\"voided\"}", 1),
        ("tasks_total{name=\"opened\"}", 1),
        ("tasks_total{name=\"denied\"}", 1),
        ("tasks_open", 0),
    ] {
        let line = format!("mianzheng_{line} {n}\n");
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains("name=\"other\""), "{metrics}");

    let kept = log::kept();
    let lines = kept
        .lines()
        .filter(|line| line.contains("done at a window"));
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let acts: BTreeSet<(&str, &str)> = lines
        .iter()
        .map(|line| (line["of"].as_str().unwrap(), line["act"].as_str().unwrap()))
        .collect();
    for act in [
        ("case", "opened"),
        ("case", "waive"),
        ("consent", "given"),
        ("receipt", "signed"),
        ("task", "opened"),
    ] {
        assert!(acts.contains(&act), "{act:?} is not in {acts:?}");
    }
    for line in &lines {
        let mut members = line.as_object().unwrap().keys();
        assert!(
            members.all(|name| MEMBERS.contains(&name.as_str())),
            "{line}"
        );
    }
}
