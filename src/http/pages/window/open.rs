//! What the chosen items ask for, and who applies: from here on there is a case.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::problem::Reason;
use crate::domain::words::say;
use crate::flow::case;
use crate::flow::case::OpenRequest;
use crate::flow::failure::Failure;
use crate::flow::items::show;
use crate::flow::items::show::ItemMaterial;
use crate::flow::items::show::ItemShown;
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
use crate::http::pages::window::people::Choice;
use crate::http::pages::window::people::kinds;
use crate::http::pages::window::trouble::Trouble;
use crate::http::pages::window::trouble::can_be_mended;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// The most items of a package.
const MOST: usize = 20;

/// The chosen items, by commas.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    items: String,
}

/// Who applies, for what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Applicant {
    key: FormKey,
    items: String,
    name: String,
    kind: String,
    code: String,
    #[serde(default)]
    foreign_number: String,
}

#[derive(Template)]
#[template(path = "window/open.html")]
struct OpenPage {
    frame: Frame,
    officer: Officer,
    items: Vec<ItemShown>,
    chosen: String,
    kinds: Vec<Choice>,
    name: String,
    kind: String,
    code: String,
    foreign_number: String,
    troubles: Vec<Trouble>,
    key: String,
}

impl OpenPage {
    /// What becomes of a material, in a line.
    fn told(&self, of: &ItemMaterial) -> String {
        let lang = self.frame.lang;
        let errand = say(lang, &format!("errand.{}", of.errand.name()), &[]);
        match &of.type_name {
            Some(name) if of.waivable => {
                let with = [("errand", errand.as_str()), ("type", name)];
                say(lang, "window.told_item", &with)
            }
            _ => errand,
        }
    }

    fn wrong(&self, field: &str) -> Option<&Trouble> {
        let mut all = self.troubles.iter();
        all.find(|trouble| trouble.field == Some(field))
    }
}

/// What the items ask for, and the form for the applicant.
pub(crate) async fn ask(
    desk: Data<Desk>,
    frame: Frame,
    officer: Officer,
    Query(chosen): Query<Chosen>,
) -> Reply {
    let page_of = off_the_loop(&desk, move |office| {
        blank(office, frame, officer, &chosen.items)
    });
    page(&page_of.await?)
}

fn blank(
    office: &Office,
    frame: Frame,
    officer: Officer,
    chosen: &str,
) -> Result<OpenPage, Failure> {
    let codes = codes(chosen);
    if codes.is_empty() || codes.len() > MOST {
        return Err(Failure::refused(Reason::UnknownItem));
    }
    let items = codes.iter().map(|code| show::show(office, code, None));
    let items: Vec<ItemShown> = items.collect::<Result<_, Failure>>()?;
    let only_organisations = items.iter().all(|one| one.item.holder == "organisation");
    let kind = if only_organisations {
        HolderCodeType::USCC
    } else {
        HolderCodeType::CITIZEN
    };
    Ok(OpenPage {
        frame,
        officer,
        items,
        chosen: codes.join(","),
        kinds: kinds(),
        name: String::new(),
        kind: kind.to_string(),
        code: String::new(),
        foreign_number: String::new(),
        troubles: Vec::new(),
        key: fresh(office),
    })
}

/// Codes of items, each once.
fn codes(chosen: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for code in chosen.split(',').map(str::trim) {
        if !code.is_empty() && !codes.iter().any(|other| other == code) {
            codes.push(code.to_owned());
        }
    }
    codes
}

/// Opens a case.
pub(crate) async fn open(
    desk: Data<Desk>,
    frame: Frame,
    officer: Officer,
    request: HttpRequest,
    form: Filled<Applicant>,
) -> Reply {
    let Filled { value, bytes } = form;
    let doing = Doing::new(&officer.by, &request, &value.key, bytes);
    let mut troubles = wrong(&frame, &value);
    let kind = value.kind.parse::<HolderCodeType>().ok();
    let code = kind.and_then(|kind| HolderCode::new(kind, value.code.trim()).ok());
    let mut refused = Refusal::new(Reason::BadRequest);
    if let (Some(code), true) = (code, troubles.is_empty()) {
        let foreign = Some(value.foreign_number.trim()).filter(|text| !text.is_empty());
        let wanted = OpenRequest {
            items: codes(&value.items),
            name: value.name.clone(),
            code,
            foreign_number: foreign.map(str::to_owned),
        };
        let opened = off_the_loop(&desk, move |office| {
            case::open_once(office, &wanted, doing.by(), Some(doing.once()))
        });
        match opened.await {
            Ok(case) => return Ok(problem::see_other(&at(&case.number))),
            Err(why) if can_be_mended(why.reason()) => {
                troubles.push(Trouble::of(&why, &frame));
                refused = why;
            }
            Err(why) => return Err(why),
        }
    }
    let again = off_the_loop(&desk, move |office| {
        let blank = blank(office, frame, officer, &value.items)?;
        Ok(OpenPage {
            name: value.name,
            kind: value.kind,
            code: value.code,
            foreign_number: value.foreign_number,
            troubles,
            ..blank
        })
    });
    page_again(&again.await?, &refused)
}

/// What is wrong with what was typed, field by field.
fn wrong(frame: &Frame, typed: &Applicant) -> Vec<Trouble> {
    let mut all = Vec::new();
    let about = |field, key: &str| {
        let why = Refusal::new(Reason::BadRequest);
        Trouble::of(&why, frame).about(field, frame.say(key))
    };
    let name = typed.name.trim().chars().count();
    if !(1..=100).contains(&name) {
        all.push(about("name", "window.wrong_name"));
    }
    let kind = typed.kind.parse::<HolderCodeType>().ok();
    let citizen = kind == Some(HolderCodeType::CITIZEN);
    let code = kind.map(|kind| HolderCode::new(kind, typed.code.trim()));
    if !matches!(code, Some(Ok(_))) {
        let key = if citizen {
            "window.wrong_citizen"
        } else {
            "window.wrong_code"
        };
        all.push(about("code", key));
    }
    if typed.foreign_number.trim().chars().count() > 64 {
        all.push(about("foreign_number", "window.wrong_foreign"));
    }
    all
}
