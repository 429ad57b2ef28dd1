//! From what an office handed in to a certificate's content, or the findings why not.

mod days;
mod people;

use std::collections::BTreeMap;

use crate::domain::certificate::Content;
use crate::domain::certificate::Stock;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Field;
use crate::domain::definition::FieldKind;
use crate::domain::definition::NumberFormat;
use crate::domain::definition::Span;
use crate::domain::definition::Validity;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::finding::Weight;
use crate::domain::holder::Holder;
use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::normalise::certificate_number_text;
use crate::domain::normalise::code_text;
use crate::domain::normalise::trimmed;
use crate::domain::time::Day;
use crate::domain::value::Misread;
use crate::domain::value::Raw;
use crate::domain::value::Value;
use crate::domain::value::lost_digits;
use crate::domain::value::read_code;
use crate::domain::value::read_day;
use crate::domain::value::read_decimal;
use crate::domain::value::read_integer;
use crate::domain::value::read_minute;
use crate::domain::value::read_picture;
use crate::domain::value::read_text;
use people::code_fault;

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
    let mut desk = Desk {
        draft,
        of,
        by,
        findings: Vec::new(),
        incomplete: Vec::new(),
    };
    desk.unknown_columns();
    let fields = desk.fields();
    let number = desk.number();
    let holders = desk.holders(&fields, number.as_deref());
    let guardians = desk.guardians(&fields);
    desk.check_number(number.as_deref());
    let days = desk.days(&fields);
    desk.sexes(&fields, &holders);
    desk.check_original_issuer();
    let order: Vec<&str> = of.definition.columns();
    let place = |f: &Finding| order.iter().position(|key| *key == f.column);
    desk.findings.sort_by_key(place);
    let refused = desk.findings.iter().any(|f| f.weight == Weight::Error);
    let Desk {
        findings,
        incomplete,
        ..
    } = desk;
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

struct Desk<'a> {
    draft: &'a Draft,
    of: &'a CertificateType,
    by: Circumstances,
    findings: Vec<Finding>,
    incomplete: Vec<String>,
}

type Fields = BTreeMap<String, Value>;

impl<'a> Desk<'a> {
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

    fn fields(&mut self) -> Fields {
        let mut fields = Fields::new();
        let of = self.of;
        for field in &of.definition.fields {
            match self.raw(&field.key).map(|raw| self.read(field, raw)) {
                None if field.required => self.gap(&field.key, Fault::Missing),
                None => {}
                Some(Err(fault)) => self.error(&field.key, fault),
                Some(Ok(value)) => {
                    fields.insert(field.key.clone(), value);
                }
            }
        }
        fields
    }

    fn read(&self, field: &Field, raw: &Raw) -> Result<Value, Fault> {
        let value = match field.kind {
            FieldKind::Text => self.read_text_field(field, raw)?,
            FieldKind::Date => Value::Day(read_day(raw).map_err(|m| fault_of(m, field))?),
            FieldKind::Datetime => Value::Minute(read_minute(raw).map_err(|m| fault_of(m, field))?),
            FieldKind::Integer => {
                Value::Integer(read_integer(raw).map_err(|m| fault_of(m, field))?)
            }
            FieldKind::Decimal => Value::Text(read_decimal(raw).map_err(|m| fault_of(m, field))?),
            FieldKind::Code => {
                Value::Code(read_code(raw, &field.codes).map_err(|m| fault_of(m, field))?)
            }
            FieldKind::Image => Value::Picture(read_picture(raw).map_err(|m| fault_of(m, field))?),
        };
        let day = match &value {
            Value::Day(day) => Some(*day),
            Value::Minute(at) => Some(at.day()),
            _ => None,
        };
        let counted = matches!(&self.of.definition.validity,
            Validity::Span(Span { from: Some(from), .. }) if *from == field.key);
        if (field.past || counted) && day.is_some_and(|d| d > self.by.today) {
            return Err(Fault::InTheFuture);
        }
        let long =
            |text: &str| text.chars().count() > usize::try_from(field.max_length).unwrap_or(0);
        match &value {
            Value::Text(text) if long(text) => Err(Fault::TooLong(field.max_length)),
            Value::Integer(n) if long(&n.to_string()) => Err(Fault::TooLong(field.max_length)),
            _ => Ok(value),
        }
    }

    fn read_text_field(&self, field: &Field, raw: &Raw) -> Result<Value, Fault> {
        if lost_digits(raw) {
            return Err(Fault::LostDigits);
        }
        let text = read_text(raw).map_err(|m| fault_of(m, field))?;
        let definition = &self.of.definition;
        let people = definition.holders.iter().chain(&definition.guardians);
        let names_person = people.into_iter().any(|p| p.code == field.key);
        let number = names_person || field.format.is_some();
        let text = if number { code_text(&text) } else { text };
        let checked = match field.format {
            Some(NumberFormat::Uscc) => HolderCode::new(HolderCodeType::USCC, &text).map(|_| ()),
            Some(NumberFormat::IdentityNumber) if !names_person && text.chars().count() == 18 => {
                HolderCode::new(HolderCodeType::CITIZEN, &text).map(|_| ())
            }
            _ => Ok(()),
        };
        checked.map_err(code_fault).map(|()| Value::Text(text))
    }

    fn number(&mut self) -> Option<String> {
        let (column, raw) = self.number_column();
        let raw = raw?;
        let elsewhere = self.of.definition.number_from.is_some();
        let read = match read_text(raw).map(|text| certificate_number_text(&text)) {
            _ if lost_digits(raw) => Err(Fault::LostDigits),
            Err(Misread::Unprintable) => Err(Fault::Unprintable),
            Err(_) => Err(Fault::BadCode),
            Ok(text) if text.chars().count() > 64 => Err(Fault::TooLong(64)),
            Ok(text) if elsewhere => Ok(code_text(&text)),
            Ok(text) => Ok(text),
        };
        match read {
            Ok(text) => Some(text),
            Err(fault) => {
                // What is wrong with the holder's code is said with the holders.
                if column != "holder_code" && !self.found(column) {
                    self.error(column, fault);
                }
                None
            }
        }
    }

    /// The column that gives the number, and what stands there.
    fn number_column(&self) -> (&'a str, Option<&'a Raw>) {
        let own = ("certificate_number", self.raw("certificate_number"));
        match &self.of.definition.number_from {
            Some(from) if own.1.is_none() => (from, self.raw(from)),
            _ => own,
        }
    }

    fn check_number(&mut self, number: Option<&str>) {
        let (column, _) = self.number_column();
        let of = self.of;
        match number {
            // Not even an old record is registered without a number.
            None => {
                let mut here = self.findings.iter().filter(|f| f.column == column);
                if here.all(|f| f.weight == Weight::Warning) {
                    self.error(column, Fault::Missing);
                }
            }
            Some(text) if !of.number_regex.is_match(text) && !self.found(column) => {
                let example = of.definition.number_pattern.example.clone();
                self.gap(column, Fault::Pattern(example));
            }
            Some(_) => {}
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

fn fault_of(misread: Misread, field: &Field) -> Fault {
    match misread {
        Misread::NotADate => Fault::NotADate,
        Misread::NotATime => Fault::NotATime,
        Misread::NotAnInteger | Misread::NotADecimal => Fault::NotANumber,
        Misread::LostDigits => Fault::LostDigits,
        Misread::UnknownValue => Fault::UnknownValue(field.codes.values().cloned().collect()),
        Misread::NotAPicture => Fault::NotAPicture,
        Misread::Unprintable => Fault::Unprintable,
    }
}

#[cfg(test)]
mod tests;
