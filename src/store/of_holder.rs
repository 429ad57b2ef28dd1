//! What stands in the tables about one holder, for her to have.

use diesel::BoolExpressionMethods;
use diesel::ExpressionMethods;
use diesel::QueryDsl;
use diesel::RunQueryDsl;
use diesel::SelectableHelper;

use crate::store::Rx;
use crate::store::StoreError;
use crate::store::callers::CredentialRow;
use crate::store::compact_codes::CompactCodeRow;
use crate::store::db::on_db;
use crate::store::guardian_orders::OrderRow;
use crate::store::schema::compact_codes;
use crate::store::schema::credentials;
use crate::store::schema::guardian_orders;
use crate::store::schema::show_sessions;
use crate::store::schema::tasks;
use crate::store::show_sessions::SessionRow;
use crate::store::tasks::TaskRow;

impl Rx<'_> {
    /// The orders about somebody as a child or as a guardian, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn orders_about(&mut self, holder: &[u8; 32]) -> Result<Vec<OrderRow>, StoreError> {
        let holder = holder.as_slice();
        Ok(on_db!(self.conn, |c| guardian_orders::table
            .filter(
                guardian_orders::child_index
                    .eq(holder)
                    .or(guardian_orders::guardian_index.eq(holder))
            )
            .order(guardian_orders::id)
            .select(OrderRow::as_select())
            .load(c))?)
    }

    /// The credentials of a holder, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn credentials_of(&mut self, holder: &[u8; 32]) -> Result<Vec<CredentialRow>, StoreError> {
        Ok(on_db!(self.conn, |c| credentials::table
            .filter(credentials::holder_index.eq(holder.as_slice()))
            .order((credentials::created_at, credentials::id))
            .select(CredentialRow::as_select())
            .load(c))?)
    }

    /// What somebody showed live, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn sessions_of(&mut self, subject: &[u8; 16]) -> Result<Vec<SessionRow>, StoreError> {
        Ok(on_db!(self.conn, |c| show_sessions::table
            .filter(show_sessions::subject.eq(subject.to_vec()))
            .order(show_sessions::id)
            .select(SessionRow::as_select())
            .load(c))?)
    }

    /// The offline and printed codes of a certificate, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn codes_of(&mut self, certificate: i64) -> Result<Vec<CompactCodeRow>, StoreError> {
        Ok(on_db!(self.conn, |c| compact_codes::table
            .filter(compact_codes::certificate_id.eq(certificate))
            .order((compact_codes::made_at, compact_codes::digest))
            .select(CompactCodeRow::as_select())
            .load(c))?)
    }

    /// The tasks about certificates, or that came from cases, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn tasks_about(
        &mut self,
        certificates: &[i64],
        cases: &[i64],
    ) -> Result<Vec<TaskRow>, StoreError> {
        let certificates: Vec<Option<i64>> = certificates.iter().copied().map(Some).collect();
        let cases: Vec<Option<i64>> = cases.iter().copied().map(Some).collect();
        Ok(on_db!(self.conn, |c| tasks::table
            .filter(
                tasks::certificate_id
                    .eq_any(&certificates)
                    .or(tasks::case_id.eq_any(&cases))
            )
            .order(tasks::id)
            .select(TaskRow::as_select())
            .load(c))?)
    }
}
