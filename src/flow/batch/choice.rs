//! What a sender chose for a batch, and what is kept of it.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::problem::Reason;
use crate::flow::batch::Task;
use crate::flow::batch::pieces::BatchFile;
use crate::flow::failure::Failure;
use crate::store::batches::BatchRow;

/// What a sender chose for a batch.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and any of them may be yes beside any other"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchChoice {
    /// The type, by code or name.
    pub of: String,
    /// What is to be done.
    pub task: Task,
    /// Whether nothing is written, and only told what would become of every row.
    pub dry_run: bool,
    /// Whether its rows are old records being digitised.
    pub stock: bool,
    /// Whether one bad row stops them all.
    pub all_or_nothing: bool,
    /// Whether a zip of photos follows, without which the batch does not begin.
    pub photos: bool,
}

/// What is kept of the choice, with what came in.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and any of them may be yes beside any other"
)]
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Options {
    pub(crate) task: Task,
    pub(crate) dry_run: bool,
    pub(crate) stock: bool,
    pub(crate) all_or_nothing: bool,
    pub(crate) photos: bool,
    pub(crate) sheet_bytes: u64,
    pub(crate) photos_bytes: u64,
    /// The file that the photos are in: of the upload that began last, or, once the batch has
    /// come in whole, of the one that did. Each upload has a file of its own, so that two at
    /// once, as an impatient client sends them, never touch each other's pieces.
    #[serde(default = "first_photos")]
    pub(crate) photos_file: i16,
}

const fn first_photos() -> i16 {
    BatchFile::FIRST_PHOTOS
}

impl Options {
    /// What was chosen, in words that stay: they are what the same request is known by, while
    /// what is kept of a batch may gain members.
    pub(crate) fn words(&self) -> String {
        format!(
            "{} dry_run={} stock={} all_or_nothing={} photos={}",
            self.task.name(),
            self.dry_run,
            self.stock,
            self.all_or_nothing,
            self.photos
        )
    }

    /// The choice with the number of the next upload of photos.
    pub(crate) fn with_next_photos(self) -> Result<Self, Failure> {
        let Some(photos_file) = self.photos_file.max(BatchFile::LAST).checked_add(1) else {
            return Err(Failure::refused(Reason::TooMany));
        };
        Ok(Self {
            photos_file,
            ..self
        })
    }

    pub(crate) fn of(row: &BatchRow) -> Result<Self, Failure> {
        let read = serde_json::from_str(&row.options).and_then(|mut kept: Map<String, Value>| {
            // Batches from before corrections were rehearsed say "dry run" as a task.
            if !kept.contains_key("dry_run") {
                let dry_run = kept.get("task") == Some(&json!("dry_run"));
                if dry_run {
                    kept.insert("task".to_owned(), json!(Task::Issue));
                }
                kept.insert("dry_run".to_owned(), json!(dry_run));
            }
            serde_json::from_value(Value::Object(kept))
        });
        read.map_err(|why| Failure::Broken(format!("batch {}: {why}", row.id)))
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
