//! A verdict in words: what it is, what was checked, what the reader must still look at.

use serde_json::Value;

use crate::cli::output::Output;
use crate::domain::verdict::Step;
use crate::domain::verdict::StepOutcome;
use crate::domain::verdict::Verdict;
use crate::domain::words::say;
use crate::flow::verify::describe::Types;
use crate::flow::verify::describe::describe;
use crate::flow::verify::describe::facts_of;
use crate::flow::verify::describe::type_name;

/// Prints a verdict for people or programs.
pub(crate) fn print(verdict: &Verdict, types: &Types, output: &mut Output) {
    let lang = output.lang;
    let shown_by = serde_json::to_value(verdict.shown_by).unwrap_or_default();
    let shown_by = say(
        lang,
        &format!("shown.{}", shown_by.as_str().unwrap_or("none")),
        &[],
    );
    let outcome = say(lang, &format!("verdict.{}", verdict.verdict.name()), &[]);
    output.line(&format!(
        "{outcome}  [{} · {shown_by}]",
        verdict.verdict.name()
    ));
    for certificate in &verdict.certificates {
        let facts = facts_of(certificate, types);
        let name = type_name(certificate, facts, lang);
        output.line(&format!("  {name}  {}", certificate.issuer_name));
        output.line(&format!("  {}", certificate.identifier));
        if let Some(word) = certificate.end_word {
            output.line(&format!("  {}", say(lang, &format!("word.{word}"), &[])));
        }
        for (label, text) in describe(certificate, facts, lang) {
            output.line(&format!("    {label}: {text}"));
        }
    }
    steps(&verdict.steps, output);
}

/// Prints the steps of a check.
pub(crate) fn steps(steps: &[Step], output: &mut Output) {
    let lang = output.lang;
    for step in steps {
        let mark = match step.outcome {
            StepOutcome::Passed => "passed",
            StepOutcome::Failed => "failed",
            StepOutcome::NotChecked => "not_checked",
        };
        let name = say(lang, &format!("step.{}", step.code), &[]);
        let mark = say(lang, &format!("mark.{mark}"), &[]);
        let detail = step.detail.map(|d| format!(" ({d})")).unwrap_or_default();
        let age = step.age_s.map(|s| format!(" · {s} s")).unwrap_or_default();
        output.line(&format!("  · {name}: {mark}{detail}{age}"));
    }
}

/// A verdict for programs.
pub(crate) fn json(verdict: &Verdict) -> Value {
    serde_json::to_value(verdict).unwrap_or_default()
}
