//! One certificate, one interface: other systems use the certificates of one type.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::flow::failure::Failure;
use crate::flow::interface;
use crate::flow::interface::UseRequest;
use crate::flow::interface::directory;
use crate::flow::office::Office;
use crate::http::body::Body;
use crate::http::connection::Counted;
use crate::http::desk::Desk;
use crate::http::kept::Keep;
use crate::http::kept::bytes;
use crate::http::kept::shelved;
use crate::http::off_loop::about_type;
use crate::http::off_loop::off_the_loop;
use crate::http::openapi::of_type;
use crate::http::problem::Refusal;
use crate::http::reply::PDF;
use crate::http::reply::Reply;
use crate::http::reply::file;
use crate::http::reply::json;
use crate::http::shapes::interface::AskUseRequest;
use crate::http::shapes::interface::CopyGiven;
use crate::http::shapes::interface::QueryAnswer;
use crate::http::shapes::interface::QueryRequest;
use crate::http::shapes::interface::ValuesAnswer;
use crate::http::shapes::interface::ValuesRequest;
use crate::http::streams::Stand;

/// Every interface.
pub(crate) async fn directory(desk: Data<Desk>, request: HttpRequest) -> Reply {
    let version = desk.office.known().generation.clone();
    let place = (request.path(), version.as_str());
    shelved(&desk, &request, Keep::json(60), place, |office| {
        bytes(&directory::directory(office)?)
    })
    .await
}

/// The contract of a type's interface; who reads more than everybody has it made for them.
pub(crate) async fn contract(
    desk: Data<Desk>,
    request: HttpRequest,
    by: ReqData<Caller>,
    of: Path<String>,
) -> Reply {
    if directory::reads_grants(&by) {
        let own = off_the_loop(&desk, move |office| {
            directory::contract_for(office, &of, &by)
        });
        return json(&own.await?);
    }
    // Asked for again each time: the same address says more to those with a credential.
    of_one(&desk, &request, (&of, Keep::json(0)), |office, code| {
        bytes(&directory::contract(office, code)?)
    })
    .await
}

/// The interface's own document for programs.
pub(crate) async fn openapi(desk: Data<Desk>, request: HttpRequest, of: Path<String>) -> Reply {
    of_one(&desk, &request, (&of, Keep::json(60)), |office, code| {
        bytes(&of_type::build(office, code)?)
    })
    .await
}

/// A document about one type, from the shelf. Its place is made of the type's code, for a name
/// has as many spellings as there are ways to write an address.
async fn of_one(
    desk: &Data<Desk>,
    request: &HttpRequest,
    (of, keep): (&str, Keep),
    make: fn(&Office, &str) -> Result<Vec<u8>, Failure>,
) -> Reply {
    let known = desk.office.known();
    let code = known.type_named(of)?.definition.code.clone();
    let what = request.match_pattern().unwrap_or_default();
    let place = format!("{what} {code}");
    let place = (place.as_str(), known.generation.as_str());
    shelved(desk, request, keep, place, move |office| {
        make(office, &code)
    })
    .await
}

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

/// Makes an annotated copy and gives its link.
pub(crate) async fn copy(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<QueryRequest>,
    of: Path<String>,
) -> Reply {
    let (wanted, purpose) = (body.value.wanted()?, body.value.purpose.read()?);
    let (of, named) = (of.to_string(), of.into_inner());
    let made = about_type(&desk, &named, move |office| {
        let request = UseRequest {
            of: &*office.known().type_named(&of)?,
            wanted: &wanted,
            purpose: &purpose,
            fields: &body.value.fields,
            body: &body.bytes,
        };
        interface::copy(office, &request, &by)
    });
    json(&CopyGiven::from(made.await?))
}

/// The copy behind a link; who only asks whether it is there spends nothing.
pub(crate) async fn take_copy(desk: Data<Desk>, request: HttpRequest, link: Path<String>) -> Reply {
    let only_asks = request.method() == Method::HEAD;
    let pdf = off_the_loop(&desk, move |office| {
        if only_asks {
            return interface::copy_is_there(office, &link).map(|()| Vec::new());
        }
        interface::take_copy(office, &link)
    });
    file(PDF, "copy.pdf", pdf.await?)
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

/// Tells how a request to a holder stands, and what becomes of it.
pub(crate) async fn events(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    who: ReqData<Counted>,
    named: Path<(String, i64)>,
) -> Reply {
    let place = desk.streams.enter(who.into_inner())?;
    let (of, consent) = named.into_inner();
    let by = by.into_inner();
    let ask = move || {
        let (desk, of, by) = (Data::clone(&desk), of.clone(), by.clone());
        async move {
            let stands = off_the_loop(&desk, move |office| {
                let of = office.known().type_named(&of)?;
                interface::watched(office, &of.definition.code, consent, &by)
            });
            let stands = stands.await?;
            Ok(Stand {
                over: (!stands.is_open()).then_some(stands.state),
                says: serde_json::to_value(&stands).map_err(Refusal::broken)?,
            })
        }
    };
    place.tell(ask).await
}
