//! Alarms about odd uses: by agency, whose hand it was, item and day.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::domain::time::Day;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::retention::Old;
use crate::store::schema::alarms;
use crate::store::schema::odd_uses;
use crate::store::stored::sealed;
use crate::store::use_counts::stored_day;
use crate::store::vouch::Watched;

/// Where what was found about an alarm stands, sealed; the row's id is the alarm's.
pub const ALARM: Place = Place {
    table: "alarms",
    column: "sealed",
};

/// An alarm as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = alarms, treat_none_as_default_value = false)]
pub struct AlarmRow {
    /// Its id, reserved.
    pub id: i64,
    /// The agency whose system it was.
    pub agency: i32,
    /// The item.
    pub item: String,
    /// Under what its uses are counted: a digest, which names nobody.
    pub scope: String,
    /// The day, in days since 1970-01-01.
    pub day: i32,
    /// When it was raised, in milliseconds.
    pub raised_at: i64,
    /// When it was settled.
    pub settled_at: Option<i64>,
    /// By which credential.
    pub settled_by: Option<String>,
    /// The data key that the rest is sealed under.
    pub key_id: i16,
    /// Whose hand it was and what was found, sealed at [`ALARM`].
    pub sealed: Vec<u8>,
}

impl AlarmRow {
    /// Whose hand it was and what was found, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }
}

impl Rx<'_> {
    /// The alarm with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn alarm(&mut self, id: i64) -> Result<Option<AlarmRow>, StoreError> {
        Ok(on_db!(self.conn, |c| alarms::table
            .find(id)
            .select(AlarmRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The alarm of a scope and day, settled or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn alarm_of(&mut self, scope: &str, day: Day) -> Result<Option<AlarmRow>, StoreError> {
        Ok(on_db!(self.conn, |c| alarms::table
            .filter(alarms::scope.eq(scope))
            .filter(alarms::day.eq(stored_day(day)))
            .select(AlarmRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The alarms that nobody settled, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn alarms_open(&mut self, most: i64) -> Result<Vec<AlarmRow>, StoreError> {
        Ok(on_db!(self.conn, |c| alarms::table
            .filter(alarms::settled_at.is_null())
            .order(alarms::id)
            .limit(most)
            .select(AlarmRow::as_select())
            .load(c))?)
    }

    /// Alarms that were settled before then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_alarms(&mut self, before: i64) -> Result<Vec<Old>, StoreError> {
        let rows: Vec<(i64, Option<i64>)> = on_db!(self.conn, |c| alarms::table
            .filter(alarms::settled_at.lt(before))
            .order(alarms::id)
            .select((alarms::id, alarms::settled_at))
            .load(c))?;
        let old = |(id, at): (i64, Option<i64>)| Some(Old { id, at: at? });
        Ok(rows.into_iter().filter_map(old).collect())
    }

    /// Every alarm behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn alarm_rows(&mut self, after: i64, most: i64) -> Result<Vec<AlarmRow>, StoreError> {
        Ok(on_db!(self.conn, |c| alarms::table
            .filter(alarms::id.gt(after))
            .order(alarms::id)
            .limit(most)
            .select(AlarmRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds an alarm; `false`, and nothing done, if its scope and day have one.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also when there is no such agency.
    pub fn insert_alarm(&mut self, row: &AlarmRow) -> Result<bool, StoreError> {
        let raised = on_db!(self.rx.conn, |c| diesel::insert_into(alarms::table)
            .values(row)
            .on_conflict((alarms::scope, alarms::day))
            .do_nothing()
            .execute(c))?;
        if raised == 1 {
            self.vouch(row, None);
        }
        Ok(raised == 1)
    }

    /// Puts an alarm as it was settled in the place of an open one; `false`, and nothing done, if
    /// somebody settled it before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn settle_alarm(&mut self, row: &AlarmRow) -> Result<bool, StoreError> {
        let settled = on_db!(self.rx.conn, |c| diesel::update(alarms::table.find(row.id))
            .filter(alarms::settled_at.is_null())
            .set((
                alarms::settled_at.eq(row.settled_at),
                alarms::settled_by.eq(&row.settled_by),
                alarms::key_id.eq(row.key_id),
                alarms::sealed.eq(&row.sealed),
            ))
            .execute(c))?;
        if settled == 1 {
            self.vouch(row, None);
        }
        Ok(settled == 1)
    }

    /// Deletes an alarm with its list; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_alarm(&mut self, id: i64) -> Result<bool, StoreError> {
        let Some(row) = self.alarm(id)? else {
            return Ok(false);
        };
        on_db!(self.rx.conn, |c| {
            diesel::delete(odd_uses::table)
                .filter(odd_uses::scope.eq(&row.scope))
                .filter(odd_uses::day.eq(row.day))
                .execute(c)?;
            diesel::delete(alarms::table.find(id)).execute(c)
        })?;
        self.vouch_gone(Watched::Alarms, &id.to_string());
        Ok(true)
    }
}
