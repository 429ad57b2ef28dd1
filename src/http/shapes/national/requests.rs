//! What the national operations are asked.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::national::name_of;
use crate::flow::failure::Failure;
use crate::flow::interface::Wanted;
use crate::http::api::holder;
use crate::http::api::identifier;
use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::examples;
use crate::http::shapes::interface::PurposeNamed;
use crate::http::shapes::interface::purpose;
use crate::http::shapes::requests::HolderNamed;

/// The head of a request.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NationalHead {
    /// The unified social credit code of the agency that asks: the credential's own.
    pub(crate) account: String,
    /// Taken and not looked at: the request is proved by its credential.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of other platforms send it")]
    pub(crate) sign: Option<String>,
    /// When it was sent: milliseconds, `yyyyMMddHHmmss`, `yyyy-MM-dd HH:mm:ss` or RFC 3339.
    pub(crate) time: Value,
    /// The caller's own number of the request, 1 to 64 visible characters; it comes back.
    pub(crate) serial: String,
}

/// A request with a head.
pub(crate) trait Headed {
    /// The head.
    fn head(&self) -> &NationalHead;
}

/// Names the requests of the operations, each a head and its own data.
macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident($data:ty);)*) => {
        $(
            $(#[$doc])*
            #[derive(Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $name {
                /// Who asks, and when.
                pub(crate) head: NationalHead,
                /// What is asked.
                pub(crate) data: $data,
            }

            impl Headed for $name {
                fn head(&self) -> &NationalHead {
                    &self.head
                }
            }
        )*
    };
}

requests! {
    /// The list of types.
    NationalTypesRequest(TypesAsked);
    /// Something of a holder.
    NationalHolderRequest(HolderAsked);
    /// Something of one certificate.
    NationalIdentifierRequest(IdentifierAsked);
    /// Values to be compared.
    NationalValuesRequest(ValuesAsked);
}

/// Which types.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypesAsked {
    /// Part of 证照名称; every type when left out.
    #[serde(rename = "ZZMC", default)]
    pub(crate) name: String,
}

/// Whose certificates of a type, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolderAsked {
    /// 证照类型代码.
    #[serde(rename = "ZZLXDM")]
    pub(crate) type_code: String,
    /// 持证主体代码.
    #[serde(rename = "CZZTDM")]
    pub(crate) holder_code: String,
    /// 持证主体代码类型代码; 111 when left out.
    #[serde(rename = "CZZTDMLXDM", default = "citizen")]
    pub(crate) holder_code_type: String,
    /// The fields by their national names; all that are granted when left out.
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    /// Why, and what proves it.
    pub(crate) purpose: PurposeNamed,
}

/// Which certificate, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentifierAsked {
    /// 证照标识.
    #[serde(rename = "ZZBS")]
    pub(crate) identifier: String,
    /// The fields by their national names; all that are granted when left out.
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    /// Why, and what proves it.
    pub(crate) purpose: PurposeNamed,
}

/// Values of a holder's certificate, and why they are compared.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValuesAsked {
    /// 证照类型代码.
    #[serde(rename = "ZZLXDM")]
    pub(crate) type_code: String,
    /// 持证主体代码.
    #[serde(rename = "CZZTDM")]
    pub(crate) holder_code: String,
    /// 持证主体代码类型代码; 111 when left out.
    #[serde(rename = "CZZTDMLXDM", default = "citizen")]
    pub(crate) holder_code_type: String,
    /// The values by the national names of their fields.
    pub(crate) values: BTreeMap<String, Value>,
    /// Why, and what proves it.
    pub(crate) purpose: PurposeNamed,
}

fn citizen() -> String {
    "111".to_owned()
}

fn of_holder(kind: &str, code: &str) -> Result<Wanted, Failure> {
    let named = HolderNamed {
        r#type: kind.to_owned(),
        code: code.to_owned(),
    };
    Ok(Wanted::Holders(holder(&named)?, None))
}

impl HolderAsked {
    /// Whose certificates it means.
    ///
    /// # Errors
    ///
    /// A bad request if the code is none.
    pub(crate) fn wanted(&self) -> Result<Wanted, Failure> {
        of_holder(&self.holder_code_type, &self.holder_code)
    }
}

impl ValuesAsked {
    /// Whose certificate it means.
    ///
    /// # Errors
    ///
    /// A bad request if the code is none.
    pub(crate) fn wanted(&self) -> Result<Wanted, Failure> {
        of_holder(&self.holder_code_type, &self.holder_code)
    }
}

impl IdentifierAsked {
    /// Which certificate it means, and the code of its type.
    ///
    /// # Errors
    ///
    /// Not found, if it is no identifier.
    pub(crate) fn wanted(&self) -> Result<(Wanted, String), Failure> {
        let identifier = identifier(&self.identifier)?;
        let of = identifier.type_code.to_string();
        Ok((Wanted::Identifier(identifier), of))
    }
}

/// The head of an example.
fn head() -> Value {
    json!({
        "account": "11152502000000020A", "time": "2026-11-23 09:30:00", "serial": "GJJ-20261123-0007",
    })
}

fn whose() -> Value {
    json!({
        "ZZLXDM": "11100000000013338W001", "CZZTDM": "152502199003070019", "CZZTDMLXDM": "111",
        "fields": [name_of("holder_name"), name_of("valid_to"), name_of("exam_result")],
        "purpose": purpose(),
    })
}

examples! {
    NationalTypesRequest => json!({"head": head(), "data": {"ZZMC": "健康证明"}});
    NationalHolderRequest => json!({"head": head(), "data": whose()});
    NationalIdentifierRequest => json!({
        "head": head(), "data": {"ZZBS": IDENTIFIER, "purpose": purpose()},
    });
    NationalValuesRequest => json!({
        "head": head(),
        "data": {
            "ZZLXDM": "11100000000013338W001", "CZZTDM": "152502199003070019",
            "values": {"CZZT": "巴特尔", "ZZYXQJZRQ": "20271014"}, "purpose": purpose(),
        },
    });
}
