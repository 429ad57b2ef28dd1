//! Two databases behind one borrowed enum: each query is written once and compiled for both.

use diesel::Connection;
use diesel::PgConnection;
use diesel::RunQueryDsl;
use diesel::SqliteConnection;
use diesel::connection::AnsiTransactionManager;
use diesel::connection::SimpleConnection;
use diesel::connection::TransactionManager;
use diesel::r2d2::CustomizeConnection;
use diesel::r2d2::Pool;
use diesel::sql_types::BigInt;
use diesel::sql_types::Text;

use crate::store::StoreError;
use crate::store::pool::Lent;
use crate::store::pool::Manager;

/// A pool of connections to either database.
pub(crate) enum Db {
    Pg(Pool<Manager<PgConnection>>),
    Lite(Pool<Manager<SqliteConnection>>),
}

/// A borrowed connection to either database.
pub(crate) enum Conn<'a> {
    Pg(&'a mut PgConnection),
    Lite(&'a mut SqliteConnection),
}

/// Runs one body on whichever connection it is, or two where the databases really differ.
macro_rules! on_db {
    ($conn:expr, |$c:ident| $body:expr) => {
        on_db!($conn, pg | $c | $body, lite | $c | $body)
    };
    ($conn:expr, pg |$p:ident| $pb:expr, lite |$l:ident| $lb:expr) => {
        match &mut $conn {
            $crate::store::db::Conn::Pg(c) => {
                let $p: &mut diesel::PgConnection = c;
                $pb
            }
            $crate::store::db::Conn::Lite(c) => {
                let $l: &mut diesel::SqliteConnection = c;
                $lb
            }
        }
    };
}
pub(crate) use on_db;

/// How many rows of so many columns one INSERT may carry: SQLite binds 32,766 values at most,
/// PostgreSQL 65,535.
pub(crate) const fn rows_per_insert(columns: usize) -> usize {
    32_766 / columns
}

/// Inserts any number of rows of so many columns; many at once go by COPY on PostgreSQL.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr, $columns:literal) => {
        for chunk in $rows.chunks(const { $crate::store::db::rows_per_insert($columns) }) {
            $crate::store::db::on_db!(
                $conn,
                pg | c
                    | if chunk.len() > 50 {
                        diesel::copy_from($table)
                            .from_insertable(chunk.to_vec())
                            .execute(c)
                    } else {
                        diesel::insert_into($table).values(chunk).execute(c)
                    },
                lite | c | diesel::insert_into($table).values(chunk).execute(c)
            )?;
        }
    };
}
pub(crate) use insert_rows;

#[derive(Debug)]
struct Pragmas;

impl CustomizeConnection<Lent<SqliteConnection>, diesel::r2d2::Error> for Pragmas {
    fn on_acquire(&self, lent: &mut Lent<SqliteConnection>) -> Result<(), diesel::r2d2::Error> {
        // busy_timeout first: switching to WAL itself can meet a lock.
        let pragmas = lent.conn.batch_execute(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;",
        );
        pragmas.map_err(diesel::r2d2::Error::QueryError)
    }
}

/// No statement here runs long enough to be worth compiling; where PostgreSQL thinks otherwise,
/// it spends 60 ms on what takes 3.
#[derive(Debug)]
struct NoJit;

impl CustomizeConnection<Lent<PgConnection>, diesel::r2d2::Error> for NoJit {
    fn on_acquire(&self, lent: &mut Lent<PgConnection>) -> Result<(), diesel::r2d2::Error> {
        lent.conn
            .batch_execute("SET jit = off")
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

/// An error of the closure, or of the transaction around it.
enum Ended<E> {
    Work(E),
    Database(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for Ended<E> {
    fn from(why: diesel::result::Error) -> Self {
        Self::Database(why)
    }
}

impl Db {
    pub(crate) fn open(url: &str, connections: u32) -> Result<Self, StoreError> {
        let wait = std::time::Duration::from_secs(10);
        // Whoever starts is told soon that nobody answers; under load a turn may take longer.
        let first = std::time::Duration::from_secs(2);
        let failed = |why: diesel::r2d2::PoolError| StoreError::NoConnection(why.to_string());
        if let Some(path) = url.strip_prefix("sqlite://") {
            let manager = Manager::<SqliteConnection>::of(path);
            let pool = Pool::builder()
                .max_size(connections)
                .min_idle(Some(1))
                .connection_timeout(wait)
                .connection_customizer(Box::new(Pragmas))
                .build(manager);
            Ok(Self::Lite(pool.map_err(failed)?))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let manager = Manager::<PgConnection>::of(url);
            let pool = Pool::builder()
                .max_size(connections)
                .min_idle(Some(1))
                .connection_timeout(wait)
                .connection_customizer(Box::new(NoJit))
                .build_unchecked(manager);
            drop(pool.get_timeout(first).map_err(failed)?);
            Ok(Self::Pg(pool))
        } else {
            Err(StoreError::BadUrl)
        }
    }

    /// Lends a connection.
    pub(crate) fn run<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(Conn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let none = |why: diesel::r2d2::PoolError| StoreError::NoConnection(why.to_string());
        match self {
            Self::Pg(pool) => work(Conn::Pg(&mut pool.get().map_err(none)?.conn)),
            Self::Lite(pool) => work(Conn::Lite(&mut pool.get().map_err(none)?.conn)),
        }
    }

    /// Lends a connection in a transaction: one that writes, or a snapshot that reads.
    pub(crate) fn transaction<T, E: From<StoreError>>(
        &self,
        writes: bool,
        work: impl FnOnce(Conn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(|conn| {
            let done: Result<T, Ended<E>> = match conn {
                Conn::Pg(c) if writes => c.transaction(|c| work(Conn::Pg(c)).map_err(Ended::Work)),
                Conn::Pg(c) => c
                    .build_transaction()
                    .repeatable_read()
                    .read_only()
                    .run(|c| work(Conn::Pg(c)).map_err(Ended::Work)),
                // A deferred BEGIN that turns to writing meets SQLITE_BUSY at once.
                Conn::Lite(c) if writes => {
                    c.immediate_transaction(|c| work(Conn::Lite(c)).map_err(Ended::Work))
                }
                Conn::Lite(c) => c.transaction(|c| work(Conn::Lite(c)).map_err(Ended::Work)),
            };
            done.map_err(|ended| match ended {
                Ended::Work(why) => why,
                Ended::Database(why) => StoreError::Database(why).into(),
            })
        })
    }
}

/// How a savepoint ended. The transaction around it goes on.
pub(crate) enum Savepoint {
    /// What was done in it is part of the transaction.
    Kept,
    /// It was rolled back, as the work wanted.
    Undone,
    /// It was rolled back, because the database would not have it.
    Refused(diesel::result::Error),
}

/// Runs work in a savepoint of the transaction, which is kept if the work says so.
///
/// # Errors
///
/// The transaction itself is lost and must not be committed: its caller returns this error from
/// within it, and the pool throws away a connection that is still inside one.
pub(crate) fn savepoint(
    conn: &mut Conn<'_>,
    work: impl FnOnce(Conn<'_>) -> bool,
) -> Result<Savepoint, diesel::result::Error> {
    match conn {
        Conn::Pg(c) => savepoint_on(&mut **c, |c| work(Conn::Pg(c))),
        Conn::Lite(c) => savepoint_on(&mut **c, |c| work(Conn::Lite(c))),
    }
}

fn savepoint_on<C>(
    conn: &mut C,
    work: impl FnOnce(&mut C) -> bool,
) -> Result<Savepoint, diesel::result::Error>
where
    C: Connection<TransactionManager = AnsiTransactionManager>,
{
    let depth = |conn: &mut C| {
        let status = AnsiTransactionManager::transaction_manager_status_mut(conn);
        status.transaction_depth()
    };
    let outside = depth(conn)?;
    AnsiTransactionManager::begin_transaction(conn)?;
    if !work(conn) {
        AnsiTransactionManager::rollback_transaction(conn)?;
        return Ok(Savepoint::Undone);
    }
    match AnsiTransactionManager::commit_transaction(conn) {
        Ok(()) => Ok(Savepoint::Kept),
        // PostgreSQL keeps nothing behind an error that the work did not heed; diesel has rolled
        // back to the savepoint then. SQLite has lost the whole transaction if it says no here.
        Err(why) if depth(conn)? == outside => Ok(Savepoint::Refused(why)),
        Err(why) => Err(why),
    }
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(diesel::QueryableByName)]
struct Level {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

/// An acknowledgement means "on disk": refuses a database that is set otherwise.
pub(crate) fn check_durability(mut conn: Conn<'_>) -> Result<(), StoreError> {
    on_db!(
        conn,
        pg | c
            | {
                let found: Setting = diesel::sql_query(
                "SELECT current_setting('synchronous_commit') || '/' || current_setting('fsync') AS value",
            )
            .get_result(c)?;
                match found.value.as_str() {
                    "on/on" | "remote_apply/on" | "remote_write/on" => Ok(()),
                    other => Err(StoreError::NotDurable(format!(
                        "synchronous_commit/fsync is {other}"
                    ))),
                }
            },
        lite | c | {
            let found: Level =
                diesel::sql_query("SELECT synchronous AS value FROM pragma_synchronous")
                    .get_result(c)?;
            if found.value >= 2 {
                Ok(())
            } else {
                Err(StoreError::NotDurable(format!(
                    "PRAGMA synchronous is {}",
                    found.value
                )))
            }
        }
    )
}
