//! What other systems owe a result for: cases that nobody closed in time, and uses for cases that
//! came to nothing. Told whenever somebody asks, and every week by itself.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::whose;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::domain::usage::CaseResult;
use crate::domain::usage::ForeignStanding;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::foreign_cases::ForeignCaseRow;
use crate::store::ledger::Event;
use crate::store::stored::read_number;

/// For how many days what was withdrawn is told of.
const WITHDRAWN_DAYS: i64 = 30;

/// The week that was last reported, by its number.
const WEEK: &str = "foreign_cases_week";

/// Who reports by itself, as the ledger names it.
const WEEKLY: &str = "weekly";

/// What other systems owe a result for at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OwedReport {
    /// The moment.
    pub at: String,
    /// By agency; those that owe nothing are left out.
    pub agencies: Vec<OwedByAgency>,
}

/// What one agency's systems owe a result for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OwedByAgency {
    /// The agency's short number.
    pub agency: u32,
    /// Its name.
    pub agency_name: String,
    /// Cases whose days are over and that nobody closed.
    pub unclosed: usize,
    /// Uses for those, and for cases that were withdrawn in the last 30 days.
    pub uses_without_result: usize,
    /// The cases, oldest first.
    pub cases: Vec<OwedCase>,
}

/// A case that came to no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OwedCase {
    /// The number it has at the agency.
    pub number: String,
    /// The item's code, or its base item's.
    pub item: String,
    /// When it was opened there.
    pub opened: String,
    /// The first moment it was no longer good.
    pub until: String,
    /// `overdue`, or `closed` when it was withdrawn.
    pub standing: ForeignStanding,
    /// The numbers of the use records, oldest first.
    pub uses: Vec<i64>,
}

/// What other systems owe a result for: an operator or auditor reads all, a system its own
/// agency's.
///
/// # Errors
///
/// [`Forbidden`](crate::domain::problem::Reason::Forbidden) for anybody else; [`Failure`] if the
/// register cannot be read.
pub fn report(office: &Office, by: &Caller) -> Result<OwedReport, Failure> {
    let whose = whose(by)?;
    made(office, whose)
}

/// Reports this week, if no server did so before: the ledger keeps the counts. `None` if one did.
///
/// # Errors
///
/// [`Failure`] if the register fails; then the week is still to be reported.
pub fn run_weekly(office: &Office) -> Result<Option<OwedReport>, Failure> {
    let now = office.clock.now();
    let week = week(now).to_string();
    let last = office.store.read(|rx| rx.setting(WEEK))?;
    if last.as_deref() == Some(&week) {
        return Ok(None);
    }
    let report = made(office, None)?;
    let counts = report.agencies.iter().map(|one| {
        json!({
            "agency": one.agency, "unclosed": one.unclosed,
            "uses_without_result": one.uses_without_result,
        })
    });
    let counts: Vec<Value> = counts.collect();
    let first = office.store.write(|tx| {
        // Of two servers one changes the setting first; the other finds it changed.
        if !tx.change_setting(WEEK, last.as_deref(), &week)? {
            return Ok::<_, Failure>(false);
        }
        let mut event = Event::new(EventKind::WeekReported, now, WEEKLY);
        event.details = Some(json!({"what": "foreign_cases", "agencies": counts}));
        tx.record(event);
        Ok(true)
    })?;
    Ok(first.then_some(report))
}

/// The number of a week; weeks begin on Monday.
fn week(now: Timestamp) -> i64 {
    // 1970-01-01 was a Thursday.
    (now.day().number() + 3).div_euclid(7)
}

fn made(office: &Office, whose: Option<u32>) -> Result<OwedReport, Failure> {
    let now = office.clock.now();
    let withdrawn = (
        CaseResult::Withdrawn.number(),
        now.plus_secs(-WITHDRAWN_DAYS * 86_400),
    );
    let agencies = office.store.snapshot(|rx| {
        let rows = rx.foreign_cases_without_result(whose, now, withdrawn)?;
        let mut by_agency: BTreeMap<u32, Vec<ForeignCaseRow>> = BTreeMap::new();
        for row in rows {
            let agency = read_number(row.agency);
            by_agency.entry(agency).or_default().push(row);
        }
        let mut all = Vec::with_capacity(by_agency.len());
        for (agency, rows) in by_agency {
            all.push(owed(office, rx, (agency, &rows), now)?);
        }
        Ok::<_, Failure>(all)
    })?;
    Ok(OwedReport {
        at: now.to_string(),
        agencies,
    })
}

fn owed(
    office: &Office,
    rx: &mut Rx<'_>,
    (agency, rows): (u32, &[ForeignCaseRow]),
    now: Timestamp,
) -> Result<OwedByAgency, Failure> {
    let known = office.known();
    let name = known.agencies.get(&agency).map(|agency| &agency.name);
    let mut uses = uses(rx, rows)?;
    let moment = |millis: i64| Timestamp::from_millis(millis).to_string();
    let cases = rows.iter().map(|row| OwedCase {
        number: row.number.clone(),
        item: row.item.clone(),
        opened: moment(row.opened_at),
        until: moment(row.until),
        standing: ForeignStanding::of(row.closed_at, row.until, now),
        uses: uses.remove(&row.id).unwrap_or_default(),
    });
    let cases: Vec<OwedCase> = cases.collect();
    let overdue = |case: &&OwedCase| case.standing == ForeignStanding::Overdue;
    Ok(OwedByAgency {
        agency,
        agency_name: name.cloned().unwrap_or_default(),
        unclosed: cases.iter().filter(overdue).count(),
        uses_without_result: cases.iter().map(|case| case.uses.len()).sum(),
        cases,
    })
}

/// The use records of cases, by the case's id.
fn uses(rx: &mut Rx<'_>, rows: &[ForeignCaseRow]) -> Result<BTreeMap<i64, Vec<i64>>, Failure> {
    let cases: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut all: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (case, record) in rx.foreign_uses_of(&cases)? {
        all.entry(case).or_default().push(record);
    }
    Ok(all)
}
