//! The service window: a case from its first word to its receipt, with or without scripts.

pub(crate) mod case;
pub(crate) mod choose;
pub(crate) mod close;
pub(crate) mod code;
pub(crate) mod decide;
mod doing;
mod officer;
pub(crate) mod open;
mod outcome;
pub(crate) mod people;
pub(crate) mod receipt;
mod side;
mod trouble;
mod words;
mod work;

use actix_web::web::Path;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::codec::qr::Code;
use crate::http::problem;
use crate::http::reply::Reply;

/// A code as the address of a picture that stands in the page itself.
fn drawn(code: &Code) -> String {
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(code.svg()))
}

/// The address of a case's page.
fn at(number: &str) -> String {
    format!("/desk/cases/{number}")
}

/// Back to the case, for whoever asks for the address of a form that has no page of its own.
pub(crate) async fn back(number: Path<String>) -> Reply {
    Ok(problem::see_other(&at(&number)))
}
