//! The people a draft names: holders in the common columns or among the face fields, guardians.

use super::Desk;
use super::Fields;
use crate::domain::definition::HolderKind;
use crate::domain::definition::PersonAt;
use crate::domain::finding::Fault;
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

impl Desk<'_> {
    pub(super) fn holders(&mut self, fields: &Fields, number: Option<&str>) -> Vec<Holder> {
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

    pub(super) fn guardians(&mut self, fields: &Fields) -> Vec<Holder> {
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
