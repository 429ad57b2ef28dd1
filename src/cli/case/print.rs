//! A case in words.

use serde_json::json;

use crate::cli::output::Output;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::case::CaseView;
use crate::flow::case::CodeOutcome;
use crate::flow::case::MaterialView;
use crate::flow::case::PartView;

/// Prints a case for people or programs.
pub(crate) fn case(case: &CaseView, output: &mut Output) {
    lines(case, output);
    output.object(&json!(case));
}

fn lines(case: &CaseView, output: &mut Output) {
    let lang = output.lang;
    output.line(&standing(case, lang));
    for item in &case.items {
        output.line(&format!("  {}  {}", item.code, item.name));
    }
    for (place, person) in case.people.iter().enumerate() {
        let part = |part: &PartView| {
            let role = say(lang, &format!("whose.{}", part.role), &[]);
            format!("{role}（{}）", part.proof)
        };
        let roles: Vec<String> = person.parts.iter().map(part).collect();
        let (name, last4) = (&person.name_masked, &person.code_last4);
        let roles = roles.join("、");
        output.line(&format!("  [{place}] {name}  ****{last4}  {roles}"));
    }
    for (place, material) in case.materials.iter().enumerate() {
        let open = if case.unsettled.contains(&place) {
            "*"
        } else {
            " "
        };
        let stands = stands(material, output);
        output.line(&format!("{open} {place}. {}  {stands}", material.name));
    }
}

/// Whether a case is open, closed or withdrawn, and what was waived or why it was.
fn standing(case: &CaseView, lang: Lang) -> String {
    let key = match (&case.withdrawn, &case.closed_at) {
        (Some(_), _) => "cli.case_withdrawn",
        (None, Some(_)) => "cli.case_closed",
        (None, None) => "cli.case_open",
    };
    let waived = case.waived.to_string();
    let why = case.withdrawn.as_deref().unwrap_or_default();
    let with = [
        ("case", case.number.as_str()),
        ("waived", &waived),
        ("why", why),
    ];
    say(lang, key, &with)
}

fn stands(material: &MaterialView, output: &Output) -> String {
    let word = |group: &str, name: &str| say(output.lang, &format!("{group}.{name}"), &[]);
    let mut told = vec![word("material_state", material.state)];
    told.extend(material.reason.map(|reason| word("paper_reason", reason)));
    told.extend(material.until.clone());
    if material.wanted > 1 {
        told.push(format!("{}/{}", material.uses.len(), material.wanted));
    }
    told.join("  ")
}

/// Prints what a code came to.
pub(super) fn came(came: &CodeOutcome, output: &mut Output) {
    if let Some(outcome) = came.verdict {
        output.say(&format!("verdict.{}", outcome.name()), &[]);
    }
    for offered in &came.offered {
        for served in &offered.served {
            let place = served.material.map(|place| place.to_string());
            let place = place.unwrap_or_else(|| "—".to_owned());
            let told = match output.lang {
                Lang::Zh => &served.told_zh,
                Lang::En => &served.told_en,
            };
            output.line(&format!("  {place}. {}  {told}", offered.type_name));
            for (key, value) in &served.fields {
                output.line(&format!("      {key}: {value}"));
            }
        }
    }
    lines(&came.case, output);
    output.object(&json!(came));
}

/// Prints the cases of today.
pub(super) fn list(cases: &[CaseView], output: &mut Output) {
    for case in cases {
        let names: Vec<&str> = case.items.iter().map(|item| item.name.as_str()).collect();
        let told = standing(case, output.lang);
        output.line(&format!("{told}  {}", names.join("、")));
    }
    output.object(&json!({"cases": cases}));
}
