//! The files of batches, sealed, in pieces; and the sweep that drops old batches.

use std::ops::Range;

use diesel::BoolExpressionMethods;
use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;
use diesel::dsl::not;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::batches::BatchState;
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

/// Which pieces are meant, of those in a range and all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pieces {
    /// Those in the range.
    Those,
    /// All others.
    Others,
}

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

impl Tx<'_> {
    /// Puts a piece of a file of a batch, in place of one that is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also when there is no such batch.
    pub fn put_piece(
        &mut self,
        batch: i64,
        file: i16,
        piece: i32,
        sealed: &Sealed,
    ) -> Result<(), StoreError> {
        let content = (
            batch_files::key_id.eq(stored_key_id(sealed.key_id)),
            batch_files::sealed.eq(sealed.bytes.as_slice()),
        );
        let key = (
            batch_files::batch.eq(batch),
            batch_files::file.eq(file),
            batch_files::piece.eq(piece),
        );
        on_db!(self.rx.conn, |c| diesel::insert_into(batch_files::table)
            .values((key, content))
            .on_conflict((batch_files::batch, batch_files::file, batch_files::piece))
            .do_update()
            .set(content)
            .execute(c))?;
        Ok(())
    }

    /// Drops a file of a batch, and returns how many pieces it had.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn drop_file(&mut self, batch: i64, file: i16) -> Result<usize, StoreError> {
        Ok(on_db!(self.rx.conn, |c| diesel::delete(
            batch_files::table
        )
        .filter(batch_files::batch.eq(batch))
        .filter(batch_files::file.eq(file))
        .execute(c))?)
    }

    /// Drops the pieces of a file whose numbers are in the range, or all others.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn drop_pieces(
        &mut self,
        batch: i64,
        file: i16,
        (range, which): (Range<i32>, Pieces),
    ) -> Result<(), StoreError> {
        let of = batch_files::table
            .filter(batch_files::batch.eq(batch))
            .filter(batch_files::file.eq(file));
        let (before, after) = (
            batch_files::piece.lt(range.start),
            batch_files::piece.ge(range.end),
        );
        on_db!(self.rx.conn, |c| match which {
            Pieces::Those => diesel::delete(of.filter(not(before.or(after)))).execute(c),
            Pieces::Others => diesel::delete(of.filter(before.or(after))).execute(c),
        })?;
        Ok(())
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
        let ids: Vec<i64> = on_db!(self.rx.conn, |c| cut.load(c))?;
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
