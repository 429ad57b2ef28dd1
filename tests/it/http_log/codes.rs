//! Codes that citizens show, and requests that are none.

use mianzheng::domain::caller::Role;
use serde_json::json;

use crate::http_log::CAUSE;
use crate::http_log::NAME;
use crate::http_log::PERSON;
use crate::http_log::PHONE;
use crate::http_log::watched::Watched;
use crate::support::office::BIRTH;
use crate::support::office::HALL;
use crate::support::office::HOSPITAL;
use crate::support::office::birth_fields;
use crate::support::server::Ask;

/// A citizen shows codes, and everybody verifies them in every way.
pub(crate) fn show_and_verify(watched: &Watched, identifier: &str, (holder, issuer): (&str, &str)) {
    assert_eq!(watched.get("/api/v1/cards", holder).status, 200);
    let choice = json!({"choices": [{"identifier": identifier, "fields": ["holder_name"]}]});
    let shown = watched.post("/api/v1/shows", holder, &choice).json();
    let (text, spoken) = (
        watched.secret(&shown["text"]),
        watched.secret(&shown["spoken"]),
    );
    let code = watched.secret(&text.rsplit('/').next().unwrap().into());
    let next = format!("/api/v1/shows/{}/codes", shown["session"]);
    let next = watched.post(&next, holder, &json!({"hold": true})).json();
    watched.secret(&next["text"]);
    let path = format!("/api/v1/cards/{identifier}");
    let offline = json!({"fields": ["holder_name", "holder_code"]});
    let offline = watched
        .post(&format!("{path}/offline-codes"), holder, &offline)
        .json();
    let offline = watched.secret(&offline["text"]);
    let printed = watched
        .post(&format!("{path}/printed-codes"), issuer, &json!({}))
        .json();
    let printed = watched.secret(&printed["text"]);
    let (address, digits) = printed.split_once('#').unwrap();
    let reference = watched.secret(&address.rsplit('/').next().unwrap().into());
    watched.secret(&digits.into());
    let window = watched.token(Role::Window, Some(HALL), None);
    for text in [
        &spoken, &text, &text, &offline, &printed, identifier, PERSON, NAME,
    ] {
        let body = json!({"code": text});
        let verdict = watched.post("/api/v1/verify", &window, &body);
        assert_eq!(verdict.status, 200, "{verdict:?}");
        watched.post("/api/v1/verify", "", &body);
    }
    for page in [
        format!("/L/{code}"),
        format!("/V/{reference}"),
        format!("/v/{PERSON}"),
    ] {
        assert_eq!(watched.get(&page, "").status, 200);
    }
    let picture = Ask::new("POST", "/api/v1/verify/picture");
    watched.ask(picture.bytes("image/png", format!("no picture of {NAME}").into_bytes()));
}

/// Requests that are none, with people in every part of them.
pub(crate) fn misread(watched: &Watched, issuer: &str) {
    let broken = format!("{{\"code\": \"{PERSON}\", {NAME} {PHONE}");
    for (path, media) in [
        ("/api/v1/verify", "application/json"),
        ("/api/v1/verify", "text/plain"),
        ("/api/v1/certificates", "application/json"),
        ("/api/v1/interfaces/x/query", "application/json"),
        ("/api/v1/nothing", "application/json"),
    ] {
        let ask = Ask::new("POST", path).token(issuer).key("m");
        watched.ask(ask.bytes(media, broken.clone().into_bytes()));
    }
    let large = json!({"code": PERSON.repeat(20_000)});
    watched.post("/api/v1/verify", "", &large);
    let paths = [
        format!("/people/{PERSON}?phone={PHONE}"),
        format!("/api/v1/types/{PERSON}"),
        format!("/types/{PERSON}/{PHONE}"),
        format!("/status/{PERSON}"),
        format!("/a/{PERSON}/did.json"),
        "/%E5%B7%B4%E7%89%B9%E5%B0%94".to_owned(),
        format!("/api/v1/batches/{PERSON}"),
    ];
    for path in &paths {
        for method in ["GET", "DELETE"] {
            watched.ask(Ask::new(method, path).token(issuer));
        }
    }
    for token in [
        format!("mzt_{PERSON}"),
        format!("{PHONE} {NAME}"),
        String::new(),
    ] {
        let ask = Ask::new("GET", "/api/v1/cards");
        watched.ask(ask.header("authorization", format!("Bearer {token}")));
    }
    let ask = Ask::new("POST", "/api/v1/certificates").token(issuer);
    watched.ask(ask.header("idempotency-key", format!("{PERSON} {PHONE}")));
    let born = &watched.server.test;
    let born = born
        .issue(BIRTH, HOSPITAL, &birth_fields())
        .unwrap()
        .identifier;
    let path = format!("/api/v1/certificates/{born}/rebinding");
    let hospital = watched.token(Role::Issuer, Some(HOSPITAL), None);
    for code in [PHONE, PERSON] {
        let body = json!({"holder": {"type": "111", "code": code}, "cause": CAUSE});
        watched.post(&path, &hospital, &body);
    }
}
