//! Synthetic people, from a JSON or CSV file.

use std::path::Path;

use anyhow::Context;
use serde_json::Map;
use serde_json::Value;

/// The records of a department.
pub(crate) struct Records {
    all: Vec<Value>,
    key: String,
}

impl Records {
    /// Reads a file; `key` is the member or column with the holder's code.
    pub(crate) fn read(path: &Path, key: String) -> anyhow::Result<Self> {
        let name = path.display();
        let text = std::fs::read_to_string(path).with_context(|| name.to_string())?;
        let is_csv = path.extension().is_some_and(|ending| ending == "csv");
        let all = if is_csv {
            rows(&text)?
        } else {
            serde_json::from_str(&text).with_context(|| name.to_string())?
        };
        Ok(Self { all, key })
    }

    /// The records of a holder.
    pub(crate) fn of(&self, code: &str) -> Vec<Value> {
        let is = |record: &&Value| record.get(&self.key).and_then(Value::as_str) == Some(code);
        self.all.iter().filter(is).cloned().collect()
    }

    /// A good record of somebody else.
    pub(crate) fn of_another(&self, than: &[Value]) -> Vec<Value> {
        let other = self
            .all
            .iter()
            .find(|record| !than.contains(record) && record.get("fault").is_none());
        other.into_iter().cloned().collect()
    }
}

fn rows(text: &str) -> anyhow::Result<Vec<Value>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let mut all = Vec::new();
    for row in reader.records() {
        let row = row?;
        let cells = header.iter().zip(&row);
        let cells = cells.map(|(name, cell)| (name.to_owned(), Value::from(cell)));
        all.push(Value::Object(cells.collect::<Map<_, _>>()));
    }
    Ok(all)
}
