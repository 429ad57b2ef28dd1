//! What a source is asked by, and whether its records become certificates.

use serde::Deserialize;

/// What a source is asked by.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum AskBy {
    /// The number of the holder's code.
    HolderCode,
    /// The certificate's number.
    Number,
}

impl AskBy {
    /// The stable name, which is also that of its hole in templates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HolderCode => "holder_code",
            Self::Number => "number",
        }
    }
}

/// Whether records become certificates.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum IssueRule {
    /// Never: fields are relayed and kept nowhere.
    #[default]
    Never,
    /// When somebody asks for it.
    OnDemand,
    /// Whenever a record was found.
    Always,
}

impl IssueRule {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::OnDemand => "on_demand",
            Self::Always => "always",
        }
    }
}
