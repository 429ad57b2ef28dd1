//! The catalogue: divisions, agencies, certificate types, and who took over from whom.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;
use diesel::upsert::excluded;

use crate::domain::agency::Agency;
use crate::domain::division::Division;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::db::rows_per_insert;
use crate::store::schema::agencies;
use crate::store::schema::certificate_types;
use crate::store::schema::divisions;
use crate::store::schema::successions;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

/// One version of a certificate type's definition. Versions stay for ever.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = certificate_types, treat_none_as_default_value = false)]
pub struct TypeRow {
    /// The type's short number.
    pub number: i32,
    /// The definition's version, from 1.
    pub version: i32,
    /// The type code.
    pub code: String,
    /// The definition, as JSON.
    pub definition: String,
    /// The numbers of its fields in compact codes, as JSON.
    pub code_fields: String,
    /// When it was loaded, in milliseconds.
    pub loaded_at: i64,
}

/// Which agency took over from a body, and on what basis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The code of the body that is no more.
    pub predecessor: String,
    /// The number of the agency that took over.
    pub successor: u32,
    /// The document that says so.
    pub basis: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = divisions, treat_none_as_default_value = false)]
struct DivisionRow {
    code: String,
    name: String,
    level: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = agencies, treat_none_as_default_value = false)]
struct AgencyRow {
    number: i32,
    code: String,
    name: String,
    division: String,
    department: String,
    issuer: bool,
    user_of: bool,
}

impl AgencyRow {
    fn read(self) -> Result<Agency, StoreError> {
        let (Ok(code), Ok(division)) = (self.code.parse(), self.division.parse()) else {
            return Err(StoreError::Damaged { table: "agencies" });
        };
        Ok(Agency {
            code,
            number: read_number(self.number),
            name: self.name,
            division,
            department: self.department,
            issuer: self.issuer,
            user: self.user_of,
        })
    }
}

impl From<&Agency> for AgencyRow {
    fn from(agency: &Agency) -> Self {
        Self {
            number: stored_number(agency.number),
            code: agency.code.to_string(),
            name: agency.name.clone(),
            division: agency.division.to_string(),
            department: agency.department.clone(),
            issuer: agency.issuer,
            user_of: agency.user,
        }
    }
}

impl Rx<'_> {
    /// The divisions, by code.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn divisions(&mut self) -> Result<Vec<Division>, StoreError> {
        let rows: Vec<DivisionRow> = on_db!(self.conn, |c| divisions::table
            .order(divisions::code)
            .select(DivisionRow::as_select())
            .load(c))?;
        let read = |row: DivisionRow| match row.code.parse() {
            Ok(code) => Ok(Division {
                code,
                name: row.name,
                level: row.level,
            }),
            Err(_) => Err(StoreError::Damaged { table: "divisions" }),
        };
        rows.into_iter().map(read).collect()
    }

    /// The agencies, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn agencies(&mut self) -> Result<Vec<Agency>, StoreError> {
        let rows: Vec<AgencyRow> = on_db!(self.conn, |c| agencies::table
            .order(agencies::number)
            .select(AgencyRow::as_select())
            .load(c))?;
        rows.into_iter().map(AgencyRow::read).collect()
    }

    /// All versions of all certificate types, by number and then version.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn certificate_types(&mut self) -> Result<Vec<TypeRow>, StoreError> {
        Ok(on_db!(self.conn, |c| certificate_types::table
            .order((certificate_types::number, certificate_types::version))
            .select(TypeRow::as_select())
            .load(c))?)
    }

    /// Who took over from whom, by predecessor.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn successions(&mut self) -> Result<Vec<Succession>, StoreError> {
        let rows: Vec<(String, i32, String)> = on_db!(self.conn, |c| successions::table
            .order((successions::predecessor, successions::successor))
            .load(c))?;
        let read = |(predecessor, successor, basis)| Succession {
            predecessor,
            successor: read_number(successor),
            basis,
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

impl Tx<'_> {
    /// Adds divisions, or renames those that are there. No code may come twice.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_divisions(&mut self, list: &[Division]) -> Result<(), StoreError> {
        for chunk in list.chunks(const { rows_per_insert(3) }) {
            let row = |division: &Division| DivisionRow {
                code: division.code.to_string(),
                name: division.name.clone(),
                level: division.level.clone(),
            };
            let rows: Vec<DivisionRow> = chunk.iter().map(row).collect();
            on_db!(self.rx.conn, |c| diesel::insert_into(divisions::table)
                .values(&rows)
                .on_conflict(divisions::code)
                .do_update()
                .set((
                    divisions::name.eq(excluded(divisions::name)),
                    divisions::level.eq(excluded(divisions::level)),
                ))
                .execute(c))?;
        }
        Ok(())
    }

    /// Adds agencies, or changes those whose code is there, which keep their number. No code may
    /// come twice.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when an agency with another
    /// code has the same number: certificates name their issuer by it.
    pub fn put_agencies(&mut self, list: &[Agency]) -> Result<(), StoreError> {
        for chunk in list.chunks(const { rows_per_insert(7) }) {
            let rows: Vec<AgencyRow> = chunk.iter().map(AgencyRow::from).collect();
            on_db!(self.rx.conn, |c| diesel::insert_into(agencies::table)
                .values(&rows)
                .on_conflict(agencies::code)
                .do_update()
                .set((
                    agencies::name.eq(excluded(agencies::name)),
                    agencies::division.eq(excluded(agencies::division)),
                    agencies::department.eq(excluded(agencies::department)),
                    agencies::issuer.eq(excluded(agencies::issuer)),
                    agencies::user_of.eq(excluded(agencies::user_of)),
                ))
                .execute(c))?;
        }
        Ok(())
    }

    /// Adds a version of a certificate type.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when that version is there.
    pub fn insert_type(&mut self, row: &TypeRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(
            certificate_types::table
        )
        .values(row)
        .execute(c))?;
        Ok(())
    }

    /// Says who took over from whom, anew or on another basis.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_succession(&mut self, succession: &Succession) -> Result<(), StoreError> {
        let row = (
            successions::predecessor.eq(&succession.predecessor),
            successions::successor.eq(stored_number(succession.successor)),
            successions::basis.eq(&succession.basis),
        );
        on_db!(self.rx.conn, |c| diesel::insert_into(successions::table)
            .values(row)
            .on_conflict((successions::predecessor, successions::successor))
            .do_update()
            .set(successions::basis.eq(&succession.basis))
            .execute(c))?;
        Ok(())
    }
}
