//! Offline and printed codes that were made or spent, and the sweep that forgets codes.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;
use diesel::dsl::exists;
use diesel::dsl::not;

use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::compact_codes;
use crate::store::schema::denied_codes;
use crate::store::schema::live_codes;
use crate::store::schema::show_sessions;
use crate::store::schema::spent_offline_codes;
use crate::store::schema::spoken_failures;

/// For how long a code is remembered after it has run out, so that whoever shows it late is
/// told that it is late, and not that it never was.
const REMEMBERED_S: i64 = 86_400;

/// An offline or printed code that was made: what a compromised key is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = compact_codes, treat_none_as_default_value = false)]
pub struct CompactCodeRow {
    /// The digest of the code.
    pub digest: Vec<u8>,
    /// The number in it that is used once, or the first bytes of its reference.
    pub nonce: Vec<u8>,
    /// The digest of the reference on the paper, for a printed code.
    pub reference: Option<Vec<u8>>,
    /// Which certificate it shows.
    pub certificate_id: i64,
    /// When it was made, in milliseconds.
    pub made_at: i64,
    /// When it runs out; none for a long-term one.
    pub expires_at: Option<i64>,
}

/// How much a sweep has forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Live codes.
    pub live_codes: usize,
    /// Sessions that have no code any more.
    pub sessions: usize,
    /// Wrongly spoken digits.
    pub spoken_failures: usize,
    /// Offline codes that were made. Printed ones stay: paper may be asked about for ever.
    pub offline_codes: usize,
    /// Offline codes that were spent.
    pub spent_codes: usize,
}

impl Rx<'_> {
    /// The printed code whose reference has this digest; the newest, should there be two.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn compact_code_by_reference(
        &mut self,
        reference: &[u8; 32],
    ) -> Result<Option<CompactCodeRow>, StoreError> {
        Ok(on_db!(self.conn, |c| compact_codes::table
            .filter(compact_codes::reference.eq(reference.as_slice()))
            .order(compact_codes::made_at.desc())
            .select(CompactCodeRow::as_select())
            .first(c)
            .optional())?)
    }

    /// Up to `most` printed codes behind the one with the digest `after`, by digest.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn printed_codes(
        &mut self,
        after: &[u8],
        most: i64,
    ) -> Result<Vec<CompactCodeRow>, StoreError> {
        Ok(on_db!(self.conn, |c| compact_codes::table
            .filter(compact_codes::reference.is_not_null())
            .filter(compact_codes::digest.gt(after))
            .order(compact_codes::digest)
            .limit(most)
            .select(CompactCodeRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Remembers an offline or printed code that was made.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_compact_code(&mut self, row: &CompactCodeRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(compact_codes::table)
            .values(row)
            .execute(c))?;
        // An offline code lives a day, and nobody is told a certificate by it.
        if row.reference.is_some() {
            self.vouch(row, None);
        }
        Ok(())
    }

    /// Spends an offline code: `true` for the first who brings it and never again.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the code is then as it was.
    pub fn spend_offline_code(
        &mut self,
        nonce: &[u8],
        at: Timestamp,
        by: &str,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = (
            spent_offline_codes::nonce.eq(nonce),
            spent_offline_codes::at.eq(at.millis()),
            spent_offline_codes::by_actor.eq(by),
            spent_offline_codes::expires_at.eq(expires_at.millis()),
        );
        let spent = on_db!(self.rx.conn, |c| diesel::insert_into(
            spent_offline_codes::table
        )
        .values(row)
        .on_conflict(spent_offline_codes::nonce)
        .do_nothing()
        .execute(c))?;
        Ok(spent == 1)
    }

    /// Deletes codes a day after they have run out, sessions a day old that have none left,
    /// and failures a day old.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_expired_codes(&mut self, now: Timestamp) -> Result<Forgotten, StoreError> {
        let before = now.plus_secs(-REMEMBERED_S).millis();
        Ok(on_db!(self.rx.conn, |c| {
            let live_codes = diesel::delete(live_codes::table)
                .filter(live_codes::expires_at.lt(before))
                .execute(c)?;
            let codes = live_codes::table.filter(live_codes::session.eq(show_sessions::id));
            let sessions = diesel::delete(show_sessions::table)
                .filter(show_sessions::created_at.lt(before))
                .filter(not(exists(codes)))
                .execute(c)?;
            let spoken_failures = diesel::delete(spoken_failures::table)
                .filter(spoken_failures::at.lt(before))
                .execute(c)?;
            let offline_codes = diesel::delete(compact_codes::table)
                .filter(compact_codes::expires_at.lt(before))
                .filter(compact_codes::reference.is_null())
                .execute(c)?;
            let spent_codes = diesel::delete(spent_offline_codes::table)
                .filter(spent_offline_codes::expires_at.lt(before))
                .execute(c)?;
            diesel::delete(denied_codes::table)
                .filter(denied_codes::expires_at.lt(before))
                .execute(c)?;
            Ok::<_, StoreError>(Forgotten {
                live_codes,
                sessions,
                spoken_failures,
                offline_codes,
                spent_codes,
            })
        })?)
    }
}
