//! The grandmother: nobody in the room has a phone.

use mianzheng::domain::event::EventKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::case;
use mianzheng::flow::case::Decision;
use mianzheng::flow::case::Slip;
use mianzheng::flow::uses;
use rstest::rstest;

use crate::support::cases::OLD_AGE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;

const GRANDMOTHER: &str = "111:152502194501010024";

fn slip() -> Slip {
    Slip {
        number: "现授〔2026〕0017".to_owned(),
        name: "敖登".to_owned(),
        code: HolderCode::read(GRANDMOTHER).unwrap(),
        typed_again: None,
        card_was_read: true,
        face_checked: true,
    }
}

#[rstest]
fn she_authorises_by_card_face_and_slip(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let office = &window.test.office;
    window.household("敖登", GRANDMOTHER, "蒙户152502-000777");
    let case = window.open(&[OLD_AGE], "敖登", GRANDMOTHER);
    let by = &window.officer;
    let authorise = |slip: &Slip| {
        let places: &[usize] = &[2];
        case::authorise_in_person(office, &case.number, (0, places), slip, by, None)
            .map_err(|why| why.problem().reason)
    };
    let other = HolderCode::read("111:152502199003070019").unwrap();
    for (bad, reason) in [
        (
            Slip {
                number: " ".to_owned(),
                ..slip()
            },
            Reason::BadSlip,
        ),
        (
            Slip {
                face_checked: false,
                ..slip()
            },
            Reason::NeedsMatch,
        ),
        (
            Slip {
                card_was_read: false,
                ..slip()
            },
            Reason::BadSlip,
        ),
        (
            Slip {
                code: other.clone(),
                ..slip()
            },
            Reason::BadSlip,
        ),
        (
            Slip {
                name: "敖敦".to_owned(),
                ..slip()
            },
            Reason::BadSlip,
        ),
        (
            Slip {
                card_was_read: false,
                typed_again: Some(other),
                ..slip()
            },
            Reason::BadSlip,
        ),
    ] {
        assert_eq!(authorise(&bad), Err(reason), "{bad:?}");
    }
    // More than the item needs is refused, and that it was tried is recorded.
    let more = case::authorise_in_person(office, &case.number, (0, &[1]), &slip(), by, None);
    assert_eq!(more.unwrap_err().problem().reason, Reason::OverAsking);
    let last = office
        .store
        .read(|rx| rx.last_ledger_row())
        .unwrap()
        .unwrap();
    assert_eq!(last.kind, EventKind::ConsentChanged.number());
    // All of it is hers to read.
    let herself = window.test.holder(GRANDMOTHER);
    let lines = uses::mine(office, None, &herself).unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|l| l.outcome.as_deref().unwrap())
        .collect();
    let mut wanted = vec!["over_asking"];
    wanted.extend(["bad_slip"; 4]);
    wanted.extend(["needs_match", "bad_slip"]);
    assert_eq!(told, wanted);
    assert_eq!(lines[0].case.as_deref(), Some(case.number.as_str()));
    let verified = authorise(&slip()).unwrap();
    assert_eq!(verified.materials[2].state, "verified");
    assert_eq!(verified.materials[2].uses[0].shown_by, "fetch");
    window
        .decide(&case, 2, &Decision::Waive { matched: false })
        .unwrap();
    // A slip is signed for one authorisation.
    let second = window.open(&[OLD_AGE], "敖登", GRANDMOTHER);
    let used = case::authorise_in_person(office, &second.number, (0, &[2]), &slip(), by, None);
    assert_eq!(used.unwrap_err().problem().reason, Reason::BadSlip);
    let typed = Slip {
        number: "现授〔2026〕0018".to_owned(),
        card_was_read: false,
        typed_again: Some(slip().code),
        ..slip()
    };
    let typed = case::authorise_in_person(office, &second.number, (0, &[2]), &typed, by, None);
    assert_eq!(typed.unwrap().materials[2].state, "verified");
}
