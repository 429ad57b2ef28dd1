//! 出发前看一眼: what to bring for an item and what not, in words.

use serde::Serialize;

use crate::domain::item::Checklist;
use crate::domain::item::Errand;
use crate::domain::item::Form;
use crate::domain::item::HowMany;
use crate::domain::item::Line;
use crate::domain::item::Material;
use crate::domain::item::Route;
use crate::domain::item::Whose;
use crate::domain::item::errand_of;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::items::show::ItemNamed;
use crate::flow::items::show::ScenarioNamed;
use crate::flow::items::show::described;
use crate::flow::items::show::in_scenario;
use crate::flow::items::show::named;
use crate::flow::items::show::no_rule;
use crate::flow::items::show::scenarios;
use crate::flow::known::Known;
use crate::flow::office::Office;

/// What to bring for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ItemChecklist {
    /// The item, in the situation that was asked for.
    pub item: ItemNamed,
    /// The version of the rule it follows.
    pub version: u32,
    /// When that version was loaded.
    pub loaded_at: String,
    /// The situations in which the same agency runs the item.
    pub scenarios: Vec<ScenarioNamed>,
    /// How many lines need not be brought.
    pub spared: usize,
    /// How many must be brought.
    pub bring: usize,
    /// The two in words: 不用带 4 样，需带 1 样.
    pub headline: Bilingual,
    /// What else there is to know at a glance.
    pub more: Vec<Bilingual>,
    /// The lines, in the order in which people are told.
    pub lines: Vec<ChecklistLine>,
}

/// A sentence in both languages; names of materials stay Chinese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Bilingual {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A material, or alternatives of which one is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ChecklistLine {
    /// What becomes of it.
    pub errand: Errand,
    /// The materials: one, or the alternatives.
    pub materials: Vec<ChecklistMaterial>,
}

/// A material in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ChecklistMaterial {
    /// Its place in the item's list.
    pub seq: u16,
    /// Its name.
    pub name: String,
    /// What becomes of this one.
    pub errand: Errand,
    /// What to do about it, and what spares it.
    pub told: Bilingual,
    /// The situation in which it is asked for, as the item's list says it.
    pub condition: Option<String>,
    /// On what basis it is no longer asked for.
    pub basis: Option<String>,
}

impl Bilingual {
    /// A message with its holes filled.
    pub(crate) fn say(key: &str, with: &[(&str, &str)]) -> Self {
        Self {
            zh: say(Lang::Zh, key, with),
            en: say(Lang::En, key, with),
        }
    }
}

/// Tells what to bring for an item: in its own situation, or in another one in which the same
/// agency runs it.
///
/// # Errors
///
/// [`Reason::UnknownItem`](crate::domain::problem::Reason::UnknownItem) and
/// [`Reason::UnknownScenario`](crate::domain::problem::Reason::UnknownScenario).
pub fn checklist(
    office: &Office,
    item: &str,
    scenario: Option<&str>,
) -> Result<ItemChecklist, Failure> {
    let items = office.items()?;
    let item = in_scenario(&items, &named(&items, item)?, scenario)?;
    let rule = items.rule(item.code.base()).ok_or_else(no_rule)?;
    let known = office.known();
    let list = Checklist::of(rule, &item.scenario);
    let mut lines: Vec<&Line<'_>> = list.lines.iter().collect();
    lines.sort_by_key(|line| Errand::ALL.iter().position(|e| *e == line.errand));
    let line = |line: &Line<'_>| ChecklistLine {
        errand: line.errand,
        materials: line.rows.iter().map(|row| material(row, &known)).collect(),
    };
    let (spared, bring) = (list.spared(), list.count(Errand::Bring));
    Ok(ItemChecklist {
        item: described(&item, &items, &known),
        version: rule.version,
        loaded_at: rule.loaded_at.to_string(),
        scenarios: scenarios(&items, &item),
        spared,
        bring,
        headline: headline(spared, bring),
        more: more(&list),
        lines: lines.into_iter().map(line).collect(),
    })
}

fn headline(spared: usize, bring: usize) -> Bilingual {
    let key = match (spared, bring) {
        (0, 0) => "checklist.nothing",
        (0, _) => "checklist.bring_only",
        (_, 0) => "checklist.spared_only",
        (_, _) => "checklist.both",
    };
    let (spared, bring) = (spared.to_string(), bring.to_string());
    Bilingual::say(key, &[("spared", &spared), ("bring", &bring)])
}

fn more(list: &Checklist<'_>) -> Vec<Bilingual> {
    [
        (Errand::Either, "checklist.more_either"),
        (Errand::Perhaps, "checklist.more_perhaps"),
        (Errand::Later, "checklist.more_later"),
        (Errand::Identify, "checklist.more_identify"),
        (Errand::Cancelled, "checklist.more_cancelled"),
    ]
    .into_iter()
    .filter(|(errand, _)| list.count(*errand) > 0)
    .map(|(errand, key)| Bilingual::say(key, &[("n", &list.count(errand).to_string())]))
    .collect()
}

fn material(of: &Material, known: &Known) -> ChecklistMaterial {
    let errand = errand_of(of);
    let noted = |mark: &str| {
        let mut parts = of.note.split('；');
        let found = parts.find_map(|part| part.trim().strip_prefix(mark));
        found.map(str::to_owned)
    };
    ChecklistMaterial {
        seq: of.seq,
        name: of.name.clone(),
        errand,
        told: Bilingual {
            zh: told(of, errand, known, Lang::Zh),
            en: told(of, errand, known, Lang::En),
        },
        condition: noted("适用情形："),
        basis: noted("依据："),
    }
}

/// How the catalogue notes a form that the system can fill in.
const FILLED_IN: &str = "可由系统预填";

/// What to do about a material, in one sentence.
fn told(of: &Material, errand: Errand, known: &Known, lang: Lang) -> String {
    let whose = of.whose.map_or("nobody", Whose::name);
    let whose = say(lang, &format!("whose.{whose}"), &[]);
    let named = of
        .certificate_type
        .as_ref()
        .and_then(|code| known.newest.get(code));
    let of_type = named.map_or("", |found| match lang {
        Lang::Zh => found.definition.name.as_str(),
        Lang::En => found.definition.name_en.as_str(),
    });
    let form = say(
        lang,
        match of.form {
            Form::Original => "checklist.original",
            Form::Copy => "checklist.copy",
            Form::Electronic => "checklist.electronic",
        },
        &[],
    );
    let key = match (errand, of.route) {
        (Errand::Spared, Some(Route::DataSharing)) => "checklist.data_sharing",
        (Errand::Spared, Some(Route::DepartmentCheck)) => "checklist.department_check",
        (Errand::Spared, _) if of.how_many == HowMany::Each => "checklist.certificates",
        (Errand::Spared, _) => "checklist.certificate",
        (Errand::Promise, _) => "checklist.promise",
        (Errand::Identify, _) => "checklist.identify",
        (Errand::Cancelled, _) => "checklist.cancelled",
        (Errand::Later, _) => "checklist.later",
        _ if of.return_paper => "checklist.taken_back",
        _ if of.note.contains(FILLED_IN) => "checklist.fill_in",
        _ if of.how_many == HowMany::Each => "checklist.bring_each",
        _ => "checklist.bring",
    };
    let with = [
        ("whose", whose.as_str()),
        ("type", of_type),
        ("form", &form),
    ];
    say(lang, key, &with)
}
