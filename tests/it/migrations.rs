//! The schema: the way up and back, what diesel believes of it, and databases that are too new.

use std::collections::BTreeMap;

use diesel::Connection;
use diesel::PgConnection;
use diesel::RunQueryDsl;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use mianzheng::store::Store;
use mianzheng::store::StoreError;
use mianzheng::store::migrations::up_down_up;
use regex::Regex;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Ground;
use crate::support::database::secrets;

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(ground: &Ground, sqlite: &str, postgres: &str) -> Vec<String> {
    let found: Vec<Line> = match ground.url.strip_prefix("sqlite://") {
        Some(path) => diesel::sql_query(sqlite)
            .load(&mut SqliteConnection::establish(path).unwrap())
            .unwrap(),
        None => diesel::sql_query(postgres)
            .load(&mut PgConnection::establish(&ground.url).unwrap())
            .unwrap(),
    };
    found.into_iter().map(|row| row.line).collect()
}

/// Everything that a migration can make.
fn schema(ground: &Ground) -> Vec<String> {
    lines(
        ground,
        "SELECT type || ' ' || name || ': ' || coalesce(sql, '') AS line FROM sqlite_master
         ORDER BY type, name",
        "SELECT line FROM (
             SELECT table_name || '.' || column_name || ' ' || ordinal_position || ' '
                 || data_type || ' ' || is_nullable || ' ' || coalesce(collation_name, '')
                 || coalesce(column_default, '') AS line
             FROM information_schema.columns WHERE table_schema = 'public'
             UNION ALL
             SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL
             SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         ) AS everything ORDER BY line COLLATE \"C\"",
    )
}

/// Each table with its columns as `name Type`, types as diesel calls them.
fn columns(ground: &Ground) -> BTreeMap<String, Vec<String>> {
    let found = lines(
        ground,
        "SELECT m.name || ' ' || c.name || ' ' || lower(c.type)
             || iif(c.\"notnull\" = 0 AND c.pk = 0, ' null', '') AS line
         FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
         WHERE m.type = 'table' ORDER BY m.name, c.cid",
        "SELECT table_name || ' ' || column_name || ' ' || data_type
             || CASE is_nullable WHEN 'YES' THEN ' null' ELSE '' END AS line
         FROM information_schema.columns WHERE table_schema = 'public'
         ORDER BY table_name, ordinal_position",
    );
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in found {
        let mut words = line.split(' ');
        let (table, column) = (words.next().unwrap(), words.next().unwrap());
        if table == "__diesel_schema_migrations" {
            continue;
        }
        let kind = match words.next().unwrap() {
            "text" => "Text",
            "blob" | "bytea" => "Binary",
            "integer" => "Integer",
            "smallint" => "SmallInt",
            "bigint" => "BigInt",
            "boolean" => "Bool",
            other => panic!("{table}.{column} has the type {other}"),
        };
        let column = match words.next() {
            Some(_) => format!("{column} Nullable<{kind}>"),
            None => format!("{column} {kind}"),
        };
        tables.entry(table.to_owned()).or_default().push(column);
    }
    tables
}

/// The same as `schema.rs` has it.
fn believed() -> BTreeMap<String, Vec<String>> {
    let text = include_str!("../../src/store/schema.rs");
    let table = Regex::new(r"table! \{\s*(\w+) \([^)]*\) \{([^}]*)\}").unwrap();
    let column = Regex::new(r"(\w+) -> ([\w<>]+),").unwrap();
    let columns = |list: &str| {
        let each = column.captures_iter(list);
        each.map(|c| format!("{} {}", &c[1], &c[2])).collect()
    };
    let tables = table.captures_iter(text);
    tables.map(|t| (t[1].to_owned(), columns(&t[2]))).collect()
}

#[rstest]
fn up_down_up_leaves_the_same_schema(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let ground = database.ground();
    drop(Store::open(&ground.url, 1, secrets()).unwrap());
    let first = schema(&ground);
    assert!(first.len() > 40, "{first:#?}");
    up_down_up(&ground.url).unwrap();
    assert_eq!(first, schema(&ground));
    let store = Store::open(&ground.url, 1, secrets()).unwrap();
    let head = store.read(|rx| rx.ledger_head()).unwrap();
    assert_eq!(head.seq, 0);
}

#[rstest]
fn diesel_believes_what_the_database_has(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let ground = database.ground();
    up_down_up(&ground.url).unwrap();
    let believed = believed();
    assert!(believed.len() > 20);
    assert_eq!(columns(&ground), believed);
}

#[rstest]
fn a_database_of_a_newer_version_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let ground = database.ground();
    drop(Store::open(&ground.url, 1, secrets()).unwrap());
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000000')";
    match ground.url.strip_prefix("sqlite://") {
        Some(path) => SqliteConnection::establish(path)
            .unwrap()
            .batch_execute(newer)
            .unwrap(),
        None => PgConnection::establish(&ground.url)
            .unwrap()
            .batch_execute(newer)
            .unwrap(),
    }
    let Err(refused) = Store::open(&ground.url, 1, secrets()) else {
        panic!("it was opened");
    };
    assert!(matches!(refused, StoreError::TooNew(version) if version == "20991231000000"));
}

#[rstest]
fn servers_that_start_at_once_migrate_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let ground = database.ground();
    std::thread::scope(|scope| {
        let open = || Store::open(&ground.url, 1, secrets()).map(drop);
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
        for server in starting {
            server.join().unwrap().unwrap();
        }
    });
}

#[test]
fn only_known_addresses_are_opened() {
    for url in ["", "register.db", "mysql://localhost/x"] {
        let refused = Store::open(url, 1, secrets()).map(drop);
        assert!(matches!(refused, Err(StoreError::BadUrl)), "{url}");
    }
}
