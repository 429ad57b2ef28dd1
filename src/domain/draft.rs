//! From what an office handed in to a certificate's content, or the findings why not.

mod days;
mod fields;
mod number;
mod people;

use std::collections::BTreeMap;

use crate::domain::certificate::Content;
use crate::domain::certificate::Stock;
use crate::domain::definition::CertificateType;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::finding::Weight;
use crate::domain::holder::Holder;
use crate::domain::normalise::trimmed;
use crate::domain::time::Day;
use crate::domain::value::Raw;
use crate::domain::value::Value;
use crate::domain::value::read_text;

/// A certificate as it was handed in: raw values by column key. Blank ones are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft(pub BTreeMap<String, Raw>);

impl Draft {
    /// Whether nothing is written in a column.
    #[must_use]
    pub fn leaves_blank(&self, column: &str) -> bool {
        match self.0.get(column) {
            None => true,
            Some(Raw::Text(text)) => trimmed(text).is_empty(),
            Some(_) => false,
        }
    }

    /// The same with another day of issue.
    #[must_use]
    pub fn issued_on(&self, day: Day) -> Self {
        let mut dated = self.clone();
        let day = Raw::Text(day.to_string());
        dated.0.insert(ISSUE_DATE.to_owned(), day);
        dated
    }
}

/// The column of the day of issue, which is today where it is left blank.
pub const ISSUE_DATE: &str = "issue_date";

/// What a draft is judged by, besides its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Today.
    pub today: Day,
    /// Whether old records are being digitised: what is missing then is listed, not refused.
    pub stock: bool,
}

/// A judged draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The content, if nothing was an error.
    pub content: Option<Content>,
    /// Everything found, errors and warnings, in the order of the columns.
    pub findings: Vec<Finding>,
}

/// Judges a draft by its type's rules, all of them, so that a row is mended once.
///
/// ```text
/// face fields → number → holders → days → what must agree
/// ```
#[must_use]
pub fn judge(draft: &Draft, of: &CertificateType, by: Circumstances) -> Judged {
    let mut judging = Judging {
        draft,
        of,
        by,
        findings: Vec::new(),
        incomplete: Vec::new(),
    };
    judging.unknown_columns();
    let fields = judging.fields();
    let number = judging.number();
    let holders = judging.holders(&fields, number.as_deref());
    let guardians = judging.guardians(&fields);
    judging.check_number(number.as_deref());
    let days = judging.days(&fields);
    judging.sexes(&fields, &holders);
    judging.check_original_issuer();
    let order: Vec<&str> = of.definition.columns();
    let place = |f: &Finding| order.iter().position(|key| *key == f.column);
    judging.findings.sort_by_key(place);
    let refused = judging.findings.iter().any(|f| f.weight == Weight::Error);
    let Judging {
        findings,
        incomplete,
        ..
    } = judging;
    let content = match (number, days) {
        (Some(certificate_number), Some((issue_date, valid_from, valid_to))) if !refused => {
            let original_issuer = draft
                .0
                .get("original_issuer")
                .and_then(|r| read_text(r).ok());
            let stock = by.stock.then_some(Stock {
                original_issuer,
                incomplete,
            });
            Some(Content {
                holders,
                guardians,
                certificate_number,
                issue_date,
                valid_from,
                valid_to,
                fields,
                stock,
            })
        }
        _ => None,
    };
    Judged { content, findings }
}

struct Judging<'a> {
    draft: &'a Draft,
    of: &'a CertificateType,
    by: Circumstances,
    findings: Vec<Finding>,
    incomplete: Vec<String>,
}

type Fields = BTreeMap<String, Value>;

impl<'a> Judging<'a> {
    fn error(&mut self, column: &str, fault: Fault) {
        self.findings.push(Finding::error(column, fault));
    }

    /// An error; of an old record, a warning that is listed on the certificate.
    fn gap(&mut self, column: &str, fault: Fault) {
        if self.by.stock {
            self.incomplete.push(column.to_owned());
            self.findings.push(Finding::warning(column, fault));
        } else {
            self.error(column, fault);
        }
    }

    /// Whether something was said of a column already.
    fn found(&self, column: &str) -> bool {
        self.findings.iter().any(|f| f.column == column)
    }

    fn raw(&self, column: &str) -> Option<&'a Raw> {
        self.draft.0.get(column).filter(|raw| match raw {
            Raw::Text(text) => !trimmed(text).is_empty(),
            _ => true,
        })
    }

    fn unknown_columns(&mut self) {
        let columns = self.of.definition.columns();
        let known = |key: &&String| columns.contains(&key.as_str());
        let unknown: Vec<String> = self.draft.0.keys().filter(|k| !known(k)).cloned().collect();
        for key in unknown {
            self.error(&key, Fault::UnknownField);
        }
    }

    fn check_original_issuer(&mut self) {
        if self.raw("original_issuer").is_none() {
            return;
        }
        if self.by.stock {
            self.written("original_issuer", 120);
        } else {
            // What another body issued is an old record, and never passed off as new.
            self.error("original_issuer", Fault::UnknownField);
        }
    }

    fn sexes(&mut self, fields: &Fields, holders: &[Holder]) {
        let ([holder], Some(Value::Code(sex))) = (holders, fields.get("sex")) else {
            return;
        };
        let Some(citizen) = holder.code.citizen() else {
            return;
        };
        let label = self
            .of
            .definition
            .field("sex")
            .and_then(|f| f.codes.get(sex));
        let of_number = citizen.sex().label();
        if label.is_some_and(|l| ["男", "女"].contains(&l.as_str()) && l != of_number) {
            self.findings
                .push(Finding::warning("sex", Fault::SexDiffers));
        }
    }
}

#[cfg(test)]
mod tests;
