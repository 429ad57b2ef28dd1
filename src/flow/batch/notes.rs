//! What was found about a file as a whole, and who may see how much of it.

use serde::Serialize;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::flow::batch::read::KeptReport;
use crate::flow::batch::report::PictureReport;

/// Pictures of each kind that are told one by one.
const TOLD: usize = 100;

/// What was found about a file's headings and pictures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Notes {
    /// Headings that mean nothing to the type.
    pub ignored_columns: Vec<String>,
    /// Rows without a picture.
    pub pictures_missing: usize,
    /// Pictures that belong to no row.
    pub pictures_extra: usize,
    /// Rows whose picture is no readable one.
    pub pictures_unreadable: usize,
    /// Which, for the agency that sent them: their names are those of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures: Option<PictureNotes>,
}

/// The first pictures that something was found about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PictureNotes {
    /// Rows without a picture, as the spreadsheet shows them.
    pub missing: Vec<u64>,
    /// Names of pictures that belong to no row.
    pub extra: Vec<String>,
    /// Rows whose picture is no readable one.
    pub unreadable: Vec<u64>,
}

impl Notes {
    /// What a caller may see of a report.
    pub(crate) fn of(report: KeptReport, by: &Caller) -> Self {
        let PictureReport {
            mut missing,
            mut extra,
            mut unreadable,
        } = report.pictures;
        let (pictures_missing, pictures_extra) = (missing.len(), extra.len());
        let pictures_unreadable = unreadable.len();
        let pictures = (by.role == Role::Issuer).then(|| {
            missing.truncate(TOLD);
            extra.truncate(TOLD);
            unreadable.truncate(TOLD);
            PictureNotes {
                missing,
                extra,
                unreadable,
            }
        });
        Self {
            ignored_columns: report.ignored_columns,
            pictures_missing,
            pictures_extra,
            pictures_unreadable,
            pictures,
        }
    }
}
