//! The report of a file: row by row for people, one object for programs.

use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;

use crate::cli::ending::findings;
use crate::cli::output::Output;
use crate::domain::type_facts::TypeFacts;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::batch::report::Report;
use crate::flow::batch::report::RowDiffers;
use crate::flow::batch::report::RowFindings;
use crate::flow::verify::describe;

/// How many pictures of a kind are named one by one.
const TOLD: usize = 200;

/// The files that were written.
#[derive(Default)]
pub(crate) struct Papers {
    /// The result file.
    pub(crate) results: Option<PathBuf>,
    /// The error file, if there is something to mend.
    pub(crate) errors: Option<PathBuf>,
}

/// Tells what became of a file.
pub(crate) fn tell(
    output: &mut Output,
    file: &Path,
    report: &Report,
    papers: &Papers,
    facts: &TypeFacts,
) {
    output.object(&object(file, report, papers));
    for row in &report.refused {
        for finding in row.findings.iter().filter(|f| !f.warning) {
            line(output, row.row, &finding.label, &finding.en, &finding.zh);
        }
    }
    for row in &report.warned {
        for finding in &row.findings {
            line(output, row.row, &finding.label, &finding.en, &finding.zh);
        }
    }
    for row in &report.differs {
        if row.changes.iter().any(|change| change.key == "holder_code") {
            let with = [
                ("row", row.row.to_string()),
                ("identifier", row.identifier.clone()),
            ];
            let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
            output.say("cli.row_other_person", &with);
        }
        changes(output, row, ("cli.row_differs", ""), facts);
    }
    for row in &report.corrected {
        let outcome = outcome(output.lang, report, row.outcome);
        changes(output, row, ("cli.row_corrected", &outcome), facts);
    }
    pictures(output, report);
    let counts = &report.counts;
    let more =
        counts.refused - told(report.refused.len()) + counts.differs - told(report.differs.len());
    if more > 0 {
        output.say("cli.more_rows", &[("n", &more.to_string())]);
    }
    let more = counts.corrected + counts.reissued - told(report.corrected.len());
    if more > 0 {
        output.say("cli.more_corrected", &[("n", &more.to_string())]);
    }
    summary(output, report, papers);
}

/// What a row says otherwise, field by field.
fn changes(output: &mut Output, row: &RowDiffers, (key, outcome): (&str, &str), facts: &TypeFacts) {
    for change in &row.changes {
        let pictures = matches!(
            (&change.old, &change.new),
            (Some(Value::Object(_)), Some(Value::Object(_)))
        );
        let new = if pictures {
            say(output.lang, "cli.another_picture", &[])
        } else {
            plain(change.new.as_ref(), &change.key, facts, output.lang)
        };
        let old = plain(change.old.as_ref(), &change.key, facts, output.lang);
        let number = row.row.to_string();
        let with = [
            ("row", number.as_str()),
            ("outcome", outcome),
            ("identifier", &row.identifier),
            ("heading", &change.heading),
            ("old", &old),
            ("new", &new),
        ];
        output.say(key, &with);
    }
}

/// What became of rows, or would have, in words.
fn outcome(lang: Lang, report: &Report, name: &str) -> String {
    let group = if report.written {
        "outcome"
    } else {
        "foreseen"
    };
    say(lang, &format!("{group}.{name}"), &[])
}

/// The pictures that did not find their rows, by name: nobody could mend a number.
fn pictures(output: &mut Output, report: &Report) {
    let found = &report.pictures;
    for (key, rows) in [
        ("cli.row_no_picture", &found.missing),
        ("cli.row_bad_picture", &found.unreadable),
    ] {
        for row in rows.iter().take(TOLD) {
            output.say(key, &[("row", &row.to_string())]);
        }
    }
    for name in found.extra.iter().take(TOLD) {
        output.say("cli.picture_extra", &[("name", name)]);
    }
}

fn line(output: &mut Output, row: u64, heading: &str, en: &str, zh: &str) {
    let reason = match output.lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let row = row.to_string();
    let with = [
        ("row", row.as_str()),
        ("heading", heading),
        ("reason", reason),
    ];
    output.say("cli.row_bad", &with);
}

fn summary(output: &mut Output, report: &Report, papers: &Papers) {
    let counts = &report.counts;
    let done = [
        ("issued", counts.issued),
        ("corrected", counts.corrected),
        ("reissued", counts.reissued),
        ("same", counts.same),
        ("differs", counts.differs),
        ("ended", counts.ended),
        ("suspended", counts.suspended),
    ];
    output.say("cli.rows", &[("n", &counts.rows.to_string())]);
    for (name, n) in done.into_iter().filter(|(_, n)| *n > 0) {
        let outcome = outcome(output.lang, report, name);
        count(output, &outcome, n);
    }
    for (key, n) in [
        ("cli.refused", counts.refused),
        ("cli.warned", counts.warned),
        ("cli.pictures", counts.pictures),
        ("cli.pictures_missing", told(report.pictures.missing.len())),
        ("cli.pictures_extra", told(report.pictures.extra.len())),
        (
            "cli.pictures_unreadable",
            told(report.pictures.unreadable.len()),
        ),
    ] {
        if n > 0 {
            let label = say(output.lang, key, &[]);
            count(output, &label, n);
        }
    }
    if !report.ignored_columns.is_empty() {
        let columns = report.ignored_columns.join("、");
        output.say("cli.ignored_columns", &[("columns", &columns)]);
    }
    if !report.written {
        output.say("cli.nothing_written", &[]);
    }
    for (key, path) in [
        ("cli.result_file", &papers.results),
        ("cli.error_file", &papers.errors),
    ] {
        if let Some(path) = path {
            output.say(key, &[("path", &path.display().to_string())]);
        }
    }
}

fn count(output: &mut Output, label: &str, n: u64) {
    output.say("cli.count", &[("label", label), ("n", &n.to_string())]);
}

fn told(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A value as people call it.
fn plain(value: Option<&Value>, key: &str, facts: &TypeFacts, lang: Lang) -> String {
    match value {
        None => say(lang, "cli.no_value", &[]),
        Some(value) => describe::text(Some(facts), key, value, lang),
    }
}

fn object(file: &Path, report: &Report, papers: &Papers) -> Value {
    json!({
        "file": file,
        "written": report.written,
        "counts": report.counts,
        "refused": report.refused.iter().map(with_findings).collect::<Vec<Value>>(),
        "warned": report.warned.iter().map(with_findings).collect::<Vec<Value>>(),
        "differs": report.differs.iter().map(with_changes).collect::<Vec<Value>>(),
        "corrected": report.corrected.iter().map(with_changes).collect::<Vec<Value>>(),
        "ignored_columns": report.ignored_columns,
        "pictures": report.pictures,
        "result_file": papers.results,
        "error_file": papers.errors,
    })
}

fn with_findings(row: &RowFindings) -> Value {
    json!({"row": row.row, "findings": findings(&row.findings)})
}

fn with_changes(row: &RowDiffers) -> Value {
    let changes = row.changes.iter().map(|change| {
        json!({
            "column": change.key,
            "heading": change.heading,
            "old": change.old,
            "new": change.new,
        })
    });
    let changes: Vec<Value> = changes.collect();
    json!({
        "row": row.row,
        "outcome": row.outcome,
        "identifier": row.identifier,
        "changes": changes,
    })
}
