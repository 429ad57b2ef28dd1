//! The material that is worked on: what can stand for it, how it stands, what may be done.

use crate::domain::caller::Caller;
use crate::domain::case::PaperReason;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::case;
use crate::flow::case::CaseView;
use crate::flow::case::MaterialView;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::http::pages::window::people::Choice;
use crate::http::pages::window::side::look;
use crate::http::pages::window::side::told;
use crate::http::pages::window::words::facts;
use crate::http::pages::window::words::fields;
use crate::http::pages::window::words::label;

/// A material that is worked on.
pub(crate) struct Work {
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) state: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) told: String,
    pub(crate) type_name: Option<String>,
    pub(crate) whose: Option<String>,
    /// What must be seen, by its labels.
    pub(crate) needs: Vec<String>,
    /// The items that ask for it, where there are several.
    pub(crate) items: Vec<String>,
    /// How many certificates there are, of how many.
    pub(crate) count: (usize, usize),
    pub(crate) consent: Option<i64>,
    /// What its holder gave, while it may be seen.
    pub(crate) shown: Vec<(String, String)>,
    pub(crate) needs_match: bool,
    pub(crate) can: Vec<&'static str>,
    /// Whoever can be asked for it, with all else that she can be asked for.
    pub(crate) askable: Vec<Askable>,
    /// Whether nobody was named yet whose it is, or is not proven to be that.
    pub(crate) nobody: bool,
    pub(crate) unproven: bool,
    /// Why it may be on paper.
    pub(crate) reasons: Vec<Choice>,
    /// The last day of a usual tolerance.
    pub(crate) until: String,
}

/// Somebody who can be asked.
pub(crate) struct Askable {
    pub(crate) person: usize,
    pub(crate) name: String,
    /// The places of all materials that she can be asked for, by commas.
    pub(crate) all: String,
    pub(crate) count: usize,
}

/// Days for which something may usually follow.
const TOLERANCE: i32 = 10;

impl Work {
    /// The work about a material of a case.
    pub(super) fn of(
        office: &Office,
        lang: Lang,
        case: &CaseView,
        place: usize,
        by: &Caller,
    ) -> Result<Self, Failure> {
        let none = || Failure::Broken(format!("a case without a material {place}"));
        let of = case.materials.get(place).ok_or_else(none)?;
        let type_facts = facts(office, of.type_code.as_deref());
        let shown = match (of.state, of.consent) {
            ("verified", Some(consent)) => {
                let standing = case::standing(office, &case.number, consent, by)?;
                let served = standing.served.iter();
                let mine = served.filter(|one| one.material == Some(place));
                mine.flat_map(|one| fields(type_facts.as_ref(), &one.fields, lang))
                    .collect()
            }
            _ => Vec::new(),
        };
        let (class, icon) = look(of);
        let owners: Vec<usize> = owners(case, of);
        let proven = |place: &&usize| is_proven(case, **place, of);
        let askable: Vec<Askable> = owners
            .iter()
            .filter(proven)
            .filter(|_| of.can.contains(&"ask"))
            .map(|person| askable(case, *person))
            .collect();
        let today = office.clock.now().day();
        let name = |of: &crate::domain::type_facts::TypeFacts| match lang {
            Lang::Zh => of.name.clone(),
            Lang::En => of.name_en.clone(),
        };
        Ok(Self {
            place,
            name: of.name.clone(),
            state: of.state,
            tag: tag(class),
            icon,
            told: told(lang, of),
            type_name: type_facts.as_ref().map(name),
            whose: of
                .whose
                .map(|whose| say(lang, &format!("whose.{whose}"), &[])),
            needs: of
                .fields
                .iter()
                .map(|key| label(type_facts.as_ref(), key, lang))
                .collect(),
            items: items(case, of),
            count: (of.uses.len(), of.wanted),
            consent: of.consent,
            shown,
            needs_match: of.uses.iter().any(|used| used.needs_match),
            can: of.can.clone(),
            nobody: of.type_code.is_some() && owners.is_empty(),
            unproven: !owners.is_empty() && askable.is_empty() && of.can.contains(&"ask"),
            askable,
            reasons: reasons(lang, of),
            until: today.plus(0, 0, TOLERANCE).to_string(),
        })
    }

    /// Whether something may be done about it now.
    pub(crate) fn can(&self, what: &str) -> bool {
        self.can.contains(&what)
    }
}

/// The tag of a look.
const fn tag(class: &str) -> &'static str {
    match class.as_bytes() {
        b"done" => "ok",
        b"ready" => "info",
        b"wait" => "wait",
        b"bad" => "bad",
        _ => "unk",
    }
}

/// The places of the people whose certificate could stand for a material.
fn owners(case: &CaseView, of: &MaterialView) -> Vec<usize> {
    let people = (0..).zip(&case.people);
    let owns = people.filter(|(place, person)| match of.whose {
        None => *place == 0,
        Some(whose) => person.parts.iter().any(|part| part.role == whose),
    });
    owns.map(|(place, _)| place).collect()
}

/// Whether somebody is proven to be what a material is asked of.
fn is_proven(case: &CaseView, person: usize, of: &MaterialView) -> bool {
    let parts = case
        .people
        .get(person)
        .map(|person| person.parts.as_slice());
    let mut parts = parts.unwrap_or_default().iter();
    parts.any(|part| of.whose.is_none_or(|whose| part.role == whose) && part.proof != "none")
}

fn askable(case: &CaseView, person: usize) -> Askable {
    let materials = (0..).zip(&case.materials);
    let hers = materials.filter(|(_, of)| {
        let open = of.state == "not_asked" && of.can.contains(&"ask");
        open && owners(case, of).contains(&person) && is_proven(case, person, of)
    });
    let all: Vec<String> = hers
        .map(|(place, _): (usize, _)| place.to_string())
        .collect();
    let who = case.people.get(person);
    Askable {
        person,
        name: who.map(|who| who.name_masked.clone()).unwrap_or_default(),
        count: all.len(),
        all: all.join(","),
    }
}

fn items(case: &CaseView, of: &MaterialView) -> Vec<String> {
    let named = of.items.iter().filter_map(|place| case.items.get(*place));
    let mut named: Vec<String> = named.map(|item| item.name.clone()).collect();
    named.dedup();
    if case.items.len() > 1 {
        named
    } else {
        Vec::new()
    }
}

/// The reasons for paper that an officer may give for a material.
fn reasons(lang: Lang, of: &MaterialView) -> Vec<Choice> {
    let way = of.route.is_some_and(|route| route != "cancelled");
    let waivable = way && !of.identity && !of.return_paper;
    let fits = |reason: &PaperReason| {
        if waivable {
            reason.is_for_the_officer()
        } else {
            *reason == PaperReason::of_rule(of.return_paper)
        }
    };
    let all = PaperReason::all().filter(fits);
    all.map(|reason| Choice {
        code: reason.name().to_owned(),
        name: say(lang, &format!("paper_reason.{}", reason.name()), &[]),
    })
    .collect()
}
