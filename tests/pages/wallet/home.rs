//! What opens first.

use rstest::rstest;

use super::BATU;
use super::Phone;
use super::STRANGER;
use super::change;
use super::with_a_card;
use mianzheng::domain::caller::Role;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::time::Day;

use crate::support::cases::birth;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::health_fields;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const MOTHER: &str = "111:152502199206120020";

#[rstest]
fn cards_say_who_issued_them_and_until_when(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let answer = Phone::of(&server, BATU).get("/w");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let html = answer.text();
    for sign in [HEALTH, CDC, "锡健****001号", "至 2027-10-"] {
        assert!(html.contains(sign), "{sign}: {html}");
    }
    // What lies open names nobody's number, and gives no verdict.
    for sign in ["152502199003070019", "锡健2026", "有效", "tag ok"] {
        assert!(!html.contains(sign), "{sign}: {html}");
    }
    assert!(html.contains("aria-current=\"page\""));
    let english = Ask::new("GET", "/w").token(&server.token(Role::Holder, None, Some(BATU)));
    let english = server.ask(&english.header("cookie", "lang=en")).text();
    assert!(
        english.contains("<p lang=\"zh-CN\">食品从业人员健康证明"),
        "{english}"
    );
}

#[rstest]
fn who_has_no_cards_is_told_how_they_come(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let html = Phone::of(&server, STRANGER).get("/w").text();
    assert!(html.contains("还没有证照"), "{html}");
    assert!(!html.contains(CDC));
}

#[rstest]
fn a_child_s_card_stands_with_the_child(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    birth(&server.test);
    let phone = Phone::of(&server, MOTHER);
    let html = phone.get("/w").text();
    assert!(html.contains("还没有证照"), "{html}");
    assert!(html.contains("萨*<small>孩子 · 监护"), "{html}");
    let who = super::between(&html, "href=\"/w?who=c", "\"");
    let child = phone.get(&format!("/w?who=c{who}")).text();
    assert!(child.contains("出生医学证明"), "{child}");
    assert!(child.contains("2044-11-20"), "{child}");
    // Nobody else's child.
    let stranger = Phone::of(&server, STRANGER).get(&format!("/w?who=c{who}"));
    assert_eq!(
        (stranger.status, stranger.code().as_str()),
        (404, "not_found")
    );
}

#[rstest]
fn what_is_over_or_runs_out_says_so(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let mut fields = health_fields("152502199003070019", "锡健2026第000002号");
    for (key, text) in &mut fields {
        match *key {
            "exam_date" | "issue_date" => *text = "2025-12-01",
            _ => {}
        }
    }
    server.test.issue(HEALTH, CDC, &fields).unwrap();
    let ended = health_fields("152502199003070019", "锡健2026第000003号");
    let ended = server.test.issue(HEALTH, CDC, &ended).unwrap().identifier;
    change(&server, &ended, Change::End(EndWord::Cancelled));
    let phone = Phone::of(&server, BATU);
    let html = phone.get("/w").text();
    assert!(
        html.contains("将到期") && html.contains("还有 7 天到期"),
        "{html}"
    );
    assert!(
        html.contains("已注销") && html.contains("cert off"),
        "{html}"
    );
    // What is over stands last.
    assert!(html.rfind("已注销").unwrap() > html.rfind("将到期").unwrap());
    // Time goes on.
    let day: Day = "2026-12-02".parse().unwrap();
    server.test.clock.set(day.start());
    let html = phone.get("/w").text();
    assert!(
        html.contains("已过期") && html.contains("2026-11-30 到期"),
        "{html}"
    );
}

#[rstest]
fn only_holders_have_a_wallet(#[values(Sqlite, Postgres)] database: Database) {
    let server = with_a_card(database);
    let officer = server.token(Role::Window, Some(HALL), None);
    let refused = server.ask(&Ask::new("GET", "/w").token(&officer));
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "forbidden")
    );
    let stranger = server.ask(&Ask::new("GET", "/w"));
    let login = Some("/login?back=%2Fw");
    assert_eq!((stranger.status, stranger.header("location")), (303, login));
}
