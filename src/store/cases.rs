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
use crate::store::db::on_db;
use crate::store::schema::case_items;
use crate::store::schema::case_materials;
use crate::store::schema::case_people;
use crate::store::schema::case_wants;
use crate::store::schema::cases;
use crate::store::schema::spent_certificates;
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
    /// When it was closed.
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

/// An item of a case, for lists and figures.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_items, treat_none_as_default_value = false)]
pub struct CaseItemRow {
    /// The case.
    pub case_id: i64,
    /// Its place in the case.
    pub position: i16,
    /// Its code.
    pub item: String,
    /// The agency that runs it.
    pub agency: i32,
}

/// How a material of a case stands, for figures.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_materials, treat_none_as_default_value = false)]
pub struct CaseMaterialRow {
    /// The case.
    pub case_id: i64,
    /// Its place in the case.
    pub position: i16,
    /// The certificate type that can stand for it.
    pub type_number: Option<i32>,
    /// How it stands.
    pub state: i16,
    /// By which way it was waived.
    pub route: Option<i16>,
    /// Why it is on paper.
    pub reason: Option<i16>,
    /// When it came to stand so, in milliseconds.
    pub decided_at: Option<i64>,
}

/// Everything that stands beside a case.
#[derive(Clone, Debug, Default)]
pub struct CaseSides {
    /// The blind index of each of its people, by place.
    pub people: Vec<[u8; 32]>,
    /// Its items.
    pub items: Vec<CaseItemRow>,
    /// How its materials stand.
    pub materials: Vec<CaseMaterialRow>,
    /// Which item, by place, asks for which material.
    pub wants: Vec<(i16, i16)>,
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

    /// The case for which a certificate served that serves a base item once.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn spent_for(
        &mut self,
        certificate: i64,
        base_code: &str,
    ) -> Result<Option<i64>, StoreError> {
        Ok(on_db!(self.conn, |c| spent_certificates::table
            .find((certificate, base_code))
            .select(spent_certificates::case_id)
            .first(c)
            .optional())?)
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
        on_db!(self.rx.conn, |c| diesel::insert_into(case_items::table)
            .values(&sides.items)
            .execute(c))?;
        let wants: Vec<_> = sides
            .wants
            .iter()
            .map(|(material, item)| {
                (
                    case_wants::case_id.eq(row.id),
                    case_wants::material.eq(*material),
                    case_wants::item.eq(*item),
                )
            })
            .collect();
        on_db!(self.rx.conn, |c| diesel::insert_into(case_wants::table)
            .values(&wants)
            .execute(c))?;
        self.put_case_people(row.id, 0, &sides.people)?;
        self.put_case_materials(&sides.materials)
    }

    /// Puts a case in the place of the very revision that it was made from; `false`, and
    /// nothing done, if somebody else was faster.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn update_case(&mut self, row: &CaseRow, was: i32) -> Result<bool, StoreError> {
        let updated = on_db!(self.rx.conn, |c| diesel::update(cases::table.find(row.id))
            .filter(cases::revision.eq(was))
            .set((
                cases::revision.eq(row.revision),
                cases::closed_at.eq(row.closed_at),
                cases::key_id.eq(row.key_id),
                cases::sealed.eq(&row.sealed),
            ))
            .execute(c))?;
        Ok(updated == 1)
    }

    /// Adds people to a case, from a place on.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_case_people(
        &mut self,
        case: i64,
        from: i16,
        people: &[[u8; 32]],
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = (from..)
            .zip(people)
            .map(|(position, index)| {
                (
                    case_people::case_id.eq(case),
                    case_people::position.eq(position),
                    case_people::holder_index.eq(index.to_vec()),
                )
            })
            .collect();
        on_db!(self.rx.conn, |c| diesel::insert_into(case_people::table)
            .values(&rows)
            .execute(c))?;
        Ok(())
    }

    /// Says how materials stand now.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_case_materials(&mut self, rows: &[CaseMaterialRow]) -> Result<(), StoreError> {
        use diesel::upsert::excluded;
        on_db!(self.rx.conn, |c| diesel::insert_into(case_materials::table)
            .values(rows)
            .on_conflict((case_materials::case_id, case_materials::position))
            .do_update()
            .set((
                case_materials::state.eq(excluded(case_materials::state)),
                case_materials::route.eq(excluded(case_materials::route)),
                case_materials::reason.eq(excluded(case_materials::reason)),
                case_materials::decided_at.eq(excluded(case_materials::decided_at)),
            ))
            .execute(c))?;
        Ok(())
    }

    /// Notes that a certificate served for what it serves once; `false`, and nothing done, if it
    /// had served before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn spend_certificate(
        &mut self,
        certificate: i64,
        base_code: &str,
        case: i64,
    ) -> Result<bool, StoreError> {
        let spent = on_db!(self.rx.conn, |c| diesel::insert_into(
            spent_certificates::table
        )
        .values((
            spent_certificates::certificate_id.eq(certificate),
            spent_certificates::base_code.eq(base_code),
            spent_certificates::case_id.eq(case),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
        Ok(spent == 1)
    }

    /// Lets a certificate that served a case for what it serves once serve again.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn give_certificate_back(&mut self, certificate: i64, case: i64) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::delete(spent_certificates::table)
            .filter(spent_certificates::certificate_id.eq(certificate))
            .filter(spent_certificates::case_id.eq(case))
            .execute(c))?;
        Ok(())
    }
}
