//! Verify a code, or all codes in a picture.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::rt::time::sleep;
use actix_web::web;
use actix_web::web::Data;
use actix_web::web::ReqData;

use crate::codec::picture::PictureError;
use crate::codec::picture::read_codes;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::verdict::Verdict;
use crate::flow::verify::online;
use crate::http::body::Body;
use crate::http::body::Whole;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::answers::PictureVerdict;
use crate::http::shapes::answers::PictureVerdicts;
use crate::http::shapes::requests::VerifyRequest;

/// Pictures that are searched at the same time.
const AT_ONCE: usize = 2;

/// How often, and how long apart, it is asked for a turn at a picture.
const TRIES: u32 = 100;
const BETWEEN: Duration = Duration::from_millis(50);

/// Codes of one picture that are verified.
const MOST_CODES: usize = 16;

/// Verifies a code.
pub(crate) async fn verify(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<VerifyRequest>,
) -> Reply {
    json(&verdict(&desk, by.into_inner(), body.value.code).await?)
}

/// Verifies every code in a picture.
pub(crate) async fn picture(desk: Data<Desk>, by: ReqData<Caller>, bytes: Whole) -> Reply {
    let texts = {
        let _turn = Turn::take(&desk).await?;
        let read = web::block(move || read_codes(&bytes.0)).await;
        read.map_err(Refusal::broken)?.map_err(refused)?
    };
    let by = by.into_inner();
    let mut codes = Vec::with_capacity(texts.len().min(MOST_CODES));
    for code in texts.into_iter().take(MOST_CODES) {
        let verdict = verdict(&desk, by.clone(), code.clone()).await?;
        codes.push(PictureVerdict { code, verdict });
    }
    json(&PictureVerdicts { codes })
}

/// From memory where that can be done, for a caller who is not recorded; else off the loop.
async fn verdict(desk: &Data<Desk>, by: Caller, code: String) -> Result<Verdict, Refusal> {
    let from_memory = match by.role {
        Role::Public => online::verify_from_memory(&desk.office, &code),
        _ => None,
    };
    let verdict = match from_memory {
        Some(verdict) => verdict,
        None => off_the_loop(desk, move |office| online::verify(office, &code, &by)).await?,
    };
    desk.metrics.verdict(verdict.verdict);
    Ok(verdict)
}

fn refused(why: PictureError) -> Refusal {
    let reason = match why {
        PictureError::TooLarge => Reason::TooLarge,
        _ => Reason::BadPicture,
    };
    Refusal::because(reason, why.to_string())
}

/// A turn at the two places where pictures are searched.
struct Turn<'d>(&'d AtomicUsize);

impl<'d> Turn<'d> {
    async fn take(desk: &'d Data<Desk>) -> Result<Self, Refusal> {
        let places = &desk.pictures;
        let one_more = |taken: usize| (taken < AT_ONCE).then_some(taken + 1);
        for _ in 0..TRIES {
            let taken = places.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
            if taken.is_ok() {
                return Ok(Self(places));
            }
            sleep(BETWEEN).await;
        }
        Err(Refusal::because(Reason::Unavailable, "many pictures wait").retry_after(5))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
