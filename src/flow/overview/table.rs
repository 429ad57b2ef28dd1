//! The numbers of an overview as files that a spreadsheet program opens.

use super::Overview;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::source::sheet::ResultFile;
use crate::source::sheet::WriteError;

/// A table of an overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverviewTable {
    /// By day.
    Days,
    /// By type.
    Types,
}

impl OverviewTable {
    /// The stable names.
    pub const NAMES: &[&str] = &["days", "types"];

    /// The table of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "days" => Some(Self::Days),
            "types" => Some(Self::Types),
            _ => None,
        }
    }

    /// The keys of its headings, under `overview`.
    #[must_use]
    pub const fn headings(self) -> [&'static str; 4] {
        match self {
            Self::Days => ["day", "issued", "interface", "window"],
            Self::Types => ["type_code", "type", "certificates", "good"],
        }
    }
}

/// One table as CSV with Chinese headings: UTF-8 with a byte order mark, and no cell that a
/// spreadsheet program would take for a formula.
///
/// # Errors
///
/// [`Failure::Broken`] if it cannot be written, which memory does not refuse.
pub fn csv(overview: &Overview, table: OverviewTable) -> Result<Vec<u8>, Failure> {
    let broken = |why: WriteError| Failure::Broken(why.to_string());
    let headings = table.headings();
    let headings = headings.map(|key| say(Lang::Zh, &format!("overview.{key}"), &[]));
    let mut file = ResultFile::new(&headings, Vec::new()).map_err(broken)?;
    match table {
        OverviewTable::Days => {
            for one in &overview.days {
                let counts = [one.issued, one.uses.interface, one.uses.window];
                let [issued, interface, window] = counts.map(|n| n.to_string());
                file.push(&[one.day.to_string(), issued, interface, window])
                    .map_err(broken)?;
            }
        }
        OverviewTable::Types => {
            for of in &overview.types {
                let counts = [of.certificates, of.good].map(|n| n.to_string());
                let [certificates, good] = counts;
                file.push(&[of.code.clone(), of.name.clone(), certificates, good])
                    .map_err(broken)?;
            }
        }
    }
    file.finish().map_err(broken)
}
