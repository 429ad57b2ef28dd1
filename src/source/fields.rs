//! From a source's record to a draft of the type: what becomes what.

mod chinese_day;
mod name;

use crate::domain::draft::Draft;
use crate::domain::normalise::certificate_number_text;
use crate::domain::normalise::code_text;
use crate::domain::normalise::trimmed;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::value::Raw;
use crate::domain::value::read_day;
use crate::source::config::Clean;
use crate::source::config::DateFormat;
use crate::source::config::FieldRule;
use crate::source::config::Source;
use crate::source::record::Record;

pub use name::name_text;

/// Why one of our columns could not be made of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A list or an object stands where a value should.
    NoValue,
    /// No date as it should be written.
    NoDate,
    /// A code that the table does not have.
    UnknownCode,
}

impl Unfit {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoValue => "no_value",
            Self::NoDate => "no_date",
            Self::UnknownCode => "unknown_code",
        }
    }
}

/// One of our columns, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    /// The column's key.
    pub key: String,
    /// Its text, nothing where theirs is blank or missing, or why not.
    pub became: Result<Option<String>, Unfit>,
}

/// Every column that the mapping names, in the order of their keys.
#[must_use]
pub fn map(source: &Source, record: &Record) -> Vec<Mapped> {
    let each = source.fields.iter().map(|(key, rule)| Mapped {
        key: key.clone(),
        became: apply(rule, record),
    });
    each.collect()
}

/// The draft of what was mapped; none if a column could not be made.
#[must_use]
pub fn draft(mapped: &[Mapped]) -> Option<Draft> {
    let mut draft = Draft::default();
    for one in mapped {
        match &one.became {
            Ok(Some(text)) => {
                draft.0.insert(one.key.clone(), Raw::Text(text.clone()));
            }
            Ok(None) => {}
            Err(_) => return None,
        }
    }
    Some(draft)
}

fn apply(rule: &FieldRule, record: &Record) -> Result<Option<String>, Unfit> {
    let Some(text) = gathered(rule, record)? else {
        return Ok(None);
    };
    let text = match rule.clean {
        None => text,
        Some(Clean::Name) => name_text(&text),
        Some(Clean::Code) => code_text(&text),
        Some(Clean::Number) => certificate_number_text(&text),
    };
    if let Some(format) = rule.date {
        return match day(&text, format) {
            Some(day) => Ok(Some(day.to_string())),
            None => Err(Unfit::NoDate),
        };
    }
    if rule.codes.is_empty() {
        return Ok(Some(text));
    }
    match rule.codes.get(&text) {
        Some(code) => Ok(Some(code.clone())),
        None => Err(Unfit::UnknownCode),
    }
}

/// What theirs says, before anything is done to it; blank parts of what is joined are left out.
fn gathered(rule: &FieldRule, record: &Record) -> Result<Option<String>, Unfit> {
    if let Some(constant) = &rule.constant {
        return Ok(Some(constant.clone()));
    }
    let mut parts = Vec::new();
    for path in rule.reads() {
        let Ok(text) = record.text(path) else {
            return Err(Unfit::NoValue);
        };
        let text = text.map(|text| trimmed(&text).to_owned());
        parts.extend(text.filter(|text| !text.is_empty()));
    }
    Ok((!parts.is_empty()).then(|| parts.join(&rule.with)))
}

fn day(text: &str, format: DateFormat) -> Option<Day> {
    let digits = |length: usize| text.len() == length && text.bytes().all(|c| c.is_ascii_digit());
    let read = || read_day(&Raw::Text(text.to_owned())).ok();
    match format {
        DateFormat::Compact => read().filter(|_| digits(8)),
        DateFormat::Dashed => {
            let shape = text.len() == 10 && text.split('-').count() == 3;
            read().filter(|_| shape)
        }
        DateFormat::EpochMillis => {
            let millis = text.parse().ok()?;
            Some(Timestamp::from_millis(millis).day())
        }
        DateFormat::National => crate::domain::national::day(&text.into()),
        DateFormat::Chinese => {
            chinese_day::read(text).or_else(|| read().filter(|_| text.contains('年')))
        }
    }
}

#[cfg(test)]
mod tests;
