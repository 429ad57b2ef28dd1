//! A source that is a view of a database.

use serde::Deserialize;

/// A view of a department's database, read and never written.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// `postgres://USER@HOST/DATABASE`, or `sqlite://PATH` (relative to the office's folder);
    /// without a password.
    pub database: String,
    /// The file of the office with the password.
    #[serde(default)]
    pub password_file: Option<String>,
    /// The view's name, with its schema and a dot before it if need be.
    pub view: String,
    /// The column with the holder's code, if it is asked by that.
    #[serde(default)]
    pub holder_code: Option<String>,
    /// The column with the certificate's number, if it is asked by that.
    #[serde(default)]
    pub number: Option<String>,
}

impl View {
    /// Whether it is a file on this machine.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.database.starts_with("sqlite://")
    }
}

/// Whether a text may stand for a name in a question to a database, between quotes: letters of
/// any script, digits, `_`, `$`, `-` and blanks inside, 63 bytes at most.
pub(super) fn is_identifier(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "_$- ".contains(c);
    (1..=63).contains(&text.len()) && text.trim() == text && text.chars().all(plain)
}
