//! Accounts of people who log in.

use diesel::AsChangeset;
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
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::retention::Old;
use crate::store::schema::accounts;
use crate::store::stored::sealed;
use crate::store::vouch::Columns;
use crate::store::vouch::Vouched;
use crate::store::vouch::Watched;

/// Where names and the secret of one-time codes stand, sealed; the row's id is the account's.
pub const ACCOUNT: Place = Place {
    table: "accounts",
    column: "sealed",
};

/// An account as it is stored.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct AccountRow {
    /// Its number, reserved.
    pub id: i64,
    /// The blind index of its login name; none for who logs in only from elsewhere.
    pub name_index: Option<Vec<u8>>,
    /// The role it gives.
    pub role: String,
    /// The agency it belongs to.
    pub agency: Option<i32>,
    /// Where its owner works, such as the number of a window.
    pub place: Option<String>,
    /// The blind index of the holder it is.
    pub holder_index: Option<Vec<u8>>,
    /// The hash of its password.
    pub password: Option<String>,
    /// When it was made, in milliseconds.
    pub created_at: i64,
    /// By whom.
    pub created_by: String,
    /// When what lets somebody in was last changed.
    pub changed_at: i64,
    /// When it was disabled.
    pub disabled_at: Option<i64>,
    /// The step of the last one-time code that was used.
    pub code_step: i64,
    /// The data key that the rest is sealed under.
    pub key_id: i16,
    /// Names and the secret of one-time codes, sealed at [`ACCOUNT`].
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccountRow({}, {}, ..)", self.id, self.role)
    }
}

impl AccountRow {
    /// Names and the secret of one-time codes, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }

    /// The blind index of the holder it is.
    #[must_use]
    pub fn holder(&self) -> Option<[u8; 32]> {
        self.holder_index.as_deref()?.try_into().ok()
    }
}

impl Vouched for AccountRow {
    fn table(&self) -> Watched {
        Watched::Accounts
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    /// Without the step of the last code: it only ever takes codes away.
    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.put(self.name_index.as_deref());
        columns.put(Some(self.role.as_bytes()));
        columns.maybe(self.agency);
        columns.put(self.place.as_deref().map(str::as_bytes));
        columns.put(self.holder_index.as_deref());
        columns.put(self.password.as_deref().map(str::as_bytes));
        columns.number(self.created_at);
        columns.put(Some(self.created_by.as_bytes()));
        columns.number(self.changed_at);
        columns.maybe(self.disabled_at);
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((ACCOUNT, self.id, self.sealed()))
    }
}

impl Rx<'_> {
    /// The account with this number, whatever has become of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn account(&mut self, id: i64) -> Result<Option<AccountRow>, StoreError> {
        Ok(on_db!(self.conn, |c| accounts::table
            .find(id)
            .select(AccountRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The account in use with this login name.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn account_named(&mut self, name: &[u8; 32]) -> Result<Option<AccountRow>, StoreError> {
        Ok(on_db!(self.conn, |c| accounts::table
            .filter(accounts::name_index.eq(name.as_slice()))
            .filter(accounts::disabled_at.is_null())
            .select(AccountRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The accounts of a holder, disabled ones included, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn accounts_of(&mut self, holder: &[u8; 32]) -> Result<Vec<AccountRow>, StoreError> {
        Ok(on_db!(self.conn, |c| accounts::table
            .filter(accounts::holder_index.eq(holder.as_slice()))
            .order(accounts::id)
            .select(AccountRow::as_select())
            .load(c))?)
    }

    /// Every account behind a number, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn account_rows(&mut self, after: i64, most: i64) -> Result<Vec<AccountRow>, StoreError> {
        Ok(on_db!(self.conn, |c| accounts::table
            .filter(accounts::id.gt(after))
            .order(accounts::id)
            .limit(most)
            .select(AccountRow::as_select())
            .load(c))?)
    }

    /// Accounts that were disabled before then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_accounts(&mut self, before: i64) -> Result<Vec<Old>, StoreError> {
        let rows: Vec<(i64, Option<i64>)> = on_db!(self.conn, |c| accounts::table
            .filter(accounts::disabled_at.lt(before))
            .order(accounts::id)
            .select((accounts::id, accounts::disabled_at))
            .load(c))?;
        let old = |(id, at): (i64, Option<i64>)| Some(Old { id, at: at? });
        Ok(rows.into_iter().filter_map(old).collect())
    }
}

impl Tx<'_> {
    /// The account with this number, as it stands. On `PostgreSQL` nobody changes it before this
    /// transaction has ended, so that a session it begins is seen by whoever ends them all.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn account_held(&mut self, id: i64) -> Result<Option<AccountRow>, StoreError> {
        let own = accounts::table.find(id);
        Ok(on_db!(
            self.rx.conn,
            pg | c
                | own
                    .select(AccountRow::as_select())
                    .for_no_key_update()
                    .first(c)
                    .optional(),
            lite | c | own.select(AccountRow::as_select()).first(c).optional()
        )?)
    }

    /// Adds an account.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when an account in use has its
    /// name or its holder.
    pub fn insert_account(&mut self, row: &AccountRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(accounts::table)
            .values(row)
            .execute(c))?;
        let subject = self.subject_of_account(row)?;
        self.vouch(row, subject);
        Ok(())
    }

    /// Puts an account in the place of itself.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn update_account(&mut self, row: &AccountRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::update(
            accounts::table.find(row.id)
        )
        .set(row)
        .execute(c))?;
        let subject = self.subject_of_account(row)?;
        self.vouch(row, subject);
        Ok(())
    }

    /// Uses a one-time code up; `false` if it, or a later one, was used before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn use_code(&mut self, account: i64, step: i64) -> Result<bool, StoreError> {
        let used = on_db!(self.rx.conn, |c| diesel::update(
            accounts::table.find(account)
        )
        .filter(accounts::code_step.lt(step))
        .set(accounts::code_step.eq(step))
        .execute(c))?;
        Ok(used == 1)
    }

    /// Deletes an account with its sessions, if it was disabled; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_account(&mut self, id: i64) -> Result<bool, StoreError> {
        self.end_sessions(id, None)?;
        let gone = on_db!(self.rx.conn, |c| diesel::delete(accounts::table.find(id))
            .filter(accounts::disabled_at.is_not_null())
            .execute(c))?;
        if gone == 1 {
            self.vouch_gone(Watched::Accounts, &id.to_string());
        }
        Ok(gone == 1)
    }

    /// The random id under which the ledger keeps the holder of an account; none for others.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn subject_of_account(&mut self, row: &AccountRow) -> Result<Option<[u8; 16]>, StoreError> {
        let Some(holder) = row.holder() else {
            return Ok(None);
        };
        Ok(self.subjects(&[holder])?.get(&holder).copied())
    }
}
