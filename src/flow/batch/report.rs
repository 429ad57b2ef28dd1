//! What became of a file, row by row.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::problem::FindingWords;
use crate::domain::problem::Problem;

/// Rows that are told one by one; of more, the error file tells.
const TOLD: usize = 2000;

/// How many rows came to what.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Issued anew, or would be.
    pub issued: u64,
    /// Issued as a next version.
    pub corrected: u64,
    /// Issued anew because the holder changed; the old one is void.
    pub reissued: u64,
    /// There already.
    pub same: u64,
    /// The register says something else; nothing was written.
    pub differs: u64,
    /// The certificate with that number ended.
    pub ended: u64,
    /// The certificate with that number is suspended, so that it is not corrected.
    #[serde(default)]
    pub suspended: u64,
    /// Refused for errors.
    pub refused: u64,
    /// Rows with a warning.
    pub warned: u64,
    /// Pictures matched to rows.
    pub pictures: u64,
}

impl Counts {
    /// Rows that somebody must mend, or that nothing can be done about: those of the error file.
    #[must_use]
    pub const fn to_mend(&self) -> u64 {
        self.refused + self.differs + self.ended + self.suspended
    }
}

/// A row with findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFindings {
    /// The row, as the spreadsheet shows it.
    pub row: u64,
    /// What was found.
    pub findings: Vec<FindingWords>,
}

/// A row that says something else than the register did. Personal data.
#[derive(Clone, Debug, PartialEq)]
pub struct RowDiffers {
    /// The row, as the spreadsheet shows it.
    pub row: u64,
    /// What became of it, or would: `differs`, `corrected` or `reissued`.
    pub outcome: &'static str,
    /// The certificate it differs from: of a correction, the one that is replaced.
    pub identifier: String,
    /// Field by field.
    pub changes: Vec<HeadedChange>,
}

/// A field that differs, with its heading in this very sheet. Personal data.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadedChange {
    /// The field's key.
    pub key: String,
    /// Its heading.
    pub heading: String,
    /// The register's value.
    pub old: Option<serde_json::Value>,
    /// The value in the sheet.
    pub new: Option<serde_json::Value>,
}

/// The report of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Whether good rows were issued. Not when it was a dry run, nor when one bad row stops all.
    pub written: bool,
    /// The ending of the names of such sheets: `csv` or `xlsx`.
    pub sheet: &'static str,
    /// How many rows came to what.
    pub counts: Counts,
    /// Rows that were refused, the first of them.
    pub refused: Vec<RowFindings>,
    /// Rows with warnings, the first of them.
    pub warned: Vec<RowFindings>,
    /// Rows that differ from the register, the first of them.
    pub differs: Vec<RowDiffers>,
    /// Rows that corrected it, or would have; the first of them.
    pub corrected: Vec<RowDiffers>,
    /// Headings that mean nothing to the type.
    pub ignored_columns: Vec<String>,
    /// What was found about the pictures.
    pub pictures: PictureReport,
    /// Why it ended before its last row, if it did.
    pub ended: Option<Problem>,
}

/// What was found about the pictures that came with a file.
///
/// The names are personal data: a picture is named by its holder's number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureReport {
    /// Rows without a picture.
    pub missing: Vec<u64>,
    /// Names of pictures that belong to no row.
    pub extra: Vec<String>,
    /// Rows whose picture is no readable one.
    pub unreadable: Vec<u64>,
}

impl Report {
    /// Notes a refused row.
    pub(crate) fn refuse(&mut self, row: u64, findings: Vec<FindingWords>) {
        self.counts.refused += 1;
        if self.refused.len() < TOLD {
            self.refused.push(RowFindings { row, findings });
        }
    }

    /// Notes a row's warnings.
    pub(crate) fn warn(&mut self, row: u64, findings: Vec<FindingWords>) {
        self.counts.warned += 1;
        if self.warned.len() < TOLD {
            self.warned.push(RowFindings { row, findings });
        }
    }

    /// Notes a row that differs.
    pub(crate) fn differ(&mut self, differs: RowDiffers) {
        self.counts.differs += 1;
        if self.differs.len() < TOLD {
            self.differs.push(differs);
        }
    }

    /// Notes a row that is a correction, by what became of it.
    pub(crate) fn correct(&mut self, corrected: RowDiffers) {
        match corrected.outcome {
            "reissued" => self.counts.reissued += 1,
            _ => self.counts.corrected += 1,
        }
        if self.corrected.len() < TOLD {
            self.corrected.push(corrected);
        }
    }
}
