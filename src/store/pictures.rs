//! The pictures on certificates, sealed. They may come before the certificate is issued or after.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::ledger::stored_key_id;
use crate::store::schema::pictures;
use crate::store::stored::exactly;
use crate::store::stored::sealed;

/// Where a sealed picture stands; the row's id is the certificate's. A certificate can have
/// several pictures: the digest tells them apart once they are open.
pub const PICTURE: Place = Place {
    table: "pictures",
    column: "sealed",
};

/// A picture as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPicture {
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Its bytes, sealed at [`PICTURE`].
    pub sealed: Sealed,
}

impl Rx<'_> {
    /// The picture in a field of a certificate.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn picture(
        &mut self,
        certificate: i64,
        field: &str,
    ) -> Result<Option<StoredPicture>, StoreError> {
        let found: Option<(Vec<u8>, i16, Vec<u8>)> = on_db!(self.conn, |c| pictures::table
            .find((certificate, field))
            .select((pictures::sha256, pictures::key_id, pictures::sealed))
            .first(c)
            .optional())?;
        let read = |(sha256, key_id, bytes)| {
            Ok(StoredPicture {
                sha256: exactly(sha256, "pictures")?,
                sealed: sealed(key_id, bytes),
            })
        };
        found.map(read).transpose()
    }

    /// All pictures of a certificate, by field.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn pictures_of(
        &mut self,
        certificate: i64,
    ) -> Result<Vec<(String, StoredPicture)>, StoreError> {
        let found: Vec<(String, Vec<u8>, i16, Vec<u8>)> = on_db!(self.conn, |c| pictures::table
            .filter(pictures::certificate_id.eq(certificate))
            .order(pictures::field)
            .select((
                pictures::field,
                pictures::sha256,
                pictures::key_id,
                pictures::sealed
            ))
            .load(c))?;
        let read = |(field, sha256, key_id, bytes)| {
            let picture = StoredPicture {
                sha256: exactly(sha256, "pictures")?,
                sealed: sealed(key_id, bytes),
            };
            Ok((field, picture))
        };
        found.into_iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// Puts a picture in a field of a certificate, in place of one that is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also when there is no such certificate.
    pub fn put_picture(
        &mut self,
        certificate: i64,
        field: &str,
        picture: &StoredPicture,
    ) -> Result<(), StoreError> {
        let content = (
            pictures::sha256.eq(picture.sha256.as_slice()),
            pictures::key_id.eq(stored_key_id(picture.sealed.key_id)),
            pictures::sealed.eq(picture.sealed.bytes.as_slice()),
        );
        let key = (
            pictures::certificate_id.eq(certificate),
            pictures::field.eq(field),
        );
        on_db!(self.rx.conn, |c| diesel::insert_into(pictures::table)
            .values((key, content))
            .on_conflict((pictures::certificate_id, pictures::field))
            .do_update()
            .set(content)
            .execute(c))?;
        Ok(())
    }
}
