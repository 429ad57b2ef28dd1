//! What is kept although its term is over: what is open, or in dispute.

use std::collections::HashSet;

use serde_json::Value;

use super::PAGE;
use crate::domain::event::EventKind;
use crate::domain::retention::RecordKind;
use crate::domain::time::Timestamp;
use crate::flow::case::kept::Kept;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::tasks::TaskState;
use crate::store::Rx;
use crate::store::cases::CaseRow;
use crate::store::ledger::DETAILS;
use crate::store::retention::Old;
use crate::store::retention::OldDetails;

/// What holds records back at a moment.
pub(crate) struct Hold<'o> {
    office: &'o Office,
    /// Cases with a task that nobody answered.
    asked: HashSet<i64>,
    /// Certificates of which somebody says that a use was not hers, and nobody answered.
    objected: HashSet<i64>,
    /// The numbers of cases that are open or in dispute.
    numbers: HashSet<String>,
}

impl<'o> Hold<'o> {
    /// Reads what is open.
    pub(crate) fn read(
        office: &'o Office,
        rx: &mut Rx<'_>,
        until: Timestamp,
    ) -> Result<Self, Failure> {
        let terms = &office.settings.terms;
        let uses = terms.kept_from(RecordKind::Uses, until).start().millis();
        let mut hold = Self {
            office,
            asked: HashSet::new(),
            objected: HashSet::new(),
            numbers: rx.old_open_cases(uses)?.into_iter().collect(),
        };
        for task in rx.tasks_that_stand(TaskState::Open.number())? {
            match (task.case_id, task.certificate_id) {
                (Some(case), _) => {
                    hold.asked.insert(case);
                    let number = rx.case_by_id(case)?.map(|case| case.number);
                    hold.numbers.extend(number);
                }
                (None, Some(certificate)) => {
                    hold.objected.insert(certificate);
                }
                (None, None) => {}
            }
        }
        Ok(hold)
    }

    /// The cases whose term is over; it begins with the last that happened in one.
    pub(super) fn cases(
        &mut self,
        rx: &mut Rx<'_>,
        before: i64,
    ) -> Result<(Vec<Old>, usize), Failure> {
        let (mut old, mut held, mut after) = (Vec::new(), 0, i64::MIN);
        loop {
            let rows = rx.old_cases(before, (after, PAGE))?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for row in rows {
                match self.case(rx, row, before)? {
                    Some(one) => old.push(one),
                    None => held += 1,
                }
            }
        }
        Ok((old, held))
    }

    /// A closed case, unless it is in dispute or something happened in it since then.
    pub(crate) fn case(
        &mut self,
        rx: &mut Rx<'_>,
        row: CaseRow,
        before: i64,
    ) -> Result<Option<Old>, Failure> {
        let (id, Some(closed)) = (row.id, row.closed_at) else {
            return Ok(None);
        };
        let answered = rx.tasks_of_case(id)?.into_iter();
        let answered = answered.filter_map(|task| task.answered_at).max();
        let at = answered.map_or(closed, |answered| answered.max(closed));
        let in_time = at < before && !self.asked.contains(&id);
        if in_time && !self.uses_objected(row)? {
            return Ok(Some(Old { id, at }));
        }
        Ok(None)
    }

    fn uses_objected(&mut self, row: CaseRow) -> Result<bool, Failure> {
        if self.objected.is_empty() {
            return Ok(false);
        }
        let kept = Kept::opened(self.office, row)?;
        let mut uses = kept.case.materials.iter().flat_map(|m| &m.uses);
        let objected = uses.any(|used| self.objected.contains(&used.certificate));
        if objected {
            self.numbers.insert(kept.row.number);
        }
        Ok(objected)
    }

    /// The details of events whose term is over.
    pub(super) fn details(
        &self,
        rx: &mut Rx<'_>,
        kinds: &[EventKind],
        before: i64,
    ) -> Result<(Vec<Old>, usize), Failure> {
        let kinds: Vec<i16> = kinds.iter().map(|kind| kind.number()).collect();
        let (mut old, mut held, mut after) = (Vec::new(), 0, i64::MIN);
        loop {
            let rows = rx.old_details(&kinds, before, (after, PAGE))?;
            let Some(last) = rows.last() else { break };
            after = last.old.id;
            for row in rows {
                if self.holds(&row) {
                    held += 1;
                } else {
                    old.push(row.old);
                }
            }
        }
        Ok((old, held))
    }

    /// Whether what an event tells belongs to something open or disputed. What cannot be read
    /// is for `ledger verify` to tell, and stays.
    pub(crate) fn holds(&self, row: &OldDetails) -> bool {
        if row
            .certificate
            .is_some_and(|id| self.objected.contains(&id))
        {
            return true;
        }
        if self.numbers.is_empty() {
            return false;
        }
        let vault = self.office.store.vault();
        let Ok(text) = vault.open(&DETAILS, row.old.id, &row.sealed) else {
            return true;
        };
        let told: Option<Value> = serde_json::from_slice(&text).ok();
        let case = told.as_ref().and_then(|told| told.get("case")?.as_str());
        told.is_none() || case.is_some_and(|number| self.numbers.contains(number))
    }
}

/// The mandates whose term is over and on which none hangs that is kept, those below others
/// first.
pub(super) fn mandates(rx: &mut Rx<'_>, before: i64) -> Result<(Vec<Old>, usize), Failure> {
    let rows = rx.old_mandates(before)?;
    let (mut old, mut gone, mut held) = (Vec::new(), HashSet::new(), 0);
    for row in rows {
        // Whoever hangs below has a higher number, so it was decided before.
        let below = rx.mandates_below(&[row.id], PAGE)?;
        if below.iter().all(|one| gone.contains(&one.id)) {
            gone.insert(row.id);
            let at = row.ended_at.map_or(row.until, |at| at.min(row.until));
            old.push(Old { id: row.id, at });
        } else {
            held += 1;
        }
    }
    Ok((old, held))
}
