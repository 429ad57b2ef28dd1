//! Verify a code, or all codes in a picture.

use actix_web::web::Data;
use actix_web::web::Query;
use actix_web::web::ReqData;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Verdict;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::verify::online;
use crate::flow::verify::past;
use crate::flow::verify::past::Past;
use crate::flow::verify::picture::texts_of;
use crate::http::body::Body;
use crate::http::body::Coming;
use crate::http::body::Whole;
use crate::http::connection::Counted;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::answers::PictureVerdict;
use crate::http::shapes::answers::PictureVerdicts;
use crate::http::shapes::requests::VerifyRequest;

/// Codes of one picture that are verified.
const MOST_CODES: usize = 16;

/// The time that is over and that is asked about, and the case for which it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThenFor {
    time: Option<String>,
    case: Option<String>,
}

/// Verifies a code, or tells how a certificate stood.
pub(crate) async fn verify(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    who: ReqData<Counted>,
    then: Query<ThenFor>,
    body: Body<VerifyRequest>,
) -> Reply {
    if then.time.is_some() || then.case.is_some() {
        return json(&stood(&desk, by, then.into_inner(), body.value.code).await?);
    }
    json(&verdict(&desk, (by.into_inner(), &who), body.value.code).await?)
}

/// How a certificate stood at a time that is over.
async fn stood(
    desk: &Data<Desk>,
    by: ReqData<Caller>,
    then: ThenFor,
    code: String,
) -> Result<Verdict, Refusal> {
    let Some(time) = then.time else {
        let what = "a case is named with a time that is asked about";
        return Err(Refusal::because(Reason::BadRequest, what));
    };
    off_the_loop(desk, move |office| {
        let past = Past::read(office, &time)?;
        past::verify_at(office, &code, (past, then.case.as_deref()), &by)
    })
    .await
}

/// Verifies every code in a picture; one without any is answered as unreadable.
pub(crate) async fn picture(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    who: ReqData<Counted>,
    coming: Coming,
) -> Reply {
    let place = desk.pictures.enter((*who).clone()).await?;
    let Whole(bytes) = coming.whole().await?;
    let texts = texts_of(desk.pictures.search(place, bytes).await?);
    let by = by.into_inner();
    let mut codes = Vec::with_capacity(texts.len().min(MOST_CODES));
    for code in texts.into_iter().take(MOST_CODES) {
        let verdict = verdict(&desk, (by.clone(), &who), code.clone()).await?;
        codes.push(PictureVerdict { code, verdict });
    }
    json(&PictureVerdicts { codes })
}

/// From memory where that can be done, for a caller who is not recorded; else off the loop.
async fn verdict(
    desk: &Data<Desk>,
    (by, who): (Caller, &Counted),
    code: String,
) -> Result<Verdict, Refusal> {
    let from_memory = match by.role {
        Role::Public => online::verify_from_memory(&desk.office, &code),
        _ => None,
    };
    let verdict = match from_memory {
        Some(verdict) => verdict,
        None => asked(desk, (by, who), code).await?,
    };
    desk.metrics.verdict(verdict.verdict);
    Ok(verdict)
}

/// Asks the register.
pub(crate) async fn asked(
    desk: &Data<Desk>,
    (by, who): (Caller, &Counted),
    code: String,
) -> Result<Verdict, Refusal> {
    let guesses = by.role == Role::Public;
    let asked = move |office: &Office| online::verify(office, &code, &by);
    if guesses {
        guessed(desk, who, asked, |verdict| verdict.verdict).await
    } else {
        off_the_loop(desk, asked).await
    }
}

/// Asks the register for somebody without a credential. Numbers can be counted up, so each may
/// name only so many that nobody has.
pub(crate) async fn guessed<T: Send + 'static>(
    desk: &Data<Desk>,
    who: &Counted,
    asked: impl FnOnce(&Office) -> Result<T, Failure> + Send + 'static,
    outcome: impl FnOnce(&T) -> Outcome,
) -> Result<T, Refusal> {
    let wait = |seconds| Refusal::new(Reason::TooMany).retry_after(seconds);
    desk.limits.may_fail(who).map_err(wait)?;
    let answer = off_the_loop(desk, asked).await?;
    if outcome(&answer) == Outcome::NotFound {
        desk.limits.failed(who);
    }
    Ok(answer)
}
