//! A look at a database from outside: for whoever asks why an office cannot be opened.

use std::path::Path;

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;

use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::db;
use crate::store::db::Conn;
use crate::store::db::Db;
use crate::store::db::on_db;
use crate::store::migrations;
use crate::store::migrations::Migrations;

/// What a database is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// How its migrations stand to ours.
    pub migrations: Migrations,
    /// Why an acknowledgement would not mean "on disk"; none if it does.
    pub not_durable: Option<String>,
    /// What time it is there, where it has a clock of its own.
    pub clock: Option<Timestamp>,
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

/// Looks at a database; none is made where there is none, and nothing is migrated. (An empty one
/// gets diesel's own table of migrations.)
///
/// # Errors
///
/// [`StoreError`]: a bad address, or no connection.
pub fn inspect(url: &str) -> Result<Inspection, StoreError> {
    if let Some(path) = url.strip_prefix("sqlite://")
        && !Path::new(path).is_file()
    {
        return Err(StoreError::NoConnection(format!("there is no file {path}")));
    }
    let db = Db::open(url, 1)?;
    let not_durable = match db.run(db::check_durability) {
        Ok(()) => None,
        Err(StoreError::NotDurable(how)) => Some(how),
        Err(why) => return Err(why),
    };
    Ok(Inspection {
        migrations: db.run(migrations::look)?,
        not_durable,
        clock: db.run(clock)?,
    })
}

/// Whether a register's ledger has begun in a database. Nothing is migrated.
///
/// # Errors
///
/// [`StoreError`]: a bad address, or no connection.
pub fn is_used(url: &str) -> Result<bool, StoreError> {
    if let Some(path) = url.strip_prefix("sqlite://")
        && !Path::new(path).exists()
    {
        return Ok(false);
    }
    let db = Db::open(url, 1)?;
    if db.run(migrations::look)?.pending > 0 {
        // A register that is older than this program has its tables, and migrates first.
        return db.run(|mut conn| {
            let found = on_db!(
                conn,
                pg | c | diesel::sql_query(PG_HAS_LEDGER).get_result::<Number>(c),
                lite | c | diesel::sql_query(LITE_HAS_LEDGER).get_result::<Number>(c)
            )?;
            Ok(found.value > 0)
        });
    }
    db.run(|conn| Ok(Rx { conn }.last_ledger_row()?.is_some()))
}

const PG_HAS_LEDGER: &str = "SELECT count(*) AS value FROM pg_tables WHERE tablename = 'ledger' AND schemaname = ANY (current_schemas(false))";
const LITE_HAS_LEDGER: &str =
    "SELECT count(*) AS value FROM sqlite_master WHERE type = 'table' AND name = 'ledger'";

fn clock(mut conn: Conn<'_>) -> Result<Option<Timestamp>, StoreError> {
    on_db!(
        conn,
        pg | c | {
            let now: Number = diesel::sql_query(
                "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS value",
            )
            .get_result(c)?;
            Ok(Some(Timestamp::from_millis(now.value)))
        },
        lite | _c | Ok(None)
    )
}
