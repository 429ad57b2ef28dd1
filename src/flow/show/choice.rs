//! What a holder shows live: certificates with chosen fields, for anybody or for one case only.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::flow::credentials::taken_back;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::show_sessions::CHOICE;
use crate::store::show_sessions::SessionRow;

/// What a holder shows: a certificate and the fields chosen of it.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The certificate.
    pub identifier: CertificateIdentifier,
    /// The fields beside those that every showing discloses.
    pub fields: Vec<String>,
}

/// A choice as the register keeps it, sealed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct KeptChoice {
    pub(crate) certificate: i64,
    pub(crate) fields: Vec<String>,
}

/// What a session shows, as the register keeps it, sealed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Showing {
    /// Whoever scans it reads it.
    ForAnybody(Vec<KeptChoice>),
    /// It is good for one case, by a consent that was given for it.
    ForCase(ForCase),
    /// It shows nothing: it says whom a system is to ask.
    ToBeAsked(ToBeAsked),
}

/// Whom a code says to ask.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToBeAsked {
    /// The blind index of her code.
    pub(crate) to_be_asked: [u8; 32],
    /// Her code, as far as her credential has it: it says how old she is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// What is shown for one case.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForCase {
    /// The register's number of the case.
    pub(crate) case: i64,
    /// The consent that was given for it.
    pub(crate) consent: i64,
    pub(crate) choices: Vec<KeptChoice>,
}

impl Showing {
    /// The certificates, each with its fields.
    pub(crate) fn choices(&self) -> &[KeptChoice] {
        match self {
            Self::ForAnybody(choices) => choices,
            Self::ForCase(bound) => &bound.choices,
            Self::ToBeAsked(_) => &[],
        }
    }

    /// The case that it is bound to, if it is.
    pub(crate) const fn bound(&self) -> Option<&ForCase> {
        match self {
            Self::ForAnybody(_) | Self::ToBeAsked(_) => None,
            Self::ForCase(bound) => Some(bound),
        }
    }

    /// What a session shows.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it cannot be opened.
    pub(crate) fn open(office: &Office, session: &SessionRow) -> Result<Self, Failure> {
        let vault = office.store.vault();
        let text = vault.open(&CHOICE, session.id, &session.sealed_choice())?;
        serde_json::from_slice(&text).map_err(|why| Failure::Broken(why.to_string()))
    }
}

/// Opens a session of a holder, in the transaction of what she decided.
///
/// # Errors
///
/// [`Reason::Unauthenticated`] if the credential was taken back a moment ago; [`Failure`] if it
/// cannot be written.
pub(crate) fn open_session(
    office: &Office,
    tx: &mut Tx<'_>,
    showing: &Showing,
    (holder, by): ([u8; 32], &Caller),
) -> Result<i64, Failure> {
    if taken_back(tx, by)? {
        return Err(Failure::refused(Reason::Unauthenticated));
    }
    let now = office.clock.now();
    let text = serde_json::to_vec(showing).map_err(|why| Failure::Broken(why.to_string()))?;
    let id = tx.reserve("show_session", 1)?;
    let subjects = tx.subjects(&[holder])?;
    let subject = subjects.get(&holder).copied().unwrap_or_default();
    let vault = office.store.vault();
    let sealed = vault.seal(&CHOICE, id, &text, &*office.randomness);
    tx.open_show_session(&SessionRow {
        id,
        subject: subject.to_vec(),
        choice_key_id: stored_key_id(sealed.key_id),
        choice: sealed.bytes,
        created_at: now.millis(),
        held: false,
        spent_at: None,
        spent_by: None,
    })?;
    let mut event = Event::new(EventKind::Shown, now, &by.id);
    event.subject = Some(subject);
    event.certificate = showing.choices().first().map(|kept| kept.certificate);
    event.details = Some(serde_json::json!({
        "code": "live",
        "session": id,
        "choice": showing.choices(),
        "consent": showing.bound().map(|bound| bound.consent),
    }));
    tx.record(event);
    Ok(id)
}
