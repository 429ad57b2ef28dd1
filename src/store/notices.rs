//! Notices to holders, by blind index; what they tell is sealed.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::crypto::vault::Place;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::notices;

/// Where what a notice tells stands.
pub const NOTICE: Place = Place {
    table: "notices",
    column: "sealed",
};

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = notices, treat_none_as_default_value = false)]
pub struct NoticeRow {
    /// Its id, reserved.
    pub id: i64,
    /// The blind index of who is told.
    pub holder_index: Vec<u8>,
    /// Its kind's number.
    pub kind: i16,
    /// When, in milliseconds.
    pub at: i64,
    /// When it was read.
    pub read_at: Option<i64>,
    /// The data key that the rest is sealed under.
    pub key_id: i16,
    /// What it tells, sealed at [`NOTICE`].
    pub sealed: Vec<u8>,
}

impl Rx<'_> {
    /// A holder's notices, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn notices_of(
        &mut self,
        holder: &[u8; 32],
        most: i64,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        Ok(on_db!(self.conn, |c| notices::table
            .filter(notices::holder_index.eq(holder.as_slice()))
            .order(notices::id.desc())
            .limit(most)
            .select(NoticeRow::as_select())
            .load(c))?)
    }

    /// Every notice behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn notice_rows(&mut self, after: i64, most: i64) -> Result<Vec<NoticeRow>, StoreError> {
        Ok(on_db!(self.conn, |c| notices::table
            .filter(notices::id.gt(after))
            .order(notices::id)
            .limit(most)
            .select(NoticeRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds notices.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_notices(&mut self, rows: &[NoticeRow]) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(notices::table)
            .values(rows)
            .execute(c))?;
        for row in rows {
            self.vouch(row, None);
        }
        Ok(())
    }

    /// Marks a holder's notice as read, the first time; `false` if it is not theirs.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn read_notice(
        &mut self,
        id: i64,
        holder: &[u8; 32],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        on_db!(self.rx.conn, |c| diesel::update(notices::table.find(id))
            .filter(notices::holder_index.eq(holder.as_slice()))
            .filter(notices::read_at.is_null())
            .set(notices::read_at.eq(at.millis()))
            .execute(c))?;
        let theirs: i64 = on_db!(self.rx.conn, |c| notices::table
            .find(id)
            .filter(notices::holder_index.eq(holder.as_slice()))
            .count()
            .get_result(c))?;
        Ok(theirs == 1)
    }
}
