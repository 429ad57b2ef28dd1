//! Issue, renew, change, rebind, look up; and the pictures that come later.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use actix_web::web::ReqData;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::domain::caller::Caller;
use crate::domain::contract::json_draft;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Draft;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::standing::Change;
use crate::domain::standing::EndWord;
use crate::flow::add_picture::add_picture;
use crate::flow::change_status::ChangeRequest;
use crate::flow::change_status::change_status;
use crate::flow::failure::Failure;
use crate::flow::idempotency::Once;
use crate::flow::issue::one::OneRequest;
use crate::flow::issue::one::in_words;
use crate::flow::issue::one::issue_one;
use crate::flow::issue::one::picture as picture_of;
use crate::flow::issue::renew::RenewRequest;
use crate::flow::issue::renew::renew as renew_certificate;
use crate::flow::own_certificate;
use crate::flow::rebind::Rebinding;
use crate::flow::rebind::rebind_once;
use crate::http::api::Then;
use crate::http::api::agency;
use crate::http::api::holder;
use crate::http::api::identifier;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::body::Whole;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::answers::DoneAnswer;
use crate::http::shapes::answers::IssuedAnswer;
use crate::http::shapes::answers::StandingAnswer;
use crate::http::shapes::requests::IssueRequest;
use crate::http::shapes::requests::RebindRequest;
use crate::http::shapes::requests::RenewalRequest;
use crate::http::shapes::requests::StatusRequest;
use crate::http::shapes::requests::Step;
use crate::http::shapes::requests::Word;

type Fields = serde_json::Map<String, serde_json::Value>;

/// Issues one certificate.
pub(crate) async fn issue(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<IssueRequest>,
) -> Reply {
    let path = request.path().to_owned();
    let issued = off_the_loop(&desk, move |office| {
        let known = office.known();
        let of = known.type_named(&body.value.r#type)?;
        let mut draft = draft(&body.value.fields, &of)?;
        let pictures = pictures(&body.value.pictures, &of, &mut draft)?;
        let key = request_key(&by, &path, &key);
        issue_one(
            office,
            OneRequest {
                of: &of,
                issuer: agency(&known, &by)?,
                draft: &draft,
                pictures,
                stock: body.value.stock,
                as_correction: body.value.as_correction,
                by: &by,
                key: Some((key, &body.bytes)),
            },
        )
    });
    let issued = issued
        .await
        .inspect_err(|_| desk.metrics.certificate("refused"))?;
    desk.metrics.certificate("issued");
    json(&IssuedAnswer::from(issued))
}

/// Issues the next version of a certificate.
pub(crate) async fn renew(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<RenewalRequest>,
    path: Path<String>,
) -> Reply {
    let identifier = identifier(&path)?;
    let path = request.path().to_owned();
    let issued = off_the_loop(&desk, move |office| {
        let of = office.known().type_named(identifier.type_code.as_str())?;
        let mut draft = draft(&body.value.fields, &of)?;
        let pictures = pictures(&body.value.pictures, &of, &mut draft)?;
        renew_certificate(
            office,
            RenewRequest {
                identifier: &identifier,
                draft: &draft,
                pictures,
                by: &by,
                key: Some((request_key(&by, &path, &key), &body.bytes)),
            },
        )
    });
    json(&IssuedAnswer::from(issued.await?))
}

/// Suspends, resumes or ends a certificate.
pub(crate) async fn change(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<StatusRequest>,
    path: Path<String>,
) -> Reply {
    let identifier = identifier(&path)?;
    let change = step(&body.value)?;
    let (path, named) = (request.path().to_owned(), identifier.to_string());
    let standing = off_the_loop(&desk, move |office| {
        change_status(
            office,
            &ChangeRequest {
                identifier: &identifier,
                change,
                reason: &body.value.reason,
                by: &by,
                key: Some(request_key(&by, &path, &key)),
            },
        )
    });
    json(&StandingAnswer {
        standing: standing.await?.name(),
        identifier: named,
    })
}

/// Binds a newborn's certificate to the number the child has now.
pub(crate) async fn rebind(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<RebindRequest>,
    path: Path<String>,
) -> Reply {
    let (identifier, child) = (identifier(&path)?, holder(&body.value.holder)?);
    let instead_of = body.value.instead_of.as_ref().map(holder).transpose()?;
    let path = request.path().to_owned();
    off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let rebinding = Rebinding {
            identifier: &identifier,
            child: &child,
            instead_of: instead_of.as_ref(),
            cause: &body.value.cause,
        };
        rebind_once(office, &rebinding, &by, Some(once))
    })
    .await?;
    json(&DoneAnswer { done: true })
}

/// Looks a certificate of the caller's agency up.
pub(crate) async fn look_up(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    path: Path<String>,
    then: Query<Then>,
) -> Reply {
    let identifier = identifier(&path)?;
    let found = off_the_loop(&desk, move |office| {
        own_certificate::look_up(office, &identifier, then.time.as_deref(), &by)
    });
    json(&found.await?)
}

/// Adds the bytes of a picture that a certificate names.
pub(crate) async fn picture(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    bytes: Whole,
    path: Path<(String, String)>,
) -> Reply {
    let (named, field) = path.into_inner();
    let identifier = identifier(&named)?;
    let path = request.path().to_owned();
    off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &bytes.0);
        add_picture(office, &identifier, (&field, &bytes.0), &by, Some(once))
    })
    .await?;
    json(&DoneAnswer { done: true })
}

/// A draft, or every member that no column could mean.
fn draft(fields: &Fields, of: &CertificateType) -> Result<Draft, Failure> {
    json_draft::read(fields).map_err(|findings| {
        Failure::Refused(Problem {
            findings: in_words(&findings, of),
            ..Problem::new(Reason::BadDraft)
        })
    })
}

/// The pictures that came along. A draft that names none for their field names them from then
/// on; one that names another is refused when it is judged.
fn pictures(
    sent: &BTreeMap<String, String>,
    of: &CertificateType,
    draft: &mut Draft,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut pictures = Vec::with_capacity(sent.len());
    for (field, text) in sent {
        let Ok(bytes) = STANDARD.decode(text) else {
            return Err(Failure::because(Reason::BadPicture, "not base64"));
        };
        let (raw, bytes) = picture_of(of, field, bytes)?;
        draft.0.entry(field.clone()).or_insert(raw);
        pictures.push((field.clone(), bytes));
    }
    Ok(pictures)
}

fn step(request: &StatusRequest) -> Result<Change, Refusal> {
    match (request.change, request.word) {
        (Step::Suspend, None) => Ok(Change::Suspend),
        (Step::Resume, None) => Ok(Change::Resume),
        (Step::End, Some(word)) => Ok(Change::End(match word {
            Word::Revoked => EndWord::Revoked,
            Word::Withdrawn => EndWord::Withdrawn,
            Word::Cancelled => EndWord::Cancelled,
            Word::IssuedInError => EndWord::IssuedInError,
        })),
        _ => Err(Refusal::because(
            Reason::BadRequest,
            "an end needs its legal word, and nothing else has one",
        )),
    }
}
