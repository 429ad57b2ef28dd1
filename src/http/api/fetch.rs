//! Fetch: another system gets just the fields an item needs.

use actix_web::web::Data;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::fetch;
use crate::flow::fetch::FetchRequest;
use crate::flow::fetch::Wanted;
use crate::http::api::holder;
use crate::http::api::identifier;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::answers::FetchAnswer;
use crate::http::shapes::answers::FetchedAnswer;
use crate::http::shapes::requests::FetchBody;

/// Fetches.
pub(crate) async fn fetch(desk: Data<Desk>, by: ReqData<Caller>, body: Body<FetchBody>) -> Reply {
    let wanted = match (&body.value.identifier, &body.value.holder) {
        (Some(text), None) => Wanted::Identifier(identifier(text)?),
        (None, Some(named)) => Wanted::Holder(holder(named)?),
        _ => {
            let what = "either an identifier or a holder";
            return Err(Refusal::because(Reason::BadRequest, what));
        }
    };
    let fetched = off_the_loop(&desk, move |office| {
        let asked = &body.value;
        fetch::fetch(
            office,
            &FetchRequest {
                of: &*office.known().type_named(&asked.r#type)?,
                wanted: &wanted,
                item: &asked.item,
                case_number: &asked.case_number,
                cause: &asked.cause,
                fields: &asked.fields,
                body: &body.bytes,
            },
            &by,
        )
    })
    .await?;
    let certificates = fetched.certificates.into_iter().map(|one| FetchedAnswer {
        identifier: one.identifier,
        verdict: one.verdict,
        fields: one.fields,
        evidence: one.evidence,
    });
    json(&FetchAnswer {
        certificates: certificates.collect(),
        more: fetched.more,
        use_record: fetched.use_record,
        envelope: fetched.envelope,
    })
}
