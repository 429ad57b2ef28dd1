//! A source that speaks HTTP and JSON.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A department's system that speaks HTTP and JSON.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// `https://HOST[:PORT]`, or `http://` on this machine alone.
    pub address: String,
    /// `GET` or `POST`.
    #[serde(default = "get")]
    pub method: String,
    /// The path with its query; `{holder_code}`, `{holder_code_type}` and `{number}` are filled in.
    pub path: String,
    /// The body of a POST as JSON, with the same holes inside its texts.
    #[serde(default)]
    pub body: Option<String>,
    /// Headers that are always the same and no secret.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The authority that vouches for the system's TLS certificate: PEM, a file of the office.
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
    /// Where in the answer the records are, by members with dots between them; a list of records
    /// or one record. Without it the answer itself.
    #[serde(default)]
    pub records: String,
    /// Statuses that say that there is no record.
    #[serde(default)]
    pub not_found_status: Vec<u16>,
    /// A code in the answer that says how it went.
    #[serde(default)]
    pub code: Option<AnswerCode>,
    /// The largest answer, in bytes, 1,024 to 4,194,304.
    #[serde(default = "quarter_of_a_megabyte")]
    pub most_bytes: u64,
}

/// Our TLS certificate, by files of the office.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ClientCertificate {
    /// The chain, PEM.
    pub chain: String,
    /// Its private key, PEM.
    pub key: String,
}

/// A bearer token, by a file of the office.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Bearer {
    /// The file.
    pub token_file: String,
}

/// A signature over each request, as [`crate::codec::request_signature`] makes it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Who we are; no secret.
    pub app_key: String,
    /// The file of the office with the secret.
    pub secret_file: String,
    /// The header with who we are.
    #[serde(default = "app_key")]
    pub app_key_header: String,
    /// The header with the time, in milliseconds since 1970.
    #[serde(default = "timestamp")]
    pub timestamp_header: String,
    /// The header with the nonce.
    #[serde(default = "nonce")]
    pub nonce_header: String,
    /// The header with the signature.
    #[serde(default = "signature")]
    pub signature_header: String,
}

/// A code in the answer that says how it went; numbers are compared as they are written.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct AnswerCode {
    /// Where it stands, by members with dots between them.
    pub at: String,
    /// That all is well.
    pub ok: Vec<String>,
    /// That there is no record.
    #[serde(default)]
    pub not_found: Vec<String>,
    /// That we may not.
    #[serde(default)]
    pub refused: Vec<String>,
    /// That the system is broken.
    #[serde(default)]
    pub down: Vec<String>,
}

impl Http {
    /// The host and port of the address, without the scheme.
    #[must_use]
    pub fn authority(&self) -> &str {
        let rest = self.address.split_once("://").map(|(_, rest)| rest);
        rest.unwrap_or_default()
    }

    /// Whether it is asked over TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.address.starts_with("https://")
    }
}

fn get() -> String {
    "GET".to_owned()
}

fn quarter_of_a_megabyte() -> u64 {
    256 << 10
}

fn app_key() -> String {
    "X-App-Key".to_owned()
}

fn timestamp() -> String {
    "X-Timestamp".to_owned()
}

fn nonce() -> String {
    "X-Nonce".to_owned()
}

fn signature() -> String {
    "X-Signature".to_owned()
}
