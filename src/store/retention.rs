//! Records whose term may be over.

use diesel::BoolExpressionMethods;
use diesel::ExpressionMethods;
use diesel::JoinOnDsl;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::SelectableHelper;

use crate::crypto::vault::Sealed;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::cases::CaseRow;
use crate::store::db::on_db;
use crate::store::mandates::MandateRow;
use crate::store::mandates::REVOKED;
use crate::store::schema::cases;
use crate::store::schema::credentials;
use crate::store::schema::ledger;
use crate::store::schema::ledger_details;
use crate::store::schema::live_codes;
use crate::store::schema::mandates;
use crate::store::schema::notices;
use crate::store::schema::tasks;
use crate::store::stored::sealed;
use crate::store::tasks::TaskRow;

/// A record by its number, and the moment its term counts from, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Old {
    /// Its number; of a credential what stands behind the `c`.
    pub id: i64,
    /// The moment.
    pub at: i64,
}

/// Details of an old event.
#[derive(Clone, Debug)]
pub struct OldDetails {
    /// The event, and when it was.
    pub old: Old,
    /// The certificate it was about.
    pub certificate: Option<i64>,
    /// The details.
    pub sealed: Sealed,
}

type DetailsColumns = (i64, i64, Option<i64>, i16, Vec<u8>);

impl From<DetailsColumns> for OldDetails {
    fn from((id, at, certificate, key_id, bytes): DetailsColumns) -> Self {
        Self {
            old: Old { id, at },
            certificate,
            sealed: sealed(key_id, bytes),
        }
    }
}

impl Rx<'_> {
    /// Cases behind a number that were closed before then, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_cases(
        &mut self,
        before: i64,
        (after, most): (i64, i64),
    ) -> Result<Vec<CaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| cases::table
            .filter(cases::closed_at.lt(before))
            .filter(cases::id.gt(after))
            .order(cases::id)
            .limit(most)
            .select(CaseRow::as_select())
            .load(c))?)
    }

    /// The numbers of cases that were opened before then and are open.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_open_cases(&mut self, before: i64) -> Result<Vec<String>, StoreError> {
        Ok(on_db!(self.conn, |c| cases::table
            .filter(cases::closed_at.is_null())
            .filter(cases::opened_at.lt(before))
            .select(cases::number)
            .load(c))?)
    }

    /// The tasks that came from a case.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn tasks_of_case(&mut self, case: i64) -> Result<Vec<TaskRow>, StoreError> {
        Ok(on_db!(self.conn, |c| tasks::table
            .filter(tasks::case_id.eq(case))
            .select(TaskRow::as_select())
            .load(c))?)
    }

    /// All tasks that stand so.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn tasks_that_stand(&mut self, state: i16) -> Result<Vec<TaskRow>, StoreError> {
        Ok(on_db!(self.conn, |c| tasks::table
            .filter(tasks::state.eq(state))
            .select(TaskRow::as_select())
            .load(c))?)
    }

    /// Tasks that came from no case and were answered before then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_tasks(&mut self, before: i64) -> Result<Vec<Old>, StoreError> {
        let rows: Vec<(i64, Option<i64>)> = on_db!(self.conn, |c| tasks::table
            .filter(tasks::case_id.is_null())
            .filter(tasks::answered_at.lt(before))
            .order(tasks::id)
            .select((tasks::id, tasks::answered_at))
            .load(c))?;
        let old = |(id, at): (i64, Option<i64>)| Some(Old { id, at: at? });
        Ok(rows.into_iter().filter_map(old).collect())
    }

    /// Mandates that ran out or were taken back before then, those below others first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_mandates(&mut self, before: i64) -> Result<Vec<MandateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| mandates::table
            .filter(
                mandates::until.lt(before).or(mandates::state
                    .eq(REVOKED)
                    .and(mandates::ended_at.lt(before)))
            )
            .order(mandates::id.desc())
            .select(MandateRow::as_select())
            .load(c))?)
    }

    /// Credentials that ran out or were taken back before then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_credentials(&mut self, before: i64) -> Result<Vec<Old>, StoreError> {
        let rows: Vec<(String, i64, Option<i64>)> = on_db!(self.conn, |c| credentials::table
            .filter(
                credentials::expires_at
                    .lt(before)
                    .or(credentials::revoked_at.lt(before))
            )
            .select((
                credentials::id,
                credentials::expires_at,
                credentials::revoked_at
            ))
            .load(c))?;
        // What bears a name that this program never gave is for `ledger verify` to tell.
        let old = |(id, expires, revoked): (String, i64, Option<i64>)| {
            let id = id.strip_prefix('c')?.parse().ok()?;
            let at = revoked.map_or(expires, |revoked| revoked.min(expires));
            Some(Old { id, at })
        };
        let mut all: Vec<Old> = rows.into_iter().filter_map(old).collect();
        all.sort_unstable_by_key(|old| old.id);
        Ok(all)
    }

    /// Notices from before then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_notices(&mut self, before: i64) -> Result<Vec<Old>, StoreError> {
        Ok(on_db!(self.conn, |c| notices::table
            .filter(notices::at.lt(before))
            .order(notices::id)
            .select((notices::id, notices::at))
            .load(c))?)
    }

    /// Details behind a number of events of these kinds from before then, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_details(
        &mut self,
        kinds: &[i16],
        before: i64,
        (after, most): (i64, i64),
    ) -> Result<Vec<OldDetails>, StoreError> {
        let rows: Vec<DetailsColumns> = on_db!(self.conn, |c| ledger_details::table
            .inner_join(ledger::table.on(ledger_details::seq.eq(ledger::seq)))
            .filter(ledger_details::seq.gt(after))
            .filter(ledger::at.lt(before))
            .filter(ledger::kind.eq_any(kinds))
            .order(ledger_details::seq)
            .limit(most)
            .select((
                ledger_details::seq,
                ledger::at,
                ledger::certificate_id,
                ledger_details::key_id,
                ledger_details::sealed
            ))
            .load(c))?;
        Ok(rows.into_iter().map(OldDetails::from).collect())
    }
}

impl Rx<'_> {
    /// The details of events of these kinds about somebody, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn details_of_subject(
        &mut self,
        subject: &[u8; 16],
        kinds: &[i16],
    ) -> Result<Vec<OldDetails>, StoreError> {
        let rows: Vec<DetailsColumns> = on_db!(self.conn, |c| ledger_details::table
            .inner_join(ledger::table.on(ledger_details::seq.eq(ledger::seq)))
            .filter(ledger::subject.eq(subject.to_vec()))
            .filter(ledger::kind.eq_any(kinds))
            .order(ledger_details::seq)
            .select((
                ledger_details::seq,
                ledger::at,
                ledger::certificate_id,
                ledger_details::key_id,
                ledger_details::sealed
            ))
            .load(c))?;
        Ok(rows.into_iter().map(OldDetails::from).collect())
    }

    /// Whether a session has a code that can still be spent.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn has_live_code(&mut self, session: i64, now: Timestamp) -> Result<bool, StoreError> {
        let codes: i64 = on_db!(self.conn, |c| live_codes::table
            .filter(live_codes::session.eq(session))
            .filter(live_codes::expires_at.ge(now.millis()))
            .count()
            .get_result(c))?;
        Ok(codes > 0)
    }
}
