//! Read a view of somebody else's database: a connection of its own, that cannot write, asks for
//! a few rows, and stops by itself.
//!
//! Every column is read as text, and not more of it than a field can have. Names stand between quotes and values are bound, so that neither
//! can become part of the statement.

use std::time::Duration;

use diesel::Connection;
use diesel::PgConnection;
use diesel::RunQueryDsl;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel::query_builder::BoxedSqlQuery;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error;
use diesel::sql_query;
use diesel::sql_types::Text;

/// The most characters of a value: the database itself cuts off what is longer, and who has more is
/// not understood.
const LONGEST: usize = 4096;

/// What is read of a view.
pub struct ForeignView<'a> {
    /// `postgres://…` without a password, or `sqlite://PATH`.
    pub database: &'a str,
    /// The password, if it needs one.
    pub password: Option<&'a str>,
    /// The view, with its schema before a dot if need be.
    pub view: &'a str,
    /// The columns to read; their order is that of each row.
    pub columns: &'a [&'a str],
    /// Columns, and the text each must have.
    pub wanted: &'a [(&'a str, &'a str)],
    /// At most so many rows.
    pub rows: u32,
    /// How long a statement may run.
    pub limit: Duration,
}

/// Why a view could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignViewError {
    /// Nobody answers.
    NoConnection,
    /// The database does not let us in, or read.
    Refused,
    /// It did not answer in time.
    Late,
    /// It does not understand: another view or other columns than we were told.
    Misunderstood,
}

/// A row: texts in the order of the columns, nothing for NULL.
pub type ForeignRow = Vec<Option<String>>;

#[derive(diesel::QueryableByName)]
struct AsJson {
    #[diesel(sql_type = Text)]
    record: String,
}

/// Reads the rows that have what is wanted.
///
/// # Errors
///
/// [`ForeignViewError`]. The foreign database is never changed.
pub fn read(view: &ForeignView<'_>) -> Result<Vec<ForeignRow>, ForeignViewError> {
    let rows = match view.database.strip_prefix("sqlite://") {
        Some(path) => from_sqlite(view, path),
        None => from_postgres(view),
    }?;
    let read = |row: &AsJson| serde_json::from_str(&row.record);
    let rows: Result<Vec<ForeignRow>, _> = rows.iter().map(read).collect();
    let rows = rows.map_err(|_why| ForeignViewError::Misunderstood)?;
    let long = |value: &String| value.chars().count() > LONGEST;
    if rows.iter().flatten().flatten().any(long) {
        return Err(ForeignViewError::Misunderstood);
    }
    Ok(rows)
}

fn from_sqlite(view: &ForeignView<'_>, path: &str) -> Result<Vec<AsJson>, ForeignViewError> {
    if !std::path::Path::new(path).is_file() {
        return Err(ForeignViewError::NoConnection);
    }
    let uri = format!("file:{}?mode=ro", in_address(path, true));
    let mut conn =
        SqliteConnection::establish(&uri).map_err(|_why| ForeignViewError::NoConnection)?;
    let wait = view.limit.as_millis();
    let settings = format!("PRAGMA busy_timeout = {wait}; PRAGMA query_only = ON;");
    conn.batch_execute(&settings).map_err(|why| fault(&why))?;
    let statement = statement(view, "json_array", &|_| "?".to_owned());
    let mut query = sql_query(statement).into_boxed();
    for (_, value) in view.wanted {
        query = query.bind::<Text, _>(*value);
    }
    query.load(&mut conn).map_err(|why| fault(&why))
}

fn from_postgres(view: &ForeignView<'_>) -> Result<Vec<AsJson>, ForeignViewError> {
    let seconds = view.limit.as_secs().max(2);
    let joint = if view.database.contains('?') {
        '&'
    } else {
        '?'
    };
    let mut address = format!(
        "{}{joint}connect_timeout={seconds}&application_name=mianzheng",
        view.database
    );
    if let Some(password) = view.password {
        address.push_str("&password=");
        address.push_str(&in_address(password, false));
    }
    let mut conn = PgConnection::establish(&address).map_err(|why| {
        let why = why.to_string();
        let refused = ["authentication", "password", "pg_hba", "role", "permission"];
        if refused.iter().any(|word| why.contains(word)) {
            ForeignViewError::Refused
        } else {
            ForeignViewError::NoConnection
        }
    })?;
    let settings = format!(
        "SET default_transaction_read_only = on; SET statement_timeout = {0}; SET lock_timeout = {0}",
        view.limit.as_millis().max(1)
    );
    conn.batch_execute(&settings).map_err(|why| fault(&why))?;
    let statement = statement(view, "json_build_array", &|at| format!("${at}"));
    let mut query: BoxedSqlQuery<'_, _, _> = sql_query(statement).into_boxed();
    for (_, value) in view.wanted {
        query = query.bind::<Text, _>(*value);
    }
    query.load(&mut conn).map_err(|why| fault(&why))
}

/// The one statement: rows as JSON arrays of texts, for the columns are not known before. Every
/// column is said to be the view's: SQLite takes a quoted name that it does not know for a text.
fn statement(view: &ForeignView<'_>, array: &str, place: &dyn Fn(usize) -> String) -> String {
    let columns = view.columns.iter();
    let cut = LONGEST + 1;
    let columns = columns.map(|name| format!("substr(CAST(v.{} AS TEXT), 1, {cut})", quoted(name)));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let from: Vec<String> = view.view.split('.').map(quoted).collect();
    let wanted = view.wanted.iter().zip(1..);
    let wanted = wanted.map(|((name, _), at)| format!("v.{} = {}", quoted(name), place(at)));
    format!(
        "SELECT CAST({array}({columns}) AS TEXT) AS record FROM {} AS v WHERE {} LIMIT {}",
        from.join("."),
        wanted.collect::<Vec<_>>().join(" AND "),
        view.rows
    )
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a part of an address; slashes stay in a path.
fn in_address(text: &str, is_path: bool) -> String {
    use std::fmt::Write;
    let mut encoded = String::new();
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if plain || (is_path && byte == b'/') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn fault(why: &Error) -> ForeignViewError {
    let Error::DatabaseError(kind, about) = why else {
        return ForeignViewError::Misunderstood;
    };
    let said = about.message();
    // The databases' own words; both are asked in English, whatever their users' language.
    if said.contains("statement timeout")
        || said.contains("lock timeout")
        || said.contains("is locked")
    {
        ForeignViewError::Late
    } else if said.contains("permission denied") {
        ForeignViewError::Refused
    } else if matches!(
        kind,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand
    ) {
        ForeignViewError::NoConnection
    } else {
        ForeignViewError::Misunderstood
    }
}
