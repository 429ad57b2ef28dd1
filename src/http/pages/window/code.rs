//! A code before the case: scanned, typed, pasted, or found in a picture.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::flow::case;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Filled;
use crate::http::pages::frame::Frame;
use crate::http::pages::scanning_page;
use crate::http::pages::window::at;
use crate::http::pages::window::case::Typed;
use crate::http::pages::window::case::again;
use crate::http::pages::window::doing::Doing;
use crate::http::pages::window::doing::FormKey;
use crate::http::pages::window::doing::fresh;
use crate::http::pages::window::officer::Officer;
use crate::http::pages::window::outcome::Came;
use crate::http::pages::window::side::Side;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// The longest text that is taken for a code, in bytes.
const LONGEST: usize = 64 * 1024;

/// What was scanned or typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scanned {
    key: FormKey,
    code: String,
    /// The material that was worked on.
    #[serde(default)]
    m: String,
}

#[derive(Template)]
#[template(path = "window/result.html")]
struct ResultPage {
    frame: Frame,
    officer: Officer,
    side: Side,
    came: Came,
    /// The places for which paper could be taken instead, by commas.
    paper: String,
    key: String,
    code_wrong: bool,
    step: u8,
}

impl ResultPage {
    /// Whether paper may take the place of what did not serve: never of what only has to be
    /// scanned again.
    fn may_be_paper(&self) -> bool {
        !matches!(
            self.came.outcome,
            Outcome::StaleCode | Outcome::Replayed | Outcome::Unreadable | Outcome::Unsupported
        )
    }
}

/// Puts a code before the case, and shows what came of it. What is shown is shown once: sent
/// again, the form leads to the case as it stands.
pub(crate) async fn put(
    desk: Data<Desk>,
    frame: Frame,
    (officer, number): (Officer, Path<String>),
    request: HttpRequest,
    form: Filled<Scanned>,
) -> Reply {
    let Filled { value, bytes } = form;
    let doing = Doing::new(&officer.by, &request, &value.key, bytes);
    let number = number.into_inner();
    let chosen = value.m.parse().ok();
    let text = value.code.trim().to_owned();
    if text.is_empty() || text.len() > LONGEST {
        let why = Refusal::new(Reason::BadRequest);
        let about = (number, chosen);
        return again(
            &desk,
            (frame, officer),
            about,
            (why, Some("typed")),
            Typed::default(),
        )
        .await;
    }
    let of = number.clone();
    let lang = frame.lang;
    let came = off_the_loop(&desk, move |office| {
        let came = case::put_code_once(office, &of, &text, doing.by(), Some(doing.once()))?;
        let told = Came::of(office, lang, &came);
        Ok((told, came.case, fresh(office)))
    });
    let (came, case, key) = match came.await {
        Ok(came) => came,
        Err(why) => {
            let about = (number, chosen);
            return again(
                &desk,
                (frame, officer),
                about,
                (why, None),
                Typed::default(),
            )
            .await;
        }
    };
    let Some(came) = came else {
        return Ok(problem::see_other(&at(&number)));
    };
    desk.metrics.verdict(came.outcome);
    let about = came
        .meant
        .split(',')
        .next()
        .and_then(|text| text.parse().ok());
    let about = about.or(chosen).or(case.unsettled.first().copied());
    let can_be_paper = |place: &usize| {
        let of = case.materials.get(*place);
        of.is_some_and(|of| of.can.contains(&"paper"))
    };
    let paper = about.filter(can_be_paper);
    let side = Side::of(&desk.office, &frame, &case, about);
    scanning_page(&ResultPage {
        side,
        came,
        paper: paper.map(|place| place.to_string()).unwrap_or_default(),
        key,
        code_wrong: false,
        step: 3,
        frame,
        officer,
    })
}
