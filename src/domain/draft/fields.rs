//! Face fields of a draft, read by what their type says of them.

use super::Fields;
use super::Judging;
use super::people::code_fault;
use crate::domain::definition::Field;
use crate::domain::definition::FieldKind;
use crate::domain::definition::NumberFormat;
use crate::domain::definition::Span;
use crate::domain::definition::Validity;
use crate::domain::finding::Fault;
use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::normalise::code_text;
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

impl Judging<'_> {
    pub(super) fn fields(&mut self) -> Fields {
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
