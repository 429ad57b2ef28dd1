//! A source that is a file which somebody puts somewhere.

use serde::Deserialize;

/// A CSV or XLSX file that an office puts somewhere, anew whenever it likes.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct FileDrop {
    /// The file; or a folder, of which the newest `.csv` or `.xlsx` counts. A relative path is
    /// inside the office's folder.
    pub path: String,
    /// The heading of the column with the holder's code, if it is asked by that.
    #[serde(default)]
    pub holder_code: Option<String>,
    /// The heading of the column with the certificate's number, if it is asked by that.
    #[serde(default)]
    pub number: Option<String>,
}
