//! The use record: who verified what, and what it came to.

use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Verdict;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::show::choice::KeptChoice;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::ledger::Event;
use crate::store::show_sessions::SessionRow;

/// Whether verifying is recorded for a caller, and spends codes. Nobody else hears the legal
/// word of an end.
pub(super) const fn is_recorded(by: &Caller) -> bool {
    matches!(by.role, Role::Window | Role::System | Role::Issuer)
}

/// A use that will be recorded, with all that is read for it.
pub(super) struct Use<'a> {
    by: &'a Caller,
    certificate: Option<i64>,
    index: Option<[u8; 32]>,
    /// The number of the case for which it was asked how it stood.
    case: Option<String>,
}

impl<'a> Use<'a> {
    /// The use of a certificate, or of a code that is none; `None` for callers who are not
    /// recorded.
    pub(super) fn of(
        office: &Office,
        by: &'a Caller,
        row: Option<&CertificateRow>,
    ) -> Result<Option<Self>, Failure> {
        if !is_recorded(by) {
            return Ok(None);
        }
        let holders = match row {
            Some(row) => office.store.read(|rx| rx.holders_of(row.id))?,
            None => Vec::new(),
        };
        let first = holders.into_iter().next();
        Ok(Some(Self {
            by,
            certificate: row.map(|row| row.id),
            index: first.and_then(|holder| holder.holder_index.try_into().ok()),
            case: None,
        }))
    }

    /// The same for a case.
    pub(super) fn for_case(self, case: Option<&str>) -> Self {
        Self {
            case: case.map(str::to_owned),
            ..self
        }
    }

    /// Records what it came to, in the transaction of what it did.
    pub(super) fn leave(
        &self,
        tx: &mut Tx<'_>,
        at: Timestamp,
        verdict: &Verdict,
    ) -> Result<(), Failure> {
        let subjects = tx.subjects(self.index.as_slice())?;
        let mut event = Event::new(EventKind::Verified, at, &self.by.id);
        event.agency = self.by.agency;
        event.certificate = self.certificate;
        event.subject = self.index.and_then(|i| subjects.get(&i).copied());
        let fields: Vec<&String> = verdict
            .certificates
            .iter()
            .flat_map(|c| c.fields.keys())
            .collect();
        let mut details = json!({
            "verdict": verdict.verdict.name(),
            "shown_by": verdict.shown_by,
            "fields": fields,
        });
        if let (Some(time), Some(details)) = (&verdict.stood_at, details.as_object_mut()) {
            details.insert("time".to_owned(), json!(time));
            details.insert("case".to_owned(), json!(self.case));
        }
        event.details = Some(details);
        tx.record(event);
        Ok(())
    }
}

/// Records a verdict that spends nothing, for callers who are recorded, and gives it back.
pub(super) fn leave(
    office: &Office,
    by: &Caller,
    row: Option<&CertificateRow>,
    verdict: Verdict,
) -> Result<Verdict, Failure> {
    if let Some(used) = Use::of(office, by, row)? {
        let now = office.clock.now();
        office.store.write(|tx| used.leave(tx, now, &verdict))?;
    }
    Ok(verdict)
}

/// The reading of a session's code, recorded for whoever shows it.
pub(super) struct Reading<'a> {
    session: &'a SessionRow,
    by: &'a Caller,
    now: Timestamp,
}

impl<'a> Reading<'a> {
    /// The reading of a session's code by somebody.
    pub(super) const fn of(session: &'a SessionRow, by: &'a Caller, now: Timestamp) -> Self {
        Self { session, by, now }
    }

    /// Records what a certificate came to, and which of its fields were seen.
    pub(super) fn record(
        &self,
        tx: &mut Tx<'_>,
        certificate: i64,
        (verdict, seen): (Outcome, &[String]),
    ) {
        let mut event = Event::new(EventKind::Verified, self.now, &self.by.id);
        event.agency = self.by.agency;
        event.certificate = Some(certificate);
        event.subject = self.session.subject.clone().try_into().ok();
        event.details = Some(json!({
            "verdict": verdict.name(),
            "shown_by": "live",
            "fields": seen,
        }));
        tx.record(event);
    }

    /// Records that nothing was shown: hers to read, whoever tried and for whatever it was
    /// refused.
    pub(super) fn in_vain(&self, tx: &mut Tx<'_>, choices: &[KeptChoice], verdict: &Verdict) {
        for choice in choices {
            self.record(tx, choice.certificate, (verdict.verdict, &[]));
        }
    }
}
