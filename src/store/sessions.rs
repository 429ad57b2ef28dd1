//! Who is logged in: by the digest of what the browser keeps, which is kept nowhere else.

use diesel::BoolExpressionMethods;
use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::JoinOnDsl;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::crypto::mac::MacKey;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::accounts::AccountRow;
use crate::store::db::on_db;
use crate::store::schema::accounts;
use crate::store::schema::sessions;

/// A session as it is stored.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct LoginRow {
    /// The digest of what the browser keeps.
    pub digest: Vec<u8>,
    /// Its number, reserved, by which its owner names it.
    pub id: i64,
    /// The account.
    pub account: i64,
    /// How its owner logged in.
    pub way: i16,
    /// What kind of device it is.
    pub device: String,
    /// When it began, in milliseconds.
    pub begun_at: i64,
    /// When it was last used, to the minute.
    pub seen_at: i64,
    /// When it ends at the latest.
    pub ends_at: i64,
    /// The MAC that binds account and times to the digest.
    pub mac: Vec<u8>,
}

impl std::fmt::Debug for LoginRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoginRow({} of {}, ..)", self.id, self.account)
    }
}

impl LoginRow {
    /// Binds account and times to the digest: whoever can write to the database, and nothing
    /// else, lets nobody in by it.
    pub fn bind(&mut self, key: &MacKey) {
        self.mac = key.mac(&[&self.bound()]).to_vec();
    }

    /// Whether it was bound by [`LoginRow::bind`] as it stands.
    #[must_use]
    pub fn is_bound(&self, key: &MacKey) -> bool {
        key.is_mac_of(&[&self.bound()], &self.mac)
    }

    fn bound(&self) -> Vec<u8> {
        // Everything but the digest has a fixed length.
        let mut text = b"mianzheng session 1".to_vec();
        for number in [self.id, self.account, self.begun_at, self.ends_at] {
            text.extend_from_slice(&number.to_be_bytes());
        }
        text.extend_from_slice(&self.way.to_be_bytes());
        text.extend_from_slice(&self.digest);
        text
    }
}

impl Rx<'_> {
    /// The session with this digest, run out or not, and its account.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn login(
        &mut self,
        digest: &[u8; 32],
    ) -> Result<Option<(LoginRow, AccountRow)>, StoreError> {
        Ok(on_db!(self.conn, |c| sessions::table
            .inner_join(accounts::table.on(sessions::account.eq(accounts::id)))
            .filter(sessions::digest.eq(digest.as_slice()))
            .select((LoginRow::as_select(), AccountRow::as_select()))
            .first(c)
            .optional())?)
    }

    /// The sessions of an account, the one that was used last first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn logins_of(&mut self, account: i64) -> Result<Vec<LoginRow>, StoreError> {
        Ok(on_db!(self.conn, |c| sessions::table
            .filter(sessions::account.eq(account))
            .order((sessions::seen_at.desc(), sessions::id.desc()))
            .select(LoginRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Begins a session.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn begin_session(&mut self, row: &LoginRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(sessions::table)
            .values(row)
            .execute(c))?;
        Ok(())
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn session_seen(&mut self, id: i64, at: Timestamp) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::update(sessions::table)
            .filter(sessions::id.eq(id))
            .filter(sessions::seen_at.lt(at.millis()))
            .set(sessions::seen_at.eq(at.millis()))
            .execute(c))?;
        Ok(())
    }

    /// Whether a session is still there. On `PostgreSQL` nobody ends it before this transaction
    /// has ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn session_stands(&mut self, id: i64) -> Result<bool, StoreError> {
        let own = sessions::table
            .filter(sessions::id.eq(id))
            .select(sessions::id);
        let found: Option<i64> = on_db!(
            self.rx.conn,
            pg | c | own.for_share().first(c).optional(),
            lite | c | own.first(c).optional()
        )?;
        Ok(found.is_some())
    }

    /// Ends one session of an account; `false` if it has none of this number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn end_session(&mut self, account: i64, id: i64) -> Result<bool, StoreError> {
        let ended = on_db!(self.rx.conn, |c| diesel::delete(sessions::table)
            .filter(sessions::account.eq(account))
            .filter(sessions::id.eq(id))
            .execute(c))?;
        Ok(ended == 1)
    }

    /// Ends the sessions of an account, all but one if one is named, and returns how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn end_sessions(&mut self, account: i64, but: Option<i64>) -> Result<usize, StoreError> {
        // No session has this number.
        let but = but.unwrap_or(i64::MIN);
        Ok(on_db!(self.rx.conn, |c| diesel::delete(sessions::table)
            .filter(sessions::account.eq(account))
            .filter(sessions::id.ne(but))
            .execute(c))?)
    }

    /// Forgets sessions that ended before now, or that nobody used since then; returns how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_old_sessions(
        &mut self,
        now: Timestamp,
        unused_since: Timestamp,
    ) -> Result<usize, StoreError> {
        Ok(on_db!(self.rx.conn, |c| diesel::delete(sessions::table)
            .filter(
                sessions::ends_at
                    .le(now.millis())
                    .or(sessions::seen_at.lt(unused_since.millis()))
            )
            .execute(c))?)
    }
}
