//! The files of a catalogue: read, and each judged for itself. No register is needed.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use super::items::Materials;
use super::items::read_items;
use super::items::read_materials;
use crate::domain::agency::Agency;
use crate::domain::definition::Definition;
use crate::domain::division::Division;
use crate::domain::item::Item;
use crate::domain::item::Items;
use crate::domain::item::Material;
use crate::domain::item::Rule;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::items::check;
use crate::flow::items::check::ItemCheck;

/// The files of a catalogue, as texts. An absent one changes nothing.
#[derive(Clone, Debug, Default)]
pub struct CatalogueFiles {
    /// `certificate-types.json`: an array of definitions.
    pub types: Option<String>,
    /// `agencies.csv`.
    pub agencies: Option<String>,
    /// `divisions.csv`.
    pub divisions: Option<String>,
    /// `successions.csv`: predecessor, successor, basis.
    pub successions: Option<String>,
    /// `service-items.csv`: every published item; the list replaces the one before.
    pub items: Option<String>,
    /// `item-materials.csv`: what the base items ask for.
    pub materials: Option<String>,
}

impl CatalogueFiles {
    /// Reads the files of a catalogue that a folder has.
    ///
    /// # Errors
    ///
    /// [`Reason::BadDefinition`] if it has none of them, or one cannot be read.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let bad = |what: String| Failure::because(Reason::BadDefinition, what);
        let text = |name: &str| match std::fs::read_to_string(folder.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
            Err(why) => Err(bad(format!("{name}: {why}"))),
        };
        let files = Self {
            types: text("certificate-types.json")?,
            agencies: text("agencies.csv")?,
            divisions: text("divisions.csv")?,
            successions: text("successions.csv")?,
            items: text("service-items.csv")?,
            materials: text("item-materials.csv")?,
        };
        let Self {
            types,
            agencies,
            divisions,
            successions,
            items,
            materials,
        } = &files;
        if [types, agencies, divisions, successions, items, materials]
            .iter()
            .all(|f| f.is_none())
        {
            return Err(bad(format!("{} holds no catalogue file", folder.display())));
        }
        Ok(files)
    }
}

/// Catalogue files, read and each judged for itself.
pub(super) struct Judged {
    /// Types.
    pub(super) definitions: Vec<Definition>,
    /// Agencies, not numbered yet.
    pub(super) agencies: Vec<Agency>,
    /// Divisions.
    pub(super) divisions: Vec<Division>,
    /// Successions, whose agencies only the register knows.
    pub(super) successions: Rows,
    /// Items, if their file is there.
    pub(super) items: Option<Vec<Item>>,
    /// What they ask for, if that file is there.
    pub(super) materials: Option<Materials>,
}

impl Judged {
    pub(super) fn of(files: &CatalogueFiles) -> Result<Self, Failure> {
        let bad = |what: String| Failure::because(Reason::BadDefinition, what);
        let definitions: Vec<Definition> = match &files.types {
            Some(text) => serde_json::from_str(text)
                .map_err(|why| bad(format!("certificate-types.json: {why}")))?,
            None => Vec::new(),
        };
        let mut codes = HashSet::new();
        for definition in &definitions {
            definition.check().map_err(|why| bad(why.to_string()))?;
            if !codes.insert(&definition.code) {
                return Err(bad(format!(
                    "certificate type {} stands twice",
                    definition.code
                )));
            }
        }
        Ok(Self {
            agencies: read_agencies(&rows(files.agencies.as_deref(), "agencies.csv", 6)?)?,
            divisions: read_divisions(&rows(files.divisions.as_deref(), "divisions.csv", 4)?)?,
            successions: rows(files.successions.as_deref(), "successions.csv", 3)?,
            items: files.items.as_deref().map(read_items).transpose()?,
            materials: files.materials.as_deref().map(read_materials).transpose()?,
            definitions,
        })
    }
}

/// What the files of a catalogue hold.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// Types.
    pub types: usize,
    /// Agencies.
    pub agencies: usize,
    /// Divisions.
    pub divisions: usize,
    /// Items.
    pub items: usize,
    /// Base items whose materials they list.
    pub rules: usize,
    /// Which exempt materials nothing can stand for, by the types and agencies of the same
    /// files; none where they do not hold everything that this follows from.
    pub coverage: Option<ItemCheck>,
}

impl Judged {
    fn coverage(&self) -> Option<ItemCheck> {
        let (Some(items), Some(materials)) = (&self.items, &self.materials) else {
            return None;
        };
        if self.definitions.is_empty() || self.agencies.is_empty() {
            return None;
        }
        let rule = |materials: &Vec<Material>| Rule {
            version: 1,
            loaded_at: Timestamp::from_millis(0),
            materials: materials.clone(),
        };
        let rules = materials
            .iter()
            .map(|(base, all)| (*base, Arc::new(rule(all))));
        let items = Items::new(items.clone(), rules.collect(), self.divisions.clone());
        Some(check::of_files(&items, &self.definitions, &self.agencies))
    }
}

/// Judges catalogue files and loads nothing; the answer is how much they hold.
///
/// # Errors
///
/// [`Reason::BadDefinition`] with the file, row or type and its fault.
pub fn check(files: &CatalogueFiles) -> Result<Checked, Failure> {
    let judged = Judged::of(files)?;
    Ok(Checked {
        types: judged.definitions.len(),
        agencies: judged.agencies.len(),
        divisions: judged.divisions.len(),
        items: judged.items.as_ref().map_or(0, Vec::len),
        rules: judged.materials.as_ref().map_or(0, Materials::len),
        coverage: judged.coverage(),
    })
}

pub(super) type Rows = Vec<Vec<String>>;

fn rows(text: Option<&str>, name: &str, columns: usize) -> Result<Rows, Failure> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let mut all = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let fault = |what: &str| {
            Failure::because(
                Reason::BadDefinition,
                format!("{name}, row {}: {what}", at + 2),
            )
        };
        let record = record.map_err(|_why| fault("cannot be read"))?;
        if record.len() < columns {
            return Err(fault("too few columns"));
        }
        all.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
    }
    Ok(all)
}

pub(super) fn fault(file: &str, row: usize, what: &str) -> Failure {
    Failure::because(
        Reason::BadDefinition,
        format!("{file}, row {}: {what}", row + 2),
    )
}

fn read_divisions(rows: &Rows) -> Result<Vec<Division>, Failure> {
    let mut all = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let [code, name, level, ..] = row.as_slice() else {
            continue;
        };
        let code = code
            .parse()
            .map_err(|_why| fault("divisions.csv", at, "bad code"))?;
        all.push(Division {
            code,
            name: name.clone(),
            level: level.clone(),
        });
    }
    Ok(all)
}

/// Agencies as their file has them, not numbered yet.
fn read_agencies(rows: &Rows) -> Result<Vec<Agency>, Failure> {
    let mut all = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let [code, name, division, department, roles, ..] = row.as_slice() else {
            continue;
        };
        let code = code
            .parse()
            .map_err(|_why| fault("agencies.csv", at, "bad code"))?;
        let division = division
            .parse()
            .map_err(|_why| fault("agencies.csv", at, "bad division"))?;
        let has = |role: &str| roles.split(';').any(|r| r == role);
        all.push(Agency {
            code,
            number: 0,
            name: name.clone(),
            division,
            department: department.clone(),
            issuer: has("issuer"),
            user: has("user"),
        });
    }
    Ok(all)
}
