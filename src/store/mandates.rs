//! Mandates: who may act for whom, found by blind indexes.

use diesel::BoolExpressionMethods;
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
use crate::store::schema::mandates;

/// Where the sealed parties stand.
pub const PARTIES: Place = Place {
    table: "mandates",
    column: "sealed",
};

/// The states of a row. They are stored: they never change meaning.
pub const PROPOSED: i16 = 0;
/// Both sides said yes.
pub const CONFIRMED: i16 = 1;
/// Either took it back.
pub const REVOKED: i16 = 2;

/// A mandate.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mandates, treat_none_as_default_value = false)]
pub struct MandateRow {
    /// Its id, reserved.
    pub id: i64,
    /// Its kind's number.
    pub kind: i16,
    /// The mandate it was given under.
    pub parent: Option<i64>,
    /// The blind index of who is acted for.
    pub principal_index: Vec<u8>,
    /// The blind index of who acts.
    pub agent_index: Vec<u8>,
    /// The items, as JSON; `*` for all.
    pub items: String,
    /// The types of certificates, as JSON; `*` for all.
    pub types: String,
    /// From when, in milliseconds.
    pub valid_from: i64,
    /// The first moment it is no longer good.
    pub until: i64,
    /// Which side proposed it.
    pub side: i16,
    /// [`PROPOSED`], [`CONFIRMED`] or [`REVOKED`].
    pub state: i16,
    /// The agency of the officer who proposed it.
    pub office: Option<i32>,
    /// When it was proposed.
    pub proposed_at: i64,
    /// By which credential.
    pub proposed_by: String,
    /// When the other side said yes.
    pub confirmed_at: Option<i64>,
    /// By which credential.
    pub confirmed_by: Option<String>,
    /// When it was taken back.
    pub ended_at: Option<i64>,
    /// By which credential.
    pub ended_by: Option<String>,
    /// The data key that the parties are sealed under.
    pub key_id: i16,
    /// The parties' codes and names, and on what an officer relied, sealed at [`PARTIES`].
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for MandateRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MandateRow({}, state {}, ..)", self.id, self.state)
    }
}

impl Rx<'_> {
    /// A mandate.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mandate(&mut self, id: i64) -> Result<Option<MandateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| mandates::table
            .find(id)
            .select(MandateRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The mandates by which somebody acts for somebody, newest first, whatever became of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mandates_between(
        &mut self,
        principal: &[u8; 32],
        agent: &[u8; 32],
        most: i64,
    ) -> Result<Vec<MandateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| mandates::table
            .filter(mandates::agent_index.eq(agent.as_slice()))
            .filter(mandates::principal_index.eq(principal.as_slice()))
            .order(mandates::id.desc())
            .limit(most)
            .select(MandateRow::as_select())
            .load(c))?)
    }

    /// The mandates in which somebody is acted for or acts, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mandates_of(
        &mut self,
        holder: &[u8; 32],
        most: i64,
    ) -> Result<Vec<MandateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| mandates::table
            .filter(
                mandates::agent_index
                    .eq(holder.as_slice())
                    .or(mandates::principal_index.eq(holder.as_slice()))
            )
            .order(mandates::id.desc())
            .limit(most)
            .select(MandateRow::as_select())
            .load(c))?)
    }

    /// The mandates that hang on these, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mandates_below(
        &mut self,
        parents: &[i64],
        most: i64,
    ) -> Result<Vec<MandateRow>, StoreError> {
        let parents: Vec<Option<i64>> = parents.iter().copied().map(Some).collect();
        Ok(on_db!(self.conn, |c| mandates::table
            .filter(mandates::parent.eq_any(&parents))
            .order(mandates::id)
            .limit(most)
            .select(MandateRow::as_select())
            .load(c))?)
    }

    /// Those that officers proposed and that wait for a second one, oldest first: those of one
    /// agency and of operators, or all.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mandates_waiting(
        &mut self,
        side: i16,
        office: Option<i32>,
        most: i64,
    ) -> Result<Vec<MandateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| {
            let mut wanted = mandates::table
                .filter(mandates::state.eq(PROPOSED))
                .filter(mandates::side.eq(side))
                .order(mandates::id)
                .limit(most)
                .select(MandateRow::as_select())
                .into_boxed();
            if let Some(office) = office {
                let own = mandates::office.eq(office);
                wanted = wanted.filter(own.or(mandates::office.is_null()));
            }
            wanted.load(c)
        })?)
    }

    /// How many mandates a credential proposed since a time that still wait.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn proposals_by(&mut self, actor: &str, since: Timestamp) -> Result<i64, StoreError> {
        Ok(on_db!(self.conn, |c| mandates::table
            .filter(mandates::proposed_by.eq(actor))
            .filter(mandates::state.eq(PROPOSED))
            .filter(mandates::proposed_at.ge(since.millis()))
            .count()
            .get_result(c))?)
    }

    /// Every mandate behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mandate_rows(&mut self, after: i64, most: i64) -> Result<Vec<MandateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| mandates::table
            .filter(mandates::id.gt(after))
            .order(mandates::id)
            .limit(most)
            .select(MandateRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds a mandate that waits for its other side.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_mandate(&mut self, row: &MandateRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(mandates::table)
            .values(row)
            .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Confirms a mandate; `false` if it does not wait for that any more.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn confirm_mandate(
        &mut self,
        id: i64,
        at: Timestamp,
        by: &str,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self.rx.conn, |c| diesel::update(mandates::table.find(id))
            .filter(mandates::state.eq(PROPOSED))
            .set((
                mandates::state.eq(CONFIRMED),
                mandates::confirmed_at.eq(at.millis()),
                mandates::confirmed_by.eq(by)
            ))
            .execute(c))?;
        self.vouch_mandate(id, changed)
    }

    /// Takes a mandate back; `false` if that was done before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn end_mandate(&mut self, id: i64, at: Timestamp, by: &str) -> Result<bool, StoreError> {
        let changed = on_db!(self.rx.conn, |c| diesel::update(mandates::table.find(id))
            .filter(mandates::state.ne(REVOKED))
            .set((
                mandates::state.eq(REVOKED),
                mandates::ended_at.eq(at.millis()),
                mandates::ended_by.eq(by)
            ))
            .execute(c))?;
        self.vouch_mandate(id, changed)
    }

    fn vouch_mandate(&mut self, id: i64, changed: usize) -> Result<bool, StoreError> {
        if changed != 1 {
            return Ok(false);
        }
        let row = self.mandate(id)?;
        let row = row.ok_or(StoreError::Damaged { table: "mandates" })?;
        self.vouch(&row, None);
        Ok(true)
    }
}
