//! What was named, handed over or typed, and not shown, waives nothing; what may have been
//! shown by anybody waives only once face and card were compared.

use mianzheng::codec::sd_jwt::SdJwtParts;
use mianzheng::domain::item::Whose;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::case;
use mianzheng::flow::case::Decision;
use mianzheng::flow::show::compact;
use rstest::rstest;

use crate::support::cases::BIRTH_SERVICE;
use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;

const MATCHED: Decision = Decision::Waive { matched: true };
const UNMATCHED: Decision = Decision::Waive { matched: false };

/// The household register in the old-age allowance.
const REGISTER: usize = 2;

/// The marriage certificate in the registration of a birth to come.
const MARRIAGE: usize = 1;

#[rstest]
fn nothing_that_was_not_shown_waives(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let test = &window.test;
    let mine = window.household("其其格", MOTHER, "蒙户152502-000123");
    let case = window.open(&[OLD_AGE], "其其格", MOTHER);
    let record = test.record(&mine);
    let part = SdJwtParts::parse(&record).unwrap();
    let needed = ["holder_name", "birth_date", "home_address"];
    let printed = compact::printed(&test.office, &mine, &test.holder(MOTHER)).unwrap();
    for (text, way) in [
        (mine.to_string(), "an identifier"),
        (format!(" {mine}\n"), "one as a hand scanner gives it"),
        (record.clone(), "the whole record"),
        (
            part.with_only(|key| needed.contains(&key)),
            "just the fields",
        ),
        (part.with_only(|_| false), "nothing but the signature"),
        (printed.address.unwrap(), "a number on paper"),
    ] {
        let came = window.put(&case, &text);
        assert_eq!(came.verdict, Some(Outcome::Valid), "{way}");
        let served = &came.offered[0].served;
        assert_eq!(
            (served.len(), served[0].outcome.as_str()),
            (1, "bare"),
            "{way}"
        );
        assert!(served[0].fields.is_empty(), "{way}");
        assert_eq!(came.case.materials[REGISTER].state, "not_asked", "{way}");
        for waive in [MATCHED, UNMATCHED] {
            let waived = window.decide(&case, REGISTER, &waive);
            assert_eq!(waived.unwrap_err(), Reason::WrongStep, "{way}");
        }
    }
    // A number or a record gives back what was typed, and never opens a live code's door.
    let typed = window.put(&case, "48210375");
    assert_eq!(
        (typed.verdict, typed.offered.len()),
        (Some(Outcome::NotFound), 0)
    );
    let now = case::look(&test.office, &case.number, &window.officer).unwrap();
    assert!(now.materials[REGISTER].uses.is_empty());
}

#[rstest]
fn paper_and_offline_codes_need_face_and_card(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    let marriage = window.marriage();
    let mother = window.test.holder(MOTHER);
    let printed = compact::printed(office, &marriage, &mother).unwrap();
    let digits = printed.text.split_once('#').unwrap().1.to_owned();
    let offline = compact::offline(office, &marriage, &[], 15, &mother).unwrap();
    for text in [printed.text, digits, offline.text] {
        let case = window.open(&[BIRTH_SERVICE], "其其格", MOTHER);
        let case = window.name(&case, Whose::Spouse, "苏和", FATHER);
        let came = window.put(&case, &text);
        assert_eq!(came.offered[0].served[0].outcome, "serves", "{came:?}");
        assert!(came.case.materials[MARRIAGE].uses[0].needs_match);
        let waived = window.decide(&case, MARRIAGE, &UNMATCHED);
        assert_eq!(waived.unwrap_err(), Reason::NeedsMatch);
        assert_eq!(window.decide(&case, MARRIAGE, &MATCHED).unwrap().waived, 1);
    }
}
