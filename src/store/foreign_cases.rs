//! Cases of other systems: each sealed as a whole, with what lists and reports need beside it.

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
use crate::crypto::vault::Sealed;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::retention::Old;
use crate::store::schema::foreign_cases;
use crate::store::stored::sealed;
use crate::store::stored::stored_number;
use crate::store::vouch::Watched;

/// Where a sealed case of another system stands; the row's id is the case's.
pub const FOREIGN_CASE: Place = Place {
    table: "foreign_cases",
    column: "sealed",
};

/// A case of another system as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = foreign_cases, treat_none_as_default_value = false)]
pub struct ForeignCaseRow {
    /// Its id, reserved.
    pub id: i64,
    /// The agency whose system has it.
    pub agency: i32,
    /// The number it has there.
    pub number: String,
    /// The item.
    pub item: String,
    /// When it was opened there, in milliseconds.
    pub opened_at: i64,
    /// The first moment it is no longer good.
    pub until: i64,
    /// When it was registered here.
    pub registered_at: i64,
    /// By which credential.
    pub registered_by: String,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// By which credential.
    pub closed_by: Option<String>,
    /// What it came to.
    pub result: Option<i16>,
    /// The blind index of the applicant.
    pub holder_index: Vec<u8>,
    /// The digest of what was registered, so that the same can be told from another.
    pub body_digest: Vec<u8>,
    /// The data key that the rest is sealed under.
    pub key_id: i16,
    /// The case, sealed at [`FOREIGN_CASE`].
    pub sealed: Vec<u8>,
}

impl ForeignCaseRow {
    /// The case, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }
}

impl Rx<'_> {
    /// The case that an agency registered under a number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn foreign_case(
        &mut self,
        agency: u32,
        number: &str,
    ) -> Result<Option<ForeignCaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| foreign_cases::table
            .filter(foreign_cases::agency.eq(stored_number(agency)))
            .filter(foreign_cases::number.eq(number))
            .select(ForeignCaseRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The case with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn foreign_case_by_id(&mut self, id: i64) -> Result<Option<ForeignCaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| foreign_cases::table
            .find(id)
            .select(ForeignCaseRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The cases that are not closed, of one agency or of all, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn foreign_cases_open(
        &mut self,
        agency: Option<u32>,
        most: i64,
    ) -> Result<Vec<ForeignCaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| {
            let mut wanted = foreign_cases::table
                .filter(foreign_cases::closed_at.is_null())
                .order(foreign_cases::id)
                .limit(most)
                .select(ForeignCaseRow::as_select())
                .into_boxed();
            if let Some(agency) = agency {
                wanted = wanted.filter(foreign_cases::agency.eq(stored_number(agency)));
            }
            wanted.load(c)
        })?)
    }

    /// The cases that came to no result: not closed though their days are over, or closed with
    /// `result` since then; of one agency or of all, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn foreign_cases_without_result(
        &mut self,
        agency: Option<u32>,
        now: Timestamp,
        (result, since): (i16, Timestamp),
    ) -> Result<Vec<ForeignCaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| {
            let overdue = foreign_cases::closed_at
                .is_null()
                .and(foreign_cases::until.le(now.millis()));
            let withdrawn = foreign_cases::closed_at
                .ge(since.millis())
                .and(foreign_cases::result.eq(result));
            let mut wanted = foreign_cases::table
                .filter(overdue.or(withdrawn))
                .order(foreign_cases::id)
                .select(ForeignCaseRow::as_select())
                .into_boxed();
            if let Some(agency) = agency {
                wanted = wanted.filter(foreign_cases::agency.eq(stored_number(agency)));
            }
            wanted.load(c)
        })?)
    }

    /// The cases of other systems in which somebody applied, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn foreign_cases_of(
        &mut self,
        holder_index: &[u8; 32],
    ) -> Result<Vec<ForeignCaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| foreign_cases::table
            .filter(foreign_cases::holder_index.eq(holder_index.as_slice()))
            .order(foreign_cases::id)
            .select(ForeignCaseRow::as_select())
            .load(c))?)
    }

    /// Cases of other systems that were closed before then, or whose days were over.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_foreign_cases(&mut self, before: i64) -> Result<Vec<Old>, StoreError> {
        let rows: Vec<(i64, i64, Option<i64>)> = on_db!(self.conn, |c| {
            let overdue = foreign_cases::closed_at
                .is_null()
                .and(foreign_cases::until.lt(before));
            foreign_cases::table
                .filter(foreign_cases::closed_at.lt(before).or(overdue))
                .order(foreign_cases::id)
                .select((
                    foreign_cases::id,
                    foreign_cases::until,
                    foreign_cases::closed_at,
                ))
                .load(c)
        })?;
        let old = |(id, until, closed): (i64, i64, Option<i64>)| Old {
            id,
            at: closed.unwrap_or(until),
        };
        Ok(rows.into_iter().map(old).collect())
    }

    /// Every case of another system behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn foreign_case_rows(
        &mut self,
        after: i64,
        most: i64,
    ) -> Result<Vec<ForeignCaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| foreign_cases::table
            .filter(foreign_cases::id.gt(after))
            .order(foreign_cases::id)
            .limit(most)
            .select(ForeignCaseRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds a case of another system.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when the agency has registered one
    /// under this number.
    pub fn insert_foreign_case(&mut self, row: &ForeignCaseRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(foreign_cases::table)
            .values(row)
            .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Puts a case as it was closed in the place of one that was open; `false`, and nothing done,
    /// if it was closed before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn close_foreign_case(&mut self, row: &ForeignCaseRow) -> Result<bool, StoreError> {
        let closed = on_db!(self.rx.conn, |c| diesel::update(
            foreign_cases::table.find(row.id)
        )
        .filter(foreign_cases::closed_at.is_null())
        .set((
            foreign_cases::closed_at.eq(row.closed_at),
            foreign_cases::closed_by.eq(&row.closed_by),
            foreign_cases::result.eq(row.result),
            foreign_cases::key_id.eq(row.key_id),
            foreign_cases::sealed.eq(&row.sealed),
        ))
        .execute(c))?;
        if closed == 1 {
            self.vouch(row, None);
        }
        Ok(closed == 1)
    }

    /// Deletes a case of another system, and which uses were made for it; `false` if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_foreign_case(&mut self, id: i64) -> Result<bool, StoreError> {
        let gone = on_db!(self.rx.conn, |c| diesel::delete(
            foreign_cases::table.find(id)
        )
        .execute(c))?;
        if gone == 1 {
            self.forget_foreign_uses(id)?;
            self.vouch_gone(Watched::ForeignCases, &id.to_string());
        }
        Ok(gone == 1)
    }
}
