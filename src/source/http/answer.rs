//! What an answer means: its status, then its own code, then its records.

use serde_json::Value;

use crate::codec::strict_json;
use crate::domain::sourced::SourceCause;
use crate::domain::value::plain_text;
use crate::source::config::AnswerCode;
use crate::source::config::Http;
use crate::source::record::Record;
use crate::source::record::within;

pub(in crate::source) fn records(
    http: &Http,
    status: u16,
    body: Result<Vec<u8>, SourceCause>,
) -> Result<Vec<Record>, SourceCause> {
    match status {
        // What the status says counts, however the body ended.
        _ if http.not_found_status.contains(&status) => return Err(SourceCause::NoRecord),
        300..=399 => return Err(SourceCause::Redirected(status)),
        401 | 403 | 407 => return Err(SourceCause::NotAllowed(status)),
        429 | 500..=599 => return Err(SourceCause::ServerError(status)),
        200..=299 => {}
        _ => return Err(of_own_code(http, body).unwrap_or(SourceCause::Unexplained(status))),
    }
    let Ok(answer) = strict_json::read(&body?) else {
        return Err(SourceCause::NotJson);
    };
    if let Some(code) = &http.code {
        explained(code, &answer)?;
    }
    match within(&answer, &http.records) {
        Some(Value::Array(list)) if list.is_empty() => Err(SourceCause::NoRecord),
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => {
            Ok(list.iter().cloned().map(Record::Json).collect())
        }
        Some(record @ Value::Object(_)) => Ok(vec![Record::Json(record.clone())]),
        Some(Value::Null) => Err(SourceCause::NoRecord),
        _ => Err(SourceCause::NoPlace),
    }
}

/// What the system's own code says of a request that the status only calls wrong: many send the one
/// along with the other.
fn of_own_code(http: &Http, body: Result<Vec<u8>, SourceCause>) -> Option<SourceCause> {
    let answer = strict_json::read(&body.ok()?).ok()?;
    match explained(http.code.as_ref()?, &answer) {
        Ok(()) | Err(SourceCause::UnknownCode) => None,
        Err(cause) => Some(cause),
    }
}

fn explained(code: &AnswerCode, answer: &Value) -> Result<(), SourceCause> {
    let said = within(answer, &code.at).map(plain_text);
    let Some(said) = said else {
        return Err(SourceCause::UnknownCode);
    };
    let among = |list: &[String]| list.contains(&said);
    if among(&code.ok) {
        Ok(())
    } else if among(&code.not_found) {
        Err(SourceCause::NoRecord)
    } else if among(&code.refused) {
        Err(SourceCause::CodeRefused)
    } else if among(&code.down) {
        Err(SourceCause::ServerError(0))
    } else {
        Err(SourceCause::UnknownCode)
    }
}
