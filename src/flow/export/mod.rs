//! Export: everything that the register holds about one holder, as one JSON object.
//!
//! It is hers to have (Personal Information Protection Law 个人信息保护法 art. 45), on her phone,
//! or from an officer who compared card and face. Of other people it says what her own
//! certificates say on their face, and otherwise a masked name. It is not signed: what is signed
//! in it (certificates' facts aside, consents and receipts) carries its own signature, and a
//! signed whole would soon be asked for by everybody who has no right to it. The ledger keeps its
//! digest.

mod acting;
mod cards;
mod cases;
mod tables;

pub use tables::Holds;
pub use tables::TABLES;

use serde_json::Value;
use serde_json::json;

use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::notices;
use crate::flow::office::Office;
use crate::flow::people;
use crate::flow::uses;
use crate::store::Rx;
use crate::store::ledger::Event;

/// The version of what an export says.
const FORMAT: u8 = 1;

/// Whose export is made, while it is made.
struct Whose<'o> {
    office: &'o Office,
    index: [u8; 32],
}

/// Everything about the caller. That it was made is recorded before it is told.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder; [`Failure`] if something of hers cannot
/// be opened: then nothing is told, rather than a part.
pub fn mine(office: &Office, by: &Caller) -> Result<Value, Failure> {
    let (Role::Holder, Some(index)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    make(office, index, by)
}

/// Everything about somebody who stands before an officer with her identity card; an operator
/// answers for having proof of who asks.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an officer, [`Reason::NeedsMatch`] without the face
/// check; those of [`mine`].
pub fn of_holder(
    office: &Office,
    (code, face_checked): (&HolderCode, bool),
    by: &Caller,
) -> Result<Value, Failure> {
    if !matches!(by.role, Role::Window | Role::Operator) {
        return Err(Failure::refused(Reason::Forbidden));
    }
    if !face_checked {
        return Err(Failure::refused(Reason::NeedsMatch));
    }
    make(office, holder_index(office.store.vault(), code), by)
}

fn make(office: &Office, index: [u8; 32], by: &Caller) -> Result<Value, Failure> {
    let whose = Whose { office, index };
    let export = office.store.snapshot(|rx| whose.everything(rx))?;
    let digest = sha256(export.to_string().as_bytes());
    office.store.write(|tx| {
        let subjects = tx.subjects(&[index])?;
        let mut event = Event::new(EventKind::Read, office.clock.now(), &by.id);
        event.agency = by.agency;
        event.subject = subjects.get(&index).copied();
        event.digest = Some(digest);
        event.details = Some(json!({"what": "export", "records": 1}));
        tx.record(event);
        Ok::<_, Failure>(())
    })?;
    Ok(export)
}

impl Whose<'_> {
    fn everything(&self, rx: &mut Rx<'_>) -> Result<Value, Failure> {
        let subject = rx.subject_of(&self.index)?;
        let history = match &subject {
            Some(subject) => uses::history(self.office, rx, subject)?,
            None => Vec::new(),
        };
        let shown = match &subject {
            Some(subject) => self.shown(rx, subject)?,
            None => Vec::new(),
        };
        let cards = rx.certificates_of_holder(&self.index, None, i64::MAX)?;
        let cases = rx.cases_of(&self.index, i64::MAX)?;
        Ok(json!({
            "format": FORMAT,
            "authority": self.office.settings.authority,
            "made_at": self.office.clock.now().to_string(),
            "subject": subject.map(|subject| base64url::encode(&subject)),
            "certificates": self.certificates(rx, &cards)?,
            "codes": self.codes(rx, &cards)?,
            "shown": shown,
            "credentials": self.credentials(rx)?,
            "accounts": people::export(self.office, rx, &self.index)?,
            "cases": self.cases(rx, &cases)?,
            "foreign_cases": self.foreign_cases(rx)?,
            "mirrors": self.mirrors(rx)?,
            "consents": self.consents(rx)?,
            "tasks": self.tasks(rx, &cards, &cases)?,
            "mandates": self.mandates(rx)?,
            "guardian_orders": self.orders(rx)?,
            "notices": self.notices(rx)?,
            "history": history,
        }))
    }

    fn notices(&self, rx: &mut Rx<'_>) -> Result<Vec<Value>, Failure> {
        let rows = rx.notices_of(&self.index, i64::MAX)?;
        let told = rows.iter().map(|row| {
            let notice = notices::opened(self.office, row)?;
            Ok(json!({
                "notice": notice.id,
                "kind": notice.kind.name(),
                "text": notice.text(Lang::Zh),
                "at": notice.at.to_string(),
                "read_at": notice.read_at.map(|at| at.to_string()),
            }))
        });
        told.collect()
    }
}
