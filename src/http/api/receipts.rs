//! Receipts of closed cases: read, voided, printed, verified by anybody.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::flow::case;
use crate::flow::idempotency::Once;
use crate::flow::receipt;
use crate::http::api::Then;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::connection::Counted;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::PDF;
use crate::http::reply::Reply;
use crate::http::reply::file;
use crate::http::reply::json;
use crate::http::reply::wants;
use crate::http::shapes::cases::ReceiptsAnswer;
use crate::http::shapes::cases::VoidRequest;
use crate::http::shapes::receipts::ReceiptRequest;

/// The receipts of a case, and how its certificates stood at a time that is over.
pub(crate) async fn all(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    path: Path<String>,
    then: Query<Then>,
) -> Reply {
    let answer = off_the_loop(&desk, move |office| {
        let time = then.time.as_deref();
        let stood = time.map(|time| case::stood(office, &path, time, &by));
        Ok(ReceiptsAnswer {
            receipts: case::receipts(office, &path, &by)?,
            stood: stood.transpose()?,
        })
    });
    json(&answer.await?)
}

/// Voids the receipt of a case.
pub(crate) async fn void(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<VoidRequest>,
    number: Path<String>,
) -> Reply {
    let path = request.path().to_owned();
    let changed = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        case::void_receipt(office, &number, &body.value.reason, &by, Some(once))
    });
    json(&changed.await?)
}

/// One receipt: as it was signed, or on paper.
pub(crate) async fn one(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Reply {
    let (number, version) = path.into_inner();
    let Ok(version) = version.parse() else {
        return Err(Refusal::new(Reason::NotFound));
    };
    if wants(&request, PDF) {
        let name = format!("receipt-{version}.pdf");
        let printed = off_the_loop(&desk, move |office| {
            receipt::print(office, &number, version, &by)
        });
        return file(PDF, &name, printed.await?.pdf);
    }
    let found = off_the_loop(&desk, move |office| {
        case::receipt(office, &number, version, &by)
    });
    json(&found.await?)
}

/// Verifies a receipt, or the code on its paper.
pub(crate) async fn verify(
    desk: Data<Desk>,
    who: ReqData<Counted>,
    body: Body<ReceiptRequest>,
) -> Reply {
    json(&asked(&desk, &who, body.value.receipt).await?)
}

/// Whoever has no receipt before him may name only so many that nobody has.
pub(crate) async fn asked(
    desk: &Data<Desk>,
    who: &Counted,
    text: String,
) -> Result<receipt::ReceiptVerdict, Refusal> {
    let wait = |seconds| Refusal::new(Reason::TooMany).retry_after(seconds);
    desk.limits.may_fail(who).map_err(wait)?;
    let verdict = off_the_loop(desk, move |office| receipt::verify(office, &text)).await?;
    if verdict.verdict == Outcome::NotFound {
        desk.limits.failed(who);
    }
    Ok(verdict)
}
