//! Requests: read, given, refused, taken back, and too late.

use rstest::rstest;

use super::Phone;
use super::STRANGER;
use super::between;
use super::counter::Counter;

use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::server::Ask;
use crate::support::system::PENSIONER;

#[rstest]
fn a_case_is_opened_read_and_given_by_one_code(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let case = counter.newborn();
    let phone = Phone::of(&counter.server, MOTHER);
    let home = phone.get("/w").text();
    let short = &case.number[case.number.len() - 6..];
    assert!(
        home.contains("窗口办件需要证照") && home.contains(short),
        "{home}"
    );
    let at = phone.led("/w/requests", &format!("case={}", case.number));
    let html = phone.get(&at).text();
    for sign in [
        HALL,
        "本系统登记的机构",
        &case.number,
        "户号",
        "必需",
        "同意并出示",
    ] {
        assert!(html.contains(sign), "{sign}: {html}");
    }
    // What is asked is named; what stands there is not.
    assert!(
        !html.contains("152502000123") && !html.contains("152502199206120020"),
        "{html}"
    );
    let shown = phone.led(&format!("{at}/code"), "");
    let code = phone.get(&shown).text();
    assert!(
        code.contains("<svg") && !code.contains("to-offline") && !code.contains("claim."),
        "{code}"
    );
    assert_eq!(phone.led(&format!("{at}/code"), ""), shown, "given once");
    let given = phone.get(&at).text();
    assert!(
        given.contains("您已同意") && !given.contains("同意并出示"),
        "{given}"
    );
    assert_eq!(phone.led(&format!("{at}/withdrawal"), ""), at);
    assert!(phone.get(&at).text().contains("已撤回"));
    assert_eq!(phone.get(&shown).code(), "consent_refused");
    let twice = phone.send(&format!("{at}/withdrawal"), "");
    assert_eq!(twice.code(), "wrong_step");
}

#[rstest]
fn a_request_is_found_by_its_code_and_refused(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let asked = counter.ask();
    let phone = Phone::of(&counter.server, MOTHER);
    let at = phone.led("/w/scan", &format!("code={}", asked.text));
    assert_eq!(at, format!("/w/requests/{}", asked.code));
    // Whatever opens the address in the code leads there, too.
    let linked = counter
        .server
        .ask(&Ask::new("GET", &format!("/R/{}", asked.code)));
    assert_eq!(
        (linked.status, linked.header("location")),
        (303, Some(at.as_str()))
    );
    let html = phone.get(&at).text();
    assert!(
        html.contains("同意提供") && html.contains("1:59") || html.contains("2:00"),
        "{html}"
    );
    assert_eq!(phone.led(&format!("{at}/answer"), "give=false"), at);
    let refused = phone.get(&at).text();
    assert!(
        refused.contains("您已拒绝") && !refused.contains("同意提供"),
        "{refused}"
    );
    let again = phone.send(&format!("{at}/answer"), "give=true");
    assert_eq!(again.code(), "wrong_step");
    let odd = phone.send(&format!("{at}/answer"), "give=perhaps");
    assert_eq!(odd.code(), "bad_request");
    let stranger = Phone::of(&counter.server, STRANGER);
    assert_eq!(stranger.get(&at).code(), "other_holder");
    let none = phone.get("/w/requests/00000000000000000000000000");
    assert_eq!(none.code(), "not_found");
}

#[rstest]
fn after_two_minutes_nothing_is_given(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let asked = counter.ask();
    let phone = Phone::of(&counter.server, MOTHER);
    let at = format!("/w/requests/{}", asked.code);
    counter.server.test.clock.advance(121);
    let html = phone.get(&at).text();
    assert!(
        html.contains("已过答复期限") && !html.contains("同意提供"),
        "{html}"
    );
    let late = phone.send(&format!("{at}/answer"), "give=true");
    assert_eq!(late.code(), "consent_late");
}

#[rstest]
fn a_system_s_request_waits_on_the_first_page(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let asked = counter.ask_by_system();
    let phone = Phone::of(&counter.server, PENSIONER);
    let home = phone.get("/w").text();
    assert!(
        home.contains("请求使用您的证照") && home.contains("09:10 前答复"),
        "{home}"
    );
    let at = format!(
        "/w/requests/{}",
        between(&home, "href=\"/w/requests/", "\"")
    );
    assert_eq!(at, format!("/w/requests/{}", asked.code));
    let html = phone.get(&at).text();
    assert!(
        html.contains("核对户籍地址") && html.contains("同意提供 3 项"),
        "{html}"
    );
    phone.led(&format!("{at}/answer"), "give=true");
    assert!(phone.get(&at).text().contains("您已同意"));
    assert!(!phone.get("/w").text().contains("请求使用您的证照"));
}

#[rstest]
fn what_leads_nowhere_is_said_where_it_was_typed(#[values(Sqlite, Postgres)] database: Database) {
    let counter = Counter::on(database);
    let case = counter.newborn();
    let phone = Phone::of(&counter.server, MOTHER);
    let page = phone.get("/w/scan");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("'wasm-unsafe-eval'"), "{policy}");
    let short = &case.number[case.number.len() - 6..];
    let at = phone.led("/w/scan", &format!("code={short}"));
    assert!(phone.get(&at).text().contains(&case.number));
    for typed in ["999999", "hello", "HTTPS%3A%2F%2Fevil.example%2FR%2F0"] {
        let refused = phone.send("/w/scan", &format!("code={typed}"));
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (404, "not_of_case"),
            "{typed}"
        );
        let html = refused.text();
        assert!(
            html.contains("aria-invalid=\"true\"") && html.contains("href=\"#code\""),
            "{html}"
        );
    }
    let typed = phone.send("/w/scan", "code=999999").text();
    assert!(typed.contains("value=\"999999\""), "{typed}");
    // The newborn's grandfather has no part in it.
    let other =
        Phone::of(&counter.server, STRANGER).send("/w/scan", &format!("code={}", case.number));
    assert_eq!(other.code(), "not_of_case");
    let father = Phone::of(&counter.server, FATHER).get("/w").text();
    assert!(father.contains("窗口办件需要证照"), "{father}");
    let linked = counter
        .server
        .ask(&Ask::new("GET", &format!("/C/{}", case.number)));
    let to = format!("/w/scan?case={}", case.number);
    assert_eq!(
        (linked.status, linked.header("location")),
        (303, Some(to.as_str()))
    );
    assert!(
        phone
            .get(&to)
            .text()
            .contains(&format!("value=\"{}\"", case.number))
    );
    for bad in ["/C/x", "/R/%2F%2Fevil"] {
        assert_eq!(
            counter.server.ask(&Ask::new("GET", bad)).code(),
            "not_found",
            "{bad}"
        );
    }
}
