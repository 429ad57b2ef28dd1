//! Showing: from the choice of fields to a code that somebody read.

use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use super::BATU;
use super::Phone;
use super::STRANGER;
use super::between;
use super::first_card;
use super::key;
use super::with_a_card;
use mianzheng::domain::caller::Role;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// What a window makes of a code.
fn read(server: &TestServer, code: &str) -> Value {
    let officer = server.token(Role::Window, Some(HALL), None);
    let ask = Ask::new("POST", "/api/v1/verify").token(&officer);
    server.ask(&ask.json(&json!({ "code": code }))).json()
}

fn spoken(html: &str) -> String {
    between(html, "data-spoken>", "<").replace(' ', "")
}

#[rstest]
fn a_code_is_shown_read_and_over(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let phone = Phone::of(&server, BATU);
    let card = first_card(&phone.get("/w").text());
    let choose = phone.get(&format!("{card}/show")).text();
    let form = format!("key={}&extent=usual", key(&choose));
    let at = phone.led(&format!("{card}/show"), &form);
    // The same form sent twice opens one showing.
    assert_eq!(phone.led(&format!("{card}/show"), &form), at);
    let html = phone.get(&at).text();
    assert!(
        html.contains("<svg") && html.contains("http-equiv=\"refresh\""),
        "{html}"
    );
    // It shows, and says nothing that looked like a verdict.
    for sign in ["有效", "tag ok", "class=\"i ok"] {
        assert!(!html.contains(sign), "{sign}: {html}");
    }
    // Nor anything of what stands on the card.
    for secret in ["巴特尔", "餐饮服务", "152502199003070019"] {
        assert!(!html.contains(secret), "{secret}");
    }
    let standing = format!("/api/v1{}", at.trim_start_matches("/w"));
    assert_eq!(phone.get(&standing).json()["state"], "open");
    let verdict = read(&server, &spoken(&html));
    assert_eq!(verdict["verdict"], "valid", "{verdict}");
    assert_eq!(
        verdict["certificates"][0]["fields"]["holder_name"],
        "巴特尔"
    );
    let told = phone.get(&standing).json();
    assert_eq!(
        (told["state"].as_str(), told["reader"].as_str()),
        (Some("read"), Some(HALL))
    );
    let over = phone.get(&at).text();
    assert!(over.contains(&format!("09:00 已被{HALL}读取")), "{over}");
    assert!(!over.contains("data-picture"), "{over}");
    // Nobody else learns of it.
    let stranger = Phone::of(&server, STRANGER);
    assert_eq!(stranger.get(&at).code(), "not_found");
    assert_eq!(stranger.get(&standing).code(), "not_found");
}

#[rstest]
fn just_what_was_chosen_is_shown(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let phone = Phone::of(&server, BATU);
    let card = first_card(&phone.get("/w").text());
    let page = format!("{card}/show");
    let key = key(&phone.get(&page).text()).to_owned();
    let shown = |form: &str| {
        let at = phone.led(&page, &format!("key={key}&{form}"));
        let verdict = read(&server, &spoken(&phone.get(&at).text()));
        verdict["certificates"][0]["fields"].clone()
    };
    let least = shown("extent=least");
    assert!(
        least.get("holder_name").is_none() && least.get("holder_code").is_none(),
        "{least}"
    );
    let chosen = shown("extent=chosen&field=sex");
    assert!(
        chosen.get("sex").is_some() && chosen.get("holder_name").is_none(),
        "{chosen}"
    );
    let all = shown("extent=all");
    assert!(all.get("holder_code").is_some(), "{all}");
    for (form, status, code) in [
        (
            format!("key={key}&extent=chosen&field=nothing"),
            422,
            "no_such_field",
        ),
        (format!("key={key}&extent=more"), 400, "bad_request"),
        (format!("key={key}&extent=least&card=1"), 400, "bad_request"),
        ("extent=least".to_owned(), 400, "bad_request"),
        ("key=mine&extent=least".to_owned(), 400, "bad_request"),
    ] {
        let refused = phone.send(&page, &form);
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (status, code),
            "{form}"
        );
    }
    for path in ["/w/cards/999999/show", "/w/cards/x/show"] {
        assert_eq!(phone.get(path).code(), "not_found", "{path}");
    }
    let stranger = Phone::of(&server, STRANGER);
    assert_eq!(stranger.get(&page).code(), "not_found");
    let refused = stranger.send(&page, &format!("key={key}&extent=least"));
    assert_eq!(refused.code(), "not_found");
}

#[rstest]
fn a_code_is_held_still_once(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let phone = Phone::of(&server, BATU);
    let pick = phone.get("/w/show").text();
    let card = between(&pick, "name=\"card\" value=\"", "\"");
    let at = phone.led("/w/show", &format!("key={}&card={card}", key(&pick)));
    let held = phone.send(&format!("{at}/hold"), "");
    assert_eq!(held.status, 200);
    let held = held.text();
    assert!(held.contains("max=\"120\" value=\"120\""), "{held}");
    assert!(!held.contains("停住 2 分钟"));
    server.test.clock.advance(100);
    let verdict = read(&server, &spoken(&held));
    assert_eq!(verdict["verdict"], "valid", "{verdict}");
    let refused = phone.send(&format!("{at}/hold"), "");
    assert_eq!(refused.status, 200, "what was read is said to be");
    assert!(refused.text().contains("读取"));
    let at = phone.led(
        "/w/show",
        &format!("key={}&card={card}", key(&phone.get("/w/show").text())),
    );
    assert_eq!(phone.send(&format!("{at}/hold"), "").status, 200);
    let twice = phone.send(&format!("{at}/hold"), "");
    assert_eq!(twice.code(), "wrong_step");
}

#[rstest]
fn an_offline_code_says_how_it_differs(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let phone = Phone::of(&server, BATU);
    let card = first_card(&phone.get("/w").text());
    let choose = phone.get(&format!("{card}/show")).text();
    let at = phone.led(
        &format!("{card}/show"),
        &format!("key={}&extent=least", key(&choose)),
    );
    let html = phone.get(&at).text();
    let form = format!("key={}&card=0", key(&html));
    let offline = phone.send(&format!("{at}/offline"), &form);
    assert_eq!(offline.status, 200);
    let first = offline.text();
    assert!(
        first.contains("09:15 前可用") && first.contains("<svg"),
        "{first}"
    );
    assert!(!first.contains("有效"), "{first}");
    // Asked again it is the very same code, so that a reload uses none up.
    assert_eq!(phone.send(&format!("{at}/offline"), &form).text(), first);
    let none = phone.send(&format!("{at}/offline"), &form.replace("card=0", "card=1"));
    assert_eq!(none.code(), "not_found");
}

#[rstest]
fn a_code_that_asks_shows_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let phone = Phone::of(&server, BATU);
    let at = phone.led(
        "/w/asking",
        &format!("key={}", key(&phone.get("/w/show").text())),
    );
    let html = phone.get(&at).text();
    assert!(
        html.contains("让对方扫码请求") && html.contains("<svg"),
        "{html}"
    );
    let verdict = read(&server, &spoken(&html));
    assert_eq!(verdict["verdict"], "unsupported", "{verdict}");
    assert!(phone.get(&at).text().contains("<svg"));
    let refused = phone.send("/w/asking", "key=1");
    assert_eq!(refused.code(), "bad_request");
}
