//! How many certificates stand how, how many are new, and how often they were used: counted, and
//! nothing opened.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::QueryableByName;
use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use diesel::sql_types::Integer;
use diesel::sql_types::SmallInt;

use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::db::on_db;
use crate::store::schema::ledger;

/// Certificates of a type that stand alike.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct StandingCount {
    /// The type's number.
    #[diesel(sql_type = Integer)]
    pub type_number: i32,
    /// Their standing, as [`Standing::stored`](crate::domain::standing::Standing::stored).
    #[diesel(sql_type = SmallInt)]
    pub status: i16,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// How many of them have seen their last day.
    #[diesel(sql_type = BigInt)]
    pub expired: i64,
}

/// So many on a day.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct DayCount {
    /// Days since 1970-01-01 in Asia/Shanghai.
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// So many uses of an agency's certificates on a day.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct UseCount {
    /// Days since 1970-01-01 in Asia/Shanghai.
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    /// The kind of event, as [`EventKind::number`].
    #[diesel(sql_type = SmallInt)]
    pub kind: i16,
    /// The agency that issued what was used.
    #[diesel(sql_type = Integer)]
    pub issuer: i32,
    /// How often.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

macro_rules! standings {
    ($of:literal) => {
        concat!(
            "SELECT type_number, status, count(*) AS count, \
            CAST(sum(CASE WHEN valid_to < $1 THEN 1 ELSE 0 END) AS BIGINT) AS expired \
            FROM certificates ",
            $of,
            "GROUP BY type_number, status ORDER BY type_number, status"
        )
    };
}
macro_rules! issued {
    ($of:literal) => {
        concat!(
            "SELECT CAST((issued_at + 28800000) / 86400000 AS BIGINT) AS day, count(*) AS count \
            FROM certificates WHERE issued_at >= $1 ",
            $of,
            "GROUP BY 1 ORDER BY 1"
        )
    };
}

/// Read in the order of the ledger's numbers, which is that of time.
const USES: &str = "SELECT CAST((l.at + 28800000) / 86400000 AS BIGINT) AS day, l.kind AS kind, \
    c.issuer AS issuer, count(*) AS count FROM ledger l \
    JOIN certificates c ON c.id = l.certificate_id \
    WHERE l.seq > $1 AND l.seq <= $2 AND l.kind IN ($3, $4, $5) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

impl Rx<'_> {
    /// How many certificates of each type stand how: an agency's, or all.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn count_standings(
        &mut self,
        issuer: Option<i32>,
        today: i64,
    ) -> Result<Vec<StandingCount>, StoreError> {
        Ok(match issuer {
            Some(issuer) => on_db!(self.conn, |c| diesel::sql_query(standings!(
                "WHERE issuer = $2 "
            ))
            .bind::<BigInt, _>(today)
            .bind::<Integer, _>(issuer)
            .load(c))?,
            None => on_db!(self.conn, |c| diesel::sql_query(standings!(""))
                .bind::<BigInt, _>(today)
                .load(c))?,
        })
    }

    /// How many certificates were issued on each day since a moment: by an agency, or by all.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn count_issued(
        &mut self,
        issuer: Option<i32>,
        since: Timestamp,
    ) -> Result<Vec<DayCount>, StoreError> {
        Ok(match issuer {
            Some(issuer) => on_db!(self.conn, |c| diesel::sql_query(issued!(
                "AND issuer = $2 "
            ))
            .bind::<BigInt, _>(since.millis())
            .bind::<Integer, _>(issuer)
            .load(c))?,
            None => on_db!(self.conn, |c| diesel::sql_query(issued!(""))
                .bind::<BigInt, _>(since.millis())
                .load(c))?,
        })
    }

    /// How often certificates were used in the ledger's rows behind `after` and up to `last`, by
    /// day, kind and issuer.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn count_uses_between(
        &mut self,
        after: i64,
        last: i64,
        kinds: [EventKind; 3],
    ) -> Result<Vec<UseCount>, StoreError> {
        let [first, second, third] = kinds.map(EventKind::number);
        Ok(on_db!(self.conn, |c| diesel::sql_query(USES)
            .bind::<BigInt, _>(after)
            .bind::<BigInt, _>(last)
            .bind::<SmallInt, _>(first)
            .bind::<SmallInt, _>(second)
            .bind::<SmallInt, _>(third)
            .load(c))?)
    }

    /// When the first row of the ledger from this number on was written; none behind the last.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ledger_time_from(&mut self, seq: i64) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = on_db!(self.conn, |c| ledger::table
            .filter(ledger::seq.ge(seq))
            .order(ledger::seq)
            .select(ledger::at)
            .first(c)
            .optional())?;
        Ok(at.map(Timestamp::from_millis))
    }
}
