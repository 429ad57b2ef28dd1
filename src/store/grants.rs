//! Grants: what agencies may use, and what waits for a second operator before they may.

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
use crate::store::schema::grant_proposals;
use crate::store::schema::grants;
use crate::store::stored::stored_number;
use crate::store::vouch::Watched;

/// A proposal that waits for a second operator.
pub const WAITING: i16 = 0;
/// One that a second operator confirmed.
pub const CONFIRMED: i16 = 1;
/// One that was taken back by whoever proposed it.
pub const WITHDRAWN: i16 = 2;
/// One that another operator refused.
pub const REFUSED: i16 = 3;

/// What an agency may use of a type for an item.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
pub struct GrantRow {
    /// Its id, reserved.
    pub id: i64,
    /// The agency that uses.
    pub agency: i32,
    /// The certificate type.
    pub type_number: i32,
    /// The item it needs them for.
    pub item: String,
    /// The fields, as JSON.
    pub fields: String,
    /// By which ways, as JSON.
    pub modes: String,
    /// How many uses a day.
    pub quota_per_day: i32,
    /// Until when, in milliseconds.
    pub until: i64,
}

/// A grant that an operator proposed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = grant_proposals, treat_none_as_default_value = false)]
pub struct GrantProposalRow {
    /// Its id, reserved.
    pub id: i64,
    /// The agency that would use.
    pub agency: i32,
    /// The certificate type.
    pub type_number: i32,
    /// The item.
    pub item: String,
    /// The fields, as JSON.
    pub fields: String,
    /// By which ways, as JSON.
    pub modes: String,
    /// How many uses a day.
    pub quota_per_day: i32,
    /// Until when, in milliseconds.
    pub until: i64,
    /// What was in force when it was proposed, as JSON; none if nothing was.
    pub against: Option<String>,
    /// By which credential.
    pub proposed_by: String,
    /// When.
    pub proposed_at: i64,
    /// How it stands.
    pub state: i16,
    /// Which credential confirmed, withdrew or refused it.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<i64>,
}

impl Rx<'_> {
    /// What an agency may use of a type for an item, run out or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn grant_for(
        &mut self,
        agency: u32,
        type_number: u32,
        item: &str,
    ) -> Result<Option<GrantRow>, StoreError> {
        Ok(on_db!(self.conn, |c| grants::table
            .filter(grants::agency.eq(stored_number(agency)))
            .filter(grants::type_number.eq(stored_number(type_number)))
            .filter(grants::item.eq(item))
            .select(GrantRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The grant with this number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn grant(&mut self, id: i64) -> Result<Option<GrantRow>, StoreError> {
        Ok(on_db!(self.conn, |c| grants::table
            .find(id)
            .select(GrantRow::as_select())
            .first(c)
            .optional())?)
    }

    /// All grants, by agency, type and item.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn grants(&mut self) -> Result<Vec<GrantRow>, StoreError> {
        Ok(on_db!(self.conn, |c| grants::table
            .order((grants::agency, grants::type_number, grants::item))
            .select(GrantRow::as_select())
            .load(c))?)
    }

    /// The proposal with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn grant_proposal(&mut self, id: i64) -> Result<Option<GrantProposalRow>, StoreError> {
        Ok(on_db!(self.conn, |c| grant_proposals::table
            .find(id)
            .select(GrantProposalRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The proposals that wait for a second operator, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn grant_proposals_waiting(
        &mut self,
        most: i64,
    ) -> Result<Vec<GrantProposalRow>, StoreError> {
        Ok(on_db!(self.conn, |c| grant_proposals::table
            .filter(grant_proposals::state.eq(WAITING))
            .order(grant_proposals::id)
            .limit(most)
            .select(GrantProposalRow::as_select())
            .load(c))?)
    }

    /// Every proposal behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn grant_proposal_rows(
        &mut self,
        after: i64,
        most: i64,
    ) -> Result<Vec<GrantProposalRow>, StoreError> {
        Ok(on_db!(self.conn, |c| grant_proposals::table
            .filter(grant_proposals::id.gt(after))
            .order(grant_proposals::id)
            .limit(most)
            .select(GrantProposalRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Gives a grant, in place of the one for the same agency, type and item if there is one,
    /// whose id then stays. Returns the id.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also when there is no such agency.
    pub fn put_grant(&mut self, row: &GrantRow) -> Result<i64, StoreError> {
        let id = on_db!(self.rx.conn, |c| diesel::insert_into(grants::table)
            .values(row)
            .on_conflict((grants::agency, grants::type_number, grants::item))
            .do_update()
            .set((
                grants::fields.eq(&row.fields),
                grants::modes.eq(&row.modes),
                grants::quota_per_day.eq(row.quota_per_day),
                grants::until.eq(row.until)
            ))
            .returning(grants::id)
            .get_result(c))?;
        self.vouch(&GrantRow { id, ..row.clone() }, None);
        Ok(id)
    }

    /// Takes a grant away; the row it was, if there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn remove_grant(&mut self, id: i64) -> Result<Option<GrantRow>, StoreError> {
        let removed = on_db!(self.rx.conn, |c| diesel::delete(grants::table.find(id))
            .returning(GrantRow::as_returning())
            .get_result(c)
            .optional())?;
        if removed.is_some() {
            self.vouch_gone(Watched::Grants, &id.to_string());
        }
        Ok(removed)
    }

    /// Adds a proposal.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also when there is no such agency.
    pub fn insert_grant_proposal(&mut self, row: &GrantProposalRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(
            grant_proposals::table
        )
        .values(row)
        .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Settles a proposal that waits; `false`, and nothing done, if it does not wait any more.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn settle_grant_proposal(
        &mut self,
        id: i64,
        state: i16,
        (at, by): (Timestamp, &str),
    ) -> Result<bool, StoreError> {
        let settled = on_db!(self.rx.conn, |c| diesel::update(
            grant_proposals::table.find(id)
        )
        .filter(grant_proposals::state.eq(WAITING))
        .set((
            grant_proposals::state.eq(state),
            grant_proposals::settled_by.eq(by),
            grant_proposals::settled_at.eq(at.millis())
        ))
        .returning(GrantProposalRow::as_returning())
        .get_result(c)
        .optional())?;
        if let Some(row) = &settled {
            self.vouch(row, None);
        }
        Ok(settled.is_some())
    }
}
