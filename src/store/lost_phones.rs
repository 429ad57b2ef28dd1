//! What ends with a holder's phone: her credentials, showings and prepared codes.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::compact_codes;
use crate::store::schema::credentials;
use crate::store::schema::denied_codes;
use crate::store::schema::ledger;
use crate::store::schema::show_sessions;

/// Who spent a showing that ended with a phone: no credential has this id.
pub const PHONE_LOST: &str = "phone_lost";

impl Rx<'_> {
    /// Whether an offline code was taken back, by the number in it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn is_denied(&mut self, nonce: &[u8]) -> Result<bool, StoreError> {
        let found: Option<i64> = on_db!(self.conn, |c| denied_codes::table
            .find(nonce)
            .select(denied_codes::at)
            .first(c)
            .optional())?;
        Ok(found.is_some())
    }

    /// The numbers of offline codes that were taken back and have not run out.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn denied_codes(&mut self, now: Timestamp) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(on_db!(self.conn, |c| denied_codes::table
            .filter(denied_codes::expires_at.gt(now.millis()))
            .order(denied_codes::nonce)
            .select(denied_codes::nonce)
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Whether a credential was taken back. On `PostgreSQL` nobody takes it back before this
    /// transaction has ended, so that what it makes is seen by whoever ends it then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn was_taken_back(&mut self, credential: &str) -> Result<bool, StoreError> {
        let own = credentials::table
            .filter(credentials::id.eq(credential))
            .select(credentials::revoked_at);
        let found: Option<Option<i64>> = on_db!(
            self.rx.conn,
            pg | c | own.for_share().first(c).optional(),
            lite | c | own.first(c).optional()
        )?;
        Ok(found.flatten().is_some())
    }

    /// Ends every open showing of somebody, and returns how many there were.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn end_showings(&mut self, subject: &[u8; 16], at: Timestamp) -> Result<usize, StoreError> {
        Ok(on_db!(self.rx.conn, |c| diesel::update(
            show_sessions::table
        )
        .filter(show_sessions::subject.eq(subject.to_vec()))
        .filter(show_sessions::spent_at.is_null())
        .set((
            show_sessions::spent_at.eq(at.millis()),
            show_sessions::spent_by.eq(PHONE_LOST),
        ))
        .execute(c))?)
    }

    /// Takes back every offline code that somebody prepared and that has not run out; returns
    /// the numbers in them. No code was made earlier than `since` that could still be shown.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn deny_codes_of(
        &mut self,
        subject: &[u8; 16],
        (since, now): (Timestamp, Timestamp),
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let made: Vec<Option<Vec<u8>>> = on_db!(self.rx.conn, |c| ledger::table
            .filter(ledger::subject.eq(subject.to_vec()))
            .filter(ledger::kind.eq(EventKind::Shown.number()))
            .filter(ledger::at.ge(since.millis()))
            .filter(ledger::digest.is_not_null())
            .select(ledger::digest)
            .load(c))?;
        let made: Vec<Vec<u8>> = made.into_iter().flatten().collect();
        let mut denied = Vec::new();
        for digests in made.chunks(1000) {
            let codes: Vec<(Vec<u8>, Option<i64>)> =
                on_db!(self.rx.conn, |c| compact_codes::table
                    .filter(compact_codes::digest.eq_any(digests))
                    .filter(compact_codes::reference.is_null())
                    .filter(compact_codes::expires_at.gt(now.millis()))
                    .select((compact_codes::nonce, compact_codes::expires_at))
                    .load(c))?;
            for (nonce, expires_at) in codes {
                let row = (
                    denied_codes::nonce.eq(&nonce),
                    denied_codes::at.eq(now.millis()),
                    denied_codes::expires_at.eq(expires_at.unwrap_or_default()),
                );
                let new = on_db!(self.rx.conn, |c| diesel::insert_into(denied_codes::table)
                    .values(row)
                    .on_conflict_do_nothing()
                    .execute(c))?;
                if new == 1 {
                    denied.push(nonce);
                }
            }
        }
        Ok(denied)
    }
}
