//! A case of another system as it is kept: sealed with what was signed about it.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::domain::usage::CaseResult;
use crate::domain::usage::ForeignCase;
use crate::domain::usage::ForeignStanding;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::foreign_cases::FOREIGN_CASE;
use crate::store::foreign_cases::ForeignCaseRow;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::stored::read_number;

/// What is sealed of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptCase {
    /// The case as it was registered.
    pub(crate) case: ForeignCase,
    /// What was signed about it and given back.
    pub(crate) signed: String,
    /// What was said when it was closed.
    pub(crate) note: Option<String>,
}

/// A case of another system, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCase {
    /// Its row.
    pub row: ForeignCaseRow,
    pub(crate) kept: KeptCase,
}

/// The case that an agency registered under a number, whatever became of it.
pub(crate) fn find(
    office: &Office,
    rx: &mut Rx<'_>,
    agency: u32,
    number: &str,
) -> Result<Option<FoundCase>, Failure> {
    let row = rx.foreign_case(agency, number)?;
    row.map(|row| FoundCase::opened(office, row)).transpose()
}

impl FoundCase {
    /// The case of a row.
    pub(crate) fn opened(office: &Office, row: ForeignCaseRow) -> Result<Self, Failure> {
        let vault = office.store.vault();
        let text = vault.open(&FOREIGN_CASE, row.id, &row.sealed())?;
        let kept = serde_json::from_slice(&text)
            .map_err(|why| Failure::Broken(format!("foreign case {}: {why}", row.id)))?;
        Ok(Self { row, kept })
    }

    /// Its id.
    #[must_use]
    pub(crate) const fn id(&self) -> i64 {
        self.row.id
    }

    /// The case as it was registered.
    #[must_use]
    pub const fn case(&self) -> &ForeignCase {
        &self.kept.case
    }

    /// How it stands at a moment; only an open one is a ground for anything.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> ForeignStanding {
        ForeignStanding::of(self.row.closed_at, self.row.until, now)
    }

    /// What it came to, once it is closed.
    #[must_use]
    pub fn result(&self) -> Option<CaseResult> {
        self.row.result.and_then(CaseResult::from_number)
    }

    /// Seals what is kept into the row.
    pub(super) fn seal(&mut self, office: &Office) -> Result<(), Failure> {
        let text =
            serde_json::to_vec(&self.kept).map_err(|why| Failure::Broken(why.to_string()))?;
        let vault = office.store.vault();
        let sealed = vault.seal(&FOREIGN_CASE, self.row.id, &text, &*office.randomness);
        self.row.key_id = stored_key_id(sealed.key_id);
        self.row.sealed = sealed.bytes;
        Ok(())
    }

    /// Tells the ledger what was done with the case.
    pub(super) fn record(
        &self,
        tx: &mut Tx<'_>,
        (by, now): (&Caller, Timestamp),
        details: Value,
    ) -> Result<(), Failure> {
        let index = <[u8; 32]>::try_from(self.row.holder_index.as_slice()).ok();
        let subjects = tx.subjects(index.as_slice())?;
        let mut event = Event::new(EventKind::ForeignCaseChanged, now, &by.id);
        event.agency = Some(read_number(self.row.agency));
        event.subject = index.and_then(|index| subjects.get(&index).copied());
        event.details = Some(details);
        tx.record(event);
        Ok(())
    }
}
