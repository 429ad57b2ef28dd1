//! A record as a source gave it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// A record as a source gave it. It is personal data: `Debug` shows none of it.
#[derive(Clone, PartialEq)]
pub enum Record {
    /// A JSON object; its members are named by paths with dots.
    Json(Value),
    /// One that a platform gave under the nation's names, and of which answer it was a part.
    National(Value, Upstream),
    /// A row, by column or heading.
    Row(BTreeMap<String, String>),
}

/// The answer that a record was a part of.
#[derive(Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The address of the platform.
    pub address: String,
    /// The SHA-256 of the answer as it came, in base64url.
    pub digest: String,
    /// The answer as it came.
    pub answer: Arc<[u8]>,
}

impl fmt::Debug for Upstream {
    /// Without the answer, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Upstream");
        shown.field("address", &self.address);
        shown.field("digest", &self.digest);
        shown.finish_non_exhaustive()
    }
}

/// What stands at a path is a list or an object, and no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoValue;

impl Record {
    /// The text at a path or in a column, numbers as they are written; none if there is nothing.
    ///
    /// # Errors
    ///
    /// [`NoValue`].
    pub fn text(&self, at: &str) -> Result<Option<String>, NoValue> {
        match self {
            Self::Row(row) => Ok(row.get(at).cloned()),
            Self::Json(value) | Self::National(value, _) => match within(value, at) {
                None | Some(Value::Null) => Ok(None),
                Some(Value::String(text)) => Ok(Some(text.clone())),
                Some(Value::Number(number)) => Ok(Some(number.to_string())),
                Some(Value::Bool(flag)) => Ok(Some(flag.to_string())),
                Some(Value::Array(_) | Value::Object(_)) => Err(NoValue),
            },
        }
    }
}

/// What stands at a path of members and places with dots between them; a blank one is the whole.
#[must_use]
pub fn within<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(value);
    }
    let mut found = value;
    for part in path.split('.') {
        found = match found {
            Value::Array(list) => list.get(part.parse::<usize>().ok()?)?,
            other => other.get(part)?,
        };
    }
    Some(found)
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Record(..)")
    }
}
