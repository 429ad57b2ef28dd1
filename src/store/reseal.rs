//! Sealed columns, under which data key they stand, and how they come under another.

use diesel::ExpressionMethods;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::accounts::ACCOUNT;
use crate::store::alarms::ALARM;
use crate::store::app_keys::SECRET;
use crate::store::batch_files::PIECE;
use crate::store::callers::HOLDER;
use crate::store::cases::CASE;
use crate::store::certificates::SEALED;
use crate::store::consents::CONSENT;
use crate::store::db::on_db;
use crate::store::foreign_cases::FOREIGN_CASE;
use crate::store::guardian_orders::ORDER;
use crate::store::ledger::DETAILS;
use crate::store::ledger::stored_key_id;
use crate::store::mandates::PARTIES;
use crate::store::mirrors::MIRROR;
use crate::store::notices::NOTICE;
use crate::store::pictures::PICTURE;
use crate::store::receipts::RECEIPT;
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
use crate::store::show_sessions::CHOICE;
use crate::store::tasks::TASK;

/// A row with a sealed column, by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealedRow {
    /// A certificate's record.
    Record(i64),
    /// A picture on a certificate.
    Picture(i64, String),
    /// The details of an event.
    Details(i64),
    /// What a holder chose to show.
    Choice(i64),
    /// The holder of a credential.
    Holder(String),
    /// A piece of a batch's file.
    Piece(i64, i16, i32),
    /// A case.
    Case(i64),
    /// What a holder was asked and answered.
    Consent(i64),
    /// A receipt.
    Receipt(i64),
    /// A task of an issuer.
    Task(i64),
    /// The parties of a mandate.
    Parties(i64),
    /// Whom an order is about, and its reference.
    Order(i64),
    /// What a notice tells.
    Notice(i64),
    /// The secret of a caller who signs.
    Secret(i64),
    /// A case of another system.
    ForeignCase(i64),
    /// What was found about an alarm.
    Alarm(i64),
    /// What a platform of the region or the nation gave.
    Mirror(i64),
    /// The names of an account, and the secret of its one-time codes.
    Account(i64),
}

impl SealedRow {
    /// Before the first row of each column: every value there is stands behind one of these.
    #[must_use]
    pub fn starts() -> [Self; 18] {
        [
            Self::Record(i64::MIN),
            Self::Picture(i64::MIN, String::new()),
            Self::Details(i64::MIN),
            Self::Choice(i64::MIN),
            Self::Holder(String::new()),
            Self::Piece(i64::MIN, i16::MIN, i32::MIN),
            Self::Case(i64::MIN),
            Self::Consent(i64::MIN),
            Self::Receipt(i64::MIN),
            Self::Task(i64::MIN),
            Self::Parties(i64::MIN),
            Self::Order(i64::MIN),
            Self::Notice(i64::MIN),
            Self::Secret(i64::MIN),
            Self::ForeignCase(i64::MIN),
            Self::Alarm(i64::MIN),
            Self::Mirror(i64::MIN),
            Self::Account(i64::MIN),
        ]
    }

    /// How many such rows a transaction should take at most: pictures, pieces and answers are large.
    #[must_use]
    pub const fn at_once(&self) -> i64 {
        match self {
            Self::Picture(..) | Self::Piece(..) | Self::Mirror(_) => 10,
            _ => 500,
        }
    }

    /// The column it is sealed for.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::Record(_) => SEALED,
            Self::Picture(..) => PICTURE,
            Self::Details(_) => DETAILS,
            Self::Choice(_) => CHOICE,
            Self::Holder(_) => HOLDER,
            Self::Piece(..) => PIECE,
            Self::Case(_) => CASE,
            Self::Consent(_) => CONSENT,
            Self::Receipt(_) => RECEIPT,
            Self::Task(_) => TASK,
            Self::Parties(_) => PARTIES,
            Self::Order(_) => ORDER,
            Self::Notice(_) => NOTICE,
            Self::Secret(_) => SECRET,
            Self::ForeignCase(_) => FOREIGN_CASE,
            Self::Alarm(_) => ALARM,
            Self::Mirror(_) => MIRROR,
            Self::Account(_) => ACCOUNT,
        }
    }

    /// The row id it is sealed for; none for a credential whose id this program never gave.
    #[must_use]
    pub fn row_id(&self) -> Option<i64> {
        match self {
            Self::Record(id)
            | Self::Picture(id, _)
            | Self::Details(id)
            | Self::Choice(id)
            | Self::Case(id)
            | Self::Consent(id)
            | Self::Receipt(id)
            | Self::Task(id)
            | Self::Piece(id, ..)
            | Self::Parties(id)
            | Self::Order(id)
            | Self::Notice(id)
            | Self::Secret(id)
            | Self::ForeignCase(id)
            | Self::Alarm(id)
            | Self::Mirror(id)
            | Self::Account(id) => Some(*id),
            Self::Holder(id) => id.strip_prefix('c')?.parse().ok(),
        }
    }
}

/// Puts a value into a table whose rows have numbers, where the old one still stands.
macro_rules! put_sealed {
    ($c:expr, $table:ident, $id:expr, $key:ident, $column:ident, $old:expr, $new:expr) => {{
        let (key, bytes) = $new;
        diesel::update($table::table.find($id))
            .filter($table::$column.eq($old))
            .set(($table::$key.eq(key), $table::$column.eq(bytes)))
            .execute($c)
    }};
}

impl Tx<'_> {
    /// Puts a value sealed anew in the place of the very value it was made from; `false` if
    /// somebody else has written another one there meanwhile.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn reseal(
        &mut self,
        row: &SealedRow,
        old: &Sealed,
        new: &Sealed,
    ) -> Result<bool, StoreError> {
        let (key, bytes) = (stored_key_id(new.key_id), new.bytes.as_slice());
        let old = old.bytes.as_slice();
        let changed = on_db!(self.rx.conn, |c| match row {
            SealedRow::Record(id) =>
                put_sealed!(c, certificates, id, key_id, sealed, old, (key, bytes)),
            SealedRow::Picture(id, field) => diesel::update(pictures::table.find((id, field)))
                .filter(pictures::sealed.eq(old))
                .set((pictures::key_id.eq(key), pictures::sealed.eq(bytes)))
                .execute(c),
            SealedRow::Details(id) =>
                put_sealed!(c, ledger_details, id, key_id, sealed, old, (key, bytes)),
            SealedRow::Choice(id) => put_sealed!(
                c,
                show_sessions,
                id,
                choice_key_id,
                choice,
                old,
                (key, bytes)
            ),
            SealedRow::Holder(id) => diesel::update(credentials::table)
                .filter(credentials::id.eq(id))
                .filter(credentials::holder_sealed.eq(old))
                .set((
                    credentials::holder_key_id.eq(key),
                    credentials::holder_sealed.eq(bytes)
                ))
                .execute(c),
            SealedRow::Case(id) => put_sealed!(c, cases, id, key_id, sealed, old, (key, bytes)),
            SealedRow::Consent(id) =>
                put_sealed!(c, consents, id, key_id, sealed, old, (key, bytes)),
            SealedRow::Receipt(id) =>
                put_sealed!(c, receipts, id, key_id, sealed, old, (key, bytes)),
            SealedRow::Task(id) => put_sealed!(c, tasks, id, key_id, sealed, old, (key, bytes)),
            SealedRow::Piece(batch, file, piece) => {
                diesel::update(batch_files::table.find((batch, file, piece)))
                    .filter(batch_files::sealed.eq(old))
                    .set((batch_files::key_id.eq(key), batch_files::sealed.eq(bytes)))
                    .execute(c)
            }
            SealedRow::Parties(id) => {
                put_sealed!(c, mandates, id, key_id, sealed, old, (key, bytes))
            }
            SealedRow::Order(id) => {
                put_sealed!(c, guardian_orders, id, key_id, sealed, old, (key, bytes))
            }
            SealedRow::Notice(id) => {
                put_sealed!(c, notices, id, key_id, sealed, old, (key, bytes))
            }
            SealedRow::Secret(id) => {
                put_sealed!(c, app_secrets, id, key_id, sealed, old, (key, bytes))
            }
            SealedRow::ForeignCase(id) => {
                put_sealed!(c, foreign_cases, id, key_id, sealed, old, (key, bytes))
            }
            SealedRow::Alarm(id) => put_sealed!(c, alarms, id, key_id, sealed, old, (key, bytes)),
            SealedRow::Mirror(id) => {
                put_sealed!(c, mirrors, id, key_id, sealed, old, (key, bytes))
            }
            SealedRow::Account(id) => {
                put_sealed!(c, accounts, id, key_id, sealed, old, (key, bytes))
            }
        })?;
        Ok(changed == 1)
    }
}
