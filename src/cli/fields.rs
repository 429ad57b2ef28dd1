//! The fields of one certificate on a command line: typed one by one, or in a file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use crate::cli::about_file;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Draft;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::value::Raw;
use crate::flow::failure::Failure;

#[derive(Args)]
pub(crate) struct Fields {
    /// A field by key or heading, and its value as an office would type it.
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// A JSON file with the fields.
    #[arg(long, value_name = "FILE", conflicts_with = "fields")]
    draft: Option<PathBuf>,
}

/// The fields as they were written.
pub(crate) type Written = BTreeMap<String, Value>;

impl Fields {
    /// The fields as they were written, and as they are judged.
    pub(crate) fn read(&self, of: &CertificateType) -> Result<(Written, Draft), Failure> {
        let bad = |what: String, said: Said| Failure::saying(Reason::BadRequest, what, said);
        let mut written = Written::new();
        if let Some(path) = &self.draft {
            let text = std::fs::read_to_string(path).map_err(|why| about_file(path, &why))?;
            written = serde_json::from_str(&text).map_err(|why: serde_json::Error| {
                let path = path.display();
                let said = Said::of("fault", "bad_json")
                    .with("path", &path)
                    .with("why", &why);
                bad(format!("{path}: {why}"), said)
            })?;
        }
        for (key, value) in &self.fields {
            if written
                .insert(key.clone(), Value::from(value.as_str()))
                .is_some()
            {
                return Err(twice(key));
            }
        }
        let mut draft = Draft::default();
        for (key, value) in &written {
            let raw = match value {
                Value::Null => continue,
                Value::String(text) => Raw::Text(text.clone()),
                // As it is written: no digit may change on the way.
                Value::Number(number) => Raw::Text(number.to_string()),
                _ => {
                    let said = Said::of("fault", "not_a_field").with("field", key);
                    return Err(bad(format!("{key} is neither text nor a number"), said));
                }
            };
            if draft.0.insert(column(of, key), raw).is_some() {
                return Err(twice(key));
            }
        }
        Ok((written, draft))
    }
}

/// A field that was given twice: nobody can tell which was meant.
fn twice(key: &str) -> Failure {
    let said = Said::of("fault", "field_twice").with("field", key);
    Failure::saying(Reason::BadRequest, format!("{key} is there twice"), said)
}

/// The column that a key or heading means; what means none is left for the judge to refuse.
pub(crate) fn column(of: &CertificateType, name: &str) -> String {
    of.definition.column_of(name).unwrap_or(name).to_owned()
}

/// A key and a value with `=` between them.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("not of the form KEY=VALUE".to_owned()),
    }
}
