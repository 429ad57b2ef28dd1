//! What the national operations answer.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::national::DONE;
use crate::domain::national::status_of;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::interface::CopyAnswer;
use crate::flow::interface::Matched;
use crate::flow::national::TypeLine;
use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::MOMENT;
use crate::http::shapes::examples;
use crate::http::shapes::interface::SourceTold;

/// The head of an answer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct NationalAnswerHead {
    /// `0` when it was done.
    pub(crate) status: &'static str,
    /// The same in words.
    pub(crate) message: String,
    /// The stable code of the exact reason why it was not done.
    pub(crate) reason: Option<&'static str>,
    /// What exactly, where more can be said.
    pub(crate) detail: Option<String>,
    /// When it was answered.
    pub(crate) time: String,
    /// The request's own number, where it could be read.
    pub(crate) serial: Option<String>,
    /// Where to look in the log.
    #[serde(rename = "traceId", skip_serializing_if = "Option::is_none")]
    pub(crate) trace_id: Option<String>,
}

impl NationalAnswerHead {
    /// That it was done.
    pub(crate) fn done(serial: &str, at: String) -> Self {
        Self {
            status: DONE,
            message: say(Lang::Zh, "national.done", &[]),
            reason: None,
            detail: None,
            time: at,
            serial: Some(serial.to_owned()),
            trace_id: None,
        }
    }

    /// Why it was not done.
    pub(crate) fn refused(reason: Reason, lang: Lang, at: String) -> Self {
        Self {
            status: status_of(reason),
            message: reason.title(lang),
            reason: Some(reason.code()),
            detail: None,
            time: at,
            serial: None,
            trace_id: None,
        }
    }
}

/// Names the answers of the operations, each a head and its own data.
macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident($data:ty);)*) => {
        $(
            $(#[$doc])*
            #[derive(Serialize, JsonSchema)]
            pub(crate) struct $name {
                /// How it went.
                pub(crate) head: NationalAnswerHead,
                /// What is answered.
                pub(crate) data: $data,
            }

            impl From<(NationalAnswerHead, $data)> for $name {
                fn from((head, data): (NationalAnswerHead, $data)) -> Self {
                    Self { head, data }
                }
            }
        )*
    };
}

answers! {
    /// The list of types.
    NationalTypesAnswer(TypesGiven);
    /// Certificates.
    NationalDataAnswer(DataGiven);
    /// A copy.
    NationalFileAnswer(FileGiven);
    /// What comparing came to.
    NationalValuesAnswer(ResultGiven);
    /// That it was not done.
    NationalRefusal(Option<Nothing>);
}

/// Nothing is told.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Nothing {}

/// Every type.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TypesGiven {
    /// How many.
    pub(crate) total: usize,
    /// By code.
    pub(crate) list: Vec<TypeGiven>,
}

/// A type.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TypeGiven {
    /// 证照类型代码.
    #[serde(rename = "ZZLXDM")]
    pub(crate) code: String,
    /// 证照名称.
    #[serde(rename = "ZZMC")]
    pub(crate) name: String,
    /// The body that defines it.
    #[serde(rename = "certificateDefineAuthorityName")]
    pub(crate) body: String,
    /// Its unified social credit code.
    #[serde(rename = "certificateDefineAuthorityCode")]
    pub(crate) body_code: String,
    /// The version of the definition here.
    #[serde(rename = "definitionVersion")]
    pub(crate) version: u32,
}

impl From<Vec<TypeLine>> for TypesGiven {
    fn from(lines: Vec<TypeLine>) -> Self {
        let each = lines.into_iter().map(|line| TypeGiven {
            code: line.code,
            name: line.name,
            body: line.body,
            body_code: line.body_code,
            version: line.version,
        });
        let list: Vec<TypeGiven> = each.collect();
        Self {
            total: list.len(),
            list,
        }
    }
}

/// Certificates.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DataGiven {
    /// How many stand here.
    pub(crate) total: usize,
    /// Whether there are more: these are the newest twenty.
    pub(crate) more: bool,
    /// That there is no record, in words; it says no more than that.
    pub(crate) message: Option<String>,
    /// The certificates.
    pub(crate) list: Vec<NationalCertificate>,
    /// What the department's own system said, where the type's records live in one.
    pub(crate) source: Option<SourceTold>,
    /// The number of the use record.
    #[serde(rename = "useRecord")]
    pub(crate) use_record: i64,
    /// Request hash, time and evidence hashes, signed by this service.
    pub(crate) envelope: String,
}

/// A certificate.
#[derive(Serialize, JsonSchema)]
pub(crate) struct NationalCertificate {
    /// The national verification result, 0 to 5.
    pub(crate) result: String,
    /// The same in words.
    #[serde(rename = "resultMessage")]
    pub(crate) result_message: String,
    /// The same as one of our verdicts.
    pub(crate) verdict: Outcome,
    /// Its metadata and face under the national names.
    #[serde(flatten)]
    pub(crate) named: BTreeMap<String, Value>,
    /// The same fields as the issuer signed them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) evidence: Option<String>,
}

impl NationalCertificate {
    /// A certificate that stands so.
    pub(crate) fn of(
        verdict: Outcome,
        named: BTreeMap<String, Value>,
        evidence: Option<String>,
    ) -> Self {
        let result = verdict.national_result().to_string();
        Self {
            result_message: say(Lang::Zh, &format!("national.{result}"), &[]),
            result,
            verdict,
            named,
            evidence,
        }
    }
}

/// A copy.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FileGiven {
    /// 证照标识; none where there is no record.
    #[serde(rename = "ZZBS")]
    pub(crate) identifier: Option<String>,
    /// That there is no record, in words.
    pub(crate) message: Option<String>,
    /// Where the PDF is, once.
    pub(crate) link: Option<String>,
    /// The first moment at which the link is no longer good.
    #[serde(rename = "linkUntil")]
    pub(crate) link_until: Option<String>,
    /// 加注件制作时间.
    #[serde(rename = "JZJZZSJ")]
    pub(crate) made_at: Option<String>,
    /// 加注件制作者.
    #[serde(rename = "JZJZZZ")]
    pub(crate) creator: Option<String>,
    /// 加注件制作事由.
    #[serde(rename = "JZJZZSY")]
    pub(crate) cause: Option<String>,
    /// 加注件有效期截止时间.
    #[serde(rename = "JZJYXQJZSJ")]
    pub(crate) until: Option<String>,
    /// The number of the use record.
    #[serde(rename = "useRecord")]
    pub(crate) use_record: i64,
    /// The answer, signed by this service.
    pub(crate) envelope: String,
}

impl From<CopyAnswer> for FileGiven {
    fn from(made: CopyAnswer) -> Self {
        let none = made.identifier.is_none();
        let told = made.metadata.map(|told| {
            (
                told.certificate_copy_creation_time,
                told.certificate_copy_creator,
                told.certificate_copy_cause,
                told.certificate_copy_expiring_time,
            )
        });
        let (made_at, creator, cause, until) = match told {
            Some((at, by, why, until)) => (Some(at), Some(by), Some(why), Some(until)),
            None => (None, None, None, None),
        };
        Self {
            identifier: made.identifier,
            message: none.then(|| say(Lang::Zh, "interface.no_record", &[])),
            link: made.link,
            link_until: made.expires_at,
            made_at,
            creator,
            cause,
            until,
            use_record: made.use_record,
            envelope: made.envelope,
        }
    }
}

/// What comparing came to.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ResultGiven {
    /// The national verification result, 0 to 5.
    pub(crate) result: String,
    /// The same in words.
    #[serde(rename = "resultMessage")]
    pub(crate) result_message: String,
    /// The same as one of our verdicts.
    pub(crate) verdict: Outcome,
    /// Which values differ, of those fields that are granted, by their national names.
    pub(crate) differs: Vec<String>,
    /// The number of the use record.
    #[serde(rename = "useRecord")]
    pub(crate) use_record: i64,
    /// The answer, signed by this service.
    pub(crate) envelope: String,
}

impl From<Matched> for ResultGiven {
    fn from(matched: Matched) -> Self {
        let differs = matched.differs.iter();
        Self {
            result: matched.result.to_string(),
            result_message: say(Lang::Zh, &format!("national.{}", matched.result), &[]),
            verdict: matched.verdict,
            differs: differs
                .map(|key| crate::domain::national::name_of(key))
                .collect(),
            use_record: matched.use_record,
            envelope: matched.envelope,
        }
    }
}

/// A refusal with this reason, as it is told.
pub(crate) fn refusal_example(reason: Reason) -> Value {
    json!({
        "head": {
            "status": status_of(reason), "message": reason.title(Lang::Zh),
            "reason": reason.code(), "detail": null, "time": MOMENT,
            "serial": "GJJ-20261123-0007", "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
        },
        "data": null,
    })
}

fn head() -> Value {
    json!({
        "status": "0", "message": "成功", "reason": null, "detail": null, "time": MOMENT,
        "serial": "GJJ-20261123-0007",
    })
}

examples! {
    NationalTypesAnswer => json!({"head": head(), "data": {"total": 1, "list": [{
        "ZZLXDM": "11100000000013338W001", "ZZMC": "食品从业人员健康证明",
        "certificateDefineAuthorityName": "国家卫生健康委员会",
        "certificateDefineAuthorityCode": "11100000000013338W", "definitionVersion": 1,
    }]}});
    NationalDataAnswer => json!({"head": head(), "data": {
        "total": 1, "more": false, "message": null, "list": [{
            "result": "0", "resultMessage": "信息一致，证照有效", "verdict": "valid",
            "ZZMC": "食品从业人员健康证明", "ZZLXDM": "11100000000013338W001", "ZZBS": IDENTIFIER,
            "certificateVersion": "001", "ZZBFJG": "锡林浩特市疾病预防控制中心",
            "ZZBFJGDM": "11152502000000001R", "certificateAreaCode": "152502",
            "CZZT": "巴特尔", "ZZYXQJZRQ": "2027-10-14", "KZ_EXAM_RESULT": "1",
            "evidence": "eyJhbGciOiJFZERTQSJ9.e30.c2ln~WyJzYWx0IiwgImhvbGRlcl9uYW1lIl0~",
        }],
        "source": null, "useRecord": 1207, "envelope": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    }});
    NationalFileAnswer => json!({"head": head(), "data": {
        "ZZBS": IDENTIFIER, "message": null,
        "link": "https://mz.example/F/0123456789ABCDEFGHJKMNPQRS", "linkUntil": MOMENT,
        "JZJZZSJ": MOMENT, "JZJZZZ": "锡林郭勒盟住房公积金中心 王敏",
        "JZJZZSY": "核对从业人员健康状况", "JZJYXQJZSJ": "2026-12-23T09:30:00+08:00",
        "useRecord": 1209, "envelope": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    }});
    NationalRefusal => refusal_example(Reason::NoGrant);
    NationalValuesAnswer => json!({"head": head(), "data": {
        "result": "4", "resultMessage": "信息不一致，或暂时无法核验", "verdict": "mismatch",
        "differs": ["ZZYXQJZRQ"], "useRecord": 1208, "envelope": "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
    }});
}
