//! Keys that may be trusted, and the signed lists that say so. A list never goes back.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::keys;
use crate::store::schema::revocation_lists;
use crate::store::schema::trust_lists;
use crate::store::vouch::Watched;
use crate::store::vouched_rows::ListRow;

/// A public key and what it may sign.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = keys, treat_none_as_default_value = false)]
pub struct KeyRow {
    /// Its id.
    pub kid: String,
    /// The number of the agency whose it is; 0 for the service.
    pub agency: i32,
    /// What it signs.
    pub key_use: String,
    /// The name of its file in the key store.
    pub name: String,
    /// Its algorithm.
    pub alg: String,
    /// The public key itself, in base64url.
    pub x: String,
    /// From when it may sign, in milliseconds.
    pub not_before: i64,
    /// Until when it may sign.
    pub not_after: i64,
    /// How it stands: the caller's numbers.
    pub state: i16,
    /// Since when it stands so, where that matters.
    pub since: Option<i64>,
}

impl Rx<'_> {
    /// All keys, by agency, use and begin.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn keys(&mut self) -> Result<Vec<KeyRow>, StoreError> {
        Ok(on_db!(self.conn, |c| keys::table
            .order((keys::agency, keys::key_use, keys::not_before, keys::kid))
            .select(KeyRow::as_select())
            .load(c))?)
    }

    /// The key with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn key(&mut self, kid: &str) -> Result<Option<KeyRow>, StoreError> {
        Ok(on_db!(self.conn, |c| keys::table
            .find(kid)
            .select(KeyRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The trust list with the highest sequence, and that sequence.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn latest_trust_list(&mut self) -> Result<Option<(u64, String)>, StoreError> {
        let found: Option<(i64, String)> = on_db!(self.conn, |c| trust_lists::table
            .order(trust_lists::sequence.desc())
            .first(c)
            .optional())?;
        numbered(found, "trust_lists")
    }

    /// The revocation list with the highest sequence, and that sequence.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn latest_revocation_list(&mut self) -> Result<Option<(u64, String)>, StoreError> {
        let found: Option<(i64, String)> = on_db!(self.conn, |c| revocation_lists::table
            .order(revocation_lists::sequence.desc())
            .first(c)
            .optional())?;
        numbered(found, "revocation_lists")
    }
}

impl Rx<'_> {
    /// Every trust list and revocation list, each by sequence.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn lists(&mut self) -> Result<Vec<ListRow>, StoreError> {
        let trust: Vec<(i64, String)> = on_db!(self.conn, |c| trust_lists::table
            .order(trust_lists::sequence)
            .load(c))?;
        let revocations: Vec<(i64, String)> = on_db!(self.conn, |c| revocation_lists::table
            .order(revocation_lists::sequence)
            .load(c))?;
        let row = |table| {
            move |(sequence, token)| ListRow {
                table,
                sequence,
                token,
            }
        };
        let trust = trust.into_iter().map(row(Watched::TrustLists));
        let revocations = revocations.into_iter();
        Ok(trust
            .chain(revocations.map(row(Watched::RevocationLists)))
            .collect())
    }
}

fn numbered(
    found: Option<(i64, String)>,
    table: &'static str,
) -> Result<Option<(u64, String)>, StoreError> {
    let Some((sequence, token)) = found else {
        return Ok(None);
    };
    match u64::try_from(sequence) {
        Ok(sequence) => Ok(Some((sequence, token))),
        Err(_) => Err(StoreError::Damaged { table }),
    }
}

impl Tx<'_> {
    /// Adds a key.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when its id is there.
    pub fn insert_key(&mut self, row: &KeyRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(keys::table)
            .values(row)
            .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Changes how a key stands; `false` if there is no such key.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn set_key_state(
        &mut self,
        kid: &str,
        state: i16,
        since: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self.rx.conn, |c| diesel::update(keys::table.find(kid))
            .set((
                keys::state.eq(state),
                keys::since.eq(since.map(Timestamp::millis)),
            ))
            .execute(c))?;
        if let Some(row) = self.key(kid)? {
            self.vouch(&row, None);
        }
        Ok(changed == 1)
    }

    /// Keeps a trust list; `false`, and nothing done, unless its sequence is higher than that
    /// of every list kept before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_trust_list(&mut self, sequence: u64, token: &str) -> Result<bool, StoreError> {
        // Reserving nothing locks: no other list comes between the look and the insert.
        self.reserve("trust_list", 0)?;
        let latest = self.latest_trust_list()?.map(|(sequence, _)| sequence);
        let Some(sequence) = higher(sequence, latest) else {
            return Ok(false);
        };
        on_db!(self.rx.conn, |c| diesel::insert_into(trust_lists::table)
            .values((
                trust_lists::sequence.eq(sequence),
                trust_lists::token.eq(token)
            ))
            .execute(c))?;
        self.vouch_list(Watched::TrustLists, sequence, token);
        Ok(true)
    }

    /// Keeps a revocation list; `false`, and nothing done, unless its sequence is higher than
    /// that of every list kept before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_revocation_list(&mut self, sequence: u64, token: &str) -> Result<bool, StoreError> {
        self.reserve("revocation_list", 0)?;
        let latest = self.latest_revocation_list()?.map(|(sequence, _)| sequence);
        let Some(sequence) = higher(sequence, latest) else {
            return Ok(false);
        };
        on_db!(self.rx.conn, |c| diesel::insert_into(
            revocation_lists::table
        )
        .values((
            revocation_lists::sequence.eq(sequence),
            revocation_lists::token.eq(token)
        ))
        .execute(c))?;
        self.vouch_list(Watched::RevocationLists, sequence, token);
        Ok(true)
    }

    fn vouch_list(&mut self, table: Watched, sequence: i64, token: &str) {
        let token = token.to_owned();
        let row = ListRow {
            table,
            sequence,
            token,
        };
        self.vouch(&row, None);
    }
}

/// The sequence as it is stored, if it is higher; one that no column holds is no sequence.
fn higher(sequence: u64, latest: Option<u64>) -> Option<i64> {
    let stored = i64::try_from(sequence).ok()?;
    latest
        .is_none_or(|latest| sequence > latest)
        .then_some(stored)
}
