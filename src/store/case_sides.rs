//! What stands beside a case: its people, items and materials, for lists and figures.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::cases::CaseRow;
use crate::store::db::on_db;
use crate::store::schema::case_items;
use crate::store::schema::case_materials;
use crate::store::schema::case_people;
use crate::store::schema::case_wants;
use crate::store::schema::cases;
use crate::store::stored::exactly;

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// A case with all that stands beside it: the ledger vouches for both together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeCase {
    /// The case.
    pub row: CaseRow,
    /// What stands beside it.
    pub sides: CaseSides,
}

impl WholeCase {
    /// A case and its sides.
    #[must_use]
    pub fn of(row: &CaseRow, sides: &CaseSides) -> Self {
        Self {
            row: row.clone(),
            sides: sides.clone(),
        }
    }
}

/// The ids of cases that rows of a table name and that are not there.
macro_rules! without_case {
    ($c:expr, $table:ident) => {
        $table::table
            .filter($table::case_id.ne_all(cases::table.select(cases::id)))
            .select($table::case_id)
            .distinct()
            .load::<i64>($c)
    };
}

impl Rx<'_> {
    /// Every case behind a number with all that stands beside it, by number, for the check of
    /// the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn whole_cases(&mut self, after: i64, most: i64) -> Result<Vec<WholeCase>, StoreError> {
        let rows: Vec<CaseRow> = on_db!(self.conn, |c| cases::table
            .filter(cases::id.gt(after))
            .order(cases::id)
            .limit(most)
            .select(CaseRow::as_select())
            .load(c))?;
        let whole = |row: CaseRow| {
            let sides = self.case_sides(row.id)?;
            Ok(WholeCase { row, sides })
        };
        rows.into_iter().map(whole).collect()
    }

    /// Everything that stands beside a case.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn case_sides(&mut self, id: i64) -> Result<CaseSides, StoreError> {
        let people: Vec<Vec<u8>> = on_db!(self.conn, |c| case_people::table
            .filter(case_people::case_id.eq(id))
            .order(case_people::position)
            .select(case_people::holder_index)
            .load(c))?;
        let people = people.into_iter().map(|i| exactly(i, "case_people"));
        Ok(CaseSides {
            people: people.collect::<Result<_, _>>()?,
            items: on_db!(self.conn, |c| case_items::table
                .filter(case_items::case_id.eq(id))
                .order(case_items::position)
                .select(CaseItemRow::as_select())
                .load(c))?,
            materials: on_db!(self.conn, |c| case_materials::table
                .filter(case_materials::case_id.eq(id))
                .order(case_materials::position)
                .select(CaseMaterialRow::as_select())
                .load(c))?,
            wants: on_db!(self.conn, |c| case_wants::table
                .filter(case_wants::case_id.eq(id))
                .order((case_wants::material, case_wants::item))
                .select((case_wants::material, case_wants::item))
                .load(c))?,
        })
    }

    /// The numbers of cases that are not there although something stands beside them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn sides_without_case(&mut self) -> Result<Vec<i64>, StoreError> {
        let mut stray = on_db!(self.conn, |c| {
            let mut stray = without_case!(c, case_people)?;
            stray.extend(without_case!(c, case_items)?);
            stray.extend(without_case!(c, case_materials)?);
            stray.extend(without_case!(c, case_wants)?);
            stray
        });
        stray.sort_unstable();
        stray.dedup();
        Ok(stray)
    }
}

impl Tx<'_> {
    /// Adds what stands beside a new case.
    pub(super) fn insert_case_sides(
        &mut self,
        case: i64,
        sides: &CaseSides,
    ) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(case_items::table)
            .values(&sides.items)
            .execute(c))?;
        let wants: Vec<_> = sides
            .wants
            .iter()
            .map(|(material, item)| {
                (
                    case_wants::case_id.eq(case),
                    case_wants::material.eq(*material),
                    case_wants::item.eq(*item),
                )
            })
            .collect();
        on_db!(self.rx.conn, |c| diesel::insert_into(case_wants::table)
            .values(&wants)
            .execute(c))?;
        self.put_case_sides(case, sides, 0)
    }

    /// Adds the people behind those that were there, and says how materials stand now.
    pub(super) fn put_case_sides(
        &mut self,
        case: i64,
        sides: &CaseSides,
        people: usize,
    ) -> Result<(), StoreError> {
        let new: Vec<_> = (0_i16..)
            .zip(&sides.people)
            .skip(people)
            .map(|(position, index)| {
                (
                    case_people::case_id.eq(case),
                    case_people::position.eq(position),
                    case_people::holder_index.eq(index.to_vec()),
                )
            })
            .collect();
        if !new.is_empty() {
            on_db!(self.rx.conn, |c| diesel::insert_into(case_people::table)
                .values(&new)
                .execute(c))?;
        }
        self.put_case_materials(&sides.materials)
    }

    fn put_case_materials(&mut self, rows: &[CaseMaterialRow]) -> Result<(), StoreError> {
        use diesel::upsert::excluded;
        on_db!(self.rx.conn, |c| diesel::insert_into(case_materials::table)
            .values(rows)
            .on_conflict((case_materials::case_id, case_materials::position))
            .do_update()
            .set((
                case_materials::type_number.eq(excluded(case_materials::type_number)),
                case_materials::state.eq(excluded(case_materials::state)),
                case_materials::route.eq(excluded(case_materials::route)),
                case_materials::reason.eq(excluded(case_materials::reason)),
                case_materials::decided_at.eq(excluded(case_materials::decided_at)),
            ))
            .execute(c))?;
        Ok(())
    }
}
