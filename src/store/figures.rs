//! What was waived and what was not, counted from the cases that are stored.
//!
//! A case counts on the day it was closed. `$1` and `$2` are that span in milliseconds.

use diesel::QueryableByName;
use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;

use crate::store::Rx;
use crate::store::StoreError;
use crate::store::db::on_db;

/// Cases and materials of one day; `day` counts from 1970-01-01 in Asia/Shanghai.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct DayCount {
    /// The day.
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    /// Cases that were closed on it.
    #[diesel(sql_type = BigInt)]
    pub cases: i64,
    /// Materials of theirs that were really waived.
    #[diesel(sql_type = BigInt)]
    pub waived: i64,
}

/// Materials that were really waived, by the type that stood for them.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct TypeCount {
    /// The type; none for a promise.
    #[diesel(sql_type = Nullable<Integer>)]
    pub type_number: Option<i32>,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub waived: i64,
}

/// Materials that were really waived, by an item that asked for them. One that several items of
/// a case share counts for each of them here, and once in all.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct ItemCount {
    /// The item.
    #[diesel(sql_type = Text)]
    pub item: String,
    /// The agency that runs it.
    #[diesel(sql_type = Integer)]
    pub agency: i32,
    /// Cases in which it was dealt with.
    #[diesel(sql_type = BigInt)]
    pub cases: i64,
    /// How many were waived.
    #[diesel(sql_type = BigInt)]
    pub waived: i64,
}

/// Materials that could have been waived and came on paper, by item, type and reason.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct ReasonCount {
    /// The item.
    #[diesel(sql_type = Text)]
    pub item: String,
    /// The type that could have stood for it.
    #[diesel(sql_type = Nullable<Integer>)]
    pub type_number: Option<i32>,
    /// The reason's number.
    #[diesel(sql_type = SmallInt)]
    pub reason: i16,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// Waived (3) by a certificate, data or a check, or promised (6): never what identifies, is
/// taken back, follows later or is no longer asked for, which have other states.
const BY_DAY: &str = "SELECT (c.closed_at + 28800000) / 86400000 AS day, \
    count(DISTINCT c.id) AS cases, \
    count(CASE WHEN m.state IN (3, 6) THEN 1 END) AS waived \
    FROM cases c LEFT JOIN case_materials m ON m.case_id = c.id \
    WHERE c.closed_at >= $1 AND c.closed_at < $2 GROUP BY 1 ORDER BY 1";

const BY_TYPE: &str = "SELECT m.type_number AS type_number, count(*) AS waived \
    FROM cases c JOIN case_materials m ON m.case_id = c.id \
    WHERE c.closed_at >= $1 AND c.closed_at < $2 AND m.state IN (3, 6) \
    GROUP BY m.type_number ORDER BY 2 DESC, 1";

const BY_ITEM: &str = "SELECT i.item AS item, i.agency AS agency, \
    count(DISTINCT c.id) AS cases, \
    count(CASE WHEN m.state IN (3, 6) THEN 1 END) AS waived \
    FROM cases c JOIN case_items i ON i.case_id = c.id \
    LEFT JOIN case_wants w ON w.case_id = i.case_id AND w.item = i.position \
    LEFT JOIN case_materials m ON m.case_id = w.case_id AND m.position = w.material \
    WHERE c.closed_at >= $1 AND c.closed_at < $2 \
    GROUP BY i.item, i.agency ORDER BY 4 DESC, 1";

/// Reasons that an officer gave: what must be handed in (1) or is taken back (9) is no failure.
const BY_REASON: &str = "SELECT i.item AS item, m.type_number AS type_number, \
    m.reason AS reason, count(*) AS count \
    FROM cases c JOIN case_materials m ON m.case_id = c.id \
    JOIN case_wants w ON w.case_id = m.case_id AND w.material = m.position \
    JOIN case_items i ON i.case_id = w.case_id AND i.position = w.item \
    WHERE c.closed_at >= $1 AND c.closed_at < $2 AND m.state = 4 \
    AND m.reason IS NOT NULL AND m.reason NOT IN (1, 9) \
    GROUP BY i.item, m.type_number, m.reason ORDER BY 4 DESC, 1, 2, 3";

/// Runs a query over a span.
macro_rules! over {
    ($conn:expr, $query:expr, $span:expr) => {{
        let (from, to) = $span;
        on_db!($conn, |c| diesel::sql_query($query)
            .bind::<BigInt, _>(from)
            .bind::<BigInt, _>(to)
            .load(c))?
    }};
}

impl Rx<'_> {
    /// Cases and waived materials of each day of a span, in milliseconds, its end not included.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn waived_by_day(&mut self, span: (i64, i64)) -> Result<Vec<DayCount>, StoreError> {
        Ok(over!(self.conn, BY_DAY, span))
    }

    /// Waived materials of a span by type, most first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn waived_by_type(&mut self, span: (i64, i64)) -> Result<Vec<TypeCount>, StoreError> {
        Ok(over!(self.conn, BY_TYPE, span))
    }

    /// Waived materials of a span by item, most first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn waived_by_item(&mut self, span: (i64, i64)) -> Result<Vec<ItemCount>, StoreError> {
        Ok(over!(self.conn, BY_ITEM, span))
    }

    /// Why materials that could have been waived came on paper in a span, most first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn paper_reasons(&mut self, span: (i64, i64)) -> Result<Vec<ReasonCount>, StoreError> {
        Ok(over!(self.conn, BY_REASON, span))
    }
}
