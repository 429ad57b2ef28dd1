//! Whom a case concerns: named by the officer, proven by the register, a certificate, a mandate or
//! a second officer.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::item::Whose;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::case;
use crate::flow::case::CaseView;
use crate::flow::case::PersonNamed;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Filled;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::page_again;
use crate::http::pages::window::at;
use crate::http::pages::window::doing::Doing;
use crate::http::pages::window::doing::FormKey;
use crate::http::pages::window::doing::fresh;
use crate::http::pages::window::officer::Officer;
use crate::http::pages::window::side::Side;
use crate::http::pages::window::trouble::Trouble;
use crate::http::pages::window::trouble::can_be_mended;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// Somebody whom a case concerns.
#[derive(Clone, Debug)]
pub(crate) struct PersonLine {
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) last4: String,
    pub(crate) parts: Vec<PartLine>,
    /// Whether a second officer could confirm her.
    pub(crate) unproven: bool,
}

/// What she is, and by what.
#[derive(Clone, Debug)]
pub(crate) struct PartLine {
    pub(crate) role: String,
    pub(crate) proof: String,
    pub(crate) proven: bool,
}

/// The people of a case.
pub(super) fn lines(lang: Lang, case: &CaseView) -> Vec<PersonLine> {
    let people = (0..).zip(&case.people);
    let line = |(place, person): (usize, &case::PersonView)| {
        let part = |part: &case::PartView| PartLine {
            role: say(lang, &format!("whose.{}", part.role), &[]),
            proof: say(lang, &format!("counter_proof.{}", part.proof), &[]),
            proven: part.proof != "none",
        };
        PersonLine {
            place,
            name: person.name_masked.clone(),
            last4: person.code_last4.clone(),
            parts: person.parts.iter().map(part).collect(),
            unproven: person.parts.iter().any(|part| part.proof == "none"),
        }
    };
    people.map(line).collect()
}

/// A word that can be chosen.
pub(crate) struct Choice {
    pub(crate) code: String,
    pub(crate) name: String,
}

/// The kinds of number that somebody may have, the usual first.
pub(super) fn kinds() -> Vec<Choice> {
    let usual = [HolderCodeType::CITIZEN, HolderCodeType::USCC];
    let others = HolderCodeType::all().filter(|kind| !usual.contains(kind));
    let all = usual.into_iter().chain(others);
    all.map(|kind| Choice {
        code: kind.to_string(),
        name: kind.label().to_owned(),
    })
    .collect()
}

#[derive(Template)]
#[template(path = "window/people.html")]
struct PeoplePage {
    frame: Frame,
    officer: Officer,
    side: Side,
    people: Vec<PersonLine>,
    roles: Vec<Choice>,
    kinds: Vec<Choice>,
    role: String,
    name: String,
    kind: String,
    code: String,
    trouble: Option<Trouble>,
    key: String,
    step: u8,
}

impl PeoplePage {
    fn wrong(&self, field: &str) -> Option<&Trouble> {
        let trouble = self.trouble.as_ref();
        trouble.filter(|trouble| trouble.field == Some(field))
    }

    fn of(office: &Office, frame: Frame, officer: Officer, case: &CaseView) -> Self {
        let roles = Whose::all().filter(|whose| *whose != Whose::Applicant);
        let lang = frame.lang;
        let role = |whose: Whose| Choice {
            code: whose.name().to_owned(),
            name: say(lang, &format!("whose.{}", whose.name()), &[]),
        };
        // Whose certificates are asked for, and nobody was named as that yet.
        let wanted = case.materials.iter().filter_map(|of| of.whose);
        let named = |whose: &&str| {
            let mut parts = case.people.iter().flat_map(|person| &person.parts);
            parts.any(|part| part.role == *whose)
        };
        let missing = wanted.into_iter().find(|whose| !named(whose));
        Self {
            side: Side::of(office, &frame, case, None),
            people: lines(lang, case),
            roles: roles.map(role).collect(),
            kinds: kinds(),
            role: missing.unwrap_or_default().to_owned(),
            name: String::new(),
            kind: HolderCodeType::CITIZEN.to_string(),
            code: String::new(),
            trouble: None,
            key: fresh(office),
            step: 2,
            frame,
            officer,
        }
    }
}

/// Whom a case concerns.
pub(crate) async fn show(
    desk: Data<Desk>,
    frame: Frame,
    officer: Officer,
    number: Path<String>,
) -> Reply {
    let made = off_the_loop(&desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        Ok(PeoplePage::of(office, frame, officer, &case))
    });
    page(&made.await?)
}

/// Somebody to be named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    key: FormKey,
    role: String,
    name: String,
    kind: String,
    code: String,
}

/// Names somebody.
pub(crate) async fn name(
    desk: Data<Desk>,
    frame: Frame,
    (officer, number): (Officer, Path<String>),
    request: HttpRequest,
    form: Filled<Named>,
) -> Reply {
    let Filled { value, bytes } = form;
    let doing = Doing::new(&officer.by, &request, &value.key, bytes);
    let number = number.into_inner();
    let done = match read(&value) {
        Err((field, key)) => {
            let why = Refusal::new(Reason::BadRequest);
            let trouble = Trouble::of(&why, &frame).about(field, frame.say(key));
            Err((why, trouble))
        }
        Ok(named) => {
            let of = number.clone();
            let named = off_the_loop(&desk, move |office| {
                case::name_person(office, &of, &named, doing.by(), Some(doing.once()))
            });
            match named.await {
                Ok(_) => Ok(()),
                Err(why) if !can_be_mended(why.reason()) => return Err(why),
                Err(why) => {
                    let trouble = Trouble::of(&why, &frame);
                    Err((why, trouble))
                }
            }
        }
    };
    let Err((why, trouble)) = done else {
        return Ok(problem::see_other(&format!("{}/people", at(&number))));
    };
    let again = off_the_loop(&desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        let blank = PeoplePage::of(office, frame, officer, &case);
        Ok::<_, Failure>(PeoplePage {
            role: value.role,
            name: value.name,
            kind: value.kind,
            code: value.code,
            trouble: Some(trouble),
            ..blank
        })
    });
    page_again(&again.await?, &why)
}

/// Who is named, or which field is wrong and the words for that.
fn read(typed: &Named) -> Result<PersonNamed, (&'static str, &'static str)> {
    let role = Whose::from_name(&typed.role).filter(|whose| *whose != Whose::Applicant);
    let role = role.ok_or(("role", "window.wrong_role"))?;
    if !(1..=100).contains(&typed.name.trim().chars().count()) {
        return Err(("name", "window.wrong_name"));
    }
    let kind = typed.kind.parse::<HolderCodeType>().ok();
    let code = kind.and_then(|kind| HolderCode::new(kind, typed.code.trim()).ok());
    Ok(PersonNamed {
        role,
        name: typed.name.clone(),
        code: code.ok_or(("code", "window.wrong_code"))?,
    })
}

/// A form with nothing in it but its key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pressed {
    pub(super) key: FormKey,
}

/// Confirms somebody as a second officer.
pub(crate) async fn confirm(
    desk: Data<Desk>,
    frame: Frame,
    (officer, named): (Officer, Path<(String, usize)>),
    request: HttpRequest,
    form: Filled<Pressed>,
) -> Reply {
    let (number, person) = named.into_inner();
    let doing = Doing::new(&officer.by, &request, &form.value.key, form.bytes);
    let of = number.clone();
    let done = off_the_loop(&desk, move |office| {
        case::confirm_person(office, &of, person, doing.by(), Some(doing.once()))
    });
    let why = match done.await {
        Ok(_) => return Ok(problem::see_other(&format!("{}/people", at(&number)))),
        Err(why) if !can_be_mended(why.reason()) => return Err(why),
        Err(why) => why,
    };
    let trouble = Trouble::of(&why, &frame);
    let again = off_the_loop(&desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        let mut page = PeoplePage::of(office, frame, officer, &case);
        page.trouble = Some(trouble);
        Ok(page)
    });
    page_again(&again.await?, &why)
}
