//! What opens first: what somebody asks, and the cards.

use actix_web::web::Data;
use actix_web::web::Query;
use actix_web::web::ReqData;
use askama::Template;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::flow::case;
use crate::flow::case::PendingCase;
use crate::flow::interface;
use crate::flow::interface::WaitingUse;
use crate::flow::wallet;
use crate::flow::wallet::Part;
use crate::flow::wallet::Person;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::wallet::card::CardView;
use crate::http::reply::Reply;

/// Whose cards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    who: Option<String>,
}

#[derive(Template)]
#[template(path = "wallet/home.html")]
struct HomePage {
    frame: Frame,
    requests: Vec<Asks>,
    people: Vec<PersonView>,
    note: Option<String>,
    cards: Vec<CardView>,
    is_acting: bool,
    empty_title: &'static str,
    empty_text: &'static str,
}

/// What waits for an answer.
struct Asks {
    title: &'static str,
    when: String,
    text: String,
    way: Way,
}

/// How she comes to what is asked.
enum Way {
    /// By the code that leads to it.
    Read(String),
    /// By opening what a case asks, which nothing leads to before.
    Open(String),
}

struct PersonView {
    path: String,
    name: String,
    part: String,
    is_chosen: bool,
}

/// The cards of the caller, or of somebody she acts for.
pub(crate) async fn home(
    desk: Data<Desk>,
    frame: Frame,
    by: ReqData<Caller>,
    whose: Query<Whose>,
) -> Reply {
    let (home, cases, uses) = off_the_loop(&desk, move |office| {
        Ok((
            wallet::home(office, whose.who.as_deref(), &by)?,
            case::pending(office, &by)?,
            interface::waiting(office, &by)?,
        ))
    })
    .await?;
    let asked = uses.into_iter().map(|asked| of_use(&frame, asked));
    let of_cases = cases.into_iter().map(|case| of_case(&frame, case));
    let requests = asked.chain(of_cases).collect();
    let part = home.people.get(home.chosen).map(|person| &person.part);
    let is_acting = matches!(part, Some(Part::Agent(..)));
    let (empty_title, empty_text) = if is_acting {
        ("wallet.nothing_named", "wallet.nothing_named_text")
    } else {
        ("wallet.empty", "wallet.empty_text")
    };
    let note = match part {
        Some(Part::Agent(..)) => Some(frame.say("wallet.acting_note")),
        Some(Part::Guardian(Some(until))) => {
            Some(frame.say_of("wallet.guardian_note", "day", until))
        }
        Some(Part::Own | Part::Guardian(None)) | None => None,
    };
    let people = home.people.iter().enumerate();
    page(&HomePage {
        people: people
            .map(|(at, person)| of_person(&frame, person, at == home.chosen))
            .collect(),
        cards: home
            .cards
            .into_iter()
            .map(|face| CardView::of(&frame, face))
            .collect(),
        frame,
        requests,
        note,
        is_acting,
        empty_title,
        empty_text,
    })
}

fn of_use(frame: &Frame, waiting: WaitingUse) -> Asks {
    let asked = waiting.asked;
    let materials = asked.materials.iter();
    let names: Vec<&str> = materials
        .clone()
        .map(|one| one.type_name.as_str())
        .collect();
    let fields: usize = materials.map(|one| one.fields.len()).sum();
    Asks {
        title: "wallet.asked_by_system",
        when: frame.say_of("wallet.answer_by", "time", clock(&asked.answer_by)),
        text: frame.say_with(
            "wallet.asked_text",
            &[
                ("agency", &asked.agency),
                ("items", &asked.items.join("、")),
                ("types", &names.join("、")),
                ("fields", &fields.to_string()),
            ],
        ),
        way: Way::Read(waiting.code),
    }
}

fn of_case(frame: &Frame, case: PendingCase) -> Asks {
    Asks {
        title: "wallet.asked_by_window",
        when: frame.say_of("wallet.opened_at", "time", clock(&case.opened_at)),
        text: frame.say_with(
            "wallet.case_text",
            &[
                ("agency", &case.agency),
                ("items", &case.items.join("、")),
                ("short", &case.short),
            ],
        ),
        way: Way::Open(case.number),
    }
}

/// Hour and minute of a moment.
pub(crate) fn clock(moment: &str) -> String {
    moment.get(11..16).unwrap_or(moment).to_owned()
}

fn of_person(frame: &Frame, person: &Person, is_chosen: bool) -> PersonView {
    let part = match &person.part {
        Part::Own => frame.say("wallet.own"),
        Part::Guardian(_) => frame.say("wallet.guardian"),
        Part::Agent(_, kind, until) => frame.say_of(
            &format!("wallet.acts_{}", kind.name()),
            "day",
            until.plus_secs(-1).day(),
        ),
    };
    PersonView {
        path: format!("/w?who={}", person.key),
        name: match person.name.as_str() {
            "" => frame.say("wallet.me"),
            name => name.to_owned(),
        },
        part,
        is_chosen,
    }
}
