//! From what an office handed in to a certificate's content, or the findings why not.

use std::collections::BTreeMap;

use crate::domain::certificate::Content;
use crate::domain::certificate::Stock;
use crate::domain::citizen_id::Sex;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Field;
use crate::domain::definition::FieldKind;
use crate::domain::definition::HolderKind;
use crate::domain::definition::LastDay;
use crate::domain::definition::NamedValidity;
use crate::domain::definition::NumberFormat;
use crate::domain::definition::PersonAt;
use crate::domain::definition::Span;
use crate::domain::definition::Validity;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::finding::Weight;
use crate::domain::heading::COMMON;
use crate::domain::holder::BadHolderCode;
use crate::domain::holder::Holder;
use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::normalise::certificate_number_text;
use crate::domain::normalise::code_text;
use crate::domain::normalise::trimmed;
use crate::domain::time::Day;
use crate::domain::uscc::Uscc;
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

/// A certificate as it was handed in: raw values by column key. Blank ones are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft(pub BTreeMap<String, Raw>);

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
/// numbers → face fields → holders → days → what must agree
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
    let days = desk.days(&fields);
    desk.sexes(&fields, &holders);
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

impl Desk<'_> {
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

    fn raw(&self, column: &str) -> Option<&Raw> {
        self.draft.0.get(column).filter(|raw| match raw {
            Raw::Text(text) => !trimmed(text).is_empty(),
            _ => true,
        })
    }

    fn unknown_columns(&mut self) {
        let definition = &self.of.definition;
        let known = |key: &str| {
            definition.field(key).is_some() || COMMON.iter().any(|(common, _)| *common == key)
        };
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
            Some(NumberFormat::IdentityNumber) if !names_person && text.len() == 18 => {
                HolderCode::new(HolderCodeType::CITIZEN, &text).map(|_| ())
            }
            _ => Ok(()),
        };
        checked.map_err(code_fault).map(|()| Value::Text(text))
    }

    fn number(&mut self) -> Option<String> {
        let own = self.raw("certificate_number");
        let from = self.of.definition.number_from.as_deref();
        let Some(raw) = own.or_else(|| self.raw(from?)) else {
            if from.is_none() {
                self.error("certificate_number", Fault::Missing);
            }
            return None;
        };
        let read = read_text(raw).map(|text| certificate_number_text(&text));
        let Ok(text) = read else {
            self.error("certificate_number", Fault::LostDigits);
            return None;
        };
        let text = if from.is_some() {
            code_text(&text)
        } else {
            text
        };
        if text.chars().count() > 64 {
            self.error("certificate_number", Fault::TooLong(64));
            return None;
        }
        if !self.of.number_regex.is_match(&text) {
            let example = self.of.definition.number_pattern.example.clone();
            let column = if self.raw("certificate_number").is_none() {
                from
            } else {
                None
            };
            if column.is_none() {
                self.gap("certificate_number", Fault::Pattern(example));
            }
        }
        Some(text)
    }

    fn holders(&mut self, fields: &Fields, number: Option<&str>) -> Vec<Holder> {
        let of = self.of;
        if of.definition.holder_columns() {
            return self.holders_in_columns();
        }
        let people = of.definition.holders.iter();
        let found: Vec<Holder> = people
            .filter_map(|p| self.person(p, fields, number, true))
            .collect();
        if let (true, Some(first)) = (found.is_empty(), of.definition.holders.first()) {
            let known = self.findings.iter().any(|f| f.weight == Weight::Error);
            if !known {
                self.error(&first.name, Fault::Missing);
            }
        }
        found
    }

    fn guardians(&mut self, fields: &Fields) -> Vec<Holder> {
        let of = self.of;
        of.definition
            .guardians
            .iter()
            .filter_map(|p| self.person(p, fields, None, false))
            .collect()
    }

    /// A person that face fields name; blanks were reported with the fields already.
    fn person(
        &mut self,
        at: &PersonAt,
        fields: &Fields,
        number: Option<&str>,
        holder: bool,
    ) -> Option<Holder> {
        let text = |key: &str| match fields.get(key) {
            Some(Value::Text(text) | Value::Code(text)) => Some(text.clone()),
            _ => None,
        };
        let code = if at.code == "certificate_number" {
            number.map(str::to_owned)
        } else {
            text(&at.code)
        };
        let (name, code) = (text(&at.name)?, code?);
        let kind = if at.code_type.len() == 3 {
            Some(at.code_type.clone())
        } else {
            text(&at.code_type)
        };
        let Ok(kind) = kind.as_deref().unwrap_or("111").parse() else {
            self.error(&at.code_type, Fault::BadCode);
            return None;
        };
        match HolderCode::new(kind, &code) {
            Ok(code) => Some(Holder { name, code }),
            Err(why) => {
                // A guardian's bad number is as wrong as a holder's, old record or not.
                let column = if holder && at.code == "certificate_number" {
                    "certificate_number"
                } else {
                    &at.code
                };
                self.error(column, code_fault(why));
                None
            }
        }
    }

    fn holders_in_columns(&mut self) -> Vec<Holder> {
        let name = self.raw("holder_name").map(read_text);
        let code = self.raw("holder_code").map(|raw| {
            if lost_digits(raw) {
                Err(Misread::LostDigits)
            } else {
                read_text(raw)
            }
        });
        let kind = self
            .raw("holder_code_type")
            .and_then(|raw| read_text(raw).ok());
        let name = match name {
            Some(Ok(name)) if name.chars().count() <= 120 => Some(name),
            Some(_) => {
                self.error("holder_name", Fault::TooLong(120));
                None
            }
            None => {
                self.error("holder_name", Fault::Missing);
                None
            }
        };
        let code = match code {
            Some(Ok(code)) => Some(code),
            Some(Err(_)) => {
                self.error("holder_code", Fault::LostDigits);
                None
            }
            None => {
                self.error("holder_code", Fault::Missing);
                None
            }
        };
        let Some(code) = code else { return Vec::new() };
        let kind = match kind.map(|k| k.parse::<HolderCodeType>()) {
            Some(Ok(kind)) => Some(kind),
            Some(Err(_)) => {
                let labels = [111, 1, 414, 516, 511].map(|n| format!("{n:03}"));
                self.error("holder_code_type", Fault::UnknownValue(labels.to_vec()));
                return Vec::new();
            }
            None => None,
        };
        let names = name.unwrap_or_default();
        let split = |text: &str| -> Vec<String> {
            text.split(['、', ';', '；', ',', '，', '\n'])
                .map(|t| trimmed(t).to_owned())
                .collect()
        };
        let codes = split(&code);
        let names = if codes.len() > 1 {
            split(&names)
        } else {
            vec![names]
        };
        if names.len() != codes.len() {
            self.error("holder_name", Fault::HoldersDiffer);
            return Vec::new();
        }
        let mut holders = Vec::new();
        for (name, code) in names.into_iter().zip(codes) {
            let code = code_text(&code);
            let kind = kind.unwrap_or_else(|| self.usual_kind(&code));
            match HolderCode::new(kind, &code) {
                Ok(code) => holders.push(Holder { name, code }),
                Err(why) => self.error("holder_code", code_fault(why)),
            }
        }
        holders
    }

    fn usual_kind(&self, code: &str) -> HolderCodeType {
        match self.of.definition.holder {
            HolderKind::Organisation => HolderCodeType::USCC,
            HolderKind::Either if code.parse::<Uscc>().is_ok() => HolderCodeType::USCC,
            HolderKind::Person | HolderKind::Either => HolderCodeType::CITIZEN,
        }
    }

    fn day(&mut self, column: &str) -> Result<Option<Day>, ()> {
        match self.raw(column).map(read_day) {
            None => Ok(None),
            Some(Ok(day)) => Ok(Some(day)),
            Some(Err(_)) => {
                self.error(column, Fault::NotADate);
                Err(())
            }
        }
    }

    fn days(&mut self, fields: &Fields) -> Option<(Day, Day, Option<Day>)> {
        let today = self.by.today;
        let given = self.day("issue_date").ok()?;
        if given.is_none() && self.by.stock {
            self.error("issue_date", Fault::Missing);
            return None;
        }
        let issued = given.unwrap_or(today);
        if issued > today {
            self.error("issue_date", Fault::InTheFuture);
            return None;
        }
        let written_end = self.raw("valid_to").is_some_and(is_long_term);
        let from = self.day("valid_from").ok()?;
        let to = if written_end {
            None
        } else {
            self.day("valid_to").ok()?
        };
        let (from, to) = match &self.of.definition.validity {
            Validity::Named(NamedValidity::LongTerm) => (from.unwrap_or(issued), to),
            Validity::Named(NamedValidity::PerField) => {
                self.printed_validity(fields, issued, from, to, written_end)?
            }
            Validity::Span(span) => {
                let base = match span.from.as_deref().map(|key| fields.get(key)) {
                    None => issued,
                    Some(Some(Value::Day(day))) => *day,
                    Some(_) => return None,
                };
                let first = from.unwrap_or(base);
                let counted = span.end(base);
                (
                    first,
                    if written_end {
                        None
                    } else {
                        Some(to.unwrap_or(counted))
                    },
                )
            }
        };
        if to.is_some_and(|to| to < from) {
            self.error("valid_to", Fault::EndsBeforeStart);
            return None;
        }
        if to.is_some_and(|to| to < today) {
            self.findings
                .push(Finding::warning("valid_to", Fault::AlreadyExpired));
        }
        Some((issued, from, to))
    }

    fn printed_validity(
        &mut self,
        fields: &Fields,
        issued: Day,
        from: Option<Day>,
        to: Option<Day>,
        long_term: bool,
    ) -> Option<(Day, Option<Day>)> {
        if to.is_some() || long_term {
            return Some((from.unwrap_or(issued), to));
        }
        let term = self.of.definition.term.as_deref();
        let Some(Value::Text(text)) = term.and_then(|key| fields.get(key)) else {
            let column = term.unwrap_or("valid_to");
            self.gap(column, Fault::Missing);
            return self.by.stock.then_some((from.unwrap_or(issued), None));
        };
        let Some((start, end)) = read_term(text) else {
            self.error(term.unwrap_or("valid_to"), Fault::NotADate);
            return None;
        };
        Some((from.or(start).unwrap_or(issued), end))
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
        let of_number = match citizen.sex() {
            Sex::Male => "男",
            Sex::Female => "女",
        };
        if label.is_some_and(|l| ["男", "女"].contains(&l.as_str()) && l != of_number) {
            self.findings
                .push(Finding::warning("sex", Fault::SexDiffers));
        }
    }
}

impl Span {
    /// The last day of a validity that counts from `base`.
    #[must_use]
    pub fn end(&self, base: Day) -> Day {
        let part = |n: Option<i32>| n.unwrap_or(0);
        let anniversary = base.plus(part(self.years), part(self.months), part(self.days));
        match self.last_day {
            Some(LastDay::DayBefore) => anniversary.before(),
            None => anniversary,
        }
    }
}

fn is_long_term(raw: &Raw) -> bool {
    matches!(raw, Raw::Text(t) if ["长期", "永久", "长期有效", "无固定期限"].contains(&trimmed(t)))
}

/// Reads a term as licences print it: `长期`, `D1至D2`, `D1至长期`, or the end alone.
fn read_term(text: &str) -> Option<(Option<Day>, Option<Day>)> {
    let raw = |t: &str| Raw::Text(t.to_owned());
    if is_long_term(&raw(text)) {
        return Some((None, None));
    }
    let Some((start, end)) = text.split_once(['至', '~', '～']) else {
        return Some((None, Some(read_day(&raw(text)).ok()?)));
    };
    let start = read_day(&raw(start.trim_start_matches('自'))).ok()?;
    if is_long_term(&raw(end)) {
        return Some((Some(start), None));
    }
    Some((
        Some(start),
        Some(read_day(&raw(end.trim_end_matches('止'))).ok()?),
    ))
}

fn fault_of(misread: Misread, field: &Field) -> Fault {
    match misread {
        Misread::NotADate => Fault::NotADate,
        Misread::NotATime => Fault::NotATime,
        Misread::NotAnInteger | Misread::NotADecimal => Fault::NotANumber,
        Misread::LostDigits => Fault::LostDigits,
        Misread::UnknownValue => Fault::UnknownValue(field.codes.values().cloned().collect()),
        Misread::NotAPicture => Fault::NotAPicture,
    }
}

fn code_fault(why: BadHolderCode) -> Fault {
    use crate::domain::citizen_id::BadCitizenId;
    use crate::domain::uscc::BadUscc;
    match why {
        BadHolderCode::Citizen(BadCitizenId::Check) | BadHolderCode::Uscc(BadUscc::Check) => {
            Fault::CheckDigit
        }
        _ => Fault::BadCode,
    }
}
