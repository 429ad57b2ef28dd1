//! A verdict in words: what it is, what was checked, what the reader must still look at.

use serde_json::Value;

use crate::cli::output::Output;
use crate::domain::value::plain_text;
use crate::domain::verdict::StepOutcome;
use crate::domain::verdict::Verdict;
use crate::domain::words::say;

/// Prints a verdict for people or programs.
pub(crate) fn print(verdict: &Verdict, output: &mut Output) {
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
        output.line(&format!(
            "  {}  {}",
            certificate.type_name, certificate.issuer_name
        ));
        output.line(&format!("  {}", certificate.identifier));
        if let Some(word) = certificate.end_word {
            output.line(&format!("  {}", say(lang, &format!("word.{word}"), &[])));
        }
        for (key, value) in &certificate.fields {
            output.line(&format!("    {key}: {}", plain_text(value)));
        }
        for key in &certificate.not_in_code {
            output.line(&format!("    {key}: {}", say(lang, "cli.not_in_code", &[])));
        }
    }
    for step in &verdict.steps {
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
