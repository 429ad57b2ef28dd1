//! Numbers that are given out once: counters, and places on status lists.
//!
//! Reserve in a short transaction of its own, sign and seal with the numbers, then write: on
//! PostgreSQL a counter stays locked until its transaction ends. Numbers that are never used
//! leave a gap, which does no harm. Where several are reserved at once, places on status lists
//! come first and then counters in the order of their names, so that no two writers wait for
//! each other.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::agencies;
use crate::store::schema::counters;
use crate::store::schema::status_lists;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

/// Places on one status list, as its counter hands them out: not yet permuted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRange {
    /// The list's number.
    pub list: u32,
    /// The first place.
    pub first: u32,
    /// How many.
    pub count: u32,
}

/// The most places a status list can have.
const MOST_PLACES: u32 = 1 << 20;

impl Tx<'_> {
    /// Reserves `n` numbers of a counter and returns the first; a new counter begins at 1.
    ///
    /// With `n` = 0 nothing is reserved, but the counter stays locked.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn reserve(&mut self, counter: &str, n: i64) -> Result<i64, StoreError> {
        let next: i64 = on_db!(self.rx.conn, |c| diesel::insert_into(counters::table)
            .values((counters::name.eq(counter), counters::next.eq(n + 1)))
            .on_conflict(counters::name)
            .do_update()
            .set(counters::next.eq(counters::next + n))
            .returning(counters::next)
            .get_result(c))?;
        Ok(next - n)
    }

    /// Reserves `n` places on the status lists of an issuer, opening lists of `size` places
    /// (1 to 2^20) when those there are full. The ranges come in the order in which to fill them.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also when there is no such issuer.
    pub fn reserve_entries(
        &mut self,
        issuer: u32,
        n: u32,
        size: u32,
    ) -> Result<Vec<EntryRange>, StoreError> {
        let issuer = stored_number(issuer);
        let size = size.clamp(1, MOST_PLACES);
        // Writers of one issuer queue at its row, so that no two open a list at once.
        let agency = agencies::table
            .filter(agencies::number.eq(issuer))
            .select(agencies::number);
        let _: i32 = on_db!(
            self.rx.conn,
            pg | c | agency.for_no_key_update().first(c),
            lite | c | agency.first(c)
        )?;
        let mut ranges = Vec::new();
        let mut wanted = n;
        while wanted > 0 {
            let open: Option<(i32, i32, i32)> = on_db!(self.rx.conn, |c| status_lists::table
                .filter(status_lists::issuer.eq(issuer))
                .filter(status_lists::next.lt(status_lists::size))
                .order(status_lists::number)
                .select((status_lists::number, status_lists::size, status_lists::next))
                .first(c)
                .optional())?;
            let Some((list, room, first)) = open else {
                self.open_list(issuer, size)?;
                continue;
            };
            let first = read_number(first);
            let count = wanted.min(read_number(room).saturating_sub(first));
            let next = stored_number(first + count);
            on_db!(self.rx.conn, |c| diesel::update(
                status_lists::table.find(list)
            )
            .set(status_lists::next.eq(next))
            .execute(c))?;
            let list = read_number(list);
            ranges.push(EntryRange { list, first, count });
            wanted -= count;
        }
        Ok(ranges)
    }

    fn open_list(&mut self, issuer: i32, size: u32) -> Result<(), StoreError> {
        let number = self.reserve("status_list", 1)?;
        let Ok(number) = i32::try_from(number) else {
            return Err(StoreError::Damaged { table: "counters" });
        };
        on_db!(self.rx.conn, |c| diesel::insert_into(status_lists::table)
            .values((
                status_lists::number.eq(number),
                status_lists::issuer.eq(issuer),
                status_lists::size.eq(stored_number(size)),
                status_lists::next.eq(0),
            ))
            .execute(c))?;
        Ok(())
    }
}
