//! Mandates: propose, list, confirm, end.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::mandate::Listed;
use crate::domain::mandate::MandateKind;
use crate::domain::mandate::Scope;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::idempotency::Once;
use crate::flow::mandates;
use crate::flow::mandates::Party;
use crate::flow::mandates::Proposal;
use crate::flow::office::Office;
use crate::http::api::holder;
use crate::http::api::numbered_once;
use crate::http::api::request_key;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::acting::ActsAs;
use crate::http::shapes::acting::MandateAnswer;
use crate::http::shapes::acting::MandateRequest;
use crate::http::shapes::acting::MandatesAnswer;
use crate::http::shapes::acting::PartyNamed;
use crate::http::shapes::acting::ProposedAnswer;
use crate::http::shapes::requests::HolderNamed;

/// Proposes a mandate.
pub(crate) async fn propose(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<MandateRequest>,
) -> Reply {
    let asked = &body.value;
    let (principal, agent) = (party(&asked.principal)?, party(&asked.agent)?);
    let from = asked.from.as_deref().map(|text| moment(text, Day::start));
    let (from, until) = (from.transpose()?, moment(&asked.until, Day::end)?);
    let kind = match asked.kind {
        ActsAs::Representative => MandateKind::Representative,
        ActsAs::Clerk => MandateKind::Clerk,
        ActsAs::Agent => MandateKind::Agent,
    };
    let path = request.path().to_owned();
    let id = off_the_loop(&desk, move |office| {
        let asked = &body.value;
        let scope = Scope {
            items: Listed::of(&asked.items),
            types: Listed::of(&types(office, &asked.types)?),
        };
        let proposal = Proposal {
            kind,
            principal: &principal,
            agent: &agent,
            under: asked.under,
            scope: &scope,
            from,
            until,
            basis: asked.basis.as_deref(),
        };
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        mandates::propose_once(office, &proposal, &by, Some(once))
    });
    json(&ProposedAnswer { id: id.await? })
}

fn party(named: &PartyNamed) -> Result<Party, Refusal> {
    let code = HolderNamed {
        r#type: named.r#type.clone(),
        code: named.code.clone(),
    };
    Ok(Party {
        code: holder(&code)?,
        name: named.name.clone(),
    })
}

/// A day, as its first or last moment, or a moment.
fn moment(text: &str, of_day: fn(Day) -> Timestamp) -> Result<Timestamp, Refusal> {
    if let Ok(day) = text.parse::<Day>() {
        return Ok(of_day(day));
    }
    let bad = |_why| Refusal::because(Reason::BadRequest, "neither a day nor an RFC 3339 time");
    text.parse().map_err(bad)
}

fn types(office: &Office, named: &[String]) -> Result<Vec<String>, Failure> {
    let known = office.known();
    let codes = named.iter().map(|name| {
        let of = known.type_named(name)?;
        Ok(of.definition.code.clone())
    });
    codes.collect()
}

/// The caller's mandates.
pub(crate) async fn list(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let lines = off_the_loop(&desk, move |office| mandates::list(office, &by)).await?;
    json(&MandatesAnswer {
        mandates: lines.into_iter().map(MandateAnswer::from).collect(),
    })
}

/// Says the other side's yes.
pub(crate) async fn confirm(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    id: Path<String>,
) -> Reply {
    let claim = (by, key, &request);
    numbered_once(&desk, claim, &id, |office, id, by, once| {
        mandates::confirm_once(office, id, by, Some(once))
    })
    .await
}

/// Ends or declines a mandate.
pub(crate) async fn end(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    id: Path<String>,
) -> Reply {
    let claim = (by, key, &request);
    numbered_once(&desk, claim, &id, |office, id, by, once| {
        mandates::end_once(office, id, by, Some(once))
    })
    .await
}
