//! Migrations: up at every start, down in tests, and a database that is too new refused.

use diesel::connection::SimpleConnection;
use diesel_migrations::EmbeddedMigrations;
use diesel_migrations::MigrationHarness;
use diesel_migrations::embed_migrations;

use crate::store::StoreError;
use crate::store::db::Conn;
use crate::store::db::Db;
use crate::store::db::on_db;

const LITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const PG: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Two servers may start at once: only one migrates, on PostgreSQL because of this lock.
const LOCK: &str = "SELECT pg_advisory_lock(7340037)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(7340037)";

fn failed(why: impl std::fmt::Display) -> StoreError {
    StoreError::Migration(why.to_string())
}

pub(crate) fn bring_up(mut conn: Conn<'_>) -> Result<(), StoreError> {
    on_db!(
        conn,
        pg | c | {
            c.batch_execute(LOCK)?;
            let done = refuse_newer(c, &PG)
                .and_then(|()| c.run_pending_migrations(PG).map(|_| ()).map_err(failed));
            c.batch_execute(UNLOCK)?;
            done
        },
        // One transaction, begun as a writer: whoever comes second waits, and finds it done.
        lite | c
            | c.immediate_transaction(|c| {
                refuse_newer(c, &LITE)?;
                c.run_pending_migrations(LITE).map(|_| ()).map_err(failed)
            })
    )
}

fn refuse_newer<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: &EmbeddedMigrations,
) -> Result<(), StoreError> {
    match compare(conn, known)?.unknown {
        Some(unknown) => Err(StoreError::TooNew(unknown)),
        None => Ok(()),
    }
}

/// How a database's migrations stand to ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrations {
    /// How many of ours it does not have yet.
    pub pending: usize,
    /// One it has and we do not know: a newer mianzheng made it.
    pub unknown: Option<String>,
}

/// Compares, and migrates nothing.
pub(crate) fn look(mut conn: Conn<'_>) -> Result<Migrations, StoreError> {
    on_db!(conn, pg | c | compare(c, &PG), lite | c | compare(c, &LITE))
}

fn compare<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: &EmbeddedMigrations,
) -> Result<Migrations, StoreError> {
    let ours = diesel::migration::MigrationSource::<DB>::migrations(known).map_err(failed)?;
    let ours: Vec<String> = ours
        .iter()
        .map(|m| m.name().version().to_string())
        .collect();
    let applied: Vec<diesel::migration::MigrationVersion<'static>> =
        conn.applied_migrations().map_err(failed)?;
    let applied: Vec<String> = applied.iter().map(ToString::to_string).collect();
    Ok(Migrations {
        pending: ours.iter().filter(|v| !applied.contains(v)).count(),
        unknown: applied.into_iter().find(|v| !ours.contains(v)),
    })
}

/// Takes a database up, down to nothing, and up again.
///
/// For tests and for operators who try a migration on a copy: everything in it is lost.
///
/// # Errors
///
/// [`StoreError`] with the step that failed.
pub fn up_down_up(url: &str) -> Result<(), StoreError> {
    let db = Db::open(url, 1)?;
    db.run(bring_up)?;
    db.run(|mut conn| {
        on_db!(
            conn,
            pg | c | c.revert_all_migrations(PG).map(|_| ()).map_err(failed),
            lite | c | c.revert_all_migrations(LITE).map(|_| ()).map_err(failed)
        )
    })?;
    db.run(bring_up)
}
