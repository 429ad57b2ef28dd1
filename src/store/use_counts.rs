//! How often something was used on a day, and which uses were odd.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;
use diesel::dsl::exists;
use diesel::dsl::not;

use crate::domain::time::Day;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::prepared::OneMoreOfEach;
use crate::store::schema::alarms;
use crate::store::schema::odd_uses;
use crate::store::schema::use_counts;

/// A day as the databases keep it: days since 1970-01-01.
pub(crate) fn stored_day(day: Day) -> i32 {
    i32::try_from(day.number()).unwrap_or(i32::MAX)
}

impl Rx<'_> {
    /// How many of a scope a day has.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn uses_of(&mut self, scope: &str, day: Day) -> Result<i64, StoreError> {
        let uses: Option<i64> = on_db!(self.conn, |c| use_counts::table
            .find((scope, stored_day(day)))
            .select(use_counts::uses)
            .first(c)
            .optional())?;
        Ok(uses.unwrap_or_default())
    }

    /// The numbers of the odd use records of a scope and day, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn odd_uses(&mut self, scope: &str, day: i32, most: i64) -> Result<Vec<i64>, StoreError> {
        Ok(on_db!(self.conn, |c| odd_uses::table
            .filter(odd_uses::scope.eq(scope))
            .filter(odd_uses::day.eq(day))
            .order(odd_uses::record)
            .limit(most)
            .select(odd_uses::record)
            .load(c))?)
    }

    /// How many odd uses a scope and day have.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn count_odd_uses(&mut self, scope: &str, day: i32) -> Result<i64, StoreError> {
        Ok(on_db!(self.conn, |c| odd_uses::table
            .filter(odd_uses::scope.eq(scope))
            .filter(odd_uses::day.eq(day))
            .count()
            .get_result(c))?)
    }
}

impl Tx<'_> {
    /// Counts one more of a scope on a day, and returns how many there are now.
    ///
    /// Ask for the next record first: whoever counted before locking the head of the ledger would on
    /// PostgreSQL wait for one who holds it and waits for the count.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn count(&mut self, scope: &str, day: Day) -> Result<i64, StoreError> {
        let day = stored_day(day);
        Ok(on_db!(self.rx.conn, |c| diesel::insert_into(
            use_counts::table
        )
        .values((
            use_counts::scope.eq(scope),
            use_counts::day.eq(day),
            use_counts::uses.eq(1_i64)
        ))
        .on_conflict((use_counts::scope, use_counts::day))
        .do_update()
        .set(use_counts::uses.eq(use_counts::uses + 1_i64))
        .returning(use_counts::uses)
        .get_result(c))?)
    }

    /// Counts one more of up to three scopes on a day, each of which may have so many, and returns
    /// the first that has them already; the transaction is not to be kept then. As with
    /// [`count`](Self::count), the next record is asked for first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn count_uses(
        &mut self,
        day: Day,
        of: [Option<(&str, i64)>; 3],
    ) -> Result<Option<usize>, StoreError> {
        let day = stored_day(day);
        let counted = self.one_more_of(day, of)?;
        for (at, one) in of.iter().enumerate() {
            if let Some((scope, most)) = one
                && !counted.iter().any(|done| done == scope)
                && !self.count_first(scope, day, *most)?
            {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Counts up those of the scopes that have a count, and may have one more; returns which.
    fn one_more_of(
        &mut self,
        day: i32,
        of: [Option<(&str, i64)>; 3],
    ) -> Result<Vec<String>, StoreError> {
        // No scope is without a name.
        let of = of.map(|one| one.unwrap_or(("", 0)));
        let each = OneMoreOfEach { day, of };
        Ok(on_db!(self.rx.conn, |c| each.load(c))?)
    }

    /// Counts the first of a scope on a day, if one may be; `false` if there are as many as may be.
    fn count_first(&mut self, scope: &str, day: i32, most: i64) -> Result<bool, StoreError> {
        if most < 1 {
            return Ok(false);
        }
        let first = on_db!(self.rx.conn, |c| diesel::insert_into(use_counts::table)
            .values((
                use_counts::scope.eq(scope),
                use_counts::day.eq(day),
                use_counts::uses.eq(1_i64)
            ))
            .on_conflict_do_nothing()
            .execute(c))?;
        // Of two who come first at the same time, one finds the other's.
        Ok(first == 1
            || !self
                .one_more_of(day, [Some((scope, most)), None, None])?
                .is_empty())
    }

    /// Notes that a use record was odd.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_odd_use(&mut self, scope: &str, day: Day, record: i64) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(odd_uses::table)
            .values((
                odd_uses::scope.eq(scope),
                odd_uses::day.eq(stored_day(day)),
                odd_uses::record.eq(record)
            ))
            .on_conflict_do_nothing()
            .execute(c))?;
        Ok(())
    }

    /// Forgets the counts of days before one, and odd uses of those days that raised
    /// no alarm.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_counts_before(&mut self, day: Day) -> Result<(), StoreError> {
        let day = stored_day(day);
        on_db!(self.rx.conn, |c| {
            diesel::delete(use_counts::table.filter(use_counts::day.lt(day))).execute(c)?;
            // Those of an alarm go with it.
            let of_an_alarm = alarms::table
                .filter(alarms::scope.eq(odd_uses::scope))
                .filter(alarms::day.eq(odd_uses::day));
            diesel::delete(odd_uses::table)
                .filter(odd_uses::day.lt(day))
                .filter(not(exists(of_an_alarm)))
                .execute(c)
        })?;
        Ok(())
    }
}
