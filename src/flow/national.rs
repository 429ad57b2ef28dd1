//! What the national shape says of types and certificates beside their fields: names and codes of
//! type and issuer. Nothing here is told of anybody who did not pass the interface's gate.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::definition::FieldKind;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::national::day;
use crate::domain::national::key_of;
use crate::domain::national::moment;
use crate::domain::national::name_of;
use crate::domain::problem::Reason;
use crate::flow::contracts;
use crate::flow::failure::Failure;
use crate::flow::interface::Fetched;
use crate::flow::office::Office;

/// Seconds that a caller's clock may be off.
const CLOCK_S: i64 = 300;

/// Every type whose name holds a text, by code.
#[must_use]
pub fn types(office: &Office, part: &str) -> Vec<TypeLine> {
    let all = contracts::in_order(&office.known()).into_iter();
    let named = all.filter(|of| of.definition.name.contains(part));
    let lines = named.map(|of| TypeLine {
        code: of.definition.code.clone(),
        name: of.definition.name.clone(),
        body: of.definition.defining_body.name.clone(),
        body_code: of.definition.defining_body.code.clone(),
        version: of.version,
    });
    lines.collect()
}

/// A type in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeLine {
    /// 证照类型代码.
    pub code: String,
    /// 证照名称.
    pub name: String,
    /// The body that defines it.
    pub body: String,
    /// Its unified social credit code.
    pub body_code: String,
    /// The version of our definition.
    pub version: u32,
}

/// Whether what stands in the head of a request is so: the account is the caller's own agency's,
/// and the time is now.
///
/// # Errors
///
/// [`Reason::Forbidden`] for another account, [`Reason::ClockOff`] for a time that is more than
/// five minutes off, and [`Reason::BadRequest`] for none. Nothing was asked then.
pub fn head_holds(
    office: &Office,
    (account, time): (&str, &Value),
    by: &Caller,
) -> Result<(), Failure> {
    let known = office.known();
    let own = by.agency.and_then(|agency| known.agencies.get(&agency));
    if own.is_none_or(|own| own.code.to_string() != account.trim()) {
        let what = "head.account is not the credential's agency";
        return Err(Failure::because(Reason::Forbidden, what));
    }
    let Some(then) = moment(time) else {
        return Err(Failure::because(Reason::BadRequest, "head.time"));
    };
    if office.clock.now().secs_since(then).abs() > CLOCK_S {
        return Err(Failure::refused(Reason::ClockOff));
    }
    Ok(())
}

/// The keys of fields that a request names by the nation's names.
///
/// # Errors
///
/// [`Reason::NoSuchField`] for a name that stands for no field.
pub fn keys(names: &[String]) -> Result<Vec<String>, Failure> {
    let each = names.iter().map(|name| {
        key_of(name).ok_or_else(|| Failure::because(Reason::NoSuchField, name.as_str()))
    });
    each.collect()
}

/// Values by key that a request gives by the nation's names; a day may be spelled in any of its
/// three ways.
///
/// # Errors
///
/// Those of [`keys`].
pub fn values(
    of: &CertificateType,
    named: &BTreeMap<String, Value>,
) -> Result<BTreeMap<String, Value>, Failure> {
    let each = named.iter().map(|(name, value)| {
        let key = key_of(name);
        let key = key.ok_or_else(|| Failure::because(Reason::NoSuchField, name.as_str()))?;
        let field = of.definition.field(&key).map(|field| field.kind);
        let common = ["issue_date", "valid_from", "valid_to"].contains(&key.as_str());
        let is_day = field == Some(FieldKind::Date) || (field.is_none() && common);
        let read = day(value).filter(|_| is_day);
        let value = read.map_or_else(|| value.clone(), |day| day.to_string().into());
        Ok((key, value))
    });
    each.collect()
}

/// What a fetched certificate says, under the nation's names: of type and issuer what everybody
/// may know, and the fields that were granted.
#[must_use]
pub fn described(
    office: &Office,
    of: &CertificateType,
    fetched: &Fetched,
) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
    put("ZZMC", of.definition.name.as_str().into());
    put("ZZLXDM", of.definition.code.as_str().into());
    if let Some(text) = &fetched.identifier {
        put("ZZBS", text.as_str().into());
    }
    let read = fetched.identifier.as_deref();
    if let Some(Ok(read)) = read.map(CertificateIdentifier::read) {
        let identifier = read.identifier;
        let code = identifier.issuer.to_string();
        put("certificateVersion", identifier.version.to_string().into());
        if let Some(issuer) = agency_of(office, &code) {
            put("ZZBFJG", issuer.name.into());
            put("certificateAreaCode", issuer.division.to_string().into());
        }
        put("ZZBFJGDM", code.into());
    }
    for (key, value) in &fetched.fields {
        let value = match key.as_str() {
            "holders" => holders(value),
            _ => value.clone(),
        };
        put(&name_of(key), value);
    }
    all
}

fn agency_of(office: &Office, code: &str) -> Option<Agency> {
    let known = office.known();
    let mut all = known.agencies.values();
    all.find(|agency| agency.code.to_string() == code).cloned()
}

/// Each of several holders under the names of one.
fn holders(list: &Value) -> Value {
    let each = list.as_array().into_iter().flatten().map(
        |one| json!({"CZZT": one["name"], "CZZTDM": one["code"], "CZZTDMLXDM": one["code_type"]}),
    );
    each.collect()
}
