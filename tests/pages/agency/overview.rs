//! The first page: numbers that are so, of nobody else's certificates.

use mianzheng::domain::caller::Role;
use mianzheng::domain::standing::Change;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::overview;
use mianzheng::flow::verify::online::verify;
use rstest::rstest;

use super::Visitor;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::birth_fields;
use crate::support::people::citizen;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// Three of the CDC, one of which is suspended and one was looked at by a window; one of the
/// hospital.
fn grown(server: &TestServer) {
    let test = &server.test;
    let numbers = [
        "锡市健〔2026〕1700001号",
        "锡市健〔2026〕1700002号",
        "锡市健〔2026〕1700003号",
    ];
    let made: Vec<_> = numbers
        .iter()
        .enumerate()
        .map(|(n, number)| test.health(&citizen(n), number))
        .collect();
    test.issue(BIRTH, HOSPITAL, &birth_fields()).unwrap();
    let by = test.caller(Role::Issuer, CDC);
    let request = ChangeRequest {
        identifier: &made[0],
        change: Change::Suspend,
        reason: "复检中",
        by: &by,
        key: None,
    };
    change_status(&test.office, &request).unwrap();
    let window = test.caller(Role::Window, HALL);
    verify(&test.office, &made[1].to_string(), &window).unwrap();
}

#[rstest]
fn an_agency_sees_its_own_numbers(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    grown(&server);
    let seen = overview::overview(&server.test.office, &server.test.caller(Role::Issuer, CDC));
    let seen = seen.unwrap();
    assert_eq!(
        (
            seen.certificates,
            seen.good,
            seen.suspended,
            seen.this_month
        ),
        (3, 2, 1, 3)
    );
    assert_eq!((seen.days.len(), seen.behind), (30, None));
    let today = seen.days.last().unwrap();
    assert_eq!(
        (today.issued, today.uses.window, today.uses.interface),
        (3, 1, 0)
    );
    let html = Visitor::issuer(&server).page("/agency");
    for told in [
        "<h1>统计概览</h1>",
        CDC,
        "数据截至 2026-11-23 09:00",
        "aria-current=\"page\"",
        "role=\"img\"",
        HEALTH,
    ] {
        assert!(html.contains(told), "{told}: {html}");
    }
    assert!(!html.contains(BIRTH), "{html}");
    // What was counted before is not counted again.
    let again = overview::overview(&server.test.office, &server.test.caller(Role::Issuer, CDC));
    assert_eq!(again.unwrap().days, seen.days);
}

#[rstest]
fn operators_and_auditors_see_all_and_others_nothing(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    grown(&server);
    for role in [Role::Operator, Role::Auditor] {
        let html = Visitor::of(&server, role, None).page("/agency");
        assert!(html.contains(HEALTH) && html.contains(BIRTH), "{html}");
    }
    for (role, agency, holder) in [
        (Role::Window, Some(HALL), None),
        (Role::System, Some(HALL), None),
        (Role::Holder, None, Some("111:152502199003070019")),
    ] {
        let token = server.token(role, agency, holder);
        for path in ["/agency", "/agency/overview.csv?table=days"] {
            let answer = server.ask(&Ask::new("GET", path).token(&token));
            assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"));
        }
    }
    let caller = server.test.caller(Role::Window, HALL);
    assert!(overview::overview(&server.test.office, &caller).is_err());
}

#[test]
fn numbers_can_be_taken_along() {
    let server = TestServer::on(Sqlite);
    grown(&server);
    let issuer = Visitor::issuer(&server);
    let days = issuer.get("/agency/overview.csv?table=days");
    assert_eq!(days.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = days.text();
    assert!(
        text.starts_with("\u{feff}日期,签发,接口调用,窗口核验\r\n"),
        "{text}"
    );
    assert!(text.ends_with("2026-11-23,3,0,1\r\n"), "{text}");
    let types = issuer.get("/agency/overview.csv?table=types").text();
    assert!(types.contains(&format!("{HEALTH},3,2\r\n")), "{types}");
    assert_eq!(issuer.get("/agency/overview.csv?table=holders").status, 400);
    assert_eq!(issuer.get("/agency/overview.csv").status, 400);
}

#[test]
fn an_office_without_certificates_is_shown_the_way() {
    let server = TestServer::on(Sqlite);
    let html = Visitor::issuer(&server).page("/agency");
    assert!(
        html.contains("还没有证照") && html.contains("/agency/issue"),
        "{html}"
    );
    let html = Visitor::of(&server, Role::Auditor, None).page("/agency");
    assert!(
        html.contains("还没有证照") && !html.contains("/agency/issue"),
        "{html}"
    );
}
