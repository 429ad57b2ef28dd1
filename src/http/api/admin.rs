//! What operators do: catalogue, credentials; and who may call what.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::value::unhex;
use crate::flow::app_keys;
use crate::flow::catalogue;
use crate::flow::catalogue::CatalogueFiles;
use crate::flow::credentials;
use crate::flow::credentials::Kind;
use crate::flow::credentials::NewCredential;
use crate::flow::idempotency::Once;
use crate::http::api::holder;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::routes;
use crate::http::shapes::answers::CredentialAnswer;
use crate::http::shapes::answers::CredentialLine;
use crate::http::shapes::answers::CredentialsAnswer;
use crate::http::shapes::answers::DoneAnswer;
use crate::http::shapes::requests::CatalogueRequest;
use crate::http::shapes::requests::CredentialRequest;

/// Loads a catalogue.
pub(crate) async fn load(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<CatalogueRequest>,
) -> Reply {
    let path = request.path().to_owned();
    let loaded = off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        let files = CatalogueFiles {
            types: body.value.types,
            agencies: body.value.agencies,
            divisions: body.value.divisions,
            successions: body.value.successions,
            items: body.value.items,
            materials: body.value.materials,
        };
        catalogue::load_once(office, &files, &by, Some(once))
    });
    json(&loaded.await?)
}

/// Lists credentials.
pub(crate) async fn credentials(desk: Data<Desk>) -> Reply {
    let all = off_the_loop(&desk, credentials::list).await?;
    let at = |ms: i64| Timestamp::from_millis(ms).to_string();
    let lines = all.into_iter().map(|line| CredentialLine {
        id: line.id,
        kind: Kind::name_of(line.kind),
        label: line.label,
        role: line.role,
        agency: line.agency,
        created_at: at(line.created_at),
        expires_at: at(line.expires_at),
        revoked_at: line.revoked_at.map(at),
    });
    json(&CredentialsAnswer {
        credentials: lines.collect(),
    })
}

/// Gives a credential.
pub(crate) async fn give_credential(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<CredentialRequest>,
) -> Reply {
    let bad = |what: &str| Refusal::because(Reason::BadRequest, what);
    let asked = body.value;
    let role = Role::from_name(&asked.role).ok_or_else(|| bad("no such role"))?;
    let holder = asked.holder.as_ref().map(holder).transpose()?;
    let fingerprint = match &asked.tls_certificate {
        Some(text) => {
            let bytes = unhex(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            Some(bytes.ok_or_else(|| bad("tls_certificate is no SHA-256"))?)
        }
        None => None,
    };
    if asked.hmac && fingerprint.is_some() {
        return Err(bad("hmac or tls_certificate, not both"));
    }
    let path = request.path().to_owned();
    let answer = off_the_loop(&desk, move |office| {
        let known = office.known();
        let agency = asked.agency.as_deref().map(|name| known.agency_named(name));
        let new = NewCredential {
            role,
            agency: agency.transpose()?.map(|agency| agency.number),
            holder: holder.as_ref(),
            label: &asked.label,
            days: asked.days,
        };
        let once = Some(Once::new(request_key(&by, &path, &key), &body.bytes));
        let (mut token, mut secret) = (None, None);
        let id = match fingerprint {
            None if asked.hmac => {
                let (id, made) = app_keys::create_once(office, &new, &by, once)?;
                secret = made.map(|made| made.to_string());
                id
            }
            None => {
                let (id, made) = credentials::create_token_once(office, &new, &by, once)?;
                token = made;
                id
            }
            Some(fingerprint) => {
                credentials::enter_tls_certificate_once(office, &new, fingerprint, &by, once)?
            }
        };
        Ok(CredentialAnswer { id, token, secret })
    });
    json(&answer.await?)
}

/// Takes a credential away. Such a request has no body.
pub(crate) async fn take_credential(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    id: Path<String>,
) -> Reply {
    let path = request.path().to_owned();
    off_the_loop(&desk, move |office| {
        let once = Once::new(request_key(&by, &path, &key), b"");
        credentials::revoke_once(office, &id, &by, Some(once))
    })
    .await?;
    json(&DoneAnswer { done: true })
}

/// Who may call what.
pub(crate) async fn routes(desk: Data<Desk>) -> Reply {
    json(&routes::who_may(&desk.office.settings))
}
