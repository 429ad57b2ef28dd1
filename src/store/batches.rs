//! Files of records on their way in: received in pieces, worked on under a lease.
//!
//! Another server can go on where one stopped: whoever claims a batch holds it until the lease
//! runs out, and a server whose lease has gone to another finds that it can change nothing.

use diesel::BoolExpressionMethods;
use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::batches;

/// How far a batch has come. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// Its file is coming in: 0.
    Receiving,
    /// It waits for a server: 1.
    Queued,
    /// A server has it, until its lease runs out: 2.
    Running,
    /// It is done: 3.
    Done,
    /// It could not be done as a whole; `problem` says why: 4.
    Failed,
}

impl BatchState {
    /// The stored number.
    #[must_use]
    pub const fn stored(self) -> i16 {
        match self {
            Self::Receiving => 0,
            Self::Queued => 1,
            Self::Running => 2,
            Self::Done => 3,
            Self::Failed => 4,
        }
    }

    /// The state of a stored number; `None` for a number that is none.
    #[must_use]
    pub const fn from_stored(number: i16) -> Option<Self> {
        Some(match number {
            0 => Self::Receiving,
            1 => Self::Queued,
            2 => Self::Running,
            3 => Self::Done,
            4 => Self::Failed,
            _ => return None,
        })
    }
}

/// A batch as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = batches, treat_none_as_default_value = false)]
pub struct BatchRow {
    /// Its id, reserved.
    pub id: i64,
    /// The id its sender knows it by.
    pub public_id: String,
    /// Who sent it.
    pub caller: String,
    /// The agency that will issue.
    pub issuer: i32,
    /// The certificate type.
    pub type_number: i32,
    /// What the sender chose, as JSON.
    pub options: String,
    /// How far it has come, as [`BatchState::stored`].
    pub state: i16,
    /// How many rows it has.
    pub total: i64,
    /// How many are done.
    pub done: i64,
    /// How many came out how, as JSON.
    pub counts: String,
    /// Why it failed.
    pub problem: Option<String>,
    /// When it began to come in, in milliseconds.
    pub created_at: i64,
    /// Until when the server that has it holds it.
    pub lease_until: i64,
}

/// The hold of one server on one batch. No two leases of a batch end at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The batch's id.
    pub batch: i64,
    /// When it runs out.
    pub until: Timestamp,
}

impl BatchRow {
    /// The hold that [`Tx::claim_batch`] gave with this row.
    #[must_use]
    pub fn lease(&self) -> Lease {
        Lease {
            batch: self.id,
            until: Timestamp::from_millis(self.lease_until),
        }
    }
}

impl Rx<'_> {
    /// The batch that its sender knows by this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn batch(&mut self, public_id: &str) -> Result<Option<BatchRow>, StoreError> {
        Ok(on_db!(self.conn, |c| batches::table
            .filter(batches::public_id.eq(public_id))
            .select(BatchRow::as_select())
            .first(c)
            .optional())?)
    }
}

impl Tx<'_> {
    /// Adds a batch.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also when there is no such issuer.
    pub fn insert_batch(&mut self, row: &BatchRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(batches::table)
            .values(row)
            .execute(c))?;
        Ok(())
    }

    /// A batch while it is coming in, locked until this transaction ends; `None` if it is not.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn batch_coming_in(&mut self, id: i64) -> Result<Option<BatchRow>, StoreError> {
        let coming = batches::table
            .filter(batches::id.eq(id))
            .filter(batches::state.eq(BatchState::Receiving.stored()));
        Ok(on_db!(
            self.rx.conn,
            pg | c
                | coming
                    .select(BatchRow::as_select())
                    .for_update()
                    .first(c)
                    .optional(),
            lite | c | coming.select(BatchRow::as_select()).first(c).optional()
        )?)
    }

    /// Notes until when a batch that is coming in is waited for; `false` if it is not coming in.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn wait_for_batch(&mut self, id: i64, until: Timestamp) -> Result<bool, StoreError> {
        let noted = on_db!(self.rx.conn, |c| diesel::update(batches::table)
            .filter(batches::id.eq(id))
            .filter(batches::state.eq(BatchState::Receiving.stored()))
            .set(batches::lease_until.eq(until.millis()))
            .execute(c))?;
        Ok(noted == 1)
    }

    /// Sets what the sender chose, while the batch is coming in; `false` if it is not.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn set_batch_options(&mut self, id: i64, options: &str) -> Result<bool, StoreError> {
        let set = on_db!(self.rx.conn, |c| diesel::update(batches::table)
            .filter(batches::id.eq(id))
            .filter(batches::state.eq(BatchState::Receiving.stored()))
            .set(batches::options.eq(options))
            .execute(c))?;
        Ok(set == 1)
    }

    /// Says that a batch has come in whole and waits for a server; `false` if it was not coming
    /// in.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn queue_batch(&mut self, id: i64, total: i64) -> Result<bool, StoreError> {
        let queued = on_db!(self.rx.conn, |c| diesel::update(batches::table)
            .filter(batches::id.eq(id))
            .filter(batches::state.eq(BatchState::Receiving.stored()))
            .set((
                batches::state.eq(BatchState::Queued.stored()),
                batches::total.eq(total),
            ))
            .execute(c))?;
        Ok(queued == 1)
    }

    /// Takes the oldest batch that waits, or that a server has let its lease run out on.
    ///
    /// Two servers never take the same one. `lease_until` must lie after `now`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn claim_batch(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<BatchRow>, StoreError> {
        let waiting = batches::table
            .filter(
                batches::state
                    .eq(BatchState::Queued.stored())
                    .or(batches::state
                        .eq(BatchState::Running.stored())
                        .and(batches::lease_until.le(now.millis()))),
            )
            .order(batches::id)
            .select(batches::id);
        let found: Option<i64> = on_db!(
            self.rx.conn,
            pg | c | waiting.for_update().skip_locked().first(c).optional(),
            lite | c | waiting.first(c).optional()
        )?;
        let Some(id) = found else {
            return Ok(None);
        };
        Ok(on_db!(self.rx.conn, |c| diesel::update(
            batches::table.find(id)
        )
        .set((
            batches::state.eq(BatchState::Running.stored()),
            batches::lease_until.eq(lease_until.millis()),
        ))
        .returning(BatchRow::as_returning())
        .get_result(c)
        .optional())?)
    }

    /// Notes how far a batch has come and renews the hold on it; `None`, and nothing done, when
    /// it has gone to another server.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn progress(
        &mut self,
        lease: Lease,
        done: i64,
        counts: &str,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let noted = on_db!(self.rx.conn, |c| diesel::update(batches::table)
            .filter(batches::id.eq(lease.batch))
            .filter(batches::state.eq(BatchState::Running.stored()))
            .filter(batches::lease_until.eq(lease.until.millis()))
            .set((
                batches::done.eq(done),
                batches::counts.eq(counts),
                batches::lease_until.eq(until.millis()),
            ))
            .execute(c))?;
        let batch = lease.batch;
        Ok((noted == 1).then_some(Lease { batch, until }))
    }

    /// Says how a batch ended, and after how many rows; `false`, and nothing done, when it has gone to another server.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn finish_batch(
        &mut self,
        lease: Lease,
        state: BatchState,
        (done, counts): (i64, &str),
        problem: Option<&str>,
    ) -> Result<bool, StoreError> {
        let finished = on_db!(self.rx.conn, |c| diesel::update(batches::table)
            .filter(batches::id.eq(lease.batch))
            .filter(batches::state.eq(BatchState::Running.stored()))
            .filter(batches::lease_until.eq(lease.until.millis()))
            .set((
                batches::state.eq(state.stored()),
                batches::done.eq(done),
                batches::counts.eq(counts),
                batches::problem.eq(problem),
            ))
            .execute(c))?;
        Ok(finished == 1)
    }
}
