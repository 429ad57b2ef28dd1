//! A source that speaks the nation's interface: head and data, national names.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::AnswerCode;
use super::Bearer;
use super::ClientCertificate;
use super::DateFormat;
use super::FieldRule;
use super::Http;
use super::Signed;
use super::Source;
use crate::domain::definition::Definition;
use crate::domain::definition::FieldKind;
use crate::domain::national::name_of;
use crate::domain::usage::Operator;
use crate::domain::usage::UseMode;

/// The platform of the region or the nation, or another office with its facade on.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct National {
    /// `https://HOST[:PORT]`, or `http://` on this machine alone.
    pub address: String,
    /// The path of the operation 证照数据 by holder.
    #[serde(default = "by_holder")]
    pub path: String,
    /// Who we are there, as the head says it.
    pub account: String,
    /// The authority that vouches for the platform's TLS certificate: PEM, a file of the office.
    #[serde(default)]
    pub ca: Option<String>,
    /// Our TLS certificate.
    #[serde(default)]
    pub client_certificate: Option<ClientCertificate>,
    /// A bearer token.
    #[serde(default)]
    pub bearer: Option<Bearer>,
    /// A signature over each request.
    #[serde(default)]
    pub signed: Option<Signed>,
    /// What is said of a use that says nothing itself.
    pub purpose: UsualPurpose,
    /// Result codes; the facade's when left out.
    #[serde(default = "codes")]
    pub code: AnswerCode,
    /// Days for which what the platform last gave is told, with its age, while it does not answer;
    /// 0 to 365. With 0 nothing is kept.
    #[serde(default = "a_month")]
    pub mirror_days: u16,
    /// The largest answer, in bytes, 1,024 to 4,194,304.
    #[serde(default = "quarter_of_a_megabyte")]
    pub most_bytes: u64,
}

/// Why we ask, where whoever needs the record does not say it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UsualPurpose {
    /// By which way it is authorised.
    pub mode: UseMode,
    /// The item's code.
    pub item: String,
    /// The item's name, as published.
    pub item_name: String,
    /// Why.
    pub cause: String,
    /// The number of the case.
    #[serde(default)]
    pub case: Option<String>,
    /// By whose hand.
    #[serde(default)]
    pub operator: Option<Operator>,
    /// The law that makes it a duty.
    #[serde(default)]
    pub legal_basis: Option<String>,
}

impl National {
    /// The same as a system that speaks HTTP and JSON: what it is asked is written anew each time.
    #[must_use]
    pub fn as_http(&self) -> Http {
        Http {
            address: self.address.clone(),
            method: "POST".to_owned(),
            path: self.path.clone(),
            body: Some(r#"["{holder_code}", "{number}"]"#.to_owned()),
            headers: BTreeMap::new(),
            ca: self.ca.clone(),
            client_certificate: self.client_certificate.clone(),
            bearer: self.bearer.clone(),
            signed: self.signed.clone(),
            records: "data.list".to_owned(),
            not_found_status: Vec::new(),
            code: Some(self.code.clone()),
            most_bytes: self.most_bytes,
        }
    }
}

impl Source {
    /// The same with every column mapped that a definition has: under the nation's names, where
    /// the configuration says nothing else. Other kinds stay as they are.
    #[must_use]
    pub fn filled(&self, of: &Definition) -> Self {
        let mut filled = self.clone();
        if self.national.is_none() {
            return filled;
        }
        for key in of.columns() {
            let kind = of.field(key).map(|field| field.kind);
            if key == "original_issuer" || kind == Some(FieldKind::Image) {
                continue;
            }
            let common = ["issue_date", "valid_from", "valid_to"].contains(&key);
            let is_day = kind == Some(FieldKind::Date) || (kind.is_none() && common);
            let usual = || FieldRule {
                from: Some(name_of(key)),
                date: is_day.then_some(DateFormat::National),
                ..FieldRule::default()
            };
            filled.fields.entry(key.to_owned()).or_insert_with(usual);
        }
        filled
    }
}

fn by_holder() -> String {
    "/national/v1/data/by-holder".to_owned()
}

fn codes() -> AnswerCode {
    let all = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    AnswerCode {
        at: "head.status".to_owned(),
        ok: all(&["0"]),
        not_found: Vec::new(),
        refused: all(&["1002", "2001", "2002", "2003", "2004", "3001"]),
        down: all(&["5001"]),
    }
}

fn a_month() -> u16 {
    30
}

fn quarter_of_a_megabyte() -> u64 {
    256 << 10
}
