//! The number of a draft, and the column it stands in.

use super::Judging;
use crate::domain::finding::Fault;
use crate::domain::finding::Weight;
use crate::domain::normalise::certificate_number_text;
use crate::domain::normalise::code_text;
use crate::domain::value::Misread;
use crate::domain::value::Raw;
use crate::domain::value::lost_digits;
use crate::domain::value::read_text;

impl<'a> Judging<'a> {
    pub(super) fn number(&mut self) -> Option<String> {
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

    pub(super) fn check_number(&mut self, number: Option<&str>) {
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
}
