//! Fields for another system, and who may have them.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;

use crate::card::Card;
use crate::card::PERSON;
use crate::office::HEALTH;

const POLICE: &str = "锡林浩特市公安局";
const ITEM: &str = "150709902000";

#[test]
fn a_system_fetches_what_it_was_granted_and_no_more() {
    let card = Card::issued();
    let office = &card.office;
    let token = office.path("system.token");
    let system = ["--role", "system", "--agency", POLICE, "--out", &token];
    office.does(&[&["token", "create"], system.as_slice()].concat());
    let base = [
        "--json", "fetch", "--type", HEALTH, "--holder", PERSON, "--item", ITEM,
    ];
    let case = [
        "--case",
        "2026-0001",
        "--cause",
        "健康证查验",
        "--token-file",
        &token,
    ];
    let args = [base.as_slice(), case.as_slice()].concat();
    let refused = office.runs(&args);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &json!("no_grant"))
    );

    let given = office.gives(POLICE, ITEM, "holder_name,trade_class");
    let fetched = office.does(&args).json();
    let one = &fetched["certificates"][0];
    assert_eq!(one["verdict"], "valid");
    assert_eq!(one["fields"]["holder_name"], "杨敏");
    assert_eq!(one["fields"]["trade_class"], "03");
    assert_eq!(one["fields"]["sex"], json!(null));
    assert!(fetched["envelope"].is_string() && !fetched["use_record"].is_null());
    let evidence = one["evidence"].as_str().unwrap();
    let verified = office.does(&["--json", "verify", evidence]).json();
    assert_eq!(verified["verdicts"][0]["shown_by"], "none");
    assert_eq!(card.verdict(&[&with_another_name(evidence)]), "tampered");

    let words = office.does(&args[1..]).out;
    assert!(words.contains("持证主体: 杨敏"), "{words}");
    let more = [args.as_slice(), &["--fields", "sex"]].concat();
    assert_eq!(office.runs(&more).code, 1);
    let taken = office.does(&["--json", "grant", "take", &given]).json();
    assert_eq!(taken["taken"].to_string(), given);
    assert_eq!(office.runs(&args).code, 1);
}

#[test]
fn nobody_found_is_an_answer() {
    let card = Card::issued();
    let office = &card.office;
    let token = office.path("system.token");
    let system = ["--role", "system", "--agency", POLICE, "--out", &token];
    office.does(&[&["token", "create"], system.as_slice()].concat());
    office.gives(POLICE, ITEM, "holder_name");
    let other = "111:152528197911010470";
    let args = ["fetch", "--type", HEALTH, "--holder", other, "--item", ITEM];
    let case = ["--case", "1", "--cause", "x", "--token-file", &token];
    let none = office.runs(&[args.as_slice(), case.as_slice()].concat());
    assert_eq!((none.code, none.out.as_str()), (2, "未查到记录\n"));
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
