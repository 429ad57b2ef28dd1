//! A material of a case: one, however many of its items ask for it.

use serde::Deserialize;
use serde::Serialize;

use super::State;
use crate::domain::item::ExemptClass;
use crate::domain::item::HowMany;
use crate::domain::item::Necessity;
use crate::domain::item::Route;
use crate::domain::item::Whose;

/// An item's row that asks for a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Want {
    /// The item, by its place in the case.
    pub item: usize,
    /// The row, by its place in the item's rule.
    pub seq: u16,
    /// The least that this item must see.
    pub fields: Vec<String>,
    /// The letter that it shares with its alternatives in the item.
    pub alternatives: Option<String>,
}

/// A certificate that serves for a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// The number of the use record in the ledger.
    pub record: i64,
    /// Of which of the case's people.
    pub person: usize,
    /// The register's number of the certificate.
    pub certificate: i64,
    /// Its identifier.
    pub identifier: String,
    /// The digest of its signed bytes, in base64url.
    pub digest: String,
    /// What verifying it came to.
    pub verdict: String,
    /// How it was put before the officer.
    pub shown_by: String,
    /// The consent it was used under, if one was asked for.
    pub consent: Option<i64>,
    /// Whether the officer has to compare face and card before she may waive.
    pub needs_match: bool,
    /// When, in milliseconds.
    pub at: i64,
}

/// What a case asks for, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseMaterial {
    /// Its Chinese name, of the first row that asks for it.
    pub name: String,
    /// The rows that ask for it.
    pub wants: Vec<Want>,
    /// Required if one of them requires it.
    pub necessity: Necessity,
    /// The code of the certificate type that can stand for it.
    pub certificate_type: Option<String>,
    /// The way by which it need not be handed in.
    pub route: Option<Route>,
    /// Why it need not be handed in.
    pub exempt: Option<ExemptClass>,
    /// Whose it is.
    pub whose: Option<Whose>,
    /// One, or one for each of them.
    pub how_many: HowMany,
    /// The paper is taken back.
    pub return_paper: bool,
    /// An identity card read: a check, never a waiver.
    pub identity: bool,
    /// How it stands.
    pub state: State,
    /// The certificates that serve.
    pub uses: Vec<Use>,
    /// When it came to stand so, in milliseconds.
    pub decided_at: Option<i64>,
    /// What was promised, disputed or noted, in the words of that moment.
    pub note: Option<String>,
}

impl CaseMaterial {
    /// Whether it can be waived at all.
    #[must_use]
    pub fn is_waivable(&self) -> bool {
        let way = matches!(self.route, Some(route) if route != Route::Cancelled);
        way && !self.identity && !self.return_paper
    }

    /// The least that must be seen for all items together, each key once.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for key in self.wants.iter().flat_map(|want| &want.fields) {
            if !all.contains(&key.as_str()) {
                all.push(key);
            }
        }
        all
    }

    /// What the agency of one item may see of it.
    #[must_use]
    pub fn fields_of_item(&self, item: usize) -> Vec<&str> {
        let wants = self.wants.iter().filter(|want| want.item == item);
        wants
            .flat_map(|want| &want.fields)
            .map(String::as_str)
            .collect()
    }
}
