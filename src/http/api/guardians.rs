//! Guardians of children, and orders about them.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::guardian::OrderKind;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::flow::guardians;
use crate::flow::guardians::orders;
use crate::flow::guardians::orders::NewOrder;
use crate::flow::idempotency::Once;
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
use crate::http::shapes::acting::ChildRequest;
use crate::http::shapes::acting::GuardiansAnswer;
use crate::http::shapes::acting::OrderAnswer;
use crate::http::shapes::acting::OrderDoes;
use crate::http::shapes::acting::OrderRequest;
use crate::http::shapes::acting::OrdersAnswer;
use crate::http::shapes::acting::ProposedAnswer;

/// Who a child's guardians are.
pub(crate) async fn look_up(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    body: Body<ChildRequest>,
) -> Reply {
    let child = holder(&body.value.child)?;
    let found = off_the_loop(&desk, move |office| guardians::look_up(office, &child, &by));
    json(&GuardiansAnswer::from(found.await?))
}

/// Proposes an order.
pub(crate) async fn propose(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    body: Body<OrderRequest>,
) -> Reply {
    let asked = &body.value;
    let (child, guardian) = (holder(&asked.child)?, holder(&asked.guardian)?);
    let from = asked.from.as_deref().map(str::parse::<Day>).transpose();
    let Ok(from) = from else {
        return Err(Refusal::because(Reason::BadRequest, "from is no day"));
    };
    let kind = match asked.order {
        OrderDoes::Revocation => OrderKind::Revocation,
        OrderDoes::Custody => OrderKind::Custody,
        OrderDoes::Restoration => OrderKind::Restoration,
    };
    let path = request.path().to_owned();
    let id = off_the_loop(&desk, move |office| {
        let order = NewOrder {
            child: &child,
            guardian: &guardian,
            kind,
            from,
            reference: &body.value.reference,
        };
        let once = Once::new(request_key(&by, &path, &key), &body.bytes);
        orders::propose_once(office, &order, &by, Some(once))
    });
    json(&ProposedAnswer { id: id.await? })
}

/// The orders that wait for a second officer.
pub(crate) async fn waiting(desk: Data<Desk>, by: ReqData<Caller>) -> Reply {
    let lines = off_the_loop(&desk, move |office| guardians::waiting(office, &by)).await?;
    json(&OrdersAnswer {
        orders: lines.into_iter().map(OrderAnswer::from).collect(),
    })
}

/// Confirms an order, as a second officer.
pub(crate) async fn confirm(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    id: Path<String>,
) -> Reply {
    let claim = (by, key, &request);
    numbered_once(&desk, claim, &id, |office, id, by, once| {
        orders::confirm_once(office, id, by, Some(once))
    })
    .await
}

/// Takes an order back, as the officer who proposed it.
pub(crate) async fn withdraw(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    key: ReqData<Key>,
    request: HttpRequest,
    id: Path<String>,
) -> Reply {
    let claim = (by, key, &request);
    numbered_once(&desk, claim, &id, |office, id, by, once| {
        orders::withdraw_once(office, id, by, Some(once))
    })
    .await
}
