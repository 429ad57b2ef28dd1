//! Sealed columns, under which data key they stand, and how they come under another.

use diesel::ExpressionMethods;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::batch_files::PIECE;
use crate::store::callers::HOLDER;
use crate::store::certificates::SEALED;
use crate::store::db::on_db;
use crate::store::guardian_orders::ORDER;
use crate::store::ledger::DETAILS;
use crate::store::ledger::stored_key_id;
use crate::store::mandates::PARTIES;
use crate::store::notices::NOTICE;
use crate::store::pictures::PICTURE;
use crate::store::schema::batch_files;
use crate::store::schema::certificates;
use crate::store::schema::credentials;
use crate::store::schema::guardian_orders;
use crate::store::schema::ledger_details;
use crate::store::schema::mandates;
use crate::store::schema::notices;
use crate::store::schema::pictures;
use crate::store::schema::show_sessions;
use crate::store::show_sessions::CHOICE;

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
    /// The parties of a mandate.
    Parties(i64),
    /// Whom an order is about, and its reference.
    Order(i64),
    /// What a notice tells.
    Notice(i64),
}

impl SealedRow {
    /// Before the first row of each column: every value there is stands behind one of these.
    #[must_use]
    pub fn starts() -> [Self; 9] {
        [
            Self::Record(i64::MIN),
            Self::Picture(i64::MIN, String::new()),
            Self::Details(i64::MIN),
            Self::Choice(i64::MIN),
            Self::Holder(String::new()),
            Self::Piece(i64::MIN, i16::MIN, i32::MIN),
            Self::Parties(i64::MIN),
            Self::Order(i64::MIN),
            Self::Notice(i64::MIN),
        ]
    }

    /// How many such rows a transaction should take at most: pictures and pieces are large.
    #[must_use]
    pub const fn at_once(&self) -> i64 {
        match self {
            Self::Picture(..) | Self::Piece(..) => 10,
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
            Self::Parties(_) => PARTIES,
            Self::Order(_) => ORDER,
            Self::Notice(_) => NOTICE,
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
            | Self::Piece(id, ..)
            | Self::Parties(id)
            | Self::Order(id)
            | Self::Notice(id) => Some(*id),
            Self::Holder(id) => id.strip_prefix('c')?.parse().ok(),
        }
    }
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
            SealedRow::Record(id) => diesel::update(certificates::table.find(id))
                .filter(certificates::sealed.eq(old))
                .set((certificates::key_id.eq(key), certificates::sealed.eq(bytes)))
                .execute(c),
            SealedRow::Picture(id, field) => diesel::update(pictures::table.find((id, field)))
                .filter(pictures::sealed.eq(old))
                .set((pictures::key_id.eq(key), pictures::sealed.eq(bytes)))
                .execute(c),
            SealedRow::Details(seq) => diesel::update(ledger_details::table.find(seq))
                .filter(ledger_details::sealed.eq(old))
                .set((
                    ledger_details::key_id.eq(key),
                    ledger_details::sealed.eq(bytes)
                ))
                .execute(c),
            SealedRow::Choice(id) => diesel::update(show_sessions::table.find(id))
                .filter(show_sessions::choice.eq(old))
                .set((
                    show_sessions::choice_key_id.eq(key),
                    show_sessions::choice.eq(bytes)
                ))
                .execute(c),
            SealedRow::Holder(id) => diesel::update(credentials::table)
                .filter(credentials::id.eq(id))
                .filter(credentials::holder_sealed.eq(old))
                .set((
                    credentials::holder_key_id.eq(key),
                    credentials::holder_sealed.eq(bytes)
                ))
                .execute(c),
            SealedRow::Piece(batch, file, piece) => {
                diesel::update(batch_files::table.find((batch, file, piece)))
                    .filter(batch_files::sealed.eq(old))
                    .set((batch_files::key_id.eq(key), batch_files::sealed.eq(bytes)))
                    .execute(c)
            }
            SealedRow::Parties(id) => diesel::update(mandates::table.find(id))
                .filter(mandates::sealed.eq(old))
                .set((mandates::key_id.eq(key), mandates::sealed.eq(bytes)))
                .execute(c),
            SealedRow::Order(id) => diesel::update(guardian_orders::table.find(id))
                .filter(guardian_orders::sealed.eq(old))
                .set((
                    guardian_orders::key_id.eq(key),
                    guardian_orders::sealed.eq(bytes)
                ))
                .execute(c),
            SealedRow::Notice(id) => diesel::update(notices::table.find(id))
                .filter(notices::sealed.eq(old))
                .set((notices::key_id.eq(key), notices::sealed.eq(bytes)))
                .execute(c),
        })?;
        Ok(changed == 1)
    }
}
