//! Keys by which callers make sure that a request is done once.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::idempotency_keys;
use crate::store::stored::exactly;

/// A key as its caller sends it; every caller and route has keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestKey<'a> {
    /// Who sends it.
    pub caller: &'a str,
    /// Where to.
    pub route: &'a str,
    /// The key.
    pub key: &'a str,
}

/// Whether a request was done before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It was not: do it, in this transaction.
    Fresh,
    /// It was, and this is where its result is to be found.
    Same(Option<String>),
    /// Another request was done with this key.
    OtherBody,
}

/// A request that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRequest {
    /// The digest of the request.
    pub digest: [u8; 32],
    /// Where its result is to be found.
    pub reference: Option<String>,
}

impl Rx<'_> {
    /// The request that was done with a key.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn seen_key(&mut self, key: &RequestKey<'_>) -> Result<Option<SeenRequest>, StoreError> {
        let found: Option<(Vec<u8>, Option<String>)> =
            on_db!(self.conn, |c| idempotency_keys::table
                .find((key.caller, key.route, key.key))
                .select((idempotency_keys::digest, idempotency_keys::reference))
                .first(c)
                .optional())?;
        let read = |(digest, reference)| {
            Ok(SeenRequest {
                digest: exactly(digest, "idempotency_keys")?,
                reference,
            })
        };
        found.map(read).transpose()
    }
}

impl Tx<'_> {
    /// Claims a key for the request that this transaction does.
    ///
    /// Where another transaction is claiming it, this waits for its end.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn claim_key(
        &mut self,
        key: &RequestKey<'_>,
        digest: &[u8; 32],
        reference: Option<&str>,
        at: Timestamp,
    ) -> Result<Claim, StoreError> {
        let row = (
            idempotency_keys::caller.eq(key.caller),
            idempotency_keys::route.eq(key.route),
            idempotency_keys::key.eq(key.key),
            idempotency_keys::digest.eq(digest.as_slice()),
            idempotency_keys::reference.eq(reference),
            idempotency_keys::at.eq(at.millis()),
        );
        loop {
            let claimed = on_db!(self.rx.conn, |c| diesel::insert_into(
                idempotency_keys::table
            )
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
            if claimed == 1 {
                return Ok(Claim::Fresh);
            }
            match self.seen_key(key)? {
                Some(seen) if seen.digest == *digest => return Ok(Claim::Same(seen.reference)),
                Some(_) => return Ok(Claim::OtherBody),
                // Forgotten between the two statements: now it is free.
                None => {}
            }
        }
    }

    /// Says where the result of the request that claimed a key is to be found.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn settle_key(&mut self, key: &RequestKey<'_>, reference: &str) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::update(
            idempotency_keys::table.find((key.caller, key.route, key.key))
        )
        .set(idempotency_keys::reference.eq(reference))
        .execute(c))?;
        Ok(())
    }

    /// Deletes keys that were claimed before then, and returns how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_old_keys(&mut self, before: Timestamp) -> Result<usize, StoreError> {
        Ok(on_db!(self.rx.conn, |c| diesel::delete(
            idempotency_keys::table
        )
        .filter(idempotency_keys::at.lt(before.millis()))
        .execute(c))?)
    }
}
