//! What stands beside the work on every page of a case: its materials, and the ways to put a code
//! before it.

use crate::domain::item::ItemCode;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::case::CaseView;
use crate::flow::case::ItemView;
use crate::flow::case::MaterialView;
use crate::flow::office::Office;
use crate::http::pages::frame::Frame;
use crate::http::pages::window::doing::fresh;
use crate::http::pages::window::words::minute;

/// A case, as it stands beside the work.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub(crate) number: String,
    pub(crate) foreign: Option<String>,
    pub(crate) items: Vec<ItemLine>,
    pub(crate) rows: Vec<Line>,
    /// Who applies, and how far it is.
    pub(crate) counted: String,
    pub(crate) open: bool,
    pub(crate) withdrawn: Option<String>,
    /// The material that the page is about.
    pub(crate) chosen: Option<usize>,
    /// The key of the form that takes codes.
    pub(crate) key: String,
}

/// An item of the case.
#[derive(Clone, Debug)]
pub(crate) struct ItemLine {
    pub(crate) name: String,
    /// That the rule has changed since, where it has.
    pub(crate) newer: Option<String>,
}

/// A material of the case.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) place: usize,
    pub(crate) name: String,
    /// How it looks: `done`, `wait`, `paper`, `bad`, `ready` or nothing.
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) told: String,
    pub(crate) chosen: bool,
}

impl Side {
    /// The side of a case whose work is about a material, or about none.
    pub(crate) fn of(
        office: &Office,
        frame: &Frame,
        case: &CaseView,
        chosen: Option<usize>,
    ) -> Self {
        let items = office.items().ok();
        let item = |of: &ItemView| {
            let code = of.code.parse::<ItemCode>().ok();
            let rule = code.and_then(|code| items.as_ref()?.rule(code.base()).cloned());
            let newer = rule.map(|rule| rule.version);
            let newer = newer.filter(|version| *version > of.rule_version);
            ItemLine {
                name: of.name.clone(),
                newer: newer.map(|newer| {
                    let (kept, newer) = (of.rule_version.to_string(), newer.to_string());
                    let with = [("version", kept.as_str()), ("newer", &newer)];
                    say(frame.lang, "window.rule_newer", &with)
                }),
            }
        };
        let rows = (0..).zip(&case.materials);
        let applicant = case.people.first().map(|person| &person.name_masked);
        let (all, waived) = (case.materials.len().to_string(), case.waived.to_string());
        let counted = [
            ("name", applicant.map_or("", String::as_str)),
            ("all", &all),
            ("waived", &waived),
        ];
        Self {
            number: case.number.clone(),
            foreign: case.foreign_number.clone(),
            items: case.items.iter().map(item).collect(),
            rows: rows
                .map(|(place, of)| line(frame.lang, place, of, chosen == Some(place)))
                .collect(),
            counted: say(frame.lang, "window.counted", &counted),
            open: case.closed_at.is_none(),
            withdrawn: case.withdrawn.clone(),
            chosen,
            key: fresh(office),
        }
    }
}

fn line(lang: Lang, place: usize, of: &MaterialView, chosen: bool) -> Line {
    let (class, icon) = look(of);
    Line {
        place,
        name: of.name.clone(),
        class,
        icon,
        told: told(lang, of),
        chosen,
    }
}

/// How a material looks in a list: never by colour alone.
pub(crate) fn look(of: &MaterialView) -> (&'static str, &'static str) {
    match of.state {
        "waived" | "promised" | "identified" | "cancelled" => ("done", "ok"),
        "verified" => ("ready", "scan"),
        "waiting" | "department_check" | "tolerant" => ("wait", "wait"),
        "disputed" => ("bad", "bad"),
        "needs_paper" if of.reason == Some("mismatch") => ("bad", "bad"),
        "needs_paper" => ("paper", "paper"),
        _ if of.type_code.is_none() || of.return_paper => ("paper", "paper"),
        _ => ("", "card"),
    }
}

/// How a material stands, in a line.
pub(crate) fn told(lang: Lang, of: &MaterialView) -> String {
    let word = say(lang, &format!("material_state.{}", of.state), &[]);
    let at = of.decided_at.as_deref().map(minute).unwrap_or_default();
    let said = |key: &str, with: &[(&str, &str)]| say(lang, key, with);
    match of.state {
        "not_asked" if of.identity => said("window.told_identity", &[]),
        "not_asked" if !of.can.contains(&"ask") => match of.necessity {
            "conditional" => said("window.told_conditional_paper", &[]),
            _ => said("window.told_paper", &[]),
        },
        "not_asked" => match of.necessity {
            "conditional" => said("window.told_conditional", &[]),
            _ => said("window.told_open", &[]),
        },
        "verified" => said("window.told_verified", &[("time", &at)]),
        "waived" => {
            let way = of.route.unwrap_or("certificate");
            let way = said(&format!("waived_by.{way}"), &[]);
            said("window.told_waived", &[("way", &way), ("time", &at)])
        }
        "needs_paper" => {
            let reason = of.reason.unwrap_or("required");
            let reason = said(&format!("paper_reason.{reason}"), &[]);
            said("window.told_needs_paper", &[("reason", &reason)])
        }
        "tolerant" => {
            let until = of.until.as_deref().unwrap_or_default();
            said("window.told_tolerant", &[("day", until)])
        }
        _ => word,
    }
}
