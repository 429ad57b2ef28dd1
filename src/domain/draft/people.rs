//! The people a draft names: holders in the common columns or among the face fields, guardians.

use std::collections::BTreeSet;

use super::Fields;
use super::Judging;
use crate::domain::citizen_id::CitizenId;
use crate::domain::definition::HolderKind;
use crate::domain::definition::PersonAt;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::finding::Weight;
use crate::domain::holder::BadHolderCode;
use crate::domain::holder::Holder;
use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::normalise::code_text;
use crate::domain::normalise::trimmed;
use crate::domain::uscc::Uscc;
use crate::domain::value::Misread;
use crate::domain::value::Value;
use crate::domain::value::lost_digits;
use crate::domain::value::read_text;

impl Judging<'_> {
    pub(super) fn holders(&mut self, fields: &Fields, number: Option<&str>) -> Vec<Holder> {
        let of = self.of;
        let found = if of.definition.holder_columns() {
            self.holders_in_columns(fields)
        } else {
            let people = of.definition.holders.iter();
            people
                .filter_map(|p| self.holder_on_face(p, fields, number))
                .collect()
        };
        if let (true, Some(first)) = (found.is_empty(), of.definition.holders.first()) {
            // Of an old record too: a certificate that is nobody's cannot be found again.
            let known = self.findings.iter().any(|f| f.weight == Weight::Error);
            let nameless = !fields.contains_key(&first.name);
            if !known {
                let blank = if nameless { &first.name } else { &first.code };
                self.error(blank, Fault::Missing);
            }
        }
        let mut seen = BTreeSet::new();
        if !found.iter().all(|holder| seen.insert(&holder.code)) {
            let twice = of.definition.holders.last().map(|p| p.code.as_str());
            self.error(twice.unwrap_or("holder_code"), Fault::SameHolder);
        }
        found
    }

    /// A holder that face fields name; one without a number is named and no more.
    fn holder_on_face(
        &mut self,
        at: &PersonAt,
        fields: &Fields,
        number: Option<&str>,
    ) -> Option<Holder> {
        let numbered = fields.contains_key(&at.code);
        if numbered && !fields.contains_key(&at.name) && !self.found(&at.name) {
            self.error(&at.name, Fault::Missing);
        }
        let face = at.code != "certificate_number";
        if face && !numbered && fields.contains_key(&at.name) && !self.found(&at.code) {
            self.findings
                .push(Finding::warning(&at.code, Fault::Missing));
        }
        self.person(at, fields, number)
    }

    pub(super) fn guardians(&mut self, fields: &Fields) -> Vec<Holder> {
        let of = self.of;
        of.definition
            .guardians
            .iter()
            .filter_map(|p| self.person(p, fields, None))
            .collect()
    }

    /// A person that face fields name; blanks were reported with the fields already.
    fn person(&mut self, at: &PersonAt, fields: &Fields, number: Option<&str>) -> Option<Holder> {
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
                self.error(&at.code, code_fault(why));
                None
            }
        }
    }

    fn holders_in_columns(&mut self, fields: &Fields) -> Vec<Holder> {
        let codes = self.written("holder_code", 400).map(|t| split(&t));
        let codes: Vec<String> = codes.iter().flatten().map(|c| code_text(c)).collect();
        let kind = self.written_kind();
        let kind_of = |code: &str| match kind {
            Ok(Some(kind)) => kind,
            _ => self.usual_kind(code),
        };
        let kinds: Vec<HolderCodeType> = codes.iter().map(|code| kind_of(code)).collect();
        let organisations = !kinds.is_empty() && kinds.iter().all(|k| k.is_organisation());
        let Some(name) = self.written_name(fields, organisations) else {
            return Vec::new();
        };
        if codes.is_empty() || kind.is_err() {
            return Vec::new();
        }
        let names = if codes.len() > 1 {
            split(&name)
        } else {
            vec![name]
        };
        if names.len() != codes.len() || names.iter().any(String::is_empty) {
            self.error("holder_name", Fault::HoldersDiffer);
            return Vec::new();
        }
        let mut holders = Vec::new();
        for ((name, code), kind) in names.into_iter().zip(codes).zip(kinds) {
            match HolderCode::new(kind, &code) {
                Ok(code) => holders.push(Holder { name, code }),
                Err(why) => self.error("holder_code", code_fault(why)),
            }
        }
        holders
    }

    fn written_name(&mut self, fields: &Fields, organisations: bool) -> Option<String> {
        let face = self.of.definition.name_on_face();
        if let (None, true, Some(Value::Text(name))) = (
            self.raw("holder_name"),
            organisations,
            face.and_then(|field| fields.get(&field.key)),
        ) {
            return Some(name.clone());
        }
        self.written("holder_name", 120)
    }

    /// The text of a column that must be there; what is wrong with it is reported.
    pub(super) fn written(&mut self, column: &str, most: usize) -> Option<String> {
        let read = match self.raw(column) {
            None => Err(Fault::Missing),
            Some(raw) if lost_digits(raw) => Err(Fault::LostDigits),
            Some(raw) => match read_text(raw) {
                Err(Misread::LostDigits) => Err(Fault::LostDigits),
                Err(Misread::Unprintable) => Err(Fault::Unprintable),
                Err(_) => Err(Fault::BadCode),
                Ok(text) if text.chars().count() > most => {
                    Err(Fault::TooLong(u32::try_from(most).unwrap_or(u32::MAX)))
                }
                Ok(text) => Ok(text),
            },
        };
        read.map_err(|fault| self.error(column, fault)).ok()
    }

    fn written_kind(&mut self) -> Result<Option<HolderCodeType>, ()> {
        let Some(raw) = self.raw("holder_code_type") else {
            return Ok(None);
        };
        let holder = self.of.definition.holder;
        // A spreadsheet that takes 001 for a number keeps 1 of it.
        let text = read_text(raw).map(|text| match text.len() {
            1 | 2 if text.bytes().all(|c| c.is_ascii_digit()) => format!("{text:0>3}"),
            _ => text,
        });
        match text.map(|text| text.parse::<HolderCodeType>()) {
            Ok(Ok(kind)) if holder.allows(kind) => Ok(Some(kind)),
            _ => {
                let fitting = HolderCodeType::all().filter(|kind| holder.allows(*kind));
                let labels = fitting.map(|kind| kind.label().to_owned()).collect();
                self.error("holder_code_type", Fault::UnknownValue(labels));
                Err(())
            }
        }
    }

    /// The type of a code that stands without one.
    fn usual_kind(&self, code: &str) -> HolderCodeType {
        // One identity number in 31 has the check character of a unified code too, so the
        // citizen is asked for first; letters before the end are never a citizen's.
        let lettered = code.len() == 18
            && code
                .char_indices()
                .any(|(at, c)| at < 17 && c.is_ascii_alphabetic());
        let unified = code.parse::<Uscc>().is_ok() && code.parse::<CitizenId>().is_err();
        match self.of.definition.holder {
            HolderKind::Organisation => HolderCodeType::USCC,
            HolderKind::Either if lettered || unified => HolderCodeType::USCC,
            HolderKind::Person | HolderKind::Either => HolderCodeType::CITIZEN,
        }
    }
}

/// The parts of a column that says several.
fn split(text: &str) -> Vec<String> {
    text.split(['、', ';', '；', ',', '，', '\n'])
        .map(|t| trimmed(t).to_owned())
        .collect()
}

pub(super) fn code_fault(why: BadHolderCode) -> Fault {
    use crate::domain::citizen_id::BadCitizenId;
    use crate::domain::uscc::BadUscc;
    match why {
        BadHolderCode::Citizen(BadCitizenId::Check) | BadHolderCode::Uscc(BadUscc::Check) => {
            Fault::CheckDigit
        }
        _ => Fault::BadCode,
    }
}
