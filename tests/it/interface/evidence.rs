//! Modes × evidence: each piece that is missing or wrong is refused with a code of its own, is
//! recorded, and discloses nothing.

use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::usage::Purpose;
use mianzheng::domain::usage::UseMode;
use mianzheng::flow::case;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::item;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::system::PENSIONER;
use crate::support::system::System;
use crate::support::system::present;
use crate::support::system::whose;

/// A piece that is taken away or made wrong, and what is then said.
type Row = (&'static str, fn(&System, &mut Purpose), Reason);

/// What every mode needs.
const ALL: &[Row] = &[
    (
        "no cause",
        |_, p| " ".clone_into(&mut p.cause),
        Reason::BadCause,
    ),
    (
        "a cause of 201 characters",
        |_, p| p.cause = "因".repeat(201),
        Reason::BadCause,
    ),
    ("no item", |_, p| p.item.clear(), Reason::UnknownItem),
    (
        "an item that is none",
        |_, p| "000131001000".clone_into(&mut p.item),
        Reason::UnknownItem,
    ),
    (
        "no name of the item",
        |_, p| p.item_name.clear(),
        Reason::ItemDiffers,
    ),
    (
        "another item's name",
        |_, p| BIRTH_REGISTRATION.clone_into(&mut p.item_name),
        Reason::ItemDiffers,
    ),
    (
        "an item without a grant",
        |_, p| {
            p.item = item(BIRTH_REGISTRATION);
            BIRTH_REGISTRATION.clone_into(&mut p.item_name);
        },
        Reason::NoGrant,
    ),
];

/// What an officer at a window needs besides.
const AT_A_WINDOW: &[Row] = &[
    (
        "no operator",
        |_, p| p.operator = None,
        Reason::OperatorMissing,
    ),
    (
        "an operator without a window",
        |_, p| p.operator.as_mut().unwrap().window.clear(),
        Reason::OperatorMissing,
    ),
];

/// What a use that stands on a case needs besides.
const IN_A_CASE: &[Row] = &[
    ("no case", |_, p| p.case = None, Reason::CaseMissing),
    (
        "a case that is none",
        |_, p| p.case = Some("2026-17".to_owned()),
        Reason::UnknownCase,
    ),
    (
        "a case about another item",
        |s, p| {
            let case = s.window.open(&[BIRTH_REGISTRATION], "敖登", PENSIONER);
            p.case = Some(case.number);
        },
        Reason::OtherItem,
    ),
    (
        "another person's case",
        |s, p| {
            let items = vec![p.item.clone()];
            let case = s.window.try_open(items, "其其格", MOTHER).unwrap();
            p.case = Some(case.number);
        },
        Reason::NotOfCase,
    ),
    (
        "a case that was withdrawn",
        |s, p| {
            let case = s
                .window
                .try_open(vec![p.item.clone()], "敖登", PENSIONER)
                .unwrap();
            let office = &s.window.test.office;
            case::withdraw_case(office, &case.number, "开错", &s.window.officer, None).unwrap();
            p.case = Some(case.number);
        },
        Reason::CaseClosed,
    ),
];

const BY_DUTY: &[Row] = &[(
    "no legal basis",
    |_, p| p.legal_basis = None,
    Reason::BasisMissing,
)];

const IN_PERSON: &[Row] = &[
    ("no slip", |_, p| p.slip = None, Reason::BadSlip),
    (
        "nobody there",
        |_, p| p.present = None,
        Reason::PresentMissing,
    ),
    (
        "a face that nobody compared",
        |_, p| p.present.as_mut().unwrap().face_checked = false,
        Reason::NeedsMatch,
    ),
    (
        "another person's card",
        |_, p| p.present = Some(present("其其格", MOTHER)),
        Reason::OtherHolder,
    ),
];

const DELEGATED: &[Row] = &[
    (
        "nobody there",
        |_, p| p.present = None,
        Reason::PresentMissing,
    ),
    (
        "a mandate that is none",
        |_, p| p.mandate = Some(4711),
        Reason::NoMandate,
    ),
    (
        "no mandate, and no child",
        |_, p| p.mandate = None,
        Reason::NoGuardian,
    ),
];

const BY_CONSENT: &[Row] = &[
    (
        "no consent",
        |_, p| p.consent = None,
        Reason::ConsentMissing,
    ),
    (
        "a consent that is none",
        |_, p| p.consent = Some(4711),
        Reason::ConsentMissing,
    ),
];

#[rstest]
fn each_piece_that_is_missing_or_wrong_has_its_own_code(
    #[values(Sqlite, Postgres)] database: Database,
) {
    // So many refusals would raise an alarm, which is an event of its own.
    let system = System::with(database, |settings| settings.limits.alarm_after = 1000);
    let delegated = Purpose {
        mode: UseMode::Delegated,
        present: Some(present("其其格", MOTHER)),
        mandate: Some(1),
        ..system.duty()
    };
    let consented = |mode| Purpose {
        mode,
        consent: Some(1),
        ..system.duty()
    };
    let tables: [(Purpose, &[&[Row]]); 5] = [
        (system.duty(), &[ALL, AT_A_WINDOW, BY_DUTY, IN_A_CASE]),
        (
            system.in_person("现授〔2026〕1号"),
            &[ALL, AT_A_WINDOW, IN_PERSON],
        ),
        (delegated, &[ALL, AT_A_WINDOW, IN_A_CASE, DELEGATED]),
        (consented(UseMode::Shown), &[ALL, BY_CONSENT]),
        (consented(UseMode::Online), &[ALL, BY_CONSENT]),
    ];
    for (good, tables) in tables {
        for (what, wrong, expected) in tables.iter().copied().flatten() {
            let mut purpose = good.clone();
            wrong(&system, &mut purpose);
            let before = system.last_row().seq;
            let refused = system.ask(&purpose).unwrap_err();
            assert_eq!(refused, *expected, "{} without {what}", good.mode.name());
            let row = system.last_row();
            assert_eq!(row.seq, before + 1, "{what}");
            assert_eq!(row.kind, EventKind::FetchRefused.number(), "{what}");
            assert!(row.subject.is_some(), "she can read who tried: {what}");
            assert_eq!(system.details(row.seq)["reason"], expected.code(), "{what}");
        }
    }
    // With nothing missing, each is served.
    assert_eq!(system.ask(&system.duty()).unwrap().certificates.len(), 1);
    let slip = system.in_person("现授〔2026〕2号");
    assert_eq!(system.ask(&slip).unwrap().certificates.len(), 1);
    // A slip authorises one use.
    assert_eq!(system.ask(&slip).unwrap_err(), Reason::BadSlip);
    let report = ledger_check::check(&system.window.test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn fields_ways_and_time_are_those_of_the_grant(#[values(Sqlite, Postgres)] database: Database) {
    let mut system = System::on(database);
    let of = ("居民户口簿", &whose(PENSIONER));
    let outside = system.query(of, &system.duty(), &["holder_name", "holder_code"]);
    assert_eq!(outside.unwrap_err(), Reason::FieldNotGranted);
    let nothing = system.query(of, &system.duty(), &["nothing"]);
    assert_eq!(nothing.unwrap_err(), Reason::FieldNotGranted);
    let one = system.query(of, &system.duty(), &["home_address"]).unwrap();
    let keys: Vec<&String> = one.certificates[0].fields.keys().collect();
    assert_eq!(keys, ["home_address"]);
    // The same item asks for no birth certificate of an old person.
    let birth = system.query((BIRTH, &whose(PENSIONER)), &system.duty(), &[]);
    assert_eq!(birth.unwrap_err(), Reason::NoGrant);
    // Others than systems are turned away, and another agency has no grant.
    let own = system.by.clone();
    for (role, agency, expected) in [
        (
            Role::Window,
            crate::support::office::HALL,
            Reason::Forbidden,
        ),
        (Role::Operator, CDC, Reason::Forbidden),
        (Role::System, CDC, Reason::NoGrant),
    ] {
        system.by = system.window.test.caller(role, agency);
        assert_eq!(system.ask(&system.duty()).unwrap_err(), expected);
    }
    system.by = own;
    // A grant ends to the second.
    let granted_at = system.window.test.now();
    system.window.test.clock.advance(3599);
    assert!(system.ask(&system.duty()).is_ok());
    system.window.test.clock.advance(1);
    assert_eq!(system.window.test.now().secs_since(granted_at), 3600);
    assert_eq!(system.ask(&system.duty()).unwrap_err(), Reason::NoGrant);
}

#[rstest]
fn a_childs_certificate_is_used_in_its_mothers_case(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let system = System::on(database);
    system.window.birth();
    let case = system.window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let purpose = Purpose {
        item: item(BIRTH_REGISTRATION),
        item_name: BIRTH_REGISTRATION.to_owned(),
        case: Some(case.number),
        ..system.duty()
    };
    let child = system
        .query((BIRTH, &whose(NEWBORN)), &purpose, &[])
        .unwrap();
    assert_eq!(child.certificates[0].fields["newborn_name"], "萨仁");
    // By the mother's own number there is none: she holds none.
    let own = system
        .query((BIRTH, &whose(MOTHER)), &purpose, &[])
        .unwrap();
    assert_eq!(own.certificates, []);
    // She is there with her card as the guardian: her child needs no mandate.
    let guardian = Purpose {
        mode: UseMode::Delegated,
        present: Some(present("其其格", MOTHER)),
        ..purpose.clone()
    };
    let child = system
        .query((BIRTH, &whose(NEWBORN)), &guardian, &[])
        .unwrap();
    assert_eq!(child.certificates.len(), 1);
    // A newborn signs no slip.
    let alone = Purpose {
        mode: UseMode::InPerson,
        slip: Some("现授〔2026〕9号".to_owned()),
        present: Some(present("萨仁", NEWBORN)),
        ..purpose
    };
    let refused = system.query((BIRTH, &whose(NEWBORN)), &alone, &[]);
    assert_eq!(refused.unwrap_err(), Reason::GuardianNeeded);
}
