//! What came of a code, as the officer sees it: one word, what it is founded on, what to do.

use std::collections::BTreeSet;

use crate::domain::case::PaperReason;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Step;
use crate::domain::verdict::StepOutcome;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::case::CodeOutcome;
use crate::flow::case::Offered;
use crate::flow::case::Served;
use crate::flow::office::Office;
use crate::http::pages::check::told::shape;
use crate::http::pages::window::words::facts;
use crate::http::pages::window::words::fields;
use crate::http::pages::window::words::hour;
use crate::http::pages::window::words::label;

/// What came of a code.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) outcome: Outcome,
    /// The one word.
    pub(crate) word: String,
    pub(crate) shape: &'static str,
    pub(crate) icon: &'static str,
    /// Whether whoever listens is interrupted.
    pub(crate) alert: bool,
    /// What to know of it, and what to do.
    pub(crate) advice: String,
    /// When.
    pub(crate) hour: String,
    /// How old the status is that it rests on, in words.
    pub(crate) status_age: Option<String>,
    pub(crate) certificates: Vec<Card>,
    pub(crate) checks: Vec<Check>,
    /// The places of the materials that may be waived now, by commas.
    pub(crate) waivable: String,
    /// How many they are.
    pub(crate) count: usize,
    /// Whether face and card have to be compared before.
    pub(crate) needs_match: bool,
    /// The places that it was meant for, by commas, and served or not.
    pub(crate) meant: String,
    /// The reason for paper that it leaves.
    pub(crate) suggests: &'static str,
}

/// A certificate that a code carried.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) type_name: String,
    pub(crate) issuer: String,
    pub(crate) identifier: String,
    /// How it was shown.
    pub(crate) shown: String,
    pub(crate) uses: Vec<CardUse>,
}

/// What it did for a material.
#[derive(Clone, Debug)]
pub(crate) struct CardUse {
    pub(crate) material: Option<String>,
    pub(crate) serves: bool,
    pub(crate) told: String,
    pub(crate) missing: Vec<String>,
    pub(crate) fields: Vec<(String, String)>,
}

/// A step that was checked, or was not.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: String,
}

impl Came {
    /// What a code came to; none for a form that was sent twice, whose code was taken before.
    pub(crate) fn of(office: &Office, lang: Lang, came: &CodeOutcome) -> Option<Self> {
        let outcome = meant(came)?;
        let (shape, icon) = shape(outcome);
        let served = || came.offered.iter().flat_map(|one| &one.served);
        let materials = &came.case.materials;
        let is_ready = |place: &usize| {
            let of = materials.get(*place);
            of.is_some_and(|of| of.can.contains(&"waive"))
        };
        let places: BTreeSet<usize> = served().filter_map(|one| one.material).collect();
        let ready = served().filter(|one| one.outcome == "serves");
        let ready: BTreeSet<usize> = ready
            .filter_map(|one| one.material)
            .filter(is_ready)
            .collect();
        let uses = ready.iter().filter_map(|place| materials.get(*place));
        let needs_match = uses.flat_map(|of| &of.uses).any(|used| used.needs_match);
        let suggests = served().find_map(|one| one.suggests.as_deref());
        let end_word = came.offered.iter().find_map(|one| one.end_word);
        let word = match (outcome, end_word) {
            (Outcome::Revoked, Some(end)) => say(lang, &format!("counter_ended.{end}"), &[]),
            _ => say(lang, &format!("counter_word.{}", outcome.name()), &[]),
        };
        let status = came.steps.iter().find(|step| step.code == "status");
        let age = status.and_then(|step| step.age_s);
        Some(Self {
            outcome,
            word,
            shape,
            icon,
            alert: shape == "bad",
            advice: say(lang, &format!("counter_advice.{}", outcome.name()), &[]),
            hour: hour(came.at.as_deref().unwrap_or_default()),
            status_age: age.map(|age| aged(lang, age)),
            certificates: came
                .offered
                .iter()
                .map(|one| card(office, lang, came, one))
                .collect(),
            checks: checks(lang, came),
            waivable: joined(&ready),
            count: ready.len(),
            needs_match,
            meant: joined(&places),
            suggests: reason(suggests),
        })
    }
}

/// The one outcome: a good certificate that serves for nothing here is not what it should be.
fn meant(came: &CodeOutcome) -> Option<Outcome> {
    let outcome = came.verdict?;
    let served = came.offered.iter().flat_map(|one| &one.served);
    let serves = served.into_iter().any(|one| one.outcome == "serves");
    Some(match outcome {
        Outcome::Valid if !serves => Outcome::Mismatch,
        outcome => outcome,
    })
}

/// The reason that an officer would give, by its stable name.
fn reason(suggested: Option<&str>) -> &'static str {
    let known = suggested.and_then(PaperReason::from_name);
    known.map_or("mismatch", PaperReason::name)
}

fn joined(places: &BTreeSet<usize>) -> String {
    let places: Vec<String> = places.iter().map(usize::to_string).collect();
    places.join(",")
}

fn card(office: &Office, lang: Lang, came: &CodeOutcome, one: &Offered) -> Card {
    let of = facts(office, Some(&one.type_code));
    let used = |served: &Served| {
        let place = served.material;
        let material = place.and_then(|place| came.case.materials.get(place));
        let missing = served.missing.iter();
        CardUse {
            material: material.map(|of| of.name.clone()),
            serves: served.outcome == "serves",
            told: match lang {
                Lang::Zh => served.told_zh.clone(),
                Lang::En => served.told_en.clone(),
            },
            missing: missing.map(|key| label(of.as_ref(), key, lang)).collect(),
            fields: fields(of.as_ref(), &served.fields, lang),
        }
    };
    Card {
        type_name: match (lang, &of) {
            (Lang::En, Some(of)) => of.name_en.clone(),
            _ => one.type_name.clone(),
        },
        issuer: one.issuer_name.clone(),
        identifier: one.identifier.clone(),
        shown: say(lang, &format!("shown.{}", one.shown_by), &[]),
        uses: one.served.iter().map(used).collect(),
    }
}

/// The steps in their order: what passed, what failed, what was not checked.
fn checks(lang: Lang, came: &CodeOutcome) -> Vec<Check> {
    let check = |step: &Step| {
        let name = say(lang, &format!("step.{}", step.code), &[]);
        let (class, icon, text) = match step.outcome {
            StepOutcome::Passed => ("", "ok", passed(lang, step, &name)),
            StepOutcome::Failed => ("bad", "bad", failed(lang, step, &name)),
            StepOutcome::NotChecked => (
                "unk",
                "unknown",
                say(lang, "window.not_checked", &[("step", &name)]),
            ),
        };
        Check { class, icon, text }
    };
    // No code tells who holds it: that is for the officer's eyes, whatever else was checked.
    let steps = came.steps.iter().filter(|step| step.code != "bearer");
    let bearer = Check {
        class: "unk",
        icon: "unknown",
        text: say(lang, "window.bearer", &[]),
    };
    steps.map(check).chain([bearer]).collect()
}

fn passed(lang: Lang, step: &Step, name: &str) -> String {
    let key = format!("counter_passed.{}", step.code);
    let said = say(lang, &key, &[]);
    let said = if said == key {
        say(lang, "window.passed", &[("step", name)])
    } else {
        said
    };
    match step.age_s {
        // How long ago something was signed tells an officer nothing.
        Some(age) if matches!(step.code, "status" | "trust") => {
            let age = aged(lang, age);
            say(
                lang,
                "window.passed_aged",
                &[("what", &said), ("age", &age)],
            )
        }
        _ => said,
    }
}

fn failed(lang: Lang, step: &Step, name: &str) -> String {
    let word = step.detail.map(|detail| format!("word.{detail}"));
    let word = word.map(|key| (say(lang, &key, &[]), key));
    match word {
        Some((word, key)) if word != key => {
            say(lang, "window.failed_as", &[("step", name), ("word", &word)])
        }
        _ => say(lang, "window.failed", &[("step", name)]),
    }
}

/// How long ago something was, in words.
fn aged(lang: Lang, seconds: i64) -> String {
    let (key, number) = match seconds {
        ..60 => ("window.age_now", 0),
        60..7200 => ("window.age_minutes", seconds / 60),
        7200..172_800 => ("window.age_hours", seconds / 3600),
        _ => ("window.age_days", seconds / 86_400),
    };
    say(lang, key, &[("n", &number.to_string())])
}
