//! The ledger, asked: its end, its rows, their details.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;
use diesel::SelectableHelper;

use super::Head;
use super::LedgerRow;
use super::read_key_id;
use crate::crypto::vault::Sealed;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::db::on_db;
use crate::store::schema::ledger;
use crate::store::schema::ledger_details;
use crate::store::schema::ledger_head;
use crate::store::schema::subjects;
use crate::store::stored::exactly;

/// What changes a certificate.
const CHANGES: [EventKind; 4] = [
    EventKind::Issued,
    EventKind::StatusChanged,
    EventKind::Rebound,
    EventKind::PictureAdded,
];

impl Rx<'_> {
    /// The end of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ledger_head(&mut self) -> Result<Head, StoreError> {
        let head: Option<(i64, Vec<u8>)> = on_db!(self.conn, |c| ledger_head::table
            .select((ledger_head::seq, ledger_head::mac))
            .first(c)
            .optional())?;
        let (seq, mac) = head.ok_or(StoreError::Damaged {
            table: "ledger_head",
        })?;
        Ok(Head { seq, mac })
    }

    /// Up to `most` rows behind row number `after`, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ledger_rows(&mut self, after: i64, most: i64) -> Result<Vec<LedgerRow>, StoreError> {
        Ok(on_db!(self.conn, |c| ledger::table
            .filter(ledger::seq.gt(after))
            .order(ledger::seq)
            .limit(most)
            .select(LedgerRow::as_select())
            .load(c))?)
    }

    /// All that changed a certificate, oldest first: not its uses, of which there is no end.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ledger_of(&mut self, certificate: i64) -> Result<Vec<LedgerRow>, StoreError> {
        let kinds = CHANGES.map(EventKind::number);
        Ok(on_db!(self.conn, |c| ledger::table
            .filter(ledger::certificate_id.eq(certificate))
            .filter(ledger::kind.eq_any(kinds))
            .order(ledger::seq)
            .select(LedgerRow::as_select())
            .load(c))?)
    }

    /// How a certificate stood at a time, as its number is stored, by the last event until then
    /// that says so; none before it was issued.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn standing_at(
        &mut self,
        certificate: i64,
        at: Timestamp,
    ) -> Result<Option<i16>, StoreError> {
        let kinds = [EventKind::Issued, EventKind::StatusChanged].map(EventKind::number);
        let found: Option<Option<i16>> = on_db!(self.conn, |c| ledger::table
            .filter(ledger::certificate_id.eq(certificate))
            .filter(ledger::kind.eq_any(kinds))
            .filter(ledger::at.le(at.millis()))
            .order(ledger::seq.desc())
            .select(ledger::status)
            .first(c)
            .optional())?;
        Ok(found.flatten())
    }

    /// When the ledger's first row was written, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ledger_begins(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = on_db!(self.conn, |c| ledger::table
            .order(ledger::seq)
            .select(ledger::at)
            .first(c)
            .optional())?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// Up to `most` rows about somebody, of these kinds, before row number `before`, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ledger_of_subject(
        &mut self,
        subject: &[u8; 16],
        kinds: &[i16],
        (before, most): (i64, i64),
    ) -> Result<Vec<LedgerRow>, StoreError> {
        Ok(on_db!(self.conn, |c| ledger::table
            .filter(ledger::subject.eq(subject.to_vec()))
            .filter(ledger::seq.lt(before))
            .filter(ledger::kind.eq_any(kinds))
            .order(ledger::seq.desc())
            .limit(most)
            .select(LedgerRow::as_select())
            .load(c))?)
    }

    /// The row with this number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ledger_row(&mut self, seq: i64) -> Result<Option<LedgerRow>, StoreError> {
        Ok(on_db!(self.conn, |c| ledger::table
            .find(seq)
            .select(LedgerRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The random id under which the ledger keeps a holder, if it ever did.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn subject_of(&mut self, holder: &[u8; 32]) -> Result<Option<[u8; 16]>, StoreError> {
        let found: Option<Vec<u8>> = on_db!(self.conn, |c| subjects::table
            .filter(subjects::holder_index.eq(holder.to_vec()))
            .select(subjects::subject)
            .first(c)
            .optional())?;
        let exact = |bytes: Vec<u8>| exactly(bytes, "subjects");
        found.map(exact).transpose()
    }

    /// The last row.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn last_ledger_row(&mut self) -> Result<Option<LedgerRow>, StoreError> {
        Ok(on_db!(self.conn, |c| ledger::table
            .order(ledger::seq.desc())
            .select(LedgerRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The sealed details of rows `from` to `to`, both included; deleted ones are missing.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn ledger_details(&mut self, from: i64, to: i64) -> Result<Vec<(i64, Sealed)>, StoreError> {
        let rows: Vec<(i64, i16, Vec<u8>)> = on_db!(self.conn, |c| ledger_details::table
            .filter(ledger_details::seq.between(from, to))
            .order(ledger_details::seq)
            .load(c))?;
        let sealed = |(seq, key_id, bytes)| {
            (
                seq,
                Sealed {
                    key_id: read_key_id(key_id),
                    bytes,
                },
            )
        };
        Ok(rows.into_iter().map(sealed).collect())
    }

    /// When the ledger first recorded this digest of a certificate or code, if it did.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn recorded_at(
        &mut self,
        certificate: i64,
        digest: &[u8; 32],
    ) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = on_db!(self.conn, |c| ledger::table
            .filter(ledger::certificate_id.eq(certificate))
            .filter(ledger::digest.eq(digest.to_vec()))
            .order(ledger::seq)
            .select(ledger::at)
            .first(c)
            .optional())?;
        Ok(at.map(Timestamp::from_millis))
    }
}
