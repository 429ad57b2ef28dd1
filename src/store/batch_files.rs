//! The files of batches, sealed, in pieces; and the sweep that drops old batches.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::batches::BatchState;
use crate::store::batches::Lease;
use crate::store::db::on_db;
use crate::store::ledger::stored_key_id;
use crate::store::schema::batch_files;
use crate::store::schema::batches;
use crate::store::stored::sealed;

/// Where a sealed piece stands; the row's id is the batch's.
pub const PIECE: Place = Place {
    table: "batch_files",
    column: "sealed",
};

impl Rx<'_> {
    /// A piece of a file of a batch.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn piece(
        &mut self,
        batch: i64,
        file: i16,
        piece: i32,
    ) -> Result<Option<Sealed>, StoreError> {
        let found: Option<(i16, Vec<u8>)> = on_db!(self.conn, |c| batch_files::table
            .find((batch, file, piece))
            .select((batch_files::key_id, batch_files::sealed))
            .first(c)
            .optional())?;
        Ok(found.map(|(key_id, bytes)| sealed(key_id, bytes)))
    }
}

/// By what right a file of a batch is written. Who has lost it changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The batch of this id is coming in.
    ComingIn(i64),
    /// A server works on the batch.
    Working(Lease),
}

impl Hold {
    /// The batch's id.
    #[must_use]
    pub const fn batch(self) -> i64 {
        match self {
            Self::ComingIn(batch) => batch,
            Self::Working(lease) => lease.batch,
        }
    }
}

impl Tx<'_> {
    /// Whether a hold is still good. If so, the batch stays as it is until this transaction ends.
    fn holds(&mut self, hold: Hold) -> Result<bool, StoreError> {
        let (state, until) = match hold {
            Hold::ComingIn(_) => (BatchState::Receiving, None),
            Hold::Working(lease) => (BatchState::Running, Some(lease.until)),
        };
        let held = batches::table
            .filter(batches::id.eq(hold.batch()))
            .filter(batches::state.eq(state.stored()))
            .select(batches::lease_until);
        let found: Option<i64> = on_db!(
            self.rx.conn,
            pg | c | held.for_update().first(c).optional(),
            lite | c | held.first(c).optional()
        )?;
        Ok(found.is_some_and(|found| until.is_none_or(|until| until.millis() == found)))
    }

    /// Puts a piece of a file of a batch, in place of one that is there; `false`, and nothing
    /// done, when the hold is lost.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_piece(
        &mut self,
        hold: Hold,
        (file, piece): (i16, i32),
        sealed: &Sealed,
    ) -> Result<bool, StoreError> {
        if !self.holds(hold)? {
            return Ok(false);
        }
        let content = (
            batch_files::key_id.eq(stored_key_id(sealed.key_id)),
            batch_files::sealed.eq(sealed.bytes.as_slice()),
        );
        let key = (
            batch_files::batch.eq(hold.batch()),
            batch_files::file.eq(file),
            batch_files::piece.eq(piece),
        );
        on_db!(self.rx.conn, |c| diesel::insert_into(batch_files::table)
            .values((key, content))
            .on_conflict((batch_files::batch, batch_files::file, batch_files::piece))
            .do_update()
            .set(content)
            .execute(c))?;
        Ok(true)
    }

    /// Drops a file of a batch; `false`, and nothing done, when the hold is lost.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn drop_file(&mut self, hold: Hold, file: i16) -> Result<bool, StoreError> {
        if !self.holds(hold)? {
            return Ok(false);
        }
        on_db!(self.rx.conn, |c| diesel::delete(batch_files::table)
            .filter(batch_files::batch.eq(hold.batch()))
            .filter(batch_files::file.eq(file))
            .execute(c))?;
        Ok(true)
    }

    /// Drops every file of a batch but these; `false`, and nothing done, when the hold is lost.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn drop_files_but(&mut self, hold: Hold, kept: &[i16]) -> Result<bool, StoreError> {
        if !self.holds(hold)? {
            return Ok(false);
        }
        on_db!(self.rx.conn, |c| diesel::delete(batch_files::table)
            .filter(batch_files::batch.eq(hold.batch()))
            .filter(batch_files::file.ne_all(kept))
            .execute(c))?;
        Ok(true)
    }

    /// Drops a batch that is still coming in, and its pieces; `false` if it is not.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn drop_upload(&mut self, batch: i64) -> Result<bool, StoreError> {
        let coming = batches::table
            .filter(batches::id.eq(batch))
            .filter(batches::state.eq(BatchState::Receiving.stored()))
            .select(batches::id);
        let found: Option<i64> = on_db!(
            self.rx.conn,
            pg | c | coming.for_update().first(c).optional(),
            lite | c | coming.first(c).optional()
        )?;
        if found.is_none() {
            return Ok(false);
        }
        on_db!(self.rx.conn, |c| {
            diesel::delete(batch_files::table)
                .filter(batch_files::batch.eq(batch))
                .execute(c)?;
            diesel::delete(batches::table.find(batch)).execute(c)
        })?;
        Ok(true)
    }

    /// Drops up to 1,000 batches that nobody waits for any more to come in whole, as uploads
    /// that a crash cut off leave them, and returns how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn drop_cut_uploads(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let cut = batches::table
            .filter(batches::state.eq(BatchState::Receiving.stored()))
            .filter(batches::lease_until.le(now.millis()))
            .order(batches::id)
            .limit(1000)
            .select(batches::id);
        // Locked, or one that is written to again could be dropped after all.
        let ids: Vec<i64> = on_db!(
            self.rx.conn,
            pg | c | cut.for_update().load(c),
            lite | c | cut.load(c)
        )?;
        let mut dropped = 0;
        for id in ids {
            dropped += usize::from(self.drop_upload(id)?);
        }
        Ok(dropped)
    }

    /// Drops up to 1,000 batches of before then with their files, and returns how many. Those
    /// that wait or run stay.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn drop_batches_before(&mut self, at: Timestamp) -> Result<usize, StoreError> {
        let dropped = [
            BatchState::Receiving.stored(),
            BatchState::Done.stored(),
            BatchState::Failed.stored(),
        ];
        let old = batches::table
            .filter(batches::created_at.lt(at.millis()))
            .filter(batches::state.eq_any(dropped))
            .order(batches::id)
            .limit(1000)
            .select(batches::id);
        // Locked, or one that is still coming in could be queued between the two deletions.
        let ids: Vec<i64> = on_db!(
            self.rx.conn,
            pg | c | old.for_update().load(c),
            lite | c | old.load(c)
        )?;
        Ok(on_db!(self.rx.conn, |c| {
            diesel::delete(batch_files::table)
                .filter(batch_files::batch.eq_any(&ids))
                .execute(c)?;
            diesel::delete(batches::table)
                .filter(batches::id.eq_any(&ids))
                .execute(c)
        })?)
    }
}
