//! Records deleted for good, each row that the ledger vouches for with a mark that it is gone.

use diesel::ExpressionMethods;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::store::StoreError;
use crate::store::Tx;
use crate::store::cases::CaseRow;
use crate::store::db::on_db;
use crate::store::schema::case_items;
use crate::store::schema::case_materials;
use crate::store::schema::case_people;
use crate::store::schema::case_wants;
use crate::store::schema::cases;
use crate::store::schema::consents;
use crate::store::schema::credentials;
use crate::store::schema::ledger_details;
use crate::store::schema::live_codes;
use crate::store::schema::mandates;
use crate::store::schema::notices;
use crate::store::schema::receipts;
use crate::store::schema::show_sessions;
use crate::store::schema::subjects;
use crate::store::schema::tasks;
use crate::store::vouch::Watched;

impl Tx<'_> {
    /// Deletes a showing with its codes; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_session(&mut self, id: i64) -> Result<bool, StoreError> {
        let gone = on_db!(self.rx.conn, |c| {
            diesel::delete(live_codes::table.filter(live_codes::session.eq(id))).execute(c)?;
            diesel::delete(show_sessions::table.find(id)).execute(c)
        })?;
        Ok(gone == 1)
    }

    /// Deletes the random number under which the ledger keeps a holder: nobody can tell any more
    /// whose its rows are. `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_subject(&mut self, holder: &[u8; 32]) -> Result<bool, StoreError> {
        let gone = on_db!(self.rx.conn, |c| diesel::delete(
            subjects::table.find(holder.to_vec())
        )
        .execute(c))?;
        Ok(gone == 1)
    }

    /// Deletes a closed case with its consents, receipts and tasks; `false`, and nothing done,
    /// if it stands otherwise by now. What a certificate was used up for stays.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_case(&mut self, row: &CaseRow) -> Result<bool, StoreError> {
        // On PostgreSQL this locks the row: whoever would open it again waits, and finds none.
        let there = on_db!(self.rx.conn, |c| diesel::update(cases::table.find(row.id))
            .filter(cases::revision.eq(row.revision))
            .filter(cases::closed_at.is_not_null())
            .set(cases::revision.eq(row.revision))
            .execute(c))?;
        if there != 1 {
            return Ok(false);
        }
        macro_rules! forget {
            ($table:ident, $watched:ident) => {
                let ids: Vec<i64> = on_db!(self.rx.conn, |c| $table::table
                    .filter($table::case_id.eq(row.id))
                    .order($table::id)
                    .select($table::id)
                    .load(c))?;
                on_db!(self.rx.conn, |c| diesel::delete($table::table)
                    .filter($table::case_id.eq(row.id))
                    .execute(c))?;
                for id in ids {
                    self.vouch_gone(Watched::$watched, &id.to_string());
                }
            };
        }
        forget!(consents, Consents);
        forget!(receipts, Receipts);
        forget!(tasks, Tasks);
        on_db!(self.rx.conn, |c| {
            diesel::delete(case_wants::table.filter(case_wants::case_id.eq(row.id))).execute(c)?;
            diesel::delete(case_materials::table.filter(case_materials::case_id.eq(row.id)))
                .execute(c)?;
            diesel::delete(case_items::table.filter(case_items::case_id.eq(row.id))).execute(c)?;
            diesel::delete(case_people::table.filter(case_people::case_id.eq(row.id)))
                .execute(c)?;
            diesel::delete(cases::table.find(row.id)).execute(c)
        })?;
        self.vouch_gone(Watched::Cases, &row.id.to_string());
        Ok(true)
    }

    /// Deletes a task; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_task(&mut self, id: i64) -> Result<bool, StoreError> {
        let gone = on_db!(self.rx.conn, |c| diesel::delete(tasks::table.find(id))
            .execute(c))?;
        Ok(self.gone(Watched::Tasks, &id.to_string(), gone))
    }

    /// Deletes a mandate on which none hangs; `false` if there was none, or one hangs on it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_mandate(&mut self, id: i64) -> Result<bool, StoreError> {
        if !self.mandates_below(&[id], 1)?.is_empty() {
            return Ok(false);
        }
        let gone = on_db!(self.rx.conn, |c| diesel::delete(mandates::table.find(id))
            .execute(c))?;
        Ok(self.gone(Watched::Mandates, &id.to_string(), gone))
    }

    /// Deletes a credential; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_credential(&mut self, number: i64) -> Result<bool, StoreError> {
        let id = format!("c{number}");
        let gone = on_db!(self.rx.conn, |c| diesel::delete(
            credentials::table.filter(credentials::id.eq(&id))
        )
        .execute(c))?;
        self.drop_app_secret(&id)?;
        Ok(self.gone(Watched::Credentials, &id, gone))
    }

    /// Deletes a notice; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_notice(&mut self, id: i64) -> Result<bool, StoreError> {
        let gone = on_db!(self.rx.conn, |c| diesel::delete(notices::table.find(id))
            .execute(c))?;
        Ok(self.gone(Watched::Notices, &id.to_string(), gone))
    }

    /// Deletes the details of an event, whose chained row stays; `false` if there were none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_details(&mut self, seq: i64) -> Result<bool, StoreError> {
        let gone = on_db!(self.rx.conn, |c| diesel::delete(
            ledger_details::table.find(seq)
        )
        .execute(c))?;
        Ok(gone == 1)
    }

    fn gone(&mut self, table: Watched, id: &str, rows: usize) -> bool {
        if rows == 1 {
            self.vouch_gone(table, id);
        }
        rows == 1
    }
}
