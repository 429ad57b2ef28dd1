//! Callers: the credentials they come with.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::crypto::vault::Place;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::credentials;

/// Where a holder's sealed code stands beside their credential. A credential's id is text: the
/// row's id is that of the caller's choice, and must be the same when it is opened.
pub const HOLDER: Place = Place {
    table: "credentials",
    column: "holder_sealed",
};

/// A bearer token, a TLS certificate or an app key, by digest.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = credentials, treat_none_as_default_value = false)]
pub struct CredentialRow {
    /// The digest of the token, certificate or secret.
    pub digest: Vec<u8>,
    /// Its public id, which the ledger names.
    pub id: String,
    /// What it is: the caller's numbers.
    pub kind: i16,
    /// What its owner calls it.
    pub label: String,
    /// The role it gives.
    pub role: String,
    /// The agency it is bound to.
    pub agency: Option<i32>,
    /// The blind index of the holder it is bound to.
    pub holder_index: Option<Vec<u8>>,
    /// The data key that the holder's code is sealed under.
    pub holder_key_id: Option<i16>,
    /// The holder's name and code, sealed at [`HOLDER`].
    pub holder_sealed: Option<Vec<u8>>,
    /// When it was given, in milliseconds.
    pub created_at: i64,
    /// When it runs out.
    pub expires_at: i64,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
}

impl std::fmt::Debug for CredentialRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CredentialRow({}, {}, ..)", self.id, self.role)
    }
}

/// A credential as operators see it: without its digest and its holder.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = credentials)]
pub struct CredentialLine {
    /// Its public id.
    pub id: String,
    /// What it is.
    pub kind: i16,
    /// What its owner calls it.
    pub label: String,
    /// The role it gives.
    pub role: String,
    /// The agency it is bound to.
    pub agency: Option<i32>,
    /// When it was given, in milliseconds.
    pub created_at: i64,
    /// When it runs out.
    pub expires_at: i64,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
}

impl Rx<'_> {
    /// The credential with this digest, whatever has become of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn credential_by_digest(
        &mut self,
        digest: &[u8; 32],
    ) -> Result<Option<CredentialRow>, StoreError> {
        Ok(on_db!(self.conn, |c| credentials::table
            .find(digest.as_slice())
            .select(CredentialRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The credential with this public id, whatever has become of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn credential(&mut self, id: &str) -> Result<Option<CredentialLine>, StoreError> {
        Ok(on_db!(self.conn, |c| credentials::table
            .filter(credentials::id.eq(id))
            .select(CredentialLine::as_select())
            .first(c)
            .optional())?)
    }

    /// The same with every column.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn credential_row(&mut self, id: &str) -> Result<Option<CredentialRow>, StoreError> {
        Ok(on_db!(self.conn, |c| credentials::table
            .filter(credentials::id.eq(id))
            .select(CredentialRow::as_select())
            .first(c)
            .optional())?)
    }

    /// All credentials, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn credentials(&mut self) -> Result<Vec<CredentialLine>, StoreError> {
        Ok(on_db!(self.conn, |c| credentials::table
            .order((credentials::created_at, credentials::id))
            .select(CredentialLine::as_select())
            .load(c))?)
    }

    /// All credentials with every column, by id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn credential_rows(&mut self) -> Result<Vec<CredentialRow>, StoreError> {
        Ok(on_db!(self.conn, |c| credentials::table
            .order(credentials::id)
            .select(CredentialRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds a credential.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when its id or digest is there.
    pub fn insert_credential(&mut self, row: &CredentialRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(credentials::table)
            .values(row)
            .execute(c))?;
        let holder = row.holder_index.as_deref().map(<[u8; 32]>::try_from);
        let holder: Option<[u8; 32]> = holder.and_then(Result::ok);
        let subjects = self.subjects(holder.as_slice())?;
        let subject = holder.and_then(|index| subjects.get(&index).copied());
        self.vouch(row, subject);
        Ok(())
    }

    /// Takes a credential back; `false` if there is none, or it was taken back before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn revoke_credential(&mut self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        let revoked = on_db!(self.rx.conn, |c| diesel::update(credentials::table)
            .filter(credentials::id.eq(id))
            .filter(credentials::revoked_at.is_null())
            .set(credentials::revoked_at.eq(at.millis()))
            .execute(c))?;
        if revoked == 1 {
            let row = on_db!(self.rx.conn, |c| credentials::table
                .filter(credentials::id.eq(id))
                .select(CredentialRow::as_select())
                .first(c))?;
            self.vouch(&row, None);
            self.drop_app_secret(id)?;
        }
        Ok(revoked == 1)
    }
}
