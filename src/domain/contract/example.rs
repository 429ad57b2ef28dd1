//! Drafts made up from a definition alone: a plausible one, and the longest there can be.
//!
//! Everyone in them is synthetic.

mod people;
mod plausible;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::definition::CertificateType;
use crate::domain::definition::Definition;
use crate::domain::definition::Field;
use crate::domain::definition::FieldKind;
use crate::domain::definition::HolderKind;
use crate::domain::definition::NumberFormat;
use crate::domain::draft::Draft;
use crate::domain::holder::HolderCodeType;
use crate::domain::time::Day;
use crate::domain::value::Raw;
use people::People;

/// Someone that nobody is, by name and citizen number.
const FIRST: (&str, &str) = ("巴特尔", "152502199003070019");
const OTHERS: [(&str, &str); 3] = [
    ("其其格", "152502199206120020"),
    ("苏和", "152522198804150036"),
    ("娜仁", "152525199511030042"),
];
const CHILD: &str = "萨仁";
const ORGANISATION: (&str, &str) = ("锡林浩特市示例商贸有限公司", "91152502MA0000001L");
const OTHER_NUMBER: &str = "A150000001";
const PICTURE: &str = "5a1c0d1f6f0b4e0e9d3c2b1a09f8e7d6c5b4a3928170605f4e3d2c1b0a998877";

/// The day on which examples are issued, and everything in them has been.
#[must_use]
pub fn example_day() -> Day {
    Day::from(Date::constant(2026, 11, 16))
}

/// A plausible draft with every column filled in, of a person, an organisation or a couple as
/// the type has it. It passes the type's schema, and is judged without an error.
#[must_use]
pub fn example(of: &CertificateType) -> Draft {
    let definition = &of.definition;
    let people = People::of(definition);
    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    for field in &definition.fields {
        let value = people.value(&field.key);
        let value = value.unwrap_or_else(|| plausible::value(field, definition, &people));
        columns.insert(field.key.clone(), value);
    }
    let mut put = |key: &str, value: &str| columns.insert(key.to_owned(), value.to_owned());
    if definition.holder_columns() {
        let ((name, code), kind) = match definition.holder {
            HolderKind::Organisation => (ORGANISATION, HolderCodeType::USCC),
            HolderKind::Person | HolderKind::Either => (FIRST, HolderCodeType::CITIZEN),
        };
        put("holder_name", name);
        put("holder_code", code);
        put("holder_code_type", &kind.to_string());
    }
    if definition.number_from.is_none() {
        put("certificate_number", &definition.number_pattern.example);
    }
    put("issue_date", &example_day().to_string());
    if super::rules::end_is_written(definition) {
        put("valid_from", &example_day().to_string());
        put("valid_to", "2029-11-15");
    }
    draft(columns)
}

/// The longest draft that is judged without an error: texts are of `max_length` characters 中.
///
/// Where a number must be right, it is as long as a right one is.
#[must_use]
pub fn maximal(of: &CertificateType) -> Draft {
    let definition = &of.definition;
    let people = People::of(definition);
    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    for field in &definition.fields {
        let value = people.longest(field);
        let value = value.unwrap_or_else(|| longest(field, definition, &people));
        columns.insert(field.key.clone(), value);
    }
    let mut put = |key: &str, value: String| columns.insert(key.to_owned(), value);
    let by_number = definition.number_from.as_deref() == Some("holder_code");
    if definition.holder_columns() {
        put("holder_name", "中".repeat(120));
        let code = match (by_number, definition.holder) {
            (true, _) => definition.number_pattern.example.clone(),
            (false, HolderKind::Organisation) => {
                put("holder_code_type", "099".to_owned());
                "中".repeat(40)
            }
            (false, HolderKind::Person | HolderKind::Either) => {
                put("holder_code_type", "999".to_owned());
                "中".repeat(40)
            }
        };
        put("holder_code", code);
    }
    if definition.number_from.is_none() {
        put("certificate_number", longest_number(of));
    }
    put("issue_date", example_day().to_string());
    put("valid_from", example_day().to_string());
    put("valid_to", "2036-11-15".to_owned());
    draft(columns)
}

fn draft(columns: BTreeMap<String, String>) -> Draft {
    let raw = |(key, text)| (key, Raw::Text(text));
    Draft(columns.into_iter().map(raw).collect())
}

fn longest_number(of: &CertificateType) -> String {
    let mut texts = (1..=64).rev().map(|n| "中".repeat(n));
    let longest = texts.find(|text| of.number_regex.is_match(text));
    longest.unwrap_or_else(|| of.definition.number_pattern.example.clone())
}

fn longest(field: &Field, definition: &Definition, people: &People) -> String {
    let most = usize::try_from(field.max_length).unwrap_or_default();
    let nines = |n: usize| "9".repeat(n);
    match field.kind {
        FieldKind::Text if definition.term.as_deref() == Some(&field.key) => {
            let term = "2026年11月16日至2036年11月15日";
            let fits = term.chars().count() <= most;
            if fits { term } else { "长期" }.to_owned()
        }
        FieldKind::Text if definition.number_from.as_deref() == Some(&field.key) => {
            definition.number_pattern.example.clone()
        }
        FieldKind::Text => match field.format {
            Some(NumberFormat::Uscc) => ORGANISATION.1.to_owned(),
            // Of 18 characters it would have to be right.
            Some(NumberFormat::IdentityNumber) if most == 18 => FIRST.1.to_owned(),
            _ => "中".repeat(most),
        },
        FieldKind::Integer => nines(most.min(18)),
        FieldKind::Decimal if most > 2 => format!("{}.9", nines(most - 2)),
        FieldKind::Decimal => nines(most),
        FieldKind::Code => {
            let longest = field
                .codes
                .iter()
                .max_by_key(|(code, label)| (code.len(), label.len()));
            longest.map_or_else(String::new, |(code, _)| code.clone())
        }
        FieldKind::Date | FieldKind::Datetime | FieldKind::Image => {
            plausible::value(field, definition, people)
        }
    }
}
