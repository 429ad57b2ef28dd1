//! A lost phone 手机挂失: one action ends everything that whoever found it could show or answer.
//!
//! Her credentials are taken back, her sessions and showings and live codes end, and what she prepared for
//! places without a network is refused: online at once, elsewhere by the next bundle. What
//! waits for her answer waits on, for a credential that she gets anew.

use serde_json::json;

use crate::codec::base64url;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::notice::NoticeFacts;
use crate::domain::notice::NoticeKind;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::notices;
use crate::flow::office::Office;
use crate::flow::people;
use crate::flow::show::compact::OFFLINE_MOST_MINUTES;
use crate::store::Tx;
use crate::store::ledger::Event;

/// What ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Credentials that were taken back.
    pub credentials: usize,
    /// Sessions of browsers that ended.
    pub sessions: usize,
    /// Showings that were open, with all their live codes.
    pub showings: usize,
    /// Offline codes that had not run out.
    pub codes: usize,
}

/// Ends what is on the caller's other devices; the credential or session she says it with stays.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder, [`Reason::KeyReused`], or [`Failure`]:
/// then nothing ended.
pub fn mine(office: &Office, by: &Caller, once: Option<Once<'_>>) -> Result<Ended, Failure> {
    let (Role::Holder, Some(holder)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    end(office, holder, by, once)
}

/// The same for somebody who stands before an officer with her identity card, or whom an
/// operator has identified; that card and face were compared is recorded. All credentials end.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an officer or operator, [`Reason::NeedsMatch`] without
/// the face check; those of [`mine`].
pub fn of_holder(
    office: &Office,
    (code, face_checked): (&HolderCode, bool),
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<Ended, Failure> {
    if !matches!(by.role, Role::Window | Role::Operator) {
        return Err(Failure::refused(Reason::Forbidden));
    }
    if !face_checked {
        return Err(Failure::refused(Reason::NeedsMatch));
    }
    end(office, holder_index(office.store.vault(), code), by, once)
}

fn end(
    office: &Office,
    holder: [u8; 32],
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<Ended, Failure> {
    let now = office.clock.now();
    let again = |told: &str| {
        let mut counts = told.split(' ').map(|n| n.parse().unwrap_or(0));
        let mut next = || counts.next().unwrap_or(0);
        Ok(Ended {
            credentials: next(),
            showings: next(),
            codes: next(),
            sessions: next(),
        })
    };
    let work = |tx: &mut Tx<'_>| {
        let ended = everything(office, tx, holder, by)?;
        let told = format!(
            "{} {} {} {}",
            ended.credentials, ended.showings, ended.codes, ended.sessions
        );
        Ok((ended, told))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))
}

fn everything(
    office: &Office,
    tx: &mut Tx<'_>,
    holder: [u8; 32],
    by: &Caller,
) -> Result<Ended, Failure> {
    let now = office.clock.now();
    let subjects = tx.subjects(&[holder])?;
    let subject = subjects.get(&holder).copied().unwrap_or_default();
    // Credentials first: what a request that is on its way still makes is found by what follows.
    let mut credentials = Vec::new();
    for row in tx.credentials_of(&holder)? {
        let over = row.revoked_at.is_some() || row.expires_at <= now.millis();
        if !over && row.id != by.id && tx.revoke_credential(&row.id, now)? {
            let mut event = Event::new(EventKind::CredentialChanged, now, &by.id);
            event.details = Some(json!({"credential": row.id, "what": "revoked"}));
            tx.record(event);
            credentials.push(row.id);
        }
    }
    let sessions = people::end_of_holder(tx, &holder, by)?;
    let showings = tx.end_showings(&subject, now)?;
    let since = now.plus_secs(-OFFLINE_MOST_MINUTES * 60);
    let codes = tx.deny_codes_of(&subject, (since, now))?;
    let ended = Ended {
        credentials: credentials.len(),
        sessions,
        showings,
        codes: codes.len(),
    };
    let mut event = Event::new(EventKind::PhoneLost, now, &by.id);
    event.agency = by.agency;
    event.subject = Some(subject);
    event.details = Some(json!({
        "face_checked": by.holder.is_none(),
        "credentials": credentials,
        "sessions": sessions,
        "showings": showings,
        "codes": codes.iter().map(|id| base64url::encode(id)).collect::<Vec<_>>(),
    }));
    tx.record(event);
    let facts = NoticeFacts {
        when: now.to_string(),
        ..NoticeFacts::default()
    };
    let told = (NoticeKind::PhoneLost, &facts);
    notices::tell(tx, office, told, &[holder], (now, &by.id))?;
    Ok(ended)
}
