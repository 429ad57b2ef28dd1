//! Notices: what holders are told, kept sealed, and worded when they read it.

use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::notice::NoticeFacts;
use crate::domain::notice::NoticeKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::notices::NOTICE;
use crate::store::notices::NoticeRow;
use crate::store::stored::sealed;

/// Notices that are listed at once.
const MOST: i64 = 200;

/// A notice as its holder reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// What it tells.
    pub kind: NoticeKind,
    /// What stands in the holes of its words.
    pub facts: NoticeFacts,
    /// When.
    pub at: Timestamp,
    /// When it was read first.
    pub read_at: Option<Timestamp>,
}

impl Notice {
    /// In words.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let facts = &self.facts;
        let kind = if facts.kind.is_empty() {
            String::new()
        } else {
            say(lang, &format!("acts.{}", facts.kind), &[])
        };
        let key = format!("notice.{}", self.kind.name());
        say(
            lang,
            &key,
            &[
                ("kind", kind.as_str()),
                ("when", facts.when.as_str()),
                ("what", facts.what.as_str()),
                // Names last: what somebody is called is never taken for a hole.
                ("who", facts.who.as_str()),
                ("whom", facts.whom.as_str()),
            ],
        )
    }
}

/// Tells holders something, in the transaction of what it is about.
///
/// Where the transaction reserves numbers of its own, it tells before it reserves what comes
/// after `notice` in the alphabet (`store/reserve.rs`).
///
/// # Errors
///
/// [`StoreError`].
pub fn tell(
    tx: &mut Tx<'_>,
    office: &Office,
    (kind, facts): (NoticeKind, &NoticeFacts),
    to: &[[u8; 32]],
    (at, actor): (Timestamp, &str),
) -> Result<(), StoreError> {
    let Ok(count) = i64::try_from(to.len()) else {
        return Ok(());
    };
    if count == 0 {
        return Ok(());
    }
    let text = json!(facts).to_string();
    let first = tx.reserve("notice", count)?;
    let subjects = tx.subjects(to)?;
    let mut rows = Vec::with_capacity(to.len());
    for (id, holder) in (first..).zip(to) {
        let vault = office.store.vault();
        let sealed = vault.seal(&NOTICE, id, text.as_bytes(), &*office.randomness);
        rows.push(NoticeRow {
            id,
            holder_index: holder.to_vec(),
            kind: kind.stored(),
            at: at.millis(),
            read_at: None,
            key_id: stored_key_id(sealed.key_id),
            sealed: sealed.bytes,
        });
        let mut event = Event::new(EventKind::Noticed, at, actor);
        event.subject = subjects.get(holder).copied();
        event.details = Some(json!({"notice": id, "kind": kind.name(), "about": facts.about}));
        tx.record(event);
    }
    tx.insert_notices(&rows)
}

/// The newest notices of the caller, newest first.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller that is no holder; [`Failure`] if one cannot be opened.
pub fn list(office: &Office, by: &Caller) -> Result<Vec<Notice>, Failure> {
    let holder = by.holder.ok_or(Failure::refused(Reason::Forbidden))?;
    let rows = office.store.read(|rx| rx.notices_of(&holder, MOST))?;
    rows.iter().map(|row| opened(office, row)).collect()
}

/// A notice, opened.
pub(crate) fn opened(office: &Office, row: &NoticeRow) -> Result<Notice, Failure> {
    let broken = || Failure::Broken(format!("notice {} cannot be read", row.id));
    let value = sealed(row.key_id, row.sealed.clone());
    let text = office.store.vault().open(&NOTICE, row.id, &value)?;
    Ok(Notice {
        id: row.id,
        kind: NoticeKind::from_stored(row.kind).ok_or_else(broken)?,
        facts: serde_json::from_slice(&text).map_err(|_why| broken())?,
        at: Timestamp::from_millis(row.at),
        read_at: row.read_at.map(Timestamp::from_millis),
    })
}

/// Marks a notice of the caller as read; the first time counts.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is somebody else's.
pub fn mark_read(office: &Office, id: i64, by: &Caller) -> Result<(), Failure> {
    let holder = by.holder.ok_or(Failure::refused(Reason::Forbidden))?;
    let now = office.clock.now();
    office.store.write(|tx| {
        if tx.read_notice(id, &holder, now)? {
            Ok(())
        } else {
            Err(Failure::refused(Reason::NotFound))
        }
    })
}
