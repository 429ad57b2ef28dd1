//! Callers who sign what they send: their sealed secrets, and what they used once.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;
use diesel::SelectableHelper;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::callers::CredentialRow;
use crate::store::db::on_db;
use crate::store::ledger::stored_key_id;
use crate::store::schema::app_secrets;
use crate::store::schema::caller_nonces;
use crate::store::schema::credentials;
use crate::store::stored::sealed;

/// Where a secret stands; its row's id is the number of its credential.
pub const SECRET: Place = Place {
    table: "app_secrets",
    column: "sealed",
};

impl Rx<'_> {
    /// A credential with its sealed secret, whatever has become of it; none if it has no secret.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn app_key(&mut self, number: i64) -> Result<Option<(CredentialRow, Sealed)>, StoreError> {
        let row: Option<CredentialRow> = on_db!(self.conn, |c| credentials::table
            .filter(credentials::id.eq(format!("c{number}")))
            .select(CredentialRow::as_select())
            .first(c)
            .optional())?;
        let Some(row) = row else { return Ok(None) };
        let secret: Option<(i16, Vec<u8>)> = on_db!(self.conn, |c| app_secrets::table
            .find(number)
            .select((app_secrets::key_id, app_secrets::sealed))
            .first(c)
            .optional())?;
        Ok(secret.map(|(key_id, bytes)| (row, sealed(key_id, bytes))))
    }
}

impl Tx<'_> {
    /// Keeps the sealed secret of a credential.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when it has one.
    pub fn put_app_secret(&mut self, number: i64, secret: &Sealed) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(app_secrets::table)
            .values((
                app_secrets::id.eq(number),
                app_secrets::key_id.eq(stored_key_id(secret.key_id)),
                app_secrets::sealed.eq(&secret.bytes),
            ))
            .execute(c))?;
        Ok(())
    }

    /// Deletes the secret of a credential that is over; nothing if it has none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub(crate) fn drop_app_secret(&mut self, credential: &str) -> Result<(), StoreError> {
        let number = credential.strip_prefix('c').and_then(|n| n.parse().ok());
        let number: i64 = number.unwrap_or_default();
        on_db!(self.rx.conn, |c| diesel::delete(
            app_secrets::table.find(number)
        )
        .execute(c))?;
        Ok(())
    }

    /// Uses a nonce up; `false`, and nothing is written, if that credential used it before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn use_nonce(
        &mut self,
        credential: &str,
        nonce: &str,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let used = on_db!(self.rx.conn, |c| diesel::insert_into(caller_nonces::table)
            .values((
                caller_nonces::credential.eq(credential),
                caller_nonces::nonce.eq(nonce),
                caller_nonces::until.eq(until.millis()),
            ))
            .on_conflict_do_nothing()
            .execute(c))?;
        Ok(used == 1)
    }

    /// Forgets nonces whose requests nobody could send again by now, and returns how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_old_nonces(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        Ok(on_db!(self.rx.conn, |c| diesel::delete(
            caller_nonces::table
        )
        .filter(caller_nonces::until.lt(now.millis()))
        .execute(c))?)
    }
}
