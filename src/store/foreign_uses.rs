//! Which use records were made for which case of another system. Each record says so itself, so the
//! ledger vouches for no row here: the check compares the two.

use diesel::ExpressionMethods;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::foreign_uses;

impl Rx<'_> {
    /// The cases with the numbers of their use records, by case and number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn foreign_uses_of(&mut self, cases: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
        let mut all = Vec::new();
        for some in cases.chunks(500) {
            let found: Vec<(i64, i64)> = on_db!(self.conn, |c| foreign_uses::table
                .filter(foreign_uses::case_id.eq_any(some))
                .order((foreign_uses::case_id, foreign_uses::record))
                .select((foreign_uses::case_id, foreign_uses::record))
                .load(c))?;
            all.extend(found);
        }
        Ok(all)
    }

    /// The use records with these numbers, both included, each with its case.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn foreign_uses_between(
        &mut self,
        from: i64,
        to: i64,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        Ok(on_db!(self.conn, |c| foreign_uses::table
            .filter(foreign_uses::record.between(from, to))
            .order(foreign_uses::record)
            .select((foreign_uses::record, foreign_uses::case_id))
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Notes that a use record was made for a case.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_foreign_use(&mut self, record: i64, case: i64) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(foreign_uses::table)
            .values((
                foreign_uses::record.eq(record),
                foreign_uses::case_id.eq(case)
            ))
            .execute(c))?;
        Ok(())
    }

    /// Forgets which records were made for a case, with the case.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub(in crate::store) fn forget_foreign_uses(&mut self, case: i64) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::delete(foreign_uses::table)
            .filter(foreign_uses::case_id.eq(case))
            .execute(c))?;
        Ok(())
    }
}
