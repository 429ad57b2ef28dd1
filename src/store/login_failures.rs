//! Logins that did not succeed, counted in the database, so that every copy of the server and
//! every restart knows of them.

use diesel::ExpressionMethods;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::domain::time::Timestamp;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::login_failures;

/// How often somebody failed, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How often.
    pub failures: i32,
    /// When the last time was, in milliseconds.
    pub last_at: i64,
    /// Until when nothing is tried, in milliseconds; not after now if something may be.
    pub until: i64,
}

impl Tx<'_> {
    /// How often a scope failed; nobody else counts there before this transaction has ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn failures_held(&mut self, scope: &[u8; 32]) -> Result<Failures, StoreError> {
        let new = (
            login_failures::scope.eq(scope.as_slice()),
            login_failures::failures.eq(0),
            login_failures::last_at.eq(0),
            login_failures::until.eq(0),
        );
        on_db!(self.rx.conn, |c| diesel::insert_into(login_failures::table)
            .values(new)
            .on_conflict_do_nothing()
            .execute(c))?;
        let own = login_failures::table.find(scope.as_slice()).select((
            login_failures::failures,
            login_failures::last_at,
            login_failures::until,
        ));
        let (failures, last_at, until) = on_db!(
            self.rx.conn,
            pg | c | own.for_update().first(c),
            lite | c | own.first(c)
        )?;
        Ok(Failures {
            failures,
            last_at,
            until,
        })
    }

    /// Puts a count in the place of what was held.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_failures(&mut self, scope: &[u8; 32], now: Failures) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::update(
            login_failures::table.find(scope.as_slice())
        )
        .set((
            login_failures::failures.eq(now.failures),
            login_failures::last_at.eq(now.last_at),
            login_failures::until.eq(now.until),
        ))
        .execute(c))?;
        Ok(())
    }

    /// Forgets counts whose last failure was before then, and returns how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_old_failures(&mut self, before: Timestamp) -> Result<usize, StoreError> {
        Ok(on_db!(self.rx.conn, |c| diesel::delete(
            login_failures::table
        )
        .filter(login_failures::last_at.lt(before.millis()))
        .execute(c))?)
    }
}
