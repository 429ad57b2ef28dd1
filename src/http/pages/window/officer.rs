//! Who sits at the window, for the head of every page there.

use std::future::Ready;
use std::future::ready;

use actix_web::FromRequest;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Data;

use crate::domain::caller::Caller;
use crate::http::desk::Desk;
use crate::http::problem::Refusal;

/// An officer at a window.
#[derive(Clone, Debug)]
pub(crate) struct Officer {
    /// Her credential.
    pub(crate) by: Caller,
    /// The name of her agency.
    pub(crate) place: String,
}

impl FromRequest for Officer {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let by = request.extensions().get::<Caller>().cloned();
        let desk = request.app_data::<Data<Desk>>();
        let (Some(by), Some(desk)) = (by, desk) else {
            return ready(Err(Refusal::broken("a page of nobody's")));
        };
        let known = desk.office.known();
        let agency = by.agency.and_then(|number| known.agencies.get(&number));
        let place = agency.map(|agency| agency.name.clone());
        ready(Ok(Self {
            by,
            place: place.unwrap_or_default(),
        }))
    }
}
