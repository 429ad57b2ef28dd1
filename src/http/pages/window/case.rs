//! The page of a case: its materials, the one that is worked on, and what can be done about it.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use crate::flow::case;
use crate::flow::case::CaseView;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::frame::Frame;
use crate::http::pages::scanning_page;
use crate::http::pages::scanning_page_again;
use crate::http::pages::window::at;
use crate::http::pages::window::doing::fresh;
use crate::http::pages::window::officer::Officer;
use crate::http::pages::window::side::Side;
use crate::http::pages::window::trouble::Trouble;
use crate::http::pages::window::trouble::can_be_mended;
use crate::http::pages::window::work::Work;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// Which material is worked on, and which was decided a moment ago.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    m: Option<usize>,
    done: Option<usize>,
}

/// What was typed into a form about a material that comes back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) decision: String,
    pub(crate) reason: String,
    pub(crate) note: String,
    pub(crate) until: String,
}

#[derive(Template)]
#[template(path = "window/case.html")]
pub(crate) struct CasePage {
    frame: Frame,
    officer: Officer,
    side: Side,
    /// None where nothing is left to be done.
    work: Option<Work>,
    /// What became of the material that was decided a moment ago.
    done: Option<(String, String)>,
    trouble: Option<Trouble>,
    typed: Typed,
    key: String,
    /// How many certificates are asked for in all that are not there yet.
    left: usize,
    /// Whether what was scanned or typed is no text of a code.
    code_wrong: bool,
    step: u8,
}

impl CasePage {
    /// The page of a case as it stands.
    pub(super) fn of(
        office: &Office,
        frame: Frame,
        officer: Officer,
        (case, chosen): (&CaseView, Option<usize>),
    ) -> Result<Self, Failure> {
        let is_open = case.closed_at.is_none();
        let exists = |place: &usize| *place < case.materials.len();
        let next = case.unsettled.first().copied();
        let chosen = chosen.filter(exists).or(next).filter(|_| is_open);
        let work = chosen.map(|place| Work::of(office, frame.lang, case, place, &officer.by));
        Ok(Self {
            side: Side::of(office, &frame, case, chosen),
            work: work.transpose()?,
            done: None,
            trouble: None,
            typed: Typed::default(),
            key: fresh(office),
            left: case.unsettled.len(),
            code_wrong: false,
            step: 2,
            frame,
            officer,
        })
    }

    /// What is wrong with a field, by its id.
    fn wrong(&self, field: &str) -> Option<&Trouble> {
        let trouble = self.trouble.as_ref();
        trouble.filter(|trouble| trouble.field == Some(field))
    }

    fn told_of(&mut self, case: &CaseView, place: usize) {
        let lang = self.frame.lang;
        self.done = case
            .materials
            .get(place)
            .map(|of| (of.name.clone(), super::side::told(lang, of)));
    }
}

/// A case; one that was closed has its receipt to show.
pub(crate) async fn show(
    desk: Data<Desk>,
    frame: Frame,
    officer: Officer,
    number: Path<String>,
    Query(which): Query<Which>,
) -> Reply {
    let found = off_the_loop(&desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        if case.closed_at.is_some() && case.withdrawn.is_none() {
            return Ok(Err(format!("{}/receipt", at(&case.number))));
        }
        let mut page = CasePage::of(office, frame, officer, (&case, which.m))?;
        if let Some(place) = which.done {
            page.told_of(&case, place);
        }
        Ok(Ok(page))
    });
    match found.await? {
        Ok(page) => scanning_page(&page),
        Err(receipt) => Ok(problem::see_other(&receipt)),
    }
}

/// The case again, with why something was not done; what cannot be mended there is refused.
pub(super) async fn again(
    desk: &Data<Desk>,
    (frame, officer): (Frame, Officer),
    (number, chosen): (String, Option<usize>),
    (why, field): (Refusal, Option<&'static str>),
    typed: Typed,
) -> Reply {
    if !can_be_mended(why.reason()) {
        return Err(why);
    }
    let mut trouble = Trouble::of(&why, &frame);
    trouble.field = field;
    let page = off_the_loop(desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        let mut page = CasePage::of(office, frame, officer, (&case, chosen))?;
        page.code_wrong = trouble.field == Some("typed");
        page.trouble = Some(trouble);
        page.typed = typed;
        Ok(page)
    });
    scanning_page_again(&page.await?, &why)
}
