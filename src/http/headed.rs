//! Requests with a head: the account is the caller's own, the time is now; and what is refused is
//! told in the same shape.

use std::future::Future;
use std::pin::Pin;

use actix_web::FromRequest;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::web::Data;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::flow::national;
use crate::http::body::Body;
use crate::http::desk::Desk;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::json;
use crate::http::shapes::national::answers::NationalAnswerHead;
use crate::http::shapes::national::answers::NationalRefusal;
use crate::http::shapes::national::requests::Headed;

/// The caller's own number of a request, for whoever words a refusal of it.
#[derive(Clone)]
pub(crate) struct RequestSerial(pub(crate) String);

/// A request whose head holds.
pub(crate) struct Asked<T> {
    /// What it says.
    pub(crate) value: T,
    /// As it came.
    pub(crate) bytes: Bytes,
    serial: RequestSerial,
}

impl<T: Headed + DeserializeOwned + Send + 'static> FromRequest for Asked<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Body::<T>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let Body { value, bytes } = body.await?;
            let head = value.head();
            let visible = head.serial.bytes().all(|c| c.is_ascii_graphic());
            if !visible || !(1..=64).contains(&head.serial.len()) {
                let what = "head.serial is 1 to 64 visible ASCII characters";
                return Err(Refusal::because(Reason::BadRequest, what));
            }
            let serial = RequestSerial(head.serial.clone());
            request.extensions_mut().insert(serial.clone());
            let caller = request.extensions().get::<Caller>().cloned();
            let desk = request.app_data::<Data<Desk>>();
            let (Some(desk), Some(by)) = (desk, caller) else {
                return Err(Refusal::broken("a request without a desk or a caller"));
            };
            national::head_holds(&desk.office, (&head.account, &head.time), &by)?;
            Ok(Self {
                value,
                bytes,
                serial,
            })
        })
    }
}

/// A reply in the envelope of the request.
pub(crate) fn enveloped<D, A>(desk: &Data<Desk>, serial: &RequestSerial, data: D) -> Reply
where
    A: From<(NationalAnswerHead, D)> + Serialize,
{
    let at = desk.office.clock.now().to_string();
    json(&A::from((NationalAnswerHead::done(&serial.0, at), data)))
}

impl<T> Asked<T> {
    /// Takes it apart: what it says, as it came, and its number.
    pub(crate) fn apart(self) -> (T, Bytes, RequestSerial) {
        (self.value, self.bytes, self.serial)
    }
}

/// The body of a refusal in the envelope.
pub(crate) fn refusal(
    why: (Reason, Option<&str>),
    (trace_id, serial): (&str, Option<RequestSerial>),
    at: String,
    lang: Lang,
) -> NationalRefusal {
    let mut head = NationalAnswerHead::refused(why.0, lang, at);
    head.detail = why.1.map(str::to_owned);
    head.serial = serial.map(|serial| serial.0);
    head.trace_id = Some(trace_id.to_owned());
    NationalRefusal::from((head, None))
}
