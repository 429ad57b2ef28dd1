//! One certificate, one interface: other systems use the certificates of one type.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::flow::interface;
use crate::flow::interface::UseRequest;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::off_loop::about_type;
use crate::http::off_loop::off_the_loop;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::interface::AskUseRequest;
use crate::http::shapes::interface::QueryAnswer;
use crate::http::shapes::interface::QueryRequest;
use crate::http::shapes::interface::ValuesAnswer;
use crate::http::shapes::interface::ValuesRequest;

/// Fetches the granted fields of certificates.
pub(crate) async fn query(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<QueryRequest>,
    of: Path<String>,
) -> Reply {
    let (wanted, purpose) = (body.value.wanted()?, body.value.purpose.read()?);
    let (of, named) = (of.to_string(), of.into_inner());
    let given = about_type(&desk, &named, move |office| {
        let request = UseRequest {
            of: &*office.known().type_named(&of)?,
            wanted: &wanted,
            purpose: &purpose,
            fields: &body.value.fields,
            body: &body.bytes,
        };
        interface::query(office, &request, &by)
    });
    json(&QueryAnswer::from(given.await?))
}

/// Compares values with those of a certificate.
pub(crate) async fn verify(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<ValuesRequest>,
    of: Path<String>,
) -> Reply {
    let (wanted, purpose) = (body.value.wanted()?, body.value.purpose.read()?);
    let (of, named) = (of.to_string(), of.into_inner());
    let matched = about_type(&desk, &named, move |office| {
        let request = UseRequest {
            of: &*office.known().type_named(&of)?,
            wanted: &wanted,
            purpose: &purpose,
            fields: &[],
            body: &body.bytes,
        };
        interface::verify(office, &request, &body.value.values, &by)
    });
    json(&ValuesAnswer::from(matched.await?))
}

/// Asks a holder on her phone.
pub(crate) async fn ask(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<AskUseRequest>,
    of: Path<String>,
) -> Reply {
    let (wanted, purpose) = (body.value.wanted()?, body.value.purpose.read()?);
    let asked = off_the_loop(&desk, move |office| {
        let request = UseRequest {
            of: &*office.known().type_named(&of)?,
            wanted: &wanted,
            purpose: &purpose,
            fields: &body.value.fields,
            body: &body.bytes,
        };
        interface::ask(office, &request, &by)
    });
    json(&asked.await?)
}

/// How a request to a holder stands.
pub(crate) async fn standing(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    named: Path<(String, i64)>,
) -> Reply {
    let (of, consent) = named.into_inner();
    let found = off_the_loop(&desk, move |office| {
        let of = office.known().type_named(&of)?;
        interface::standing(office, &of.definition.code, consent, &by)
    });
    json(&found.await?)
}
