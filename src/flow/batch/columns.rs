//! Which column of an office's sheet is which field.

use std::collections::BTreeMap;

use crate::domain::definition::CertificateType;
use crate::domain::draft::Draft;
use crate::domain::heading::ERROR_COLUMN;
use crate::domain::heading::heading_key;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::value::Raw;
use crate::flow::failure::Failure;
use crate::source::sheet::Cell;
use crate::source::sheet::HeaderAt;
use crate::source::sheet::Row;

/// The columns of a sheet, matched to a type's fields.
#[derive(Clone, Debug)]
pub struct Columns {
    keys: Vec<Option<String>>,
    headings: BTreeMap<String, String>,
    /// Headings that mean nothing to the type; their cells are left out.
    pub ignored: Vec<String>,
}

/// Whether a heading means a column of a type, or is one of ours.
#[must_use]
pub fn knows(of: &CertificateType, heading: &str) -> bool {
    of.definition.column_of(heading).is_some() || heading == heading_key(ERROR_COLUMN)
}

impl Columns {
    /// Matches a header.
    ///
    /// # Errors
    ///
    /// [`Reason::BadFile`] when a column that every row needs is missing (`sheet_columns_missing`),
    /// or two columns mean the same field (`sheet_column_twice`); the headings are named.
    pub fn of(header: &HeaderAt, of: &CertificateType) -> Result<Self, Failure> {
        let definition = &of.definition;
        let mut columns = Self {
            keys: Vec::new(),
            headings: BTreeMap::new(),
            ignored: Vec::new(),
        };
        for (at, cell) in header.header.cells.iter().enumerate() {
            let heading = cell.text();
            let key = definition.column_of(&heading).map(str::to_owned);
            match &key {
                _ if header.reason_column == Some(at) || heading.trim().is_empty() => {
                    columns.keys.push(None);
                    continue;
                }
                None => columns.ignored.push(heading.trim().to_owned()),
                Some(key) => {
                    if let Some(before) = columns
                        .headings
                        .insert(key.clone(), heading.trim().to_owned())
                    {
                        let what = format!("sheet_column_twice: {before}, {}", heading.trim());
                        let said = Said::of("sheet", "sheet_column_twice")
                            .with("columns", format!("{before}、{}", heading.trim()));
                        return Err(Failure::saying(Reason::BadFile, what, said));
                    }
                }
            }
            columns.keys.push(key);
        }
        let mut needed: Vec<&str> = Vec::new();
        match &definition.number_from {
            Some(from) if !columns.headings.contains_key("certificate_number") => needed.push(from),
            _ => needed.push("certificate_number"),
        }
        if definition.holder_columns() {
            needed.extend(["holder_name", "holder_code"]);
        }
        needed.extend(
            definition
                .fields
                .iter()
                .filter(|f| f.required)
                .map(|f| f.key.as_str()),
        );
        let missing: Vec<&str> = needed
            .into_iter()
            .filter(|key| !columns.headings.contains_key(*key))
            .map(|key| definition.label(key))
            .collect();
        if missing.is_empty() {
            Ok(columns)
        } else {
            let missing = missing.join("、");
            let said = Said::of("sheet", "sheet_columns_missing").with("columns", &missing);
            let what = format!("sheet_columns_missing: {missing}");
            Err(Failure::saying(Reason::BadFile, what, said))
        }
    }

    /// The heading a field has in this sheet; the type's own label where it has none.
    #[must_use]
    pub fn heading<'a>(&'a self, key: &'a str, of: &'a CertificateType) -> &'a str {
        self.headings
            .get(key)
            .map_or_else(|| of.definition.label(key), String::as_str)
    }

    /// How many cells a row must have.
    #[must_use]
    pub fn width(&self) -> usize {
        self.keys.len()
    }

    /// A row's cells by field; blank ones are left out.
    #[must_use]
    pub fn draft(&self, row: &Row) -> Draft {
        let cells = self.keys.iter().zip(&row.cells);
        let raw = cells.filter_map(|(key, cell)| Some((key.clone()?, raw(cell)?)));
        Draft(raw.collect())
    }
}

fn raw(cell: &Cell) -> Option<Raw> {
    match cell {
        _ if cell.is_blank() => None,
        Cell::Number(n) => Some(Raw::Number(*n)),
        Cell::DateTime(at) => Some(Raw::DateTime(*at)),
        other => Some(Raw::Text(other.text())),
    }
}
