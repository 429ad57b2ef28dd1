//! What status lists are made from: every certificate on them that is not simply in force.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::sql_types::Bool;

use crate::store::Rx;
use crate::store::StoreError;
use crate::store::db::on_db;
use crate::store::schema::certificates;
use crate::store::schema::status_lists;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

// Word for word as in the migration, and no bound value: only so is the partial index of the
// few that are not in force always used.
const NOT_IN_FORCE: &str = "status <> 0";

/// A status list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusList {
    /// Its number.
    pub number: u32,
    /// The agency whose certificates are on it.
    pub issuer: u32,
    /// How many places it has.
    pub size: u32,
    /// How many of them have been given out.
    pub used: u32,
}

#[derive(Queryable)]
struct ListRow {
    number: i32,
    issuer: i32,
    size: i32,
    next: i32,
}

impl From<ListRow> for StatusList {
    fn from(row: ListRow) -> Self {
        Self {
            number: read_number(row.number),
            issuer: read_number(row.issuer),
            size: read_number(row.size),
            used: read_number(row.next),
        }
    }
}

impl Rx<'_> {
    /// All status lists, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn status_lists(&mut self) -> Result<Vec<StatusList>, StoreError> {
        let rows: Vec<ListRow> = on_db!(self.conn, |c| status_lists::table
            .order(status_lists::number)
            .load(c))?;
        Ok(rows.into_iter().map(StatusList::from).collect())
    }

    /// The status list with this number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn status_list(&mut self, number: u32) -> Result<Option<StatusList>, StoreError> {
        let row: Option<ListRow> = on_db!(self.conn, |c| status_lists::table
            .find(stored_number(number))
            .first(c)
            .optional())?;
        Ok(row.map(StatusList::from))
    }

    /// The places of a list whose certificate is not in force, in order, each with its stored
    /// standing. All other places are 0.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn status_entries(&mut self, list: u32) -> Result<Vec<(u32, i16)>, StoreError> {
        let rows: Vec<(i32, i16)> = on_db!(self.conn, |c| certificates::table
            .filter(certificates::list_number.eq(stored_number(list)))
            .filter(sql::<Bool>(NOT_IN_FORCE))
            .order(certificates::list_index)
            .select((certificates::list_index, certificates::status))
            .load(c))?;
        let read = |(index, status)| (read_number(index), status);
        Ok(rows.into_iter().map(read).collect())
    }
}
