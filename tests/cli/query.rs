//! Fields for another system, by the same request as over HTTP.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;

use crate::card::Card;
use crate::card::PERSON;
use crate::case::load_items;
use crate::office::HEALTH;

const POLICE: &str = "锡林浩特市公安局";
const BASE: &str = "150131901000";

/// A request of a person with her card before an officer; a slip authorises one use.
fn request(card: &Card, slip: u8, holder: &str, fields: &[&str]) -> String {
    let holder = holder.split_once(':').unwrap();
    let holder = json!({"type": holder.0, "code": holder.1});
    let request = json!({
        "holder": holder,
        "fields": fields,
        "purpose": {
            "mode": "in_person", "item": "11152502MY0002245G415013190100001",
            "item_name": "食品经营许可（新办）", "cause": "健康证查验",
            "operator": {"account": "wang.m", "name": "王敏", "organisation": POLICE, "window": "3"},
            "slip": format!("现授〔2026〕{slip}号"),
            "present": {"name": "杨敏", "holder": holder, "face_checked": true},
        },
    });
    let path = card.office.path("request.json");
    std::fs::write(&path, request.to_string()).unwrap();
    path
}

/// A card, an agency's token, and the items.
fn ready() -> (Card, String) {
    let card = Card::issued();
    let office = &card.office;
    load_items(office, &["食品经营许可（新办）"]);
    let token = office.path("system.token");
    let system = ["--role", "system", "--agency", POLICE, "--out", &token];
    office.does(&[&["token", "create"], system.as_slice()].concat());
    (card, token)
}

#[test]
fn a_system_queries_what_it_was_granted_and_no_more() {
    let (card, token) = ready();
    let office = &card.office;
    let ask = |slip, fields: &[&str]| {
        let request = request(&card, slip, PERSON, fields);
        office.runs(&["--json", "query", HEALTH, &request, "--token-file", &token])
    };
    let refused = ask(1, &[]);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &json!("no_grant"))
    );
    let given = office.gives(POLICE, BASE, "holder_name,trade_class");
    let fetched = ask(2, &[]).json();
    let one = &fetched["certificates"][0];
    assert_eq!(one["verdict"], "valid");
    assert_eq!(one["fields"]["holder_name"], "杨敏");
    assert_eq!(one["fields"]["trade_class"], "03");
    assert_eq!(one["fields"]["sex"], Value::Null);
    assert!(fetched["envelope"].is_string() && !fetched["use_record"].is_null());
    let evidence = one["evidence"].as_str().unwrap();
    let verified = office.does(&["--json", "verify", evidence]).json();
    assert_eq!(verified["verdicts"][0]["shown_by"], "none");
    assert_eq!(card.verdict(&[&with_another_name(evidence)]), "tampered");

    let request = request(&card, 3, PERSON, &[]);
    let words = office
        .does(&["query", HEALTH, &request, "--token-file", &token])
        .out;
    assert!(words.contains("持证主体: 杨敏"), "{words}");
    assert_eq!(ask(4, &["sex"]).json()["code"], "field_not_granted");
    let taken = office.does(&["--json", "grant", "take", &given]).json();
    assert_eq!(taken["taken"].to_string(), given);
    assert_eq!(ask(5, &[]).code, 1);
}

#[test]
fn nobody_found_is_an_answer() {
    let (card, token) = ready();
    card.office.gives(POLICE, BASE, "holder_name");
    let request = request(&card, 1, "111:152528197911010470", &[]);
    let none = card
        .office
        .runs(&["query", HEALTH, &request, "--token-file", &token]);
    assert_eq!((none.code, none.out.as_str()), (2, "未查到记录\n"));
    let broken = card.office.path("broken.json");
    std::fs::write(&broken, "{\"purpose\": {}}").unwrap();
    let refused = card
        .office
        .runs(&["query", HEALTH, &broken, "--token-file", &token]);
    assert_eq!(refused.code, 1);
}

/// The same record, with a name in it that nobody signed.
fn with_another_name(record: &str) -> String {
    let parts = record.split('~').map(|part| {
        let decoded = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        match String::from_utf8(decoded) {
            Ok(text) if text.contains("杨敏") => {
                BASE64_URL_SAFE_NO_PAD.encode(text.replace("杨敏", "杨某"))
            }
            _ => part.to_owned(),
        }
    });
    let forged = parts.collect::<Vec<_>>().join("~");
    assert_ne!(forged, record);
    forged
}
