//! Load, list and remove sources. Adding an unseen type and its source is one file.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::definition::CodeFields;
use crate::domain::definition::Definition;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::flow::catalogue::bump_generation;
use crate::flow::catalogue::put_types;
use crate::flow::failure::Failure;
use crate::flow::issue::may_issue;
use crate::flow::office::Office;
use crate::source::config::IssueRule;
use crate::source::config::Kind;
use crate::source::config::Mistake;
use crate::source::config::SourceFile;
use crate::store::ledger::Event;
use crate::store::sources::SourceRow;
use crate::store::stored::read_number;

/// What loading a file changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceLoaded {
    /// The source's name.
    pub source: String,
    /// The type's code.
    #[serde(rename = "type")]
    pub of: String,
    /// The type's Chinese name.
    pub type_name: String,
    /// Whether the type was not there before.
    pub new_type: bool,
    /// Whether the type's definition changed: a new version.
    pub changed_type: bool,
    /// Whether the type had a source before.
    pub replaced: bool,
}

/// A file that is good for this office, and the type it is for.
pub(super) struct Fitting {
    pub(super) file: SourceFile,
    pub(super) of: Arc<CertificateType>,
}

/// Reads a configuration and checks it against its type, which the file or the register defines.
pub(super) fn fitting(office: &Office, text: &str) -> Result<Fitting, Failure> {
    let file = SourceFile::parse(text).map_err(refused)?;
    let of = match &file.definition {
        Some(definition) => Arc::new(seen_first(definition)?),
        None => office.known().type_named(&file.source.of)?,
    };
    file.source.fits(&of.definition).map_err(refused)?;
    if file.source.issue != IssueRule::Never {
        let known = office.known();
        let issuer = known.agency_named(file.source.issuer.as_deref().unwrap_or_default())?;
        may_issue(office, issuer, &of)?;
    }
    Ok(Fitting { file, of })
}

/// A type as it would be, before it has its number.
fn seen_first(definition: &Definition) -> Result<CertificateType, Failure> {
    let bad = |what: String| Failure::because(Reason::BadDefinition, what);
    let numbers = CodeFields::default().extended(definition);
    let numbers = numbers.ok_or_else(|| bad(format!("{}: too many fields", definition.code)))?;
    CertificateType::new(0, 0, definition.clone(), numbers).map_err(|why| bad(why.to_string()))
}

fn refused(mistake: Mistake) -> Failure {
    Failure::saying(Reason::BadSource, mistake.to_string(), mistake.said)
}

/// Loads a source in place of the one its type had, with the type's definition if the file has
/// one: all of it or nothing. Servers know it within seconds, without a restart.
///
/// # Errors
///
/// [`Reason::BadSource`] with the place and the mistake; [`Reason::BadDefinition`],
/// [`Reason::UnknownType`], [`Reason::UnknownAgency`] or [`Reason::MayNotIssue`]. Nothing was
/// loaded then.
pub fn load(office: &Office, text: &str, by: &Caller) -> Result<SourceLoaded, Failure> {
    let Fitting { file, of } = fitting(office, text)?;
    let SourceFile { source, definition } = file;
    let now = office.clock.now();
    let loaded = office.store.write(|tx| {
        // First, as with the catalogue: types are numbered by one load after the other.
        bump_generation(tx)?;
        let definitions: Vec<Definition> = definition.into_iter().collect();
        let (new, changed) = put_types(tx, &definitions, now.millis())?;
        let types = tx.certificate_types()?;
        let row = types.iter().rfind(|row| row.code == of.definition.code);
        let number = row.map(|row| row.number);
        let number = number.ok_or_else(|| Failure::because(Reason::UnknownType, &*source.of))?;
        let namesake = tx.source_named(&source.name)?;
        if let Some(other) = namesake.filter(|other| other.type_number != number) {
            let other = types.iter().rfind(|row| row.number == other.type_number);
            let other = other.map_or("", |row| row.code.as_str());
            let said = Said::of("source_mistake", "other_name")
                .with("place", "source.name")
                .with("type", other);
            let what = format!("source.name: {other} has it");
            return Err(Failure::saying(Reason::BadSource, what, said));
        }
        let replaced = tx.sources()?.iter().any(|row| row.type_number == number);
        tx.put_source(&SourceRow {
            type_number: number,
            name: source.name.clone(),
            configuration: text.to_owned(),
            loaded_at: now.millis(),
            loaded_by: by.id.clone(),
        })?;
        let loaded = SourceLoaded {
            source: source.name.clone(),
            of: of.definition.code.clone(),
            type_name: of.definition.name.clone(),
            new_type: new > 0,
            changed_type: changed > 0,
            replaced,
        };
        if new + changed > 0 {
            let mut event = Event::new(EventKind::CatalogueChanged, now, &by.id);
            event.details =
                Some(json!({"loaded": {"types": 1, "new_types": new, "changed_types": changed}}));
            tx.record(event);
        }
        let mut event = Event::new(EventKind::SourceChanged, now, &by.id);
        event.details = Some(json!({"what": "loaded", "source": loaded}));
        tx.record(event);
        Ok(loaded)
    })?;
    office.refresh()?;
    Ok(loaded)
}

/// Removes the source of a type. Certificates that were issued from it stay.
///
/// # Errors
///
/// [`Reason::NoSource`].
pub fn remove(office: &Office, of: &CertificateType, by: &Caller) -> Result<(), Failure> {
    let now = office.clock.now();
    office.store.write(|tx| {
        if !tx.remove_source(of.number)? {
            return Err(Failure::because(Reason::NoSource, &*of.definition.name));
        }
        bump_generation(tx)?;
        let mut event = Event::new(EventKind::SourceChanged, now, &by.id);
        event.details = Some(json!({"what": "removed", "type": of.definition.code}));
        tx.record(event);
        Ok(())
    })?;
    office.refresh()?;
    Ok(())
}

/// The configuration of a type's source, as it was loaded.
///
/// # Errors
///
/// [`Reason::NoSource`].
pub fn configuration(office: &Office, of: &CertificateType) -> Result<String, Failure> {
    let rows = office.store.read(|rx| rx.sources())?;
    let row = rows
        .into_iter()
        .find(|row| read_number(row.type_number) == of.number);
    let row = row.ok_or_else(|| Failure::because(Reason::NoSource, &*of.definition.name))?;
    Ok(row.configuration)
}

/// A source in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceLine {
    /// Its name.
    pub source: String,
    /// The type's code.
    #[serde(rename = "type")]
    pub of: String,
    /// The type's Chinese name.
    pub type_name: String,
    /// `http`, `view`, `file` or `national`.
    pub kind: &'static str,
    /// `never`, `on_demand` or `always`.
    pub issue: &'static str,
    /// When it was loaded.
    pub loaded_at: String,
    /// Why it is not asked, if its configuration cannot be read any more.
    pub unreadable: Option<String>,
}

/// Every source, by name.
#[must_use]
pub fn list(office: &Office) -> Vec<SourceLine> {
    let known = office.known();
    let named = |number: u32| known.newest.values().find(|of| of.number == number);
    let mut lines: Vec<SourceLine> = known
        .sources
        .iter()
        .filter_map(|(number, loaded)| {
            let of = named(*number)?;
            Some(SourceLine {
                source: loaded.source.name.clone(),
                of: of.definition.code.clone(),
                type_name: of.definition.name.clone(),
                kind: loaded.source.kind().map_or("", Kind::name),
                issue: loaded.source.issue.name(),
                loaded_at: loaded.loaded_at.to_string(),
                unreadable: None,
            })
        })
        .collect();
    lines.extend(
        known
            .unreadable_sources
            .iter()
            .map(|(name, why)| SourceLine {
                source: name.clone(),
                of: String::new(),
                type_name: String::new(),
                kind: "",
                issue: "never",
                loaded_at: String::new(),
                unreadable: Some(why.clone()),
            }),
    );
    lines.sort_by(|a, b| a.source.cmp(&b.source));
    lines
}
