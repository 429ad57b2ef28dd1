//! What holders were asked, and what they answered.

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
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::consents;
use crate::store::stored::sealed;
use crate::store::stored::stored_number;

/// Where what was asked and answered stands, sealed; the row's id is the consent's.
pub const CONSENT: Place = Place {
    table: "consents",
    column: "sealed",
};

/// A consent as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
pub struct ConsentRow {
    /// Its id, reserved.
    pub id: i64,
    /// The digest of the code that leads to it.
    pub code_digest: Vec<u8>,
    /// The case it was asked for; none where a system asks for a use of its own.
    pub case_id: Option<i64>,
    /// The agency whose window or system asks.
    pub agency: i32,
    /// The number on the slip that was signed at the window, where nobody had a phone.
    pub slip: Option<String>,
    /// The blind index of who is asked.
    pub holder_index: Vec<u8>,
    /// By which way.
    pub mode: i16,
    /// How it stands.
    pub state: i16,
    /// When it was asked, in milliseconds.
    pub asked_at: i64,
    /// When it can no longer be answered; once given, when it can no longer be used.
    pub expires_at: i64,
    /// When it was answered.
    pub answered_at: Option<i64>,
    /// The data key that it is sealed under.
    pub key_id: i16,
    /// What was asked and the signed record of the answer, sealed at [`CONSENT`].
    pub sealed: Vec<u8>,
    /// When the request runs out, or the fields that it brought are to be taken out; none where
    /// nothing is left to do. The ledger does not vouch for it: it follows from the rest.
    pub due_at: Option<i64>,
}

impl ConsentRow {
    /// What was asked and answered, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }
}

impl Rx<'_> {
    /// The consent with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn consent(&mut self, id: i64) -> Result<Option<ConsentRow>, StoreError> {
        Ok(on_db!(self.conn, |c| consents::table
            .find(id)
            .select(ConsentRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The consent to which a code with this digest leads.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn consent_by_code(&mut self, digest: &[u8; 32]) -> Result<Option<ConsentRow>, StoreError> {
        Ok(on_db!(self.conn, |c| consents::table
            .filter(consents::code_digest.eq(digest.as_slice()))
            .select(ConsentRow::as_select())
            .first(c)
            .optional())?)
    }

    /// What somebody was asked, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn consents_of_holder(
        &mut self,
        holder_index: &[u8; 32],
        most: i64,
    ) -> Result<Vec<ConsentRow>, StoreError> {
        Ok(on_db!(self.conn, |c| consents::table
            .filter(consents::holder_index.eq(holder_index.as_slice()))
            .order((consents::asked_at.desc(), consents::id.desc()))
            .limit(most)
            .select(ConsentRow::as_select())
            .load(c))?)
    }

    /// Whether an agency has used a slip with this number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn has_slip(&mut self, agency: u32, slip: &str) -> Result<bool, StoreError> {
        let found: Option<i64> = on_db!(self.conn, |c| consents::table
            .filter(consents::agency.eq(stored_number(agency)))
            .filter(consents::slip.eq(slip))
            .select(consents::id)
            .first(c)
            .optional())?;
        Ok(found.is_some())
    }

    /// What holders were asked for a case, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn consents_of_case(&mut self, case: i64) -> Result<Vec<ConsentRow>, StoreError> {
        Ok(on_db!(self.conn, |c| consents::table
            .filter(consents::case_id.eq(case))
            .order(consents::id)
            .select(ConsentRow::as_select())
            .load(c))?)
    }

    /// The consents behind a number, by number, of which something was to be done by then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn consents_due(
        &mut self,
        by: Timestamp,
        (after, most): (i64, i64),
    ) -> Result<Vec<ConsentRow>, StoreError> {
        Ok(on_db!(self.conn, |c| consents::table
            .filter(consents::due_at.le(by.millis()))
            .filter(consents::id.gt(after))
            .order(consents::id)
            .limit(most)
            .select(ConsentRow::as_select())
            .load(c))?)
    }

    /// What was asked for a case and stands so, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn consents_that_stand(
        &mut self,
        case: i64,
        state: i16,
    ) -> Result<Vec<ConsentRow>, StoreError> {
        Ok(on_db!(self.conn, |c| consents::table
            .filter(consents::case_id.eq(case))
            .filter(consents::state.eq(state))
            .order(consents::id)
            .select(ConsentRow::as_select())
            .load(c))?)
    }

    /// Every consent behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn consent_rows(&mut self, after: i64, most: i64) -> Result<Vec<ConsentRow>, StoreError> {
        Ok(on_db!(self.conn, |c| consents::table
            .filter(consents::id.gt(after))
            .order(consents::id)
            .limit(most)
            .select(ConsentRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds a consent that is asked for.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when the agency has a slip with
    /// this number.
    pub fn insert_consent(&mut self, row: &ConsentRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(consents::table)
            .values(row)
            .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Puts a consent in the place of one that stood as `was`; `false`, and nothing done, if it
    /// stands otherwise by now.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn update_consent(&mut self, row: &ConsentRow, was: i16) -> Result<bool, StoreError> {
        let updated = on_db!(self.rx.conn, |c| diesel::update(
            consents::table.find(row.id)
        )
        .filter(consents::state.eq(was))
        .set((
            consents::state.eq(row.state),
            consents::expires_at.eq(row.expires_at),
            consents::answered_at.eq(row.answered_at),
            consents::key_id.eq(row.key_id),
            consents::sealed.eq(&row.sealed),
            consents::due_at.eq(row.due_at),
        ))
        .execute(c))?;
        if updated == 1 {
            self.vouch(row, None);
        }
        Ok(updated == 1)
    }
}
