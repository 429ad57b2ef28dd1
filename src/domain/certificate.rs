//! A certificate's content, and the claims that are made of it.

use std::collections::BTreeMap;

use crate::domain::definition::CertificateType;
use crate::domain::definition::Disclosure;
use crate::domain::definition::HolderKind;
use crate::domain::holder::Holder;
use crate::domain::holder::masked_name;
use crate::domain::time::Day;
use crate::domain::value::Value;

/// The common fields that compact codes can carry, with their numbers for ever.
pub const COMMON_CODE_FIELDS: &[(&str, u8)] = &[
    ("holder_name_masked", 0),
    ("holder_name", 1),
    ("holder_code", 2),
    ("holder_code_type", 3),
    ("certificate_number", 4),
    ("issue_date", 5),
    ("valid_from", 6),
    ("valid_to", 7),
];

/// What a certificate says, checked against its type's rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    /// Who holds it; at least one.
    pub holders: Vec<Holder>,
    /// Who acts for a child that holds it.
    pub guardians: Vec<Holder>,
    /// The number on its face.
    pub certificate_number: String,
    /// The day it was issued.
    pub issue_date: Day,
    /// The first day it is good for.
    pub valid_from: Day,
    /// The last day it is good for; none for a long-term one.
    pub valid_to: Option<Day>,
    /// The face fields that are filled in.
    pub fields: BTreeMap<String, Value>,
    /// Set when it is an old record being digitised 存量.
    pub stock: Option<Stock>,
}

/// What is said of an old record that is digitised; it is never passed off as new.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stock {
    /// The agency that issued it then, if it was another one.
    pub original_issuer: Option<String>,
    /// The columns that are missing or off their pattern.
    pub incomplete: Vec<String>,
}

/// A claim that can be disclosed or left out on its own.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// Its key: a common column, a derived claim or a face field.
    pub key: String,
    /// Its value as JSON carries it.
    pub value: serde_json::Value,
}

/// When a common or derived claim is disclosed.
#[must_use]
pub fn common_disclosure(of: &CertificateType, key: &str) -> Disclosure {
    let organisation = of.definition.holder == HolderKind::Organisation;
    match key {
        "certificate_number" if of.definition.number_embeds_id => Disclosure::Sensitive,
        "holder_name_masked" | "certificate_number" | "issue_date" | "valid_from" | "valid_to"
        | "holder_code_type" => Disclosure::Always,
        "holder_name" | "holder_code" if organisation => Disclosure::Always,
        "holder_code" | "holders" | "guardians" => Disclosure::Sensitive,
        _ => Disclosure::ByNeed,
    }
}

impl Content {
    /// The first holder.
    #[must_use]
    pub fn holder(&self) -> Option<&Holder> {
        self.holders.first()
    }

    /// Every fact of the content by key: the claims and the three dates. Two contents are the
    /// same exactly if their facts are.
    #[must_use]
    pub fn facts(&self, of: &CertificateType) -> BTreeMap<String, serde_json::Value> {
        let mut facts: BTreeMap<String, serde_json::Value> = self
            .claims(of)
            .into_iter()
            .map(|claim| (claim.key, claim.value))
            .collect();
        facts.insert("issue_date".to_owned(), self.issue_date.to_string().into());
        facts.insert("valid_from".to_owned(), self.valid_from.to_string().into());
        if let Some(last) = self.valid_to {
            facts.insert("valid_to".to_owned(), last.to_string().into());
        }
        facts
    }

    /// The claims that can each be disclosed: common ones, face fields, and derived ones.
    ///
    /// Derived are the masked name, the last four of the holder's code, and "over 14, 18,
    /// 60" as of the day of issue. Only the ages that are reached are claimed: what is
    /// signed must not become untrue by waiting.
    #[must_use]
    pub fn claims(&self, of: &CertificateType) -> Vec<Claim> {
        let mut claims = Vec::with_capacity(self.fields.len() + 12);
        let mut put = |key: &str, value: serde_json::Value| {
            claims.push(Claim {
                key: key.to_owned(),
                value,
            });
        };
        if let [holder] = self.holders.as_slice() {
            put("holder_name", holder.name.as_str().into());
            put("holder_code", holder.code.number().into());
            put("holder_code_type", holder.code.kind().to_string().into());
            put("holder_name_masked", masked(holder).into());
            put("holder_code_last4", holder.code.last4().into());
        } else {
            let all = self.holders.iter().map(|h| {
                let kind = h.code.kind().to_string();
                serde_json::json!({"name": h.name, "code": h.code.number(), "code_type": kind})
            });
            put("holders", all.collect());
            let names: Vec<String> = self.holders.iter().map(masked).collect();
            put("holder_name_masked", names.join("、").into());
        }
        put(
            "certificate_number",
            self.certificate_number.as_str().into(),
        );
        if let Some(birth) = self.birth_date() {
            let age = birth.age_on(self.issue_date);
            for years in [14, 18, 60] {
                if age >= years {
                    put(&format!("age_over_{years}"), true.into());
                }
            }
        }
        for field in &of.definition.fields {
            if let Some(value) = self.fields.get(&field.key) {
                put(&field.key, value.json());
            }
        }
        claims
    }

    fn birth_date(&self) -> Option<Day> {
        let [holder] = self.holders.as_slice() else {
            return None;
        };
        let on_face = || match self.fields.get("birth_date") {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        };
        holder
            .code
            .citizen()
            .map(|id| id.birth_date())
            .or_else(on_face)
    }
}

/// A certificate's number with its middle hidden, for a screen that others may see: its two first
/// characters stay, unless it is or holds a citizen's number, and its four last.
#[must_use]
pub fn masked_number(number: &str, embeds_id: bool) -> String {
    let chars: Vec<char> = number.chars().collect();
    let (first, last) = match chars.len() {
        0..=4 => (0, 0),
        5..=8 => (0, 4),
        _ if embeds_id => (0, 4),
        _ => (2, 4),
    };
    let front: String = chars.iter().take(first).collect();
    let back: String = chars.iter().skip(chars.len() - last).collect();
    format!("{front}****{back}")
}

fn masked(holder: &Holder) -> String {
    if holder.code.kind().is_organisation() {
        holder.name.clone()
    } else {
        masked_name(&holder.name)
    }
}
