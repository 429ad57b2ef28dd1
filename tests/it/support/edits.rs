//! What a database holds, and edits of it that no program of ours made.

use diesel::Connection;
use diesel::PgConnection;
use diesel::RunQueryDsl;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;

use crate::support::database::Ground;
use crate::support::office::TestOffice;

impl Ground {
    /// Changes the database behind the register's back: no foreign key hinders it.
    pub(crate) fn sql(&self, statements: &str) {
        if let Some(path) = self.url.strip_prefix("sqlite://") {
            let mut conn = SqliteConnection::establish(path).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = OFF")
                .unwrap();
            conn.batch_execute(statements).unwrap();
        } else {
            let mut conn = PgConnection::establish(&self.url).unwrap();
            conn.batch_execute("SET session_replication_role = replica")
                .unwrap();
            // The two spell bytes differently.
            let statements = bytes_of_postgres(statements);
            conn.batch_execute(&statements).unwrap();
        }
    }
}

impl TestOffice {
    /// Changes the database behind the office's back.
    pub(crate) fn sql(&self, statements: &str) {
        self.ground.sql(statements);
    }

    /// The names of the tables.
    pub(crate) fn tables(&self) -> Vec<String> {
        use diesel::sql_types::Text;
        let lite = "SELECT name FROM sqlite_master WHERE type = 'table'";
        let pg = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
        if let Some(path) = self.ground.url.strip_prefix("sqlite://") {
            sql::<Text>(lite).load(&mut SqliteConnection::establish(path).unwrap())
        } else {
            sql::<Text>(pg).load(&mut PgConnection::establish(&self.ground.url).unwrap())
        }
        .unwrap()
    }

    /// A number that the database knows.
    pub(crate) fn number(&self, query: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Number {
            #[diesel(sql_type = BigInt)]
            value: i64,
        }
        let query = diesel::sql_query(format!("SELECT CAST(({query}) AS BIGINT) AS value"));
        let found: Number = if let Some(path) = self.ground.url.strip_prefix("sqlite://") {
            query.get_result(&mut SqliteConnection::establish(path).unwrap())
        } else {
            query.get_result(&mut PgConnection::establish(&self.ground.url).unwrap())
        }
        .unwrap();
        found.value
    }

    /// The row ids of all batches, whatever their state.
    pub(crate) fn batch_ids(&self) -> Vec<i64> {
        let query = sql::<BigInt>("SELECT id FROM batches");
        if let Some(path) = self.ground.url.strip_prefix("sqlite://") {
            query.load(&mut SqliteConnection::establish(path).unwrap())
        } else {
            query.load(&mut PgConnection::establish(&self.ground.url).unwrap())
        }
        .unwrap()
    }
}

/// `x'00'` as PostgreSQL writes it.
fn bytes_of_postgres(statements: &str) -> String {
    let mut parts = statements.split("x'");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("'\\x");
        text.push_str(part);
    }
    text
}
