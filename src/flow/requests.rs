//! What a holder was asked, whoever asks: a window for a case, or a system for a use of its own.

use crate::domain::caller::Caller;
use crate::flow::case;
use crate::flow::case::ConsentView;
use crate::flow::failure::Failure;
use crate::flow::interface::request;
use crate::flow::office::Office;

/// What a request asks.
///
/// # Errors
///
/// Those of [`case::read_request`].
pub fn read(office: &Office, code: &str, by: &Caller) -> Result<ConsentView, Failure> {
    if request::is_for_use(office, code)? {
        request::read(office, code, by)
    } else {
        case::read_request(office, code, by)
    }
}

/// Gives what is asked, or refuses it.
///
/// # Errors
///
/// Those of [`case::answer`].
pub fn answer(
    office: &Office,
    code: &str,
    give: bool,
    by: &Caller,
) -> Result<ConsentView, Failure> {
    if request::is_for_use(office, code)? {
        request::answer(office, code, give, by)
    } else {
        case::answer(office, code, give, by)
    }
}

/// Takes back what was given.
///
/// # Errors
///
/// Those of [`case::withdraw`].
pub fn withdraw(office: &Office, code: &str, by: &Caller) -> Result<ConsentView, Failure> {
    if request::is_for_use(office, code)? {
        request::withdraw(office, code, by)
    } else {
        case::withdraw(office, code, by)
    }
}
