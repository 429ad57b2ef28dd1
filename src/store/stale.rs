//! Values that still stand under a former data key.

use diesel::BoolExpressionMethods;
use diesel::ExpressionMethods;
use diesel::NullableExpressionMethods;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::crypto::vault::Sealed;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::db::on_db;
use crate::store::ledger::stored_key_id;
use crate::store::reseal::SealedRow;
use crate::store::schema::accounts;
use crate::store::schema::alarms;
use crate::store::schema::app_secrets;
use crate::store::schema::batch_files;
use crate::store::schema::cases;
use crate::store::schema::certificates;
use crate::store::schema::consents;
use crate::store::schema::credentials;
use crate::store::schema::foreign_cases;
use crate::store::schema::guardian_orders;
use crate::store::schema::ledger_details;
use crate::store::schema::mandates;
use crate::store::schema::mirrors;
use crate::store::schema::notices;
use crate::store::schema::pictures;
use crate::store::schema::receipts;
use crate::store::schema::show_sessions;
use crate::store::schema::tasks;
use crate::store::stored::sealed;

type Found = (SealedRow, Sealed);

/// Counts, column by column, the rows whose data key is another than this one.
macro_rules! count_other {
    ($conn:expr, $key:expr, $($table:ident . $column:ident),+ $(,)?) => {
        [$($table::table
            .filter($table::$column.ne($key))
            .count()
            .get_result($conn)?),+]
    };
}

/// Rows behind a number, whose data key is another than this one.
macro_rules! stale_rows {
    ($conn:expr, $table:ident . $id:ident, $key:ident, $column:ident, $after:expr, $other:expr, $most:expr) => {{
        let rows: Vec<(i64, i16, Vec<u8>)> = on_db!($conn, |c| $table::table
            .filter($table::$id.gt($after))
            .filter($table::$key.ne($other))
            .order($table::$id)
            .limit($most)
            .select(($table::$id, $table::$key, $table::$column))
            .load(c))?;
        rows
    }};
}

impl Rx<'_> {
    /// How many values are sealed under another data key than `current`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn count_stale(&mut self, current: u16) -> Result<i64, StoreError> {
        let key = stored_key_id(current);
        let counts: [i64; 18] = on_db!(self.conn, |c| count_other!(
            c,
            key,
            certificates.key_id,
            pictures.key_id,
            ledger_details.key_id,
            show_sessions.choice_key_id,
            credentials.holder_key_id,
            batch_files.key_id,
            cases.key_id,
            consents.key_id,
            receipts.key_id,
            tasks.key_id,
            mandates.key_id,
            guardian_orders.key_id,
            notices.key_id,
            app_secrets.key_id,
            foreign_cases.key_id,
            alarms.key_id,
            mirrors.key_id,
            accounts.key_id,
        ));
        Ok(counts.iter().sum())
    }

    /// Up to `most` values behind `after`, in the order of their keys, that are sealed under
    /// another data key than `current`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn stale(
        &mut self,
        after: &SealedRow,
        current: u16,
        most: i64,
    ) -> Result<Vec<Found>, StoreError> {
        let key = stored_key_id(current);
        // Those of a table whose rows have numbers.
        macro_rules! numbered {
            ($table:ident.$id:ident, $key_id:ident, $sealed:ident, $after:expr, $row:ident) => {{
                let rows = stale_rows!(self.conn, $table.$id, $key_id, $sealed, $after, key, most);
                Ok(by_number(rows, SealedRow::$row))
            }};
        }
        match after {
            SealedRow::Record(after) => numbered!(certificates.id, key_id, sealed, *after, Record),
            SealedRow::Details(after) => {
                numbered!(ledger_details.seq, key_id, sealed, *after, Details)
            }
            SealedRow::Choice(after) => {
                numbered!(show_sessions.id, choice_key_id, choice, *after, Choice)
            }
            SealedRow::Case(after) => numbered!(cases.id, key_id, sealed, *after, Case),
            SealedRow::Consent(after) => numbered!(consents.id, key_id, sealed, *after, Consent),
            SealedRow::Receipt(after) => numbered!(receipts.id, key_id, sealed, *after, Receipt),
            SealedRow::Task(after) => numbered!(tasks.id, key_id, sealed, *after, Task),
            SealedRow::Parties(after) => numbered!(mandates.id, key_id, sealed, *after, Parties),
            SealedRow::Order(after) => numbered!(guardian_orders.id, key_id, sealed, *after, Order),
            SealedRow::Notice(after) => numbered!(notices.id, key_id, sealed, *after, Notice),
            SealedRow::Secret(after) => numbered!(app_secrets.id, key_id, sealed, *after, Secret),
            SealedRow::ForeignCase(after) => {
                numbered!(foreign_cases.id, key_id, sealed, *after, ForeignCase)
            }
            SealedRow::Alarm(after) => numbered!(alarms.id, key_id, sealed, *after, Alarm),
            SealedRow::Mirror(after) => numbered!(mirrors.id, key_id, sealed, *after, Mirror),
            SealedRow::Account(after) => numbered!(accounts.id, key_id, sealed, *after, Account),
            SealedRow::Picture(id, field) => self.stale_pictures((*id, field), key, most),
            SealedRow::Holder(after) => self.stale_holders(after, key, most),
            SealedRow::Piece(batch, file, piece) => {
                self.stale_pieces((*batch, *file, *piece), key, most)
            }
        }
    }

    fn stale_pictures(
        &mut self,
        (id, field): (i64, &str),
        key: i16,
        most: i64,
    ) -> Result<Vec<Found>, StoreError> {
        let rows: Vec<(i64, String, i16, Vec<u8>)> = on_db!(self.conn, |c| pictures::table
            .filter(
                pictures::certificate_id.gt(id).or(pictures::certificate_id
                    .eq(id)
                    .and(pictures::field.gt(field)))
            )
            .filter(pictures::key_id.ne(key))
            .order((pictures::certificate_id, pictures::field))
            .limit(most)
            .select((
                pictures::certificate_id,
                pictures::field,
                pictures::key_id,
                pictures::sealed
            ))
            .load(c))?;
        let found = |(id, field, key, bytes)| (SealedRow::Picture(id, field), sealed(key, bytes));
        Ok(rows.into_iter().map(found).collect())
    }

    fn stale_holders(
        &mut self,
        after: &str,
        key: i16,
        most: i64,
    ) -> Result<Vec<Found>, StoreError> {
        type Row = (String, Option<i16>, Option<Vec<u8>>);
        let rows: Vec<Row> = on_db!(self.conn, |c| credentials::table
            .filter(credentials::id.gt(after))
            .filter(credentials::holder_key_id.ne(key))
            .order(credentials::id)
            .limit(most)
            .select((
                credentials::id,
                credentials::holder_key_id.nullable(),
                credentials::holder_sealed.nullable()
            ))
            .load(c))?;
        let found = |(id, key, bytes): Row| {
            let bytes = bytes.unwrap_or_default();
            (SealedRow::Holder(id), sealed(key.unwrap_or(0), bytes))
        };
        Ok(rows.into_iter().map(found).collect())
    }

    fn stale_pieces(
        &mut self,
        (batch, file, piece): (i64, i16, i32),
        key: i16,
        most: i64,
    ) -> Result<Vec<Found>, StoreError> {
        let rows: Vec<(i64, i16, i32, i16, Vec<u8>)> = on_db!(self.conn, |c| batch_files::table
            .filter(
                batch_files::batch
                    .gt(batch)
                    .or(batch_files::batch.eq(batch).and(
                        batch_files::file
                            .gt(file)
                            .or(batch_files::file.eq(file).and(batch_files::piece.gt(piece)))
                    ))
            )
            .filter(batch_files::key_id.ne(key))
            .order((batch_files::batch, batch_files::file, batch_files::piece))
            .limit(most)
            .load(c))?;
        let found = |(batch, file, piece, key, bytes)| {
            (SealedRow::Piece(batch, file, piece), sealed(key, bytes))
        };
        Ok(rows.into_iter().map(found).collect())
    }
}

fn by_number(rows: Vec<(i64, i16, Vec<u8>)>, row: fn(i64) -> SealedRow) -> Vec<Found> {
    let found = |(id, key, bytes)| (row(id), sealed(key, bytes));
    rows.into_iter().map(found).collect()
}
