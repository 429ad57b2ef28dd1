//! What a sender chose for a batch, and what is kept of it.

use serde::Deserialize;
use serde::Serialize;

use crate::flow::batch::Task;
use crate::flow::failure::Failure;
use crate::store::batches::BatchRow;

/// What a sender chose for a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchChoice {
    /// The type, by code or name.
    pub of: String,
    /// What is to be done.
    pub task: Task,
    /// Whether its rows are old records being digitised.
    pub stock: bool,
    /// Whether one bad row stops them all.
    pub all_or_nothing: bool,
    /// Whether a zip of photos follows, without which the batch does not begin.
    pub photos: bool,
}

/// What is kept of the choice, with what came in.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Options {
    pub(crate) task: Task,
    pub(crate) stock: bool,
    pub(crate) all_or_nothing: bool,
    pub(crate) photos: bool,
    pub(crate) sheet_bytes: u64,
    pub(crate) photos_bytes: u64,
    /// The number of the first piece of the photos: every upload has numbers of its own.
    #[serde(default)]
    pub(crate) photos_from: i32,
}

impl Options {
    pub(crate) fn of(row: &BatchRow) -> Result<Self, Failure> {
        serde_json::from_str(&row.options)
            .map_err(|why| Failure::Broken(format!("batch {}: {why}", row.id)))
    }

    pub(crate) fn text(&self) -> Result<String, Failure> {
        serde_json::to_string(self).map_err(|why| Failure::Broken(why.to_string()))
    }
}

/// The owned parts of a request's key.
#[derive(Clone, Debug)]
pub struct OwnedKey {
    /// Where to.
    pub route: String,
    /// The key.
    pub key: String,
}
