//! Cases of other systems, as they are told: who applies is masked.

use serde::Serialize;

use super::kept::FoundCase;
use super::kept::find;
use super::system;
use super::whose;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::usage::CaseResult;
use crate::domain::usage::ForeignStanding;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::store::Rx;
use crate::store::foreign_cases::ForeignCaseRow;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

/// Cases that are listed at once.
const MOST: i64 = 1000;

/// A case of another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ForeignCaseView {
    /// Its number here, by which it is closed.
    pub id: i64,
    /// The short number of the agency that registered it.
    pub agency: u32,
    /// The number it has there.
    pub number: String,
    /// The item's code, or its base item's.
    pub item: String,
    /// What the agency calls the item.
    pub item_name: String,
    /// The situation.
    pub scenario: String,
    /// The applicant's name, a person's masked.
    pub applicant: String,
    /// When it was opened there.
    pub opened: String,
    /// The first moment it is no longer a ground for anything.
    pub until: String,
    /// When it was registered here.
    pub registered_at: String,
    /// How it stands.
    pub standing: ForeignStanding,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// What it came to.
    pub result: Option<CaseResult>,
    /// What was said when it was closed.
    pub note: Option<String>,
    /// What was signed about it: a JWT of the type `mianzheng-foreign-case+jwt`.
    pub registration: String,
}

impl ForeignCaseView {
    pub(super) fn of(found: &FoundCase, now: Timestamp) -> Self {
        let moment = |millis: i64| Timestamp::from_millis(millis).to_string();
        let (row, case) = (&found.row, &found.kept.case);
        Self {
            id: row.id,
            agency: read_number(row.agency),
            number: case.number.clone(),
            item: case.item.clone(),
            item_name: case.item_name.clone(),
            scenario: case.scenario.clone(),
            applicant: case.applicant.shown_name(),
            opened: moment(case.opened),
            until: moment(row.until),
            registered_at: moment(row.registered_at),
            standing: found.standing(now),
            closed_at: row.closed_at.map(moment),
            result: found.result(),
            note: found.kept.note.clone(),
            registration: found.kept.signed.clone(),
        }
    }
}

/// A case of the caller's own agency.
pub(super) fn own(
    office: &Office,
    rx: &mut Rx<'_>,
    id: i64,
    by: &Caller,
) -> Result<FoundCase, Failure> {
    let agency = stored_number(system(by)?);
    let row = rx.foreign_case_by_id(id)?;
    let row = row.filter(|row| row.agency == agency);
    FoundCase::opened(office, row.ok_or(Failure::refused(Reason::NotFound))?)
}

/// Records that so many cases are told of.
fn reading(office: &Office, records: usize, by: &Caller) -> Result<(), Failure> {
    Reading::of("foreign_cases", records).record(office, by)
}

/// How a case of the caller's own agency stands.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no system; [`Reason::NotFound`], also for another agency's.
pub fn look(office: &Office, id: i64, by: &Caller) -> Result<ForeignCaseView, Failure> {
    let view = told(office, id, by)?;
    reading(office, 1, by)?;
    Ok(view)
}

/// The same for who has just done something with it, which is recorded.
pub(super) fn told(office: &Office, id: i64, by: &Caller) -> Result<ForeignCaseView, Failure> {
    let found = office.store.read(|rx| own(office, rx, id, by))?;
    Ok(ForeignCaseView::of(&found, office.clock.now()))
}

/// The case that the caller's own agency registered under a number of its own: one, or none.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no system.
pub fn numbered(
    office: &Office,
    number: &str,
    by: &Caller,
) -> Result<Vec<ForeignCaseView>, Failure> {
    let agency = system(by)?;
    let found = office.store.read(|rx| find(office, rx, agency, number))?;
    let now = office.clock.now();
    reading(office, usize::from(found.is_some()), by)?;
    let view = |found: FoundCase| ForeignCaseView::of(&found, now);
    Ok(found.map(view).into_iter().collect())
}

/// The cases that are not closed, oldest first: a system's own agency's, for operators and
/// auditors those of all.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody else; [`Failure`] if one cannot be read.
pub fn open_ones(office: &Office, by: &Caller) -> Result<Vec<ForeignCaseView>, Failure> {
    let whose = whose(by)?;
    let rows = office.store.read(|rx| rx.foreign_cases_open(whose, MOST))?;
    let now = office.clock.now();
    reading(office, rows.len(), by)?;
    let view = |row: ForeignCaseRow| {
        let found = FoundCase::opened(office, row)?;
        Ok(ForeignCaseView::of(&found, now))
    };
    rows.into_iter().map(view).collect()
}
