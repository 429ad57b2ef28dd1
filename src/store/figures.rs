//! What was waived and what was not, counted from the cases that are stored.
//!
//! A case counts on the day on which its first receipt was signed, as it stands now: a receipt
//! that is voided does not uncount it, and what is put right afterwards counts on that day, too.
//! A case that was withdrawn after all counts nowhere.

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

/// Which cases are counted, and what of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The first moment, in milliseconds.
    pub from: i64,
    /// The first moment that is too late.
    pub to: i64,
    /// Only cases that the windows of this agency took.
    pub window: Option<i32>,
    /// Only items that agencies of this division run.
    pub division: Option<String>,
    /// Only items that agencies of this kind run.
    pub department: Option<String>,
    /// Only this item.
    pub item: Option<String>,
    /// Only materials that a certificate of this type can stand for.
    pub type_number: Option<i32>,
}

/// By what cases are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Days since 1970-01-01 in Asia/Shanghai.
    Day,
    /// Codes of the items that were dealt with: a package counts for each of its items.
    Item,
    /// Kinds of department of which one item at least was dealt with.
    Department,
    /// Divisions of which one item at least was dealt with.
    Division,
    /// Numbers of the types that stood for something, by a certificate or by the issuer's word;
    /// empty for promises.
    Type,
}

/// So many of something.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct KeyCount {
    /// Of what, as [`Per`] says.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// Materials of an item that stand alike.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct MaterialCount {
    /// The item.
    #[diesel(sql_type = Text)]
    pub item: String,
    /// The agency that runs it.
    #[diesel(sql_type = Integer)]
    pub agency: i32,
    /// The type that can stand for them.
    #[diesel(sql_type = Nullable<Integer>)]
    pub type_number: Option<i32>,
    /// How they stand: waived, on paper, promised or disputed.
    #[diesel(sql_type = SmallInt)]
    pub state: i16,
    /// By which way they were waived.
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub route: Option<i16>,
    /// Why they are on paper.
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub reason: Option<i16>,
    /// 1 where an item that stands earlier in the case asks for the very same materials, which
    /// are counted there.
    #[diesel(sql_type = Integer)]
    pub shared: i32,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

// SQLite gives `$1` … `$7` their numbers as they come first, so they come in this order.
macro_rules! cases {
    () => {
        " FROM receipts r JOIN cases c ON c.id = r.case_id \
        JOIN case_items i ON i.case_id = c.id JOIN agencies a ON a.number = i.agency "
    };
}
// Closing signs a receipt that stands, so a case that ended with none was withdrawn.
macro_rules! chosen {
    () => {
        " WHERE r.version = 1 AND r.issued_at >= $1 AND r.issued_at < $2 \
        AND ($3 IS NULL OR c.agency = $3) AND ($4 IS NULL OR a.division = $4) \
        AND ($5 IS NULL OR a.department = $5) AND ($6 IS NULL OR i.item = $6) \
        AND (c.closed_at IS NULL OR EXISTS (SELECT 1 FROM receipts s \
        WHERE s.case_id = c.id AND s.voided_at IS NULL)) "
    };
}
macro_rules! materials {
    () => {
        concat!(
            cases!(),
            "JOIN case_wants w ON w.case_id = i.case_id AND w.item = i.position \
            JOIN case_materials m ON m.case_id = w.case_id AND m.position = w.material",
            chosen!(),
            "AND ($7 IS NULL OR m.type_number = $7) "
        )
    };
}
macro_rules! per {
    ($key:literal) => {
        concat!(
            "SELECT ",
            $key,
            " AS key, count(DISTINCT c.id) AS count",
            cases!(),
            chosen!(),
            "AND ($7 IS NULL OR EXISTS (SELECT 1 FROM case_wants w JOIN case_materials m \
            ON m.case_id = w.case_id AND m.position = w.material WHERE w.case_id = i.case_id \
            AND w.item = i.position AND m.type_number = $7)) GROUP BY 1 ORDER BY 1"
        )
    };
}

/// Whether an earlier item of the case asks for the same.
macro_rules! shared {
    () => {
        "EXISTS (SELECT 1 FROM case_wants o WHERE o.case_id = w.case_id \
        AND o.material = w.material AND o.item < w.item)"
    };
}

const PER_TYPE: &str = concat!(
    "SELECT COALESCE(CASE m.state WHEN 3 THEN CAST(m.type_number AS TEXT) END, '') AS key, \
    count(DISTINCT c.id) AS count",
    materials!(),
    "AND m.state IN (3, 6) GROUP BY 1 ORDER BY 1"
);

/// Waived (3), promised (6), and on paper (4) or disputed (8), but for what must be handed in (1)
/// or is taken back (9), which could not have been waived. What identifies, may follow or is no
/// longer asked for has other states.
const MATERIALS: &str = concat!(
    "SELECT item, agency, type_number, state, route, reason, shared, count(*) AS count FROM \
    (SELECT i.item, i.agency, m.type_number, m.state, m.route, m.reason, CASE WHEN ",
    shared!(),
    " THEN 1 ELSE 0 END AS shared",
    materials!(),
    "AND (m.state IN (3, 6) OR (m.state IN (4, 8) AND COALESCE(m.reason, 0) NOT IN (1, 9)))) AS counted \
    GROUP BY item, agency, type_number, state, route, reason, shared ORDER BY 1, 3, 4, 5, 6, 7"
);

/// What was really waived, on each day.
const WAIVED_PER_DAY: &str = concat!(
    "SELECT CAST((r.issued_at + 28800000) / 86400000 AS TEXT) AS key, count(*) AS count",
    materials!(),
    "AND m.state IN (3, 6) AND NOT ",
    shared!(),
    " GROUP BY 1 ORDER BY 1"
);

/// Runs a query over what is counted.
macro_rules! over {
    ($conn:expr, $query:expr, $of:expr) => {
        on_db!($conn, |c| diesel::sql_query($query)
            .bind::<BigInt, _>($of.from)
            .bind::<BigInt, _>($of.to)
            .bind::<Nullable<Integer>, _>($of.window)
            .bind::<Nullable<Text>, _>($of.division.as_deref())
            .bind::<Nullable<Text>, _>($of.department.as_deref())
            .bind::<Nullable<Text>, _>($of.item.as_deref())
            .bind::<Nullable<Integer>, _>($of.type_number)
            .load(c))?
    };
}

impl Rx<'_> {
    /// How many cases there are of each, each case once for each.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn cases_per(&mut self, per: Per, of: &Counted) -> Result<Vec<KeyCount>, StoreError> {
        let query = match per {
            Per::Day => per!("CAST((r.issued_at + 28800000) / 86400000 AS TEXT)"),
            Per::Item => per!("i.item"),
            Per::Department => per!("a.department"),
            Per::Division => per!("a.division"),
            Per::Type => PER_TYPE,
        };
        Ok(over!(self.conn, query, of))
    }

    /// How the materials of cases stand that were waived or could have been.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn materials_of_cases(&mut self, of: &Counted) -> Result<Vec<MaterialCount>, StoreError> {
        Ok(over!(self.conn, MATERIALS, of))
    }

    /// How many materials were really waived on each day, each once for its case; days as
    /// [`Per::Day`] counts them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn waived_per_day(&mut self, of: &Counted) -> Result<Vec<KeyCount>, StoreError> {
        Ok(over!(self.conn, WAIVED_PER_DAY, of))
    }
}
