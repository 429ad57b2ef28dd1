//! Decisions about materials, each a form of the case's page.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use serde::Deserialize;

use crate::domain::case::PaperReason;
use crate::domain::problem::Reason;
use crate::flow::case;
use crate::flow::case::Decision;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Filled;
use crate::http::pages::frame::Frame;
use crate::http::pages::window::at;
use crate::http::pages::window::case::Typed;
use crate::http::pages::window::case::again;
use crate::http::pages::window::doing::Doing;
use crate::http::pages::window::doing::FormKey;
use crate::http::pages::window::officer::Officer;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// What is decided, about which materials.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decided {
    key: FormKey,
    /// The places of the materials, by commas.
    materials: String,
    decision: String,
    /// Whether face and card were compared: there if so.
    #[serde(default)]
    matched: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    until: String,
}

/// Decides.
pub(crate) async fn decide(
    desk: Data<Desk>,
    frame: Frame,
    (officer, number): (Officer, Path<String>),
    request: HttpRequest,
    form: Filled<Decided>,
) -> Reply {
    let Filled { value, bytes } = form;
    let doing = Doing::new(&officer.by, &request, &value.key, bytes);
    let number = number.into_inner();
    let Some(places) = places(&value.materials) else {
        return Err(Refusal::because(Reason::BadRequest, "materials"));
    };
    let first = places.first().copied();
    let decided = match decision(&value) {
        Err(field) => Err((Refusal::new(Reason::BadRequest), Some(field))),
        Ok(decision) => {
            let of = number.clone();
            let done = off_the_loop(&desk, move |office| {
                let once = Some(doing.once());
                case::decide_once(office, &of, &places, &decision, doing.by(), once)
            });
            let done = done.await;
            done.map_err(|why| {
                let field = field_of(why.reason(), &value.decision);
                (why, field)
            })
        }
    };
    match (decided, first) {
        (Ok(_), Some(first)) => Ok(problem::see_other(&format!("{}?done={first}", at(&number)))),
        (Ok(_), None) => Ok(problem::see_other(&at(&number))),
        (Err(why), first) => {
            let typed = Typed {
                decision: value.decision,
                reason: value.reason,
                note: value.note,
                until: value.until,
            };
            again(&desk, (frame, officer), (number, first), why, typed).await
        }
    }
}

/// Places by commas; none if one of them is no number, or there are none.
pub(super) fn places(text: &str) -> Option<Vec<usize>> {
    let places = text.split(',').map(|place| place.trim().parse().ok());
    places.collect::<Option<Vec<usize>>>()
}

/// What was decided, or the field that is wrong.
fn decision(typed: &Decided) -> Result<Decision, &'static str> {
    let note = typed.note.clone();
    Ok(match typed.decision.as_str() {
        "waive" => Decision::Waive {
            matched: !typed.matched.is_empty(),
        },
        "paper" => Decision::Paper {
            reason: PaperReason::from_name(&typed.reason).ok_or("paper-reason")?,
            note: Some(note).filter(|note| !note.trim().is_empty()),
        },
        "promise" => Decision::Promise { text: note },
        "tolerate" => Decision::Tolerate {
            until: typed
                .until
                .trim()
                .parse()
                .map_err(|_bad| "tolerate-until")?,
        },
        "check" => Decision::Check { note },
        "dispute" => Decision::Dispute { note },
        "identify" => Decision::Identify,
        _ => return Err("decision"),
    })
}

/// The field that a refusal is about, by its id on the page.
fn field_of(why: Reason, decision: &str) -> Option<&'static str> {
    match (why, decision) {
        (Reason::BadCause, "check") => Some("check-note"),
        (Reason::BadCause, "promise") => Some("promise-note"),
        (Reason::BadCause, "dispute") => Some("dispute-note"),
        (Reason::BadCause, "paper") => Some("paper-note"),
        (Reason::NeedsMatch, _) => Some("matched"),
        (Reason::BadRequest, "tolerate") => Some("tolerate-until"),
        _ => None,
    }
}
