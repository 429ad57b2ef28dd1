//! Figures over HTTP: as JSON, and as tables for a spreadsheet.

use mianzheng::domain::caller::Role;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::holder::HolderCode;
use mianzheng::flow::case;
use mianzheng::flow::case::Decision;
use mianzheng::flow::case::OpenRequest;
use rstest::rstest;

use crate::support::cases;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const TODAY: &str = "from=2026-11-23&to=2026-11-23";

/// A case of which nothing was waived.
fn close_a_case(server: &TestServer) {
    let test = &server.test;
    cases::load_items(test);
    let by = test.caller(Role::Window, HALL);
    let request = OpenRequest {
        items: vec![cases::item(OLD_AGE)],
        name: "其其格".to_owned(),
        code: HolderCode::read(MOTHER).unwrap(),
        foreign_number: None,
    };
    let opened = case::open(&test.office, &request, &by).unwrap();
    for place in &opened.unsettled {
        let reason = PaperReason::NoPhone;
        let decision = if opened.materials[*place].identity {
            Decision::Identify
        } else {
            Decision::Paper { reason, note: None }
        };
        case::decide(&test.office, &opened.number, &[*place], &decision, &by).unwrap();
    }
    case::close(&test.office, &opened.number, &by).unwrap();
}

#[rstest]
fn figures_are_read_as_json_and_as_tables(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    close_a_case(&server);
    let operator = server.token(Role::Operator, None, None);
    let get = |path: &str, token: &str| server.ask(&Ask::new("GET", path).token(token));
    let path = format!("/api/v1/figures?{TODAY}");
    let told = get(&path, &operator);
    assert_eq!(told.status, 200, "{told:?}");
    let told = told.json();
    assert_eq!((&told["cases"], &told["waived"]), (&1.into(), &0.into()));
    assert_eq!(told["reasons"][0]["reason"], "no_phone");
    assert!(told["made_zh"].as_str().unwrap().contains("北京时间"));
    assert!(told["made_en"].as_str().unwrap().contains("Beijing time"));
    // A window is told what its own agency's windows took, an issuer nothing.
    let window = server.token(Role::Window, Some(HALL), None);
    assert_eq!(get(&path, &window).json()["cases"], 1);
    let issuer = server.token(Role::Issuer, Some(CDC), None);
    assert_eq!(get(&path, &issuer).status, 403);
    let none = get(&format!("{path}&division=152501"), &operator).json();
    assert_eq!(none["cases"], 0);
    let none = get(&format!("{path}&type=11100000000013338W001"), &operator).json();
    assert_eq!(none["cases"], 0);

    for table in [
        "days",
        "items",
        "departments",
        "divisions",
        "types",
        "routes",
        "reasons",
    ] {
        let path = format!("/api/v1/figures.csv?{TODAY}&table={table}");
        let answer = get(&path, &operator);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/csv; charset=utf-8")
        );
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.starts_with('\u{feff}'), "{table}");
        assert!(
            !text.contains("figures.") && !text.contains("paper_reason."),
            "{text}"
        );
    }
    let days = get(
        &format!("/api/v1/figures.csv?{TODAY}&table=days"),
        &operator,
    );
    let days = String::from_utf8(days.body).unwrap();
    assert_eq!(
        days,
        "\u{feff}日期,办结件数,真正免交份数\r\n2026-11-23,1,0\r\n"
    );
    let reasons = get(
        &format!("/api/v1/figures.csv?{TODAY}&table=reasons"),
        &operator,
    );
    let reasons = String::from_utf8(reasons.body).unwrap();
    assert!(
        reasons.contains("没有手机,") && reasons.contains("现场授权"),
        "{reasons}"
    );

    for wrong in [
        "figures?from=2026-11-23",
        "figures?from=2026-11-23&to=tomorrow",
        "figures?from=2026-11-24&to=2026-11-23",
        "figures?from=2020-01-01&to=2026-11-23",
        "figures?from=2026-11-23&to=2026-11-23&table=days",
        "figures.csv?from=2026-11-23&to=2026-11-23",
        "figures.csv?from=2026-11-23&to=2026-11-23&table=people",
    ] {
        let refused = get(&format!("/api/v1/{wrong}"), &operator);
        let told = (refused.status, refused.code());
        assert_eq!(told, (400, "bad_request".to_owned()), "{wrong}");
    }
}
