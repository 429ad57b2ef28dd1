//! Cases: each sealed as a whole, with what lists and figures need beside it.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::JoinOnDsl;
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
use crate::store::case_sides::CaseSides;
use crate::store::case_sides::WholeCase;
use crate::store::db::on_db;
use crate::store::schema::case_items;
use crate::store::schema::case_people;
use crate::store::schema::cases;
use crate::store::stored::sealed;

/// Where a sealed case stands; the row's id is the case's.
pub const CASE: Place = Place {
    table: "cases",
    column: "sealed",
};

/// A case as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = cases, treat_none_as_default_value = false)]
pub struct CaseRow {
    /// Its id, reserved.
    pub id: i64,
    /// The number that people know it by.
    pub number: String,
    /// The agency whose window took it.
    pub agency: i32,
    /// The number that the agency's own system has for it.
    pub foreign_number: Option<String>,
    /// When it was opened, in milliseconds.
    pub opened_at: i64,
    /// By whom.
    pub opened_by: String,
    /// When it ended: was closed, or withdrawn.
    pub closed_at: Option<i64>,
    /// How often it was written: whoever writes names the revision that she read.
    pub revision: i32,
    /// The data key that it is sealed under.
    pub key_id: i16,
    /// The case, sealed at [`CASE`].
    pub sealed: Vec<u8>,
}

impl CaseRow {
    /// The case, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }
}

impl Rx<'_> {
    /// The case with this number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn case(&mut self, number: &str) -> Result<Option<CaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| cases::table
            .filter(cases::number.eq(number))
            .select(CaseRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The case with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn case_by_id(&mut self, id: i64) -> Result<Option<CaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| cases::table
            .find(id)
            .select(CaseRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The cases that an agency's windows opened since then, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn cases_since(
        &mut self,
        agency: i32,
        since: Timestamp,
        most: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| cases::table
            .filter(cases::agency.eq(agency))
            .filter(cases::opened_at.ge(since.millis()))
            .order((cases::opened_at.desc(), cases::id.desc()))
            .limit(most)
            .select(CaseRow::as_select())
            .load(c))?)
    }

    /// The items of the cases that an officer of an agency opened, of the newest case first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn items_of_cases(
        &mut self,
        agency: i32,
        officer: &str,
        most: i64,
    ) -> Result<Vec<String>, StoreError> {
        Ok(on_db!(self.conn, |c| cases::table
            .inner_join(case_items::table.on(case_items::case_id.eq(cases::id)))
            .filter(cases::agency.eq(agency))
            .filter(cases::opened_by.eq(officer))
            .order((
                cases::opened_at.desc(),
                cases::id.desc(),
                case_items::position.asc()
            ))
            .limit(most)
            .select(case_items::item)
            .load(c))?)
    }

    /// The cases that concern somebody, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn cases_of(
        &mut self,
        holder_index: &[u8; 32],
        most: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        Ok(on_db!(self.conn, |c| case_people::table
            .inner_join(cases::table.on(case_people::case_id.eq(cases::id)))
            .filter(case_people::holder_index.eq(holder_index.as_slice()))
            .order(cases::id.desc())
            .limit(most)
            .select(CaseRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds a case and all that stands beside it.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when the agency has a case with
    /// this foreign number.
    pub fn insert_case(&mut self, row: &CaseRow, sides: &CaseSides) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(cases::table)
            .values(row)
            .execute(c))?;
        self.insert_case_sides(row.id, sides)?;
        self.vouch(&WholeCase::of(row, sides), None);
        Ok(())
    }

    /// Puts a case, with all that stands beside it, in the place of the very revision that it
    /// was made from, when it had so many people; `false`, and nothing done, if somebody else
    /// was faster.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn update_case(
        &mut self,
        row: &CaseRow,
        sides: &CaseSides,
        (was, people): (i32, usize),
    ) -> Result<bool, StoreError> {
        let updated = on_db!(self.rx.conn, |c| diesel::update(cases::table.find(row.id))
            .filter(cases::revision.eq(was))
            .set((
                cases::revision.eq(row.revision),
                cases::closed_at.eq(row.closed_at),
                cases::key_id.eq(row.key_id),
                cases::sealed.eq(&row.sealed),
            ))
            .execute(c))?;
        if updated != 1 {
            return Ok(false);
        }
        self.put_case_sides(row.id, sides, people)?;
        self.vouch(&WholeCase::of(row, sides), None);
        Ok(true)
    }
}
