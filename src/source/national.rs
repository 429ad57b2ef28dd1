//! Ask a platform that speaks the nation's interface: what is said of the use goes along, and its
//! answer comes as the records that other systems give.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::domain::said::Said;
use crate::domain::sourced::SourceCause;
use crate::domain::usage::Purpose;
use crate::domain::value::hex;
use crate::source::config::National;
use crate::source::config::UsualPurpose;
use crate::source::http;
use crate::source::http::Moment;
use crate::source::question::Question;
use crate::source::record::Record;
use crate::source::record::Upstream;
use crate::source::secrets::OfficeFolder;

/// Asks once for a holder's certificates of a type. Of several those count that are good now, and
/// of these the one with the number, where one is asked for.
///
/// # Errors
///
/// [`SourceCause`]: why there are no records.
pub fn ask(
    national: &National,
    of: &str,
    (folder, question): (&OfficeFolder, &Question),
    moment: Moment,
    steps: &mut Vec<Said>,
) -> Result<Vec<Record>, SourceCause> {
    let body = json!({
        "head": {
            "account": national.account,
            "time": moment.now.millis(),
            "serial": hex(&moment.nonce),
        },
        "data": {
            "ZZLXDM": of,
            "CZZTDM": question.fill("holder_code"),
            "CZZTDMLXDM": question.fill("holder_code_type"),
            "purpose": match &question.purpose {
                Some(purpose) => said(purpose),
                None => usual(&national.purpose),
            },
        },
    });
    let http = national.as_http();
    let told = (&*http.path, body.to_string());
    let (status, answer) = http::send(&http, folder, told, moment, steps)?;
    let whole: Arc<[u8]> = answer.as_deref().unwrap_or_default().into();
    let all = http::records(&http, status, answer)?;
    let upstream = Upstream {
        address: national.address.clone(),
        digest: base64url::encode(&sha256(&whole)),
        answer: whole,
    };
    Ok(chosen(all, question)
        .into_iter()
        .map(|value| Record::National(value, upstream.clone()))
        .collect())
}

/// Those that are meant, of several.
fn chosen(all: Vec<Record>, question: &Question) -> Vec<Value> {
    let mut all: Vec<Value> = all
        .into_iter()
        .filter_map(|record| match record {
            Record::Json(value) => Some(value),
            _ => None,
        })
        .collect();
    if let Some(number) = &question.number {
        all.retain(|one| one["ZZBH"] == number.as_str());
    }
    let good = |one: &Value| one["result"] == "0";
    if all.len() > 1 && all.iter().any(good) {
        all.retain(good);
    }
    all
}

/// What the use says: everything but numbers that only this office knows.
fn said(purpose: &Purpose) -> Value {
    let present = purpose.present.as_ref().map(|present| {
        json!({
            "name": present.name,
            "holder": {
                "type": present.code.kind().to_string(), "code": present.code.number(),
            },
            "face_checked": present.face_checked,
        })
    });
    json!({
        "mode": purpose.mode, "item": purpose.item, "item_name": purpose.item_name,
        "case": purpose.case, "cause": purpose.cause, "operator": purpose.operator,
        "legal_basis": purpose.legal_basis, "slip": purpose.slip, "present": present,
    })
}

fn usual(purpose: &UsualPurpose) -> Value {
    json!({
        "mode": purpose.mode, "item": purpose.item, "item_name": purpose.item_name,
        "case": purpose.case, "cause": purpose.cause, "operator": purpose.operator,
        "legal_basis": purpose.legal_basis,
    })
}
