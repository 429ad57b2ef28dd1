//! The rules of a type in words: what may be filled in where, and how long it is good for.

use crate::domain::contract::claim::label;
use crate::domain::definition::Definition;
use crate::domain::definition::Field;
use crate::domain::definition::FieldKind;
use crate::domain::definition::HolderKind;
use crate::domain::definition::LastDay;
use crate::domain::definition::NamedValidity;
use crate::domain::definition::NumberFormat;
use crate::domain::definition::Span;
use crate::domain::definition::Validity;
use crate::domain::holder::HolderCodeType;
use crate::domain::words::Lang;
use crate::domain::words::say;

/// How many choices a sentence lists.
const LISTED: usize = 20;

/// Whether a new certificate cannot do without a column.
///
/// Beside the fields that say so themselves: those the number or the validity comes from.
#[must_use]
pub fn is_required(of: &Definition, key: &str) -> bool {
    let names = |column: Option<&str>| column == Some(key);
    let counted = match &of.validity {
        Validity::Span(span) => names(span.from.as_deref()),
        Validity::Named(_) => names(of.term.as_deref()),
    };
    match key {
        "holder_name" | "holder_code" => of.holder_columns(),
        "certificate_number" => of.number_from.is_none(),
        "valid_to" => end_is_written(of),
        _ => {
            counted || names(of.number_from.as_deref()) || of.field(key).is_some_and(|f| f.required)
        }
    }
}

/// Whether the end of the validity is written in columns of its own.
#[must_use]
pub fn end_is_written(of: &Definition) -> bool {
    of.term.is_none() && of.validity == Validity::Named(NamedValidity::PerField)
}

/// The rule of a column: whether it is required, and what may be filled in.
#[must_use]
pub fn rule(lang: Lang, of: &Definition, key: &str) -> String {
    let first = if is_required(of, key) {
        "rule.required"
    } else {
        "rule.optional"
    };
    let mut parts = vec![say(lang, first, &[])];
    parts.extend(parts_of(lang, of, key));
    parts.join(&say(lang, "rule.joint", &[]))
}

/// What may be filled in a column; blank for one that is not the type's.
#[must_use]
pub fn meaning(lang: Lang, of: &Definition, key: &str) -> String {
    parts_of(lang, of, key).join(&say(lang, "rule.joint", &[]))
}

/// The choices a column has, as labels; none for a column without a list.
#[must_use]
pub fn choices(of: &Definition, key: &str) -> Vec<String> {
    match of.field(key) {
        Some(field) => field.codes.values().cloned().collect(),
        None if key == "holder_code_type" => HolderCodeType::all()
            .filter(|kind| of.holder.allows(*kind))
            .map(|kind| kind.label().to_owned())
            .collect(),
        None => Vec::new(),
    }
}

/// How long certificates of a type are good for.
#[must_use]
pub fn validity(lang: Lang, of: &Definition) -> String {
    match (&of.validity, &of.term) {
        (Validity::Named(NamedValidity::LongTerm), _) => say(lang, "validity.long_term", &[]),
        (Validity::Named(NamedValidity::PerField), None) => say(lang, "validity.per_field", &[]),
        (Validity::Named(NamedValidity::PerField), Some(term)) => {
            let column = label(lang, of, term);
            say(lang, "validity.term", &[("column", &column)])
        }
        (Validity::Span(span), _) => {
            let from = label(lang, of, span.from.as_deref().unwrap_or("issue_date"));
            let key = match span.last_day {
                Some(LastDay::DayBefore) => "validity.day_before",
                None => "validity.span",
            };
            say(lang, key, &[("from", &from), ("span", &length(lang, span))])
        }
    }
}

fn length(lang: Lang, span: &Span) -> String {
    let units = [
        (span.years, "year"),
        (span.months, "month"),
        (span.days, "day"),
    ];
    let part = |(n, unit): (Option<i32>, &str)| {
        let n = n.filter(|n| *n != 0)?;
        let plural = if n == 1 { "" } else { "s" };
        let key = format!("validity.{unit}{plural}");
        Some(say(lang, &key, &[("n", &n.to_string())]))
    };
    let parts: Vec<String> = units.into_iter().filter_map(part).collect();
    parts.join(&say(lang, "validity.joint", &[]))
}

fn parts_of(lang: Lang, of: &Definition, key: &str) -> Vec<String> {
    if let Some(field) = of.field(key) {
        return parts_of_field(lang, of, field);
    }
    let plain = |name: &str| say(lang, &format!("rule.{name}"), &[]);
    let with =
        |name: &str, hole: &str, value: &str| say(lang, &format!("rule.{name}"), &[(hole, value)]);
    match key {
        "holder_name" => {
            let face = of.name_on_face().map(|f| label(lang, of, &f.key));
            let face = face.map(|column| with("name_on_face", "column", &column));
            let mut parts = vec![plain("holder_name"), with("text", "most", "120")];
            parts.extend(face);
            parts
        }
        "holder_code" => {
            let name = match of.holder {
                HolderKind::Person => "holder_code_person",
                HolderKind::Organisation => "holder_code_organisation",
                HolderKind::Either => "holder_code_either",
            };
            vec![with(name, "column", &label(lang, of, "holder_code_type"))]
        }
        "holder_code_type" => vec![plain(key), with("code", "choices", &listed(of, key))],
        "certificate_number" => {
            let mut parts = vec![with(key, "example", &of.number_pattern.example)];
            if let Some(from) = &of.number_from {
                parts.push(with("number_from", "column", &label(lang, of, from)));
            }
            parts
        }
        "issue_date" => vec![plain("date"), plain("past"), plain(key)],
        "valid_from" => vec![plain("date"), plain(key)],
        "valid_to" if end_is_written(of) => vec![plain("date"), plain(key)],
        "valid_to" => {
            let rule = validity(lang, of);
            let counted = with("valid_to_counted", "rule", &rule);
            vec![plain("date"), plain(key), counted]
        }
        "original_issuer" => vec![plain(key), with("text", "most", "120")],
        _ => Vec::new(),
    }
}

fn parts_of_field(lang: Lang, of: &Definition, field: &Field) -> Vec<String> {
    let plain = |name: &str| say(lang, &format!("rule.{name}"), &[]);
    let with =
        |name: &str, hole: &str, value: &str| say(lang, &format!("rule.{name}"), &[(hole, value)]);
    let most = field.max_length.to_string();
    let mut parts = match field.kind {
        FieldKind::Text => vec![with("text", "most", &most)],
        FieldKind::Date => vec![plain("date")],
        FieldKind::Datetime => vec![plain("datetime")],
        FieldKind::Integer => vec![plain("integer")],
        FieldKind::Decimal => vec![plain("decimal")],
        FieldKind::Code => vec![with("code", "choices", &listed(of, &field.key))],
        FieldKind::Image => {
            let kilobytes = field.max_length.div_ceil(1024).to_string();
            vec![with("image", "most", &kilobytes)]
        }
    };
    let people = || of.holders.iter().chain(&of.guardians);
    let is = |name: &str| name == field.key;
    let counted =
        matches!(&of.validity, Validity::Span(span) if span.from.as_deref() == Some(&field.key));
    if field.past || counted {
        parts.push(plain("past"));
    }
    if counted {
        parts.push(plain("counts_from"));
    }
    if of.term.as_deref() == Some(&field.key) {
        parts.push(plain("term"));
    }
    if of.number_from.as_deref() == Some(&field.key) {
        let example = &of.number_pattern.example;
        parts.push(with("certificate_number", "example", example));
    }
    if people().any(|p| is(&p.code)) {
        parts.push(plain("person_code"));
    } else if let Some(format) = field.format {
        parts.push(plain(match format {
            NumberFormat::IdentityNumber => "identity_number",
            NumberFormat::Uscc => "uscc",
        }));
    }
    if people().any(|p| is(&p.code_type)) {
        parts.push(plain("person_kind"));
    }
    parts
}

fn listed(of: &Definition, key: &str) -> String {
    let all = choices(of, key);
    let more = if all.len() > LISTED { "、…" } else { "" };
    let some: Vec<String> = all.into_iter().take(LISTED).collect();
    some.join("、") + more
}
