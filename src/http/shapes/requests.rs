//! What is asked.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::examples;

/// A code or certificate to be verified.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyRequest {
    /// The text of a code as it was scanned or typed, or a whole certificate.
    #[schemars(length(max = 65536))]
    pub(crate) code: String,
}

/// A certificate to be issued.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueRequest {
    /// The type, by code or Chinese name.
    pub(crate) r#type: String,
    /// What is to stand on it, by column key.
    #[schemars(schema_with = "draft")]
    pub(crate) fields: Map<String, Value>,
    /// Whether it is an old record being digitised.
    #[serde(default)]
    pub(crate) stock: bool,
    /// Whether it corrects the one in force under the same number.
    #[serde(default)]
    pub(crate) as_correction: bool,
    /// The pictures that come along, by field, in base64; `fields` need not name them.
    #[serde(default)]
    pub(crate) pictures: BTreeMap<String, String>,
}

/// What the next version of a certificate is to say, whole.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenewalRequest {
    /// What is to stand on it, by column key.
    #[schemars(schema_with = "draft")]
    pub(crate) fields: Map<String, Value>,
    /// New pictures, by field, in base64; `fields` need not name them. One that `fields` names
    /// by its digest and the certificate has already is kept.
    #[serde(default)]
    pub(crate) pictures: BTreeMap<String, String>,
}

fn draft(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"$ref": "#/components/schemas/CertificateDraft"})
}

/// A step in a certificate's life.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "StatusChange")]
pub(crate) enum Step {
    /// Suspend it 暂扣.
    Suspend,
    /// Put it back in force.
    Resume,
    /// End it for good.
    End,
}

/// The legal word of an end.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    /// 吊销.
    Revoked,
    /// 撤销.
    Withdrawn,
    /// 注销.
    Cancelled,
    /// 作废.
    IssuedInError,
}

/// A change of status.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusRequest {
    /// What is to be done.
    pub(crate) change: Step,
    /// The legal word, for an end.
    #[serde(default)]
    pub(crate) word: Option<Word>,
    /// Why; kept sealed.
    #[schemars(length(min = 1, max = 200))]
    pub(crate) reason: String,
}

/// A holder.
#[derive(Deserialize, JsonSchema, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolderNamed {
    /// The holder code type of GB/T 36903, such as 111.
    pub(crate) r#type: String,
    /// The code.
    pub(crate) code: String,
}

/// The number that a newborn has now.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RebindRequest {
    /// The child, by its citizen number.
    pub(crate) holder: HolderNamed,
    /// The number it was bound to by mistake, to put that right.
    pub(crate) instead_of: Option<HolderNamed>,
    /// Why; kept sealed.
    pub(crate) cause: String,
}

/// A certificate to be shown, and the fields beside those that every showing discloses.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceNamed {
    /// The certificate.
    pub(crate) identifier: String,
    /// The fields.
    #[serde(default)]
    pub(crate) fields: Vec<String>,
}

/// What a holder shows.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShowRequest {
    /// One to sixteen certificates.
    #[schemars(length(min = 1, max = 16))]
    pub(crate) choices: Vec<ChoiceNamed>,
}

/// The next picture of a code that is being shown.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenewCodeRequest {
    /// Whether it is to last 120 seconds, which is possible once.
    #[serde(default)]
    pub(crate) hold: bool,
}

/// An offline code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfflineRequest {
    /// The fields beside those that every showing discloses.
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    /// Minutes it is good for.
    #[serde(default = "fifteen")]
    #[schemars(range(min = 1, max = 1440))]
    pub(crate) minutes: i64,
}

fn fifteen() -> i64 {
    15
}

/// The files of a catalogue, as texts; one that is left out changes nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatalogueRequest {
    /// `certificate-types.json`.
    #[serde(default)]
    pub(crate) types: Option<String>,
    /// `agencies.csv`.
    #[serde(default)]
    pub(crate) agencies: Option<String>,
    /// `divisions.csv`.
    #[serde(default)]
    pub(crate) divisions: Option<String>,
    /// `successions.csv`.
    #[serde(default)]
    pub(crate) successions: Option<String>,
    /// `service-items.csv`: the whole list.
    #[serde(default)]
    pub(crate) items: Option<String>,
    /// `item-materials.csv`.
    #[serde(default)]
    pub(crate) materials: Option<String>,
}

/// A credential to be given.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CredentialRequest {
    /// `issuer`, `window`, `holder`, `system`, `operator` or `auditor`.
    pub(crate) role: String,
    /// The agency, by code or name, for roles of agencies.
    #[serde(default)]
    pub(crate) agency: Option<String>,
    /// The holder, for a holder.
    #[serde(default)]
    pub(crate) holder: Option<HolderNamed>,
    /// What lists call it; no personal data.
    pub(crate) label: String,
    /// Days it is good for.
    #[schemars(range(min = 1, max = 366))]
    pub(crate) days: i64,
    /// The SHA-256 of a TLS certificate in hexadecimal, for one in place of a bearer token.
    #[serde(default)]
    pub(crate) tls_certificate: Option<String>,
    /// Whether it is an app key, which signs each request, in place of a bearer token.
    #[serde(default)]
    pub(crate) hmac: bool,
}

examples! {
    VerifyRequest => json!({"code": "HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHJKMNPQRS"});
    // The document puts a type of the catalogue and its sample in the place of these.
    IssueRequest => json!({"type": "食品从业人员健康证明", "fields": {}});
    RenewalRequest => json!({"fields": {}});
    StatusRequest => json!({"change": "end", "word": "revoked", "reason": "行政处罚〔2026〕12 号"});
    RebindRequest => json!({"holder": {"type": "111", "code": "152502202610070019"}, "cause": "新生儿已登记户口"});
    ShowRequest => json!({"choices": [{"identifier": IDENTIFIER, "fields": ["holder_name"]}]});
    RenewCodeRequest => json!({"hold": true});
    OfflineRequest => json!({"fields": ["holder_name"], "minutes": 15});
    CatalogueRequest => json!({"divisions": "code,name,level,parent\n152500,锡林郭勒盟,league,150000\n"});
    CredentialRequest => json!({"role": "window", "agency": "锡林浩特市政务服务与数据管理局", "label": "3 号窗口", "days": 90});
}
