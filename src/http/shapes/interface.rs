//! What systems ask of certificates and are told: one interface per type.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::problem::Reason;
use crate::domain::usage::Operator;
use crate::domain::usage::Present;
use crate::domain::usage::Purpose;
use crate::domain::usage::UseMode;
use crate::domain::verdict::Outcome;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::interface;
use crate::flow::interface::Wanted;
use crate::http::api::holder;
use crate::http::api::identifier;
use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::MOMENT;
use crate::http::shapes::examples;
use crate::http::shapes::requests::HolderNamed;

/// Somebody who is there in person with her identity card.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresentNamed {
    /// The name on the card.
    pub(crate) name: String,
    /// The number on the card.
    pub(crate) holder: HolderNamed,
    /// Whether the officer compared face and card.
    #[serde(default)]
    pub(crate) face_checked: bool,
}

/// Why a certificate is used, and what proves it; each mode needs its own members.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurposeNamed {
    /// By which way it is authorised.
    pub(crate) mode: UseMode,
    /// The item's code, 33 characters.
    #[serde(default)]
    pub(crate) item: String,
    /// The item's name, as published.
    #[serde(default)]
    pub(crate) item_name: String,
    /// The number of the case.
    #[serde(default)]
    pub(crate) case: Option<String>,
    /// Why, in at most 200 characters.
    #[serde(default)]
    pub(crate) cause: String,
    /// By whose hand.
    #[serde(default)]
    pub(crate) operator: Option<Operator>,
    /// The law that makes it the agency's duty.
    #[serde(default)]
    pub(crate) legal_basis: Option<String>,
    /// The number of the request that the holder answered.
    #[serde(default)]
    pub(crate) consent: Option<i64>,
    /// The number on the slip that was signed.
    #[serde(default)]
    pub(crate) slip: Option<String>,
    /// Who is there in person.
    #[serde(default)]
    pub(crate) present: Option<PresentNamed>,
    /// The mandate by which who is there acts; none for a guardian.
    #[serde(default)]
    pub(crate) mandate: Option<i64>,
}

impl PurposeNamed {
    /// The same, parsed.
    ///
    /// # Errors
    ///
    /// A bad request when a number on a card is none.
    pub(crate) fn read(&self) -> Result<Purpose, Failure> {
        let present = self.present.as_ref().map(|present| {
            Ok::<_, Failure>(Present {
                name: present.name.clone(),
                code: holder(&present.holder)?,
                face_checked: present.face_checked,
            })
        });
        Ok(Purpose {
            mode: self.mode,
            item: self.item.clone(),
            item_name: self.item_name.clone(),
            case: self.case.clone(),
            cause: self.cause.clone(),
            operator: self.operator.clone(),
            legal_basis: self.legal_basis.clone(),
            consent: self.consent,
            slip: self.slip.clone(),
            present: present.transpose()?,
            mandate: self.mandate,
        })
    }
}

/// The granted fields of certificates.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryRequest {
    /// Which certificate; or else whose.
    #[serde(default)]
    pub(crate) identifier: Option<String>,
    /// Whose certificates.
    #[serde(default)]
    pub(crate) holder: Option<HolderNamed>,
    /// With whom: only those that both hold.
    #[serde(default)]
    pub(crate) and_holder: Option<HolderNamed>,
    /// The fields; all that are granted when left out.
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    /// Why, and what proves it.
    pub(crate) purpose: PurposeNamed,
}

impl QueryRequest {
    /// A request as it stands in a file: which certificates, why, and which fields.
    ///
    /// # Errors
    ///
    /// A bad request, with the place where it cannot be read.
    pub(crate) fn read(body: &[u8]) -> Result<(Wanted, Purpose, Vec<String>), Failure> {
        let bad = |why: serde_json::Error| Failure::because(Reason::BadRequest, why.to_string());
        let read: Self = serde_json::from_slice(body).map_err(bad)?;
        Ok((read.wanted()?, read.purpose.read()?, read.fields))
    }

    /// Which certificates it means.
    ///
    /// # Errors
    ///
    /// A bad request unless it names either an identifier or a holder.
    pub(crate) fn wanted(&self) -> Result<Wanted, Failure> {
        let named = self.identifier.as_deref();
        wanted(named, self.holder.as_ref(), self.and_holder.as_ref())
    }
}

/// Values to be compared with those of a certificate.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValuesRequest {
    /// Which certificate; or else whose.
    #[serde(default)]
    pub(crate) identifier: Option<String>,
    /// Whose certificates.
    #[serde(default)]
    pub(crate) holder: Option<HolderNamed>,
    /// With whom: only those that both hold.
    #[serde(default)]
    pub(crate) and_holder: Option<HolderNamed>,
    /// The values, by key: dates and codes in any spelling that files may have.
    pub(crate) values: BTreeMap<String, Value>,
    /// Why, and what proves it.
    pub(crate) purpose: PurposeNamed,
}

impl ValuesRequest {
    /// Which certificate it means.
    ///
    /// # Errors
    ///
    /// Those of [`QueryRequest::wanted`].
    pub(crate) fn wanted(&self) -> Result<Wanted, Failure> {
        let named = self.identifier.as_deref();
        wanted(named, self.holder.as_ref(), self.and_holder.as_ref())
    }
}

/// A holder to be asked on her phone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskUseRequest {
    /// The text of the code that she shows; or else who she is.
    #[serde(default)]
    pub(crate) code: Option<String>,
    /// Who is asked: she applies online.
    #[serde(default)]
    pub(crate) holder: Option<HolderNamed>,
    /// The fields; all that are granted when left out.
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    /// Why: of mode `shown` or `online`.
    pub(crate) purpose: PurposeNamed,
}

impl AskUseRequest {
    /// Whom it asks.
    ///
    /// # Errors
    ///
    /// A bad request unless it names either a code or a holder.
    pub(crate) fn wanted(&self) -> Result<Wanted, Failure> {
        match (&self.code, &self.holder) {
            (Some(code), None) => Ok(Wanted::Shown(code.clone())),
            (None, Some(named)) => Ok(Wanted::Holders(holder(named)?, None)),
            _ => {
                let what = "either a code or a holder";
                Err(Failure::because(Reason::BadRequest, what))
            }
        }
    }
}

/// Which certificates a request means.
///
/// # Errors
///
/// A bad request unless it names either an identifier or a holder.
fn wanted(
    named: Option<&str>,
    one: Option<&HolderNamed>,
    other: Option<&HolderNamed>,
) -> Result<Wanted, Failure> {
    match (named, one, other) {
        (Some(text), None, None) => Ok(Wanted::Identifier(identifier(text)?)),
        (None, Some(one), other) => Ok(Wanted::Holders(
            holder(one)?,
            other.map(holder).transpose()?,
        )),
        _ => {
            let what = "either an identifier or a holder";
            Err(Failure::because(Reason::BadRequest, what))
        }
    }
}

/// A fetched certificate.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FetchedAnswer {
    /// Its identifier; none of a record that a department's system gave and that is no
    /// certificate of ours.
    pub(crate) identifier: Option<String>,
    /// How it stands now.
    pub(crate) verdict: Outcome,
    /// The fields, plain.
    #[schemars(schema_with = "answer")]
    pub(crate) fields: BTreeMap<String, Value>,
    /// The same fields as the issuer signed them; none of such a record, which stands in the
    /// envelope.
    pub(crate) evidence: Option<String>,
}

fn answer(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"$ref": "#/components/schemas/CertificateAnswer"})
}

/// What a query gives.
#[derive(Serialize, JsonSchema)]
pub(crate) struct QueryAnswer {
    /// The certificates.
    pub(crate) certificates: Vec<FetchedAnswer>,
    /// Whether there are more of this type: these are the newest twenty.
    pub(crate) more: bool,
    /// That there is no record, in words; it says no more than that.
    pub(crate) message: Option<Told>,
    /// What the department's own system said, where the type's records live in one.
    pub(crate) source: Option<SourceTold>,
    /// The number of the use record.
    pub(crate) use_record: i64,
    /// Request hash, time and evidence hashes, signed by this service.
    pub(crate) envelope: String,
}

/// What a department's own system said.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SourceTold {
    /// Its name.
    pub(crate) name: String,
    /// `found`, `mirrored`, `not_found`, `several`, `wrong_person`, `malformed`, `late`, `refused` or `down`.
    pub(crate) outcome: &'static str,
    /// What happened.
    pub(crate) what: Told,
    /// What can be done now.
    pub(crate) act: Told,
    /// When it gave the record.
    pub(crate) at: String,
    /// Seconds since then, where it was kept for a while.
    pub(crate) age_s: i64,
    /// The platform of the region or the nation that gave it; null for a department's own system.
    pub(crate) upstream: Option<UpstreamTold>,
}

/// The answer of a platform that a record comes from.
#[derive(Serialize, JsonSchema)]
pub(crate) struct UpstreamTold {
    /// The platform's address.
    pub(crate) address: String,
    /// The SHA-256 of its answer as it came, in base64url.
    pub(crate) evidence_hash: String,
}

impl From<interface::Told> for SourceTold {
    fn from(told: interface::Told) -> Self {
        let words = |[zh, en]: [String; 2]| Told { zh, en };
        Self {
            name: told.name,
            outcome: told.word,
            what: words(told.what),
            act: words(told.act),
            at: told.at,
            age_s: told.age_s,
            upstream: told.upstream.map(|upstream| UpstreamTold {
                address: upstream.address,
                evidence_hash: upstream.digest,
            }),
        }
    }
}

/// Something in words, in both languages.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Told {
    /// In Chinese.
    pub(crate) zh: String,
    /// In English.
    pub(crate) en: String,
}

impl Told {
    /// The words of a key.
    pub(crate) fn of(key: &str) -> Self {
        Self {
            zh: say(Lang::Zh, key, &[]),
            en: say(Lang::En, key, &[]),
        }
    }
}

impl From<interface::Answer> for QueryAnswer {
    fn from(given: interface::Answer) -> Self {
        let none = given.certificates.is_empty();
        let certificates = given.certificates.into_iter().map(|one| FetchedAnswer {
            identifier: one.identifier,
            verdict: one.verdict,
            fields: one.fields,
            evidence: one.evidence,
        });
        Self {
            certificates: certificates.collect(),
            more: given.more,
            source: given.source.map(SourceTold::from),
            message: none.then(|| Told::of("interface.no_record")),
            use_record: given.use_record,
            envelope: given.envelope,
        }
    }
}

/// What asking for an annotated copy gives.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CopyGiven {
    /// The certificate; none where there is no record.
    pub(crate) identifier: Option<String>,
    /// Where the PDF is, once.
    pub(crate) link: Option<String>,
    /// The first moment at which the link is no longer good.
    pub(crate) expires_at: Option<String>,
    /// What stands on the copy, under the names of GB/T 36903.
    pub(crate) metadata: Option<interface::CopyMetadata>,
    /// That there is no record, in words; it says no more than that.
    pub(crate) message: Option<Told>,
    /// The number of the use record.
    pub(crate) use_record: i64,
    /// The answer, signed by this service.
    pub(crate) envelope: String,
}

impl From<interface::CopyAnswer> for CopyGiven {
    fn from(made: interface::CopyAnswer) -> Self {
        let none = made.link.is_none();
        Self {
            identifier: made.identifier,
            link: made.link,
            expires_at: made.expires_at,
            metadata: made.metadata,
            message: none.then(|| Told::of("interface.no_record")),
            use_record: made.use_record,
            envelope: made.envelope,
        }
    }
}

/// What verifying values gives.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ValuesAnswer {
    /// The national result: 0 correct and valid, 1 not yet valid, 2 suspended, 3 no longer valid,
    /// 4 it cannot be verified or a value differs, 5 there is no record.
    #[schemars(range(min = 0, max = 5))]
    pub(crate) result: u8,
    /// The same as one of our verdicts.
    pub(crate) verdict: Outcome,
    /// The same in words.
    pub(crate) message: Told,
    /// Which values differ, of those fields that are granted.
    pub(crate) differs: Vec<String>,
    /// The number of the use record.
    pub(crate) use_record: i64,
    /// The answer, signed by this service.
    pub(crate) envelope: String,
}

impl From<interface::Matched> for ValuesAnswer {
    fn from(matched: interface::Matched) -> Self {
        Self {
            result: matched.result,
            verdict: matched.verdict,
            message: Told::of(&format!("national.{}", matched.result)),
            differs: matched.differs,
            use_record: matched.use_record,
            envelope: matched.envelope,
        }
    }
}

pub(crate) fn purpose() -> Value {
    json!({
        "mode": "duty", "item": "11152502MY0000143N400013100100001",
        "item_name": "食品经营许可（新办）", "case": "GJJ-2026-000017", "cause": "核对从业人员健康状况",
        "operator": {
            "account": "wang.m", "name": "王敏", "organisation": "锡林郭勒盟住房公积金中心",
            "window": "3号窗口",
        },
        "legal_basis": "中华人民共和国食品安全法 第四十五条",
    })
}

examples! {
    QueryRequest => json!({
        "holder": {"type": "111", "code": "152502199003070019"},
        "fields": ["holder_name", "valid_to"], "purpose": purpose(),
    });
    ValuesRequest => json!({
        "holder": {"type": "111", "code": "152502199003070019"},
        "values": {"certificate_number": "锡市健〔2026〕0000001号", "valid_to": "20271014"},
        "purpose": purpose(),
    });
    AskUseRequest => json!({
        "code": "HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHJKMNPQRS",
        "purpose": {
            "mode": "shown", "item": "11152502MY0000143N400013100100001",
            "item_name": "食品经营许可（新办）", "cause": "办理食品经营许可",
        },
    });
    QueryAnswer => json!({
        "certificates": [{
            "identifier": IDENTIFIER, "verdict": "valid",
            "fields": {"holder_name": "巴特尔", "valid_to": "2027-10-14"},
            "evidence": "eyJhbGciOiJFZERTQSJ9.e30.c2ln~WyJzYWx0IiwgImhvbGRlcl9uYW1lIl0~",
        }],
        "more": false, "message": null, "source": null, "use_record": 1207,
        "envelope": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    });
    CopyGiven => json!({
        "identifier": IDENTIFIER, "link": "https://mz.example/F/0123456789ABCDEFGHJKMNPQRS",
        "expires_at": MOMENT,
        "metadata": {
            "certificateCopyCreationTime": MOMENT,
            "certificateCopyCreator": "锡林郭勒盟住房公积金中心 王敏",
            "certificateCopyCause": "核对从业人员健康状况",
            "certificateCopyExpiringTime": "2026-12-23T09:30:00+08:00",
        },
        "message": null, "use_record": 1209, "envelope": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    });
    ValuesAnswer => json!({
        "result": 0, "verdict": "valid",
        "message": {"zh": "信息一致，证照有效", "en": "Correct and valid"},
        "differs": [], "use_record": 1208, "envelope": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    });
    interface::Standing => json!({
        "consent": 9, "state": "given", "until": MOMENT,
    });
}
