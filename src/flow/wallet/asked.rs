//! What somebody is asked, as she decides about it on her phone.

use crate::codec::presented::request_code;
use crate::domain::caller::Caller;
use crate::domain::consent::ConsentState;
use crate::domain::time::Timestamp;
use crate::flow::case;
use crate::flow::case::ConsentView;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::requests;

/// A request, and whether it can be answered.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedOf {
    /// The request.
    pub view: ConsentView,
    /// How it stands now: what nobody answered in time is over, whether anybody noted it or not.
    pub state: &'static str,
    /// Whether the agency that asks is one that the catalogue has.
    pub is_known: bool,
    /// Seconds in which it can be answered.
    pub seconds_left: i64,
}

/// What a request asks of the caller.
///
/// # Errors
///
/// Those of [`requests::read`].
pub fn asked(office: &Office, code: &str, by: &Caller) -> Result<AskedOf, Failure> {
    let view = requests::read(office, code, by)?;
    let until: Option<Timestamp> = view.asked.answer_by.parse().ok();
    let left = until.map_or(0, |until| until.secs_since(office.clock.now()));
    let is_late = view.state == ConsentState::Asked.name() && left <= 0;
    let known = office.known();
    let agency = view.asked.agency_code.parse().ok();
    let is_known = agency.is_some_and(|code| known.agency_numbers.contains_key(&code));
    Ok(AskedOf {
        state: if is_late {
            ConsentState::Expired.name()
        } else {
            view.state
        },
        is_known,
        seconds_left: left.max(0),
        view,
    })
}

/// The code of the request that somebody scanned or typed: one that she is asked, or what a case
/// asks of her, which is opened.
///
/// # Errors
///
/// Those of [`case::open_case`].
pub fn scanned(office: &Office, text: &str, by: &Caller) -> Result<String, Failure> {
    let hosts = std::slice::from_ref(&office.settings.code_host);
    match request_code(text, hosts) {
        Some(code) => Ok(code),
        None => Ok(case::open_case(office, text, by)?.code),
    }
}
