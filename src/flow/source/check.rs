//! Try a configuration and explain it: what was asked, what came, what each field became.

use std::sync::Arc;

use serde_json::json;

use super::LoadedSource;
use super::Question;
use super::ask::Errand;
use super::ask::only;
use super::judge::judge;
use super::load::fitting;
use crate::codec::digest::sha256;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::event::EventKind;
use crate::domain::problem::FindingWords;
use crate::domain::said::Said;
use crate::domain::sourced::SourceCause;
use crate::domain::sourced::SourceWord;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::source::config::FieldRule;
use crate::source::config::Kind;
use crate::source::config::Source;
use crate::source::fields;
use crate::source::fields::Mapped;
use crate::source::record::Record;
use crate::store::ledger::Event;

/// One of our columns, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedField {
    /// The column's key.
    pub key: String,
    /// Its heading.
    pub label: String,
    /// Their paths, columns or headings; a constant has none.
    pub from: String,
    /// Its text, masked unless it was to be shown; none if it is blank or could not be made.
    pub became: Option<String>,
    /// Why it could not be made.
    pub unfit: Option<&'static str>,
}

/// What trying a configuration came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The source's name.
    pub source: String,
    /// What was done and seen, in order, without personal data.
    pub steps: Vec<Said>,
    /// Each column, if there was one record.
    pub fields: Vec<CheckedField>,
    /// What is wrong or odd about the record.
    pub findings: Vec<FindingWords>,
    /// What it came to; none if nothing was asked.
    pub word: Option<SourceWord>,
    /// Exactly why, unless it was found.
    pub cause: Option<SourceCause>,
}

/// Tries a configuration, one that is loaded or not, with a question or without. Nothing is
/// loaded, issued or kept, and no breaker minds; that somebody's record was asked for is recorded.
///
/// # Errors
///
/// Those of [`load`](super::load()) for a configuration that cannot be used, and [`Failure`] if the
/// register does not answer. Then nobody was asked.
pub fn check(
    office: &Office,
    text: &str,
    wanted: Option<&Question>,
    shown: bool,
    by: &Caller,
) -> Result<Tried, Failure> {
    let fitting = fitting(office, text)?;
    let (source, of) = (fitting.file.source, fitting.of);
    let asked_by: Vec<&str> = source.ask_by.iter().map(|by| by.name()).collect();
    let read = Said::of("source_step", "read")
        .with("name", &source.name)
        .with("type", &of.definition.name)
        .with("kind", source.kind().map_or("", Kind::name))
        .with("by", asked_by.join("、"));
    let mut tried = Tried {
        source: source.name.clone(),
        steps: vec![read],
        fields: Vec::new(),
        findings: Vec::new(),
        word: None,
        cause: None,
    };
    let Some(wanted) = wanted else {
        tried.steps.push(Said::of("source_step", "nothing_asked"));
        return Ok(tried);
    };
    super::knows_what_to_ask(&source, wanted)?;
    record_reading(office, &source, wanted, by)?;
    let loaded = Arc::new(LoadedSource {
        source,
        digest: sha256(text.as_bytes()),
        loaded_at: office.clock.now(),
    });
    let came = Errand::new(office, &loaded, wanted).run();
    tried.steps.extend(came.steps);
    let outcome = explain(
        office,
        &loaded.source,
        &of,
        wanted,
        came.records,
        shown,
        &mut tried,
    );
    tried.word = Some(outcome.map_or_else(SourceCause::word, |()| SourceWord::Found));
    if let Err(cause) = outcome {
        tried.cause = Some(cause);
        tried.steps.push(cause.said());
    }
    Ok(tried)
}

/// Notes what each column became, and judges it.
fn explain(
    office: &Office,
    source: &Source,
    of: &CertificateType,
    wanted: &Question,
    records: Result<Vec<Record>, SourceCause>,
    shown: bool,
    tried: &mut Tried,
) -> Result<(), SourceCause> {
    if let Ok(records) = &records {
        let said = Said::of("source_step", "records").with("n", records.len());
        tried.steps.push(said);
    }
    let record = only(records)?;
    let judged = judge(source, of, wanted, &record, office.clock.now().day());
    tried.findings = judged.findings;
    let source = source.filled(&of.definition);
    let mapped = fields::map(&source, &record);
    let with_rules = mapped.iter().zip(source.fields.values());
    tried.fields = with_rules
        .map(|(mapped, rule)| told(mapped, rule, of, shown))
        .collect();
    judged.outcome.map(|_content| ())
}

fn told(mapped: &Mapped, rule: &FieldRule, of: &CertificateType, shown: bool) -> CheckedField {
    let text = mapped.became.clone().ok().flatten();
    CheckedField {
        key: mapped.key.clone(),
        label: of.definition.label(&mapped.key).to_owned(),
        from: rule.reads().collect::<Vec<_>>().join(" + "),
        became: text.map(|text| if shown { text } else { masked(&text) }),
        unfit: mapped.became.as_ref().err().map(|unfit| unfit.name()),
    }
}

/// How long a text is, and no more of it.
fn masked(text: &str) -> String {
    "*".repeat(text.chars().count())
}

/// Whoever tries a question reads a record of somebody, so that is in the ledger first.
fn record_reading(
    office: &Office,
    source: &Source,
    wanted: &Question,
    by: &Caller,
) -> Result<(), Failure> {
    let vault = office.store.vault();
    let index = wanted
        .holder_code
        .as_ref()
        .map(|code| holder_index(vault, code));
    office.store.write(|tx| {
        let subjects = tx.subjects(index.as_slice())?;
        let mut event = Event::new(EventKind::Read, office.clock.now(), &by.id);
        event.agency = by.agency;
        event.subject = index.and_then(|index| subjects.get(&index).copied());
        event.details = Some(json!({"what": "source_check", "source": source.name}));
        tx.record(event);
        Ok(())
    })
}
