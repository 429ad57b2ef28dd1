//! What status lists are made from, on both databases.

use diesel::Connection;
use diesel::PgConnection;
use diesel::RunQueryDsl;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::rows::ISSUER;
use crate::support::rows::NOW;
use crate::support::rows::certificate;
use crate::support::rows::with_certificates;

#[rstest]
fn only_what_is_not_in_force_is_listed(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 5);
    let second = register.write(|tx| {
        // The first list is far from full: a second one needs another issuer.
        tx.reserve_entries(ISSUER + 1, 1, 1)
    })[0];
    let mut elsewhere = certificate(6);
    elsewhere.list_number = 2;
    register.write(|tx| {
        tx.insert_certificates(&[elsewhere])?;
        for (id, to) in [(4, 10), (2, 2), (3, 3), (6, 12)] {
            assert!(tx.change_standing(id, 0, to, NOW)?);
        }
        tx.change_standing(3, 3, 0, NOW)
    });
    let entries = |list| register.read(|rx| rx.status_entries(list));
    assert_eq!(entries(1), [(2, 2), (4, 10)]);
    assert_eq!(entries(second.list), [(6, 12)]);
    assert_eq!(entries(99), []);
}

#[derive(diesel::QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(diesel::QueryableByName)]
struct PlanLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

#[rstest]
fn the_few_are_found_without_reading_the_many(#[values(Sqlite, Postgres)] database: Database) {
    let register = with_certificates(database, 3000);
    register.write(|tx| tx.change_standing(7, 0, 2, NOW));
    let query = "SELECT list_index, status FROM certificates
                 WHERE list_number = 1 AND status <> 0 ORDER BY list_index";
    let url = &register.ground.url;
    let plan: Vec<String> = if let Some(path) = url.strip_prefix("sqlite://") {
        let mut conn = SqliteConnection::establish(path).unwrap();
        let explain = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}"));
        let steps: Vec<Step> = explain.load(&mut conn).unwrap();
        steps.into_iter().map(|step| step.detail).collect()
    } else {
        let mut conn = PgConnection::establish(url).unwrap();
        conn.batch_execute("ANALYZE certificates").unwrap();
        let explain = diesel::sql_query(format!("EXPLAIN {query}"));
        let lines: Vec<PlanLine> = explain.load(&mut conn).unwrap();
        lines.into_iter().map(|line| line.line).collect()
    };
    let plan = plan.join("\n");
    assert!(plan.contains("certificates_ended"), "{plan}");
}
