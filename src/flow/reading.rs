//! Reading is recorded: who read of whom, what kind of question it was, and how much was told.
//!
//! The record is on the disk before anything is told, so that what could not be recorded is not
//! told. It says nothing of what was read. Whoever reads of herself is not recorded.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::flow::batch::report::Report;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::ledger::Event;

/// Something that is about to be told.
pub(crate) struct Reading {
    /// The kind of question.
    what: &'static str,
    /// How many records are told.
    records: usize,
    holder: Option<[u8; 32]>,
    certificate: Option<i64>,
    about: Map<String, Value>,
}

impl Reading {
    /// So many records, in answer to a question of this kind.
    pub(crate) fn of(what: &'static str, records: usize) -> Self {
        Self {
            what,
            records,
            holder: None,
            certificate: None,
            about: Map::new(),
        }
    }

    /// Of this holder, by the blind index.
    #[must_use]
    pub(crate) fn whom(mut self, holder: Option<[u8; 32]>) -> Self {
        self.holder = holder;
        self
    }

    /// Of this certificate.
    #[must_use]
    pub(crate) fn certificate(mut self, id: i64) -> Self {
        self.certificate = Some(id);
        self
    }

    /// Of the case or batch with this number.
    #[must_use]
    pub(crate) fn about(mut self, name: &str, number: &str) -> Self {
        self.about.insert(name.to_owned(), number.into());
        self
    }

    /// Puts it on the disk, for the caller who is about to be told.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it could not be recorded: then nothing may be told.
    pub(crate) fn record(self, office: &Office, by: &Caller) -> Result<(), Failure> {
        let mut event = Event::new(EventKind::Read, office.clock.now(), &by.id);
        event.agency = by.agency;
        event.certificate = self.certificate;
        let mut details = self.about;
        details.insert("what".to_owned(), self.what.into());
        details.insert("records".to_owned(), json!(self.records));
        event.details = Some(Value::Object(details));
        if let Some(index) = self.holder {
            event.subject = Some(subject(office, &index)?);
        }
        office.store.write_shared(move |tx| {
            tx.record(event);
            Ok(())
        })
    }
}

/// The random id of a holder, made where there is none: apart, for a shared transaction may have
/// locked the head of the ledger, for which whoever is making the same one waits.
fn subject(office: &Office, index: &[u8; 32]) -> Result<[u8; 16], Failure> {
    if let Some(known) = office.store.read(|rx| rx.subject_of(index))? {
        return Ok(known);
    }
    let made = office.store.write(|tx| tx.subjects(&[*index]))?;
    let made = made.get(index).copied();
    made.ok_or_else(|| Failure::Broken("a holder without an id".to_owned()))
}

/// Records that a file is answered with what the register says otherwise, where it is.
///
/// # Errors
///
/// [`Failure`] if it could not be recorded: then nothing may be told.
pub fn differing(office: &Office, by: &Caller, report: &Report) -> Result<(), Failure> {
    // What was written left events of its own.
    let foreseen = if report.written {
        0
    } else {
        report.corrected.len()
    };
    match report.differs.len() + foreseen {
        0 => Ok(()),
        rows => Reading::of("differs", rows).record(office, by),
    }
}
