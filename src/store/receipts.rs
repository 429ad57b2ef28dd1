//! Receipts 回执 as they were signed: never changed, only voided and followed by another.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::ledger;
use crate::store::schema::receipts;
use crate::store::stored::sealed;

/// Where a signed receipt stands, sealed; the row's id is the receipt's.
pub const RECEIPT: Place = Place {
    table: "receipts",
    column: "sealed",
};

/// A receipt as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = receipts, treat_none_as_default_value = false)]
pub struct ReceiptRow {
    /// Its id, reserved.
    pub id: i64,
    /// The case it is for.
    pub case_id: i64,
    /// Which receipt of the case, from 1.
    pub version: i16,
    /// The digest of its signed bytes.
    pub digest: Vec<u8>,
    /// When it was signed, in milliseconds.
    pub issued_at: i64,
    /// When it was voided.
    pub voided_at: Option<i64>,
    /// The data key that it is sealed under.
    pub key_id: i16,
    /// Its signed bytes, sealed at [`RECEIPT`].
    pub sealed: Vec<u8>,
}

impl ReceiptRow {
    /// Its signed bytes, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }
}

impl Rx<'_> {
    /// The receipts of a case, in their order.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn receipts_of(&mut self, case: i64) -> Result<Vec<ReceiptRow>, StoreError> {
        Ok(on_db!(self.conn, |c| receipts::table
            .filter(receipts::case_id.eq(case))
            .order(receipts::version)
            .select(ReceiptRow::as_select())
            .load(c))?)
    }

    /// The receipts whose digest is not below one and not above another; at most two.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn receipts_between(
        &mut self,
        least: &[u8; 32],
        greatest: &[u8; 32],
    ) -> Result<Vec<ReceiptRow>, StoreError> {
        Ok(on_db!(self.conn, |c| receipts::table
            .filter(receipts::digest.between(least.to_vec(), greatest.to_vec()))
            .limit(2)
            .select(ReceiptRow::as_select())
            .load(c))?)
    }

    /// When the ledger first recorded the digest of a receipt of somebody's case, if it did.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn receipt_recorded_at(
        &mut self,
        subject: &[u8; 16],
        digest: &[u8; 32],
    ) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = on_db!(self.conn, |c| ledger::table
            .filter(ledger::subject.eq(subject.to_vec()))
            .filter(ledger::kind.eq(EventKind::ReceiptChanged.number()))
            .filter(ledger::digest.eq(digest.to_vec()))
            .order(ledger::seq)
            .select(ledger::at)
            .first(c)
            .optional())?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// Every receipt behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn receipt_rows(&mut self, after: i64, most: i64) -> Result<Vec<ReceiptRow>, StoreError> {
        Ok(on_db!(self.conn, |c| receipts::table
            .filter(receipts::id.gt(after))
            .order(receipts::id)
            .limit(most)
            .select(ReceiptRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds a receipt.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when the case has this version.
    pub fn insert_receipt(&mut self, row: &ReceiptRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(receipts::table)
            .values(row)
            .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Voids a receipt; `false` if it was voided before, or there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn void_receipt(&mut self, id: i64, at: Timestamp) -> Result<bool, StoreError> {
        let voided = on_db!(self.rx.conn, |c| diesel::update(receipts::table.find(id))
            .filter(receipts::voided_at.is_null())
            .set(receipts::voided_at.eq(at.millis()))
            .execute(c))?;
        if voided == 1 {
            let row = on_db!(self.rx.conn, |c| receipts::table
                .find(id)
                .select(ReceiptRow::as_select())
                .first(c))?;
            self.vouch(&row, None);
        }
        Ok(voided == 1)
    }
}
