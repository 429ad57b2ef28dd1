//! Begin a renewal with what the certificate says now, and change some of it.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;

use crate::domain::caller::Caller;
use crate::domain::contract::json_draft;
use crate::domain::definition::Definition;
use crate::domain::definition::Validity;
use crate::domain::draft::Draft;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::FindingWords;
use crate::domain::value::plain_text;
use crate::flow::change_status::owned;
use crate::flow::failure::Failure;
use crate::flow::issue::one::in_words;
use crate::flow::office::Office;
use crate::flow::register::Register;

/// How a draft says that a certificate has no last day.
const LONG_TERM: &str = "长期";

/// A whole draft, made of a certificate and changes to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The draft.
    pub draft: Draft,
    /// Warnings: what the certificate says and its type no longer asks for, so that it is gone.
    pub dropped: Vec<FindingWords>,
}

/// The draft of the next version: every fact of the certificate in force, with `changes` in
/// the place of those they name.
///
/// When a change moves the day that the validity counts from, the old first and last days are
/// not kept, and the type's rule counts them anew. The draft is judged when it is renewed, by
/// the newest definition and today: what the old certificate lacked must then be in `changes`.
///
/// # Errors
///
/// [`Reason::NotFound`](crate::domain::problem::Reason::NotFound); [`Failure`] if the record
/// cannot be opened.
pub fn keep(
    office: &Office,
    identifier: &CertificateIdentifier,
    changes: &Draft,
    by: &Caller,
) -> Result<Kept, Failure> {
    let row = owned(office, identifier, by)?;
    let register = Register::of(office);
    let before = &register.definition(&row)?.definition;
    let newest = office.known().type_named(identifier.type_code.as_str())?;
    let of = &newest.definition;
    let mut facts = register.facts(&row)?;
    name_the_holders(&mut facts);
    forget_what_follows(&mut facts, of, changes);
    let columns = of.columns();
    let mut kept = Map::new();
    let mut dropped = Vec::new();
    for (key, value) in facts {
        if columns.contains(&key.as_str()) {
            kept.insert(key, value);
        } else if before.field(&key).is_some() {
            dropped.push(Finding::warning(&key, Fault::UnknownField));
        }
    }
    let Ok(mut draft) = json_draft::read(&kept) else {
        let what = format!("certificate {} makes no draft", row.id);
        return Err(Failure::Broken(what));
    };
    for (column, raw) in &changes.0 {
        draft.0.insert(column.clone(), raw.clone());
    }
    let dropped = in_words(&dropped, &register.definition(&row)?.clone());
    Ok(Kept { draft, dropped })
}

/// Several holders are one claim on a certificate, and two columns of a draft.
fn name_the_holders(facts: &mut BTreeMap<String, Value>) {
    let Some(Value::Array(holders)) = facts.remove("holders") else {
        return;
    };
    let joint = |member: &str| {
        let each = holders.iter().filter_map(|h| h.get(member));
        each.map(plain_text).collect::<Vec<_>>()
    };
    facts.insert("holder_name".to_owned(), joint("name").join("、").into());
    facts.insert("holder_code".to_owned(), joint("code").join("、").into());
    let mut kinds = joint("code_type");
    kinds.dedup();
    // Holders of different kinds were told apart by their codes, and will be again.
    if let [kind] = kinds.as_slice() {
        facts.insert("holder_code_type".to_owned(), kind.as_str().into());
    }
}

/// Takes out what follows from a column that changes.
fn forget_what_follows(facts: &mut BTreeMap<String, Value>, of: &Definition, changes: &Draft) {
    let changed = |key: &str| changes.0.contains_key(key);
    if of.number_from.as_deref().is_some_and(changed) {
        facts.remove("certificate_number");
    }
    if changed("holder_code") {
        facts.remove("holder_code_type");
    }
    let counted = match &of.validity {
        Validity::Span(span) => changed(span.from.as_deref().unwrap_or("issue_date")),
        Validity::Named(_) => of.term.as_deref().is_some_and(changed),
    };
    if counted {
        facts.remove("valid_from");
        facts.remove("valid_to");
    } else {
        let last = facts.entry("valid_to".to_owned());
        last.or_insert_with(|| LONG_TERM.into());
    }
}
