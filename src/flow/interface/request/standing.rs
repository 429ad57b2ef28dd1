//! How a request stands, for the system that polls, and what waits for a holder.

use serde::Serialize;

use super::super::gate::agency_of;
use super::for_use;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::consent::Asked;
use crate::domain::consent::ConsentState;
use crate::domain::problem::Reason;
use crate::flow::case::consent::Content;
use crate::flow::case::consent::is_late;
use crate::flow::credentials::still_stands;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::stored::stored_number;

/// The most requests of one person that are looked through.
const MOST: i64 = 50;

/// How a request stands, for the system that asked.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Standing {
    /// Its number, which a query names as its consent.
    pub consent: i64,
    /// `asked`, `given`, `refused`, `expired` or `withdrawn`.
    pub state: &'static str,
    /// Until when it can be answered; once given, until when it can be used.
    pub until: String,
}

/// A request that waits for a holder's answer.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct WaitingUse {
    /// The code that leads to it.
    pub code: String,
    /// Who asks, why, which fields, until when.
    pub asked: Asked,
}

/// How a request of one's own agency stands.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is another agency's.
pub fn standing(
    office: &Office,
    type_code: &str,
    consent: i64,
    by: &Caller,
) -> Result<Standing, Failure> {
    let agency = stored_number(agency_of(by)?);
    let none = || Failure::refused(Reason::NotFound);
    let row = office.store.read(|rx| rx.consent(consent))?;
    let row = row.filter(|row| row.agency == agency && row.case_id.is_none());
    let row = row.ok_or_else(none)?;
    let content = Content::open(office, &row)?;
    let material = content.asked.materials.first();
    if material.is_none_or(|material| material.type_code != type_code) {
        return Err(none());
    }
    let now = office.clock.now();
    let state = match ConsentState::from_number(row.state) {
        Some(ConsentState::Asked) if is_late(&row, now) => Some(ConsentState::Expired),
        Some(ConsentState::Given) if now.millis() >= row.expires_at => Some(ConsentState::Expired),
        state => state,
    };
    Ok(Standing {
        consent,
        state: state.map_or("", ConsentState::name),
        until: crate::domain::time::Timestamp::from_millis(row.expires_at).to_string(),
    })
}

/// The same for whoever watches it for a while: as long as the credential stands.
///
/// # Errors
///
/// Those of [`standing`], and [`Reason::CredentialEnded`].
pub fn watched(
    office: &Office,
    type_code: &str,
    consent: i64,
    by: &Caller,
) -> Result<Standing, Failure> {
    still_stands(office, by)?;
    standing(office, type_code, consent, by)
}

impl Standing {
    /// Whether the holder is asked still: anything else is an answer, or the end of waiting.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == ConsentState::Asked.name()
    }
}

/// What waits for the caller's answer, newest first.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder.
pub fn waiting(office: &Office, by: &Caller) -> Result<Vec<WaitingUse>, Failure> {
    let (Role::Holder, Some(me)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    let now = office.clock.now();
    let rows = office.store.read(|rx| rx.consents_of_holder(&me, MOST))?;
    let open = rows.iter().filter(|row| {
        row.case_id.is_none() && row.state == ConsentState::Asked.number() && !is_late(row, now)
    });
    let mut all = Vec::new();
    for row in open {
        let content = Content::open(office, row)?;
        all.push(WaitingUse {
            code: for_use(&content)?.code.clone(),
            asked: content.asked,
        });
    }
    Ok(all)
}
