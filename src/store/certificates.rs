//! Certificates as they are stored: looked up by keys and blind indexes, and only their
//! standing ever changes.

use diesel::ExecuteCopyFromDsl;
use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::QueryableByName;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;
use diesel::sql_types::Array;
use diesel::sql_types::Binary;
use diesel::sql_types::Integer;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::domain::identifier::Serial;
use crate::domain::identifier::Version;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::insert_rows;
use crate::store::db::on_db;
use crate::store::schema::certificates;
use crate::store::stored::sealed;
use crate::store::stored::stored_number;

/// Looks each number up by itself in the index that begins with it. On a register that has grown
/// since PostgreSQL last counted its rows, the planner takes type and issuer for as selective as
/// the number and reads a whole type for each: so they are only compared afterwards, and OFFSET 0
/// keeps the planner from moving them, or making a join of it.
const PG_BY_NUMBER: &str = "SELECT c.* FROM unnest($1) AS wanted (number) CROSS JOIN LATERAL \
    (SELECT * FROM certificates WHERE number_index = wanted.number OFFSET 0) AS c \
    WHERE c.type_number = $2 AND c.issuer = $3";

/// Where a sealed certificate stands; the row's id is the certificate's.
pub const SEALED: Place = Place {
    table: "certificates",
    column: "sealed",
};

/// A certificate as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, QueryableByName, Selectable, Insertable)]
#[diesel(table_name = certificates, treat_none_as_default_value = false)]
pub struct CertificateRow {
    /// Its id, reserved.
    pub id: i64,
    /// Its type's number.
    pub type_number: i32,
    /// The version of its type's definition.
    pub type_version: i32,
    /// The number of the agency that issued it.
    pub issuer: i32,
    /// Its serial.
    pub serial: String,
    /// Its version, from 1.
    pub version: i16,
    /// The blind index of the number on its face.
    pub number_index: Vec<u8>,
    /// The keyed digest of its content, to tell an unchanged record from a changed one.
    pub content_mac: Vec<u8>,
    /// When it was issued, in milliseconds.
    pub issued_at: i64,
    /// When it begins to be good.
    pub valid_from: i64,
    /// When it ends to be good; none for a long-term one.
    pub valid_to: Option<i64>,
    /// Its status list.
    pub list_number: i32,
    /// Its place on that list.
    pub list_index: i32,
    /// Its standing, as [`Standing::stored`](crate::domain::standing::Standing::stored).
    pub status: i16,
    /// Since when it stands so, in milliseconds.
    pub status_at: i64,
    /// The certificate that this one replaced.
    pub predecessor: Option<i64>,
    /// The digest of its signed bytes.
    pub digest: Vec<u8>,
    /// The data key that it is sealed under.
    pub key_id: i16,
    /// Its signed bytes, sealed at [`SEALED`].
    pub sealed: Vec<u8>,
}

impl CertificateRow {
    /// The signed bytes, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }
}

impl Rx<'_> {
    /// The certificate with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn certificate(&mut self, id: i64) -> Result<Option<CertificateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| certificates::table
            .find(id)
            .select(CertificateRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The certificate that an identifier names.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn certificate_by_key(
        &mut self,
        type_number: u32,
        issuer: u32,
        serial: &Serial,
        version: Version,
    ) -> Result<Option<CertificateRow>, StoreError> {
        let Ok(version) = i16::try_from(version.number()) else {
            return Ok(None);
        };
        Ok(on_db!(self.conn, |c| certificates::table
            .filter(certificates::type_number.eq(stored_number(type_number)))
            .filter(certificates::issuer.eq(stored_number(issuer)))
            .filter(certificates::serial.eq(serial.as_str()))
            .filter(certificates::version.eq(version))
            .select(CertificateRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The newest version of the certificate with this serial.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn latest_of_serial(
        &mut self,
        type_number: u32,
        issuer: u32,
        serial: &Serial,
    ) -> Result<Option<CertificateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| certificates::table
            .filter(certificates::type_number.eq(stored_number(type_number)))
            .filter(certificates::issuer.eq(stored_number(issuer)))
            .filter(certificates::serial.eq(serial.as_str()))
            .order(certificates::version.desc())
            .select(CertificateRow::as_select())
            .first(c)
            .optional())?)
    }

    /// All versions of the certificates with these numbers on their faces, in no set order.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn certificates_by_number(
        &mut self,
        type_number: u32,
        issuer: u32,
        numbers: &[[u8; 32]],
    ) -> Result<Vec<CertificateRow>, StoreError> {
        let mut numbers: Vec<&[u8]> = numbers.iter().map(<[u8; 32]>::as_slice).collect();
        // Twice the same number in two chunks would bring its certificates twice.
        numbers.sort_unstable();
        numbers.dedup();
        let mut all = Vec::new();
        for chunk in numbers.chunks(1000) {
            let mut found: Vec<CertificateRow> = on_db!(
                self.conn,
                pg | c
                    | diesel::sql_query(PG_BY_NUMBER)
                        .bind::<Array<Binary>, _>(chunk)
                        .bind::<Integer, _>(stored_number(type_number))
                        .bind::<Integer, _>(stored_number(issuer))
                        .load(c)?,
                lite | c
                    | certificates::table
                        .filter(certificates::number_index.eq_any(chunk))
                        .filter(certificates::type_number.eq(stored_number(type_number)))
                        .filter(certificates::issuer.eq(stored_number(issuer)))
                        .select(CertificateRow::as_select())
                        .load(c)?
            );
            all.append(&mut found);
        }
        Ok(all)
    }

    /// Up to `most` certificates with greater ids, in order: to walk through all of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn certificates_after(
        &mut self,
        id: i64,
        most: i64,
    ) -> Result<Vec<CertificateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| certificates::table
            .filter(certificates::id.gt(id))
            .order(certificates::id)
            .limit(most)
            .select(CertificateRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds certificates.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when one of them has the key or
    /// the place on the status list of another, or the number of another that is in force or
    /// suspended.
    pub fn insert_certificates(&mut self, rows: &[CertificateRow]) -> Result<(), StoreError> {
        insert_rows!(self.rx.conn, certificates::table, rows, 19);
        Ok(())
    }

    /// Moves a certificate from one standing to another; `false`, and nothing done, if it does
    /// not stand where the caller thinks.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn change_standing(
        &mut self,
        id: i64,
        from: i16,
        to: i16,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self.rx.conn, |c| diesel::update(certificates::table)
            .filter(certificates::id.eq(id))
            .filter(certificates::status.eq(from))
            .set((
                certificates::status.eq(to),
                certificates::status_at.eq(at.millis()),
            ))
            .execute(c))?;
        Ok(changed == 1)
    }
}
