//! Figures add up from the cases that are stored, and reasons are ranked with what repairs them.

use mianzheng::domain::caller::Role;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::time::Day;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::Decision;
use mianzheng::flow::figures;
use mianzheng::flow::figures::Figures;
use mianzheng::flow::figures::Span;
use rstest::rstest;

use crate::support::cases::BIRTH_SERVICE;
use crate::support::cases::CIVIL;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::POLICE;
use crate::support::cases::SHOP;
use crate::support::cases::Window;
use crate::support::cases::item;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::figures::add_up;
use crate::support::office::HALL;
use crate::support::office::operator;

const WAIVE: Decision = Decision::Waive { matched: false };

/// What an item of each asks of a household register.
const FIELDS: &[&str] = &[
    "holder_name",
    "holder_code",
    "birth_date",
    "head_relation",
    "home_address",
];

fn paper(reason: PaperReason) -> Decision {
    Decision::Paper { reason, note: None }
}

/// Puts on paper whatever keeps a case open, and closes it; how many materials that were.
fn close(window: &Window, case: &CaseView, reason: PaperReason) -> i64 {
    let office = &window.test.office;
    let open = case::look(office, &case.number, &window.officer).unwrap();
    for place in &open.unsettled {
        let decision = if open.materials[*place].identity {
            Decision::Identify
        } else {
            paper(reason)
        };
        window.decide(case, *place, &decision).unwrap();
    }
    case::close(office, &case.number, &window.officer).unwrap();
    let open = open.unsettled.iter();
    let papers = open.filter(|place| !case.materials[**place].identity);
    i64::try_from(papers.count()).unwrap()
}

fn counted(window: &Window, span: &Span<'_>) -> Figures {
    let figures = figures::count(&window.test.office, span, &operator()).unwrap();
    add_up(&figures);
    figures
}

#[rstest]
fn figures_are_counted_from_cases(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    let today = window.test.now().day();
    let household = window.household("其其格", MOTHER, "蒙户152502-000123");
    // A package: the household register is asked for by both items, and counts once.
    let package = window.open(&[OLD_AGE, BIRTH_SERVICE], "其其格", MOTHER);
    let mut materials = package.materials.iter();
    let shared = materials.position(|m| m.items.len() == 2 && !m.identity);
    window.put(&package, &window.live(MOTHER, &[(&household, FIELDS)]));
    window.decide(&package, shared.unwrap(), &WAIVE).unwrap();
    let mut on_paper = close(&window, &package, PaperReason::NotFound);
    // One on paper altogether, and one that is still open and counts for nothing.
    let second = window.open(&[OLD_AGE], "其其格", MOTHER);
    let no_phone = close(&window, &second, PaperReason::NoPhone);
    on_paper += no_phone;
    let open = window.open(&[OLD_AGE], "其其格", MOTHER);
    window.put(&open, &window.live(MOTHER, &[(&household, FIELDS)]));
    window.decide(&open, 2, &WAIVE).unwrap();

    let figures = counted(&window, &Span::of(today, today));
    assert_eq!((figures.cases, figures.waived), (2, 1));
    assert_eq!(figures.on_paper, on_paper);
    assert_eq!(figures.by_day[0].day, today.to_string());
    let of_type = &figures.by_type[0];
    assert_eq!(of_type.type_name.as_deref(), Some("居民户口簿"));
    assert_eq!((of_type.cases, of_type.waived), (1, 1));
    let of = |name: &str| {
        let mut items = figures.by_item.iter();
        let found = items.find(|one| one.item == item(name)).unwrap();
        (found.cases, found.waived, found.shared)
    };
    assert_eq!((of(OLD_AGE), of(BIRTH_SERVICE)), ((2, 1, 0), (1, 0, 1)));
    let divisions = &figures.by_division;
    assert_eq!(divisions.len(), 1);
    assert_eq!(
        (divisions[0].division.as_str(), divisions[0].cases),
        ("152502", 2)
    );
    let departments = figures.by_department.iter();
    let departments: Vec<(&str, i64, i64)> = departments
        .map(|of| (of.department.as_str(), of.cases, of.waived))
        .collect();
    assert_eq!(departments, [("civil_affairs", 2, 1), ("health", 1, 0)]);
    let of_reason = |name: &str| {
        let reasons = figures.reasons.iter().filter(|of| of.reason == name);
        reasons.map(|of| of.count).sum::<i64>()
    };
    assert_eq!(of_reason("no_phone"), no_phone);
    assert_eq!(of_reason("not_found"), on_paper - no_phone);
    let mut reasons = figures.reasons.iter();
    let reason = reasons
        .find(|of| of.reason == "no_phone" && of.type_name.as_deref() == Some("居民户口簿"))
        .unwrap();
    assert_eq!(
        (reason.item.as_str(), reason.count),
        (item(OLD_AGE).as_str(), 1)
    );
    assert_eq!(reason.issuer.as_deref(), Some("public_security"));
    assert!(reason.repair_zh.contains("现场授权"), "{reason:?}");
    assert!(reason.repair_zh.contains("《居民户口簿》"), "{reason:?}");

    // Parts of it are what the tables say.
    let health = Span {
        department: Some("health"),
        ..Span::of(today, today)
    };
    assert_eq!(counted(&window, &health).cases, 1);
    let old_age = item(OLD_AGE);
    let of_item = Span {
        item: Some(&old_age),
        ..Span::of(today, today)
    };
    let part = counted(&window, &of_item);
    assert_eq!((part.cases, part.waived, part.by_item.len()), (2, 1, 1));
    let of_type = Span {
        type_name: Some("居民户口簿"),
        ..Span::of(today, today)
    };
    assert_eq!(counted(&window, &of_type).waived, 1);
    let elsewhere = Span {
        division: Some("152501"),
        ..Span::of(today, today)
    };
    assert_eq!(counted(&window, &elsewhere).cases, 0);

    // A voided receipt uncounts nothing, and what is put right counts on the day of the first.
    window.test.clock.advance(86_400);
    case::void_receipt(office, &package.number, "写错了", &window.officer, None).unwrap();
    assert_eq!(counted(&window, &Span::of(today, today)).cases, 2);
    window
        .decide(&package, shared.unwrap(), &paper(PaperReason::Refused))
        .unwrap();
    case::close(office, &package.number, &window.officer).unwrap();
    let figures = counted(&window, &Span::of(today, window.test.now().day()));
    assert_eq!(
        (figures.cases, figures.waived, figures.by_day.len()),
        (2, 0, 1)
    );
    assert_eq!(figures.on_paper, on_paper + 1);
}

#[rstest]
fn promises_are_no_certificates_and_days_end_at_midnight(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let window = Window::on(database);
    let today = window.test.now().day();
    // A second before midnight in Asia/Shanghai, when it is still afternoon in UTC.
    window
        .test
        .clock
        .advance(today.end().secs() - window.test.now().secs() - 1);
    let shop = window.open(&[SHOP], "其其格", MOTHER);
    let mut materials = shop.materials.iter();
    let promise = materials.position(|m| m.route == Some("promise")).unwrap();
    let text = "经营场所真实合法".to_owned();
    window
        .decide(&shop, promise, &Decision::Promise { text })
        .unwrap();
    close(&window, &shop, PaperReason::PreferredPaper);
    window.test.clock.advance(1);
    let next = window.open(&[OLD_AGE], "其其格", MOTHER);
    let task = "登记的地址不对".to_owned();
    window
        .decide(&next, 2, &Decision::Dispute { note: task })
        .unwrap();
    close(&window, &next, PaperReason::NotFound);

    let tomorrow = today.plus(0, 0, 1);
    let both = counted(&window, &Span::of(today, tomorrow));
    let days: Vec<(&str, i64, i64)> = both
        .by_day
        .iter()
        .map(|of| (of.day.as_str(), of.cases, of.waived))
        .collect();
    assert_eq!(days, [("2026-11-23", 1, 1), ("2026-11-24", 1, 0)]);
    let first = counted(&window, &Span::of(today, today));
    assert_eq!((first.cases, first.waived), (1, 1));
    assert_eq!(first.by_type.len(), 1);
    assert_eq!(
        (&first.by_type[0].type_code, first.by_type[0].waived),
        (&None, 1)
    );
    assert_eq!(
        (first.by_route[0].route, first.by_route[0].waived),
        ("promise", 1)
    );
    let mut reasons = both.reasons.iter();
    let disputed = reasons.find(|of| of.reason == "disputed").unwrap();
    assert_eq!(
        (disputed.count, disputed.item.as_str()),
        (1, item(OLD_AGE).as_str())
    );
}

#[rstest]
fn figures_are_for_those_whom_they_concern(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    let today = window.test.now().day();
    let case = window.open(&[OLD_AGE], "其其格", MOTHER);
    close(&window, &case, PaperReason::NoPhone);
    let cases = |role, agency: &str, span: &Span<'_>| {
        figures::count(office, span, &window.test.caller(role, agency))
            .map(|figures| figures.cases)
            .map_err(|why| why.problem().reason)
    };
    let span = Span::of(today, today);
    assert_eq!(cases(Role::Window, HALL, &span), Ok(1));
    assert_eq!(cases(Role::Window, POLICE, &span), Ok(0));
    assert_eq!(cases(Role::Auditor, HALL, &span), Ok(1));
    for role in [Role::Issuer, Role::System, Role::Holder, Role::Public] {
        assert_eq!(
            cases(role, CIVIL, &span),
            Err(Reason::Forbidden),
            "{role:?}"
        );
    }
    // Yesterday nothing happened; a span that ends before it begins, or never, is none.
    let yesterday = today.before();
    assert_eq!(
        cases(Role::Operator, HALL, &Span::of(yesterday, yesterday)),
        Ok(0)
    );
    for span in [Span::of(today, yesterday), Span::of(Day::MIN, Day::MAX)] {
        assert_eq!(cases(Role::Operator, HALL, &span), Err(Reason::BadRequest));
    }
    let nowhere = Span {
        division: Some("15"),
        ..span
    };
    assert_eq!(
        cases(Role::Operator, HALL, &nowhere),
        Err(Reason::BadRequest)
    );
    let nothing = Span {
        type_name: Some("没有"),
        ..span
    };
    assert_eq!(
        cases(Role::Operator, HALL, &nothing),
        Err(Reason::UnknownType)
    );
}
