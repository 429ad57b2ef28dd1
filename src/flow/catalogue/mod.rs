//! Load the catalogue: agencies, divisions, certificate types, successions, items.
//!
//! Adding or changing a type is data. A changed definition becomes a new version; the old one
//! stays, because certificates were issued under it.

mod files;
mod items;
mod put_items;
mod table;

use std::collections::HashMap;

use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::definition::CodeFields;
use crate::domain::definition::Definition;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::catalogue::files::Judged;
use crate::flow::catalogue::files::Rows;
use crate::flow::catalogue::files::fault;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::GENERATION;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::catalogue::Succession;
use crate::store::catalogue::TypeRow;
use crate::store::ledger::Event;

pub use crate::flow::catalogue::files::CatalogueFiles;
pub use crate::flow::catalogue::files::Checked;
pub use crate::flow::catalogue::files::check;

/// What loading changed.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub struct Loaded {
    /// Types in the files.
    pub types: usize,
    /// Types that were not there before.
    pub new_types: usize,
    /// Types whose definition changed: a new version each.
    pub changed_types: usize,
    /// Agencies in the files.
    pub agencies: usize,
    /// Divisions in the files.
    pub divisions: usize,
    /// Items in the files.
    #[serde(default)]
    pub items: usize,
    /// Base items that ask for something else than before, or were not there: a new version
    /// each.
    #[serde(default)]
    pub changed_rules: usize,
}

/// Loads a catalogue, all of it or nothing.
///
/// # Errors
///
/// [`Reason::BadDefinition`] with the file, row or type and its fault; nothing was loaded.
pub fn load(office: &Office, files: &CatalogueFiles, by: &Caller) -> Result<Loaded, Failure> {
    load_once(office, files, by, None)
}

/// The same for a request that may come twice: the second time nothing is loaded, and what the
/// first changed is told again.
///
/// # Errors
///
/// Those of [`load`], and [`Reason::KeyReused`].
pub fn load_once(
    office: &Office,
    files: &CatalogueFiles,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<Loaded, Failure> {
    let Judged {
        definitions,
        agencies,
        divisions,
        successions,
        items,
        materials,
    } = Judged::of(files)?;
    let now = office.clock.now();
    let again =
        |before: &str| serde_json::from_str(before).map_err(|why| Failure::Broken(why.to_string()));
    let work = |tx: &mut Tx<'_>| {
        // One load after the other: versions and numbers are counted on from what is there.
        let generation = tx.reserve(GENERATION, 1)?;
        tx.put_divisions(&divisions)?;
        put_agencies(tx, &agencies)?;
        put_successions(tx, &successions)?;
        let (new_types, changed_types) = put_types(tx, &definitions, now.millis())?;
        let put = put_items::put(tx, items.as_deref(), materials.as_ref(), now.millis())?;
        // Items are told with the names of divisions.
        if items.is_some() || materials.is_some() || !divisions.is_empty() {
            put_items::changed(tx)?;
        }
        let loaded = Loaded {
            types: definitions.len(),
            new_types,
            changed_types,
            agencies: agencies.len(),
            divisions: divisions.len(),
            items: put.items,
            changed_rules: put.changed_rules,
        };
        let text = serde_json::to_string(&loaded).unwrap_or_default();
        let mut event = Event::new(EventKind::CatalogueChanged, now, &by.id);
        event.details = Some(serde_json::json!({"loaded": loaded}));
        tx.record(event);
        tx.put_setting(GENERATION, &generation.to_string())?;
        Ok((loaded, text))
    };
    let loaded = office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))?;
    office.refresh()?;
    Ok(loaded)
}

/// Marks that catalogue or trust changed, so that every server reads them again.
pub(crate) fn bump_generation(tx: &mut Tx<'_>) -> Result<(), Failure> {
    let next = tx.reserve(GENERATION, 1)?;
    Ok(tx.put_setting(GENERATION, &next.to_string())?)
}

/// A known agency keeps its number, a new one takes the next. Loads come one after the other,
/// so nobody else takes it meanwhile.
fn put_agencies(tx: &mut Tx<'_>, read: &[Agency]) -> Result<(), Failure> {
    let known: HashMap<_, _> = tx
        .agencies()?
        .into_iter()
        .map(|a| (a.code, a.number))
        .collect();
    let mut next = known.values().max().copied().unwrap_or(0) + 1;
    let mut all = read.to_vec();
    for agency in &mut all {
        agency.number = known.get(&agency.code).copied().unwrap_or_else(|| {
            next += 1;
            next - 1
        });
    }
    Ok(tx.put_agencies(&all)?)
}

fn put_successions(tx: &mut Tx<'_>, rows: &Rows) -> Result<(), Failure> {
    let agencies = tx.agencies()?;
    for (at, row) in rows.iter().enumerate() {
        let [predecessor, successor, basis, ..] = row.as_slice() else {
            continue;
        };
        let found = agencies
            .iter()
            .find(|a| a.code.as_str() == successor || a.name == *successor);
        let successor = found
            .ok_or_else(|| fault("successions.csv", at, "unknown successor"))?
            .number;
        tx.put_succession(&Succession {
            predecessor: predecessor.clone(),
            successor,
            basis: basis.clone(),
        })?;
    }
    Ok(())
}

pub(crate) fn put_types(
    tx: &mut Tx<'_>,
    all: &[Definition],
    at: i64,
) -> Result<(usize, usize), Failure> {
    let mut newest: HashMap<String, TypeRow> = HashMap::new();
    for row in tx.certificate_types()? {
        newest.insert(row.code.clone(), row);
    }
    let mut next = newest.values().map(|row| row.number).max().unwrap_or(0) + 1;
    let (mut new, mut changed) = (0, 0);
    for definition in all {
        let broken =
            |why: &dyn std::fmt::Display| Failure::Broken(format!("{}: {why}", definition.code));
        let text = serde_json::to_string(definition).map_err(|why| broken(&why))?;
        let before = newest.get(&definition.code);
        if before.is_some_and(|row| row.definition == text) {
            continue;
        }
        let numbered = match before {
            Some(row) => serde_json::from_str(&row.code_fields).map_err(|why| broken(&why))?,
            None => CodeFields::default(),
        };
        let code_fields = numbered.extended(definition).ok_or_else(|| {
            Failure::because(
                Reason::BadDefinition,
                format!("{}: too many fields", definition.code),
            )
        })?;
        let (number, version) = if let Some(row) = before {
            changed += 1;
            (row.number, row.version + 1)
        } else {
            new += 1;
            next += 1;
            (next - 1, 1)
        };
        tx.insert_type(&TypeRow {
            number,
            version,
            code: definition.code.clone(),
            definition: text,
            code_fields: serde_json::to_string(&code_fields).map_err(|why| broken(&why))?,
            loaded_at: at,
        })?;
    }
    Ok((new, changed))
}
