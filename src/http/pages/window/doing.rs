//! What a form does, once however often it is sent.

use actix_web::HttpRequest;
use actix_web::web::Bytes;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::flow::idempotency::Once;
use crate::flow::idempotency::RequestKey;
use crate::flow::office::Office;

/// The key that stands in a form, made when the form was.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct FormKey(String);

impl TryFrom<String> for FormKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then_some(Self(text)).ok_or("no key of a form")
    }
}

/// A new key.
pub(super) fn fresh(office: &Office) -> String {
    format!(
        "{:016x}{:016x}",
        office.random_number(),
        office.random_number()
    )
}

/// A form that was sent: by whom, where, and what it says.
pub(super) struct Doing {
    by: Caller,
    path: String,
    key: FormKey,
    bytes: Bytes,
}

impl Doing {
    pub(super) fn new(by: &Caller, request: &HttpRequest, key: &FormKey, bytes: Bytes) -> Self {
        Self {
            by: by.clone(),
            path: request.path().to_owned(),
            key: key.clone(),
            bytes,
        }
    }

    pub(super) const fn by(&self) -> &Caller {
        &self.by
    }

    pub(super) fn once(&self) -> Once<'_> {
        let key = RequestKey {
            caller: &self.by.id,
            route: &self.path,
            key: &self.key.0,
        };
        Once::new(key, &self.bytes)
    }
}
