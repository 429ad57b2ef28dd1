//! Sources: where the records of a type live when that is not here.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;
use diesel::upsert::excluded;

use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::sources;
use crate::store::stored::stored_number;
use crate::store::vouch::Columns;
use crate::store::vouch::Vouched;
use crate::store::vouch::Watched;

/// The source of a type.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sources, treat_none_as_default_value = false)]
pub struct SourceRow {
    /// The certificate type; it has one source at most.
    pub type_number: i32,
    /// The source's own name, which no other has.
    pub name: String,
    /// The configuration as it was loaded.
    pub configuration: String,
    /// When it was loaded, in milliseconds.
    pub loaded_at: i64,
    /// By whom.
    pub loaded_by: String,
}

impl Vouched for SourceRow {
    fn table(&self) -> Watched {
        Watched::Sources
    }

    fn id(&self) -> String {
        self.type_number.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.type_number);
        columns.put(Some(self.name.as_bytes()));
        columns.put(Some(self.configuration.as_bytes()));
        columns.number(self.loaded_at);
        columns.put(Some(self.loaded_by.as_bytes()));
    }
}

impl Rx<'_> {
    /// All sources, by type.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn sources(&mut self) -> Result<Vec<SourceRow>, StoreError> {
        Ok(on_db!(self.conn, |c| sources::table
            .order(sources::type_number)
            .select(SourceRow::as_select())
            .load(c))?)
    }

    /// The source with this name.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn source_named(&mut self, name: &str) -> Result<Option<SourceRow>, StoreError> {
        Ok(on_db!(self.conn, |c| sources::table
            .filter(sources::name.eq(name))
            .select(SourceRow::as_select())
            .first(c)
            .optional())?)
    }
}

impl Tx<'_> {
    /// Sets the source of a type, new or in place of the one before.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when another type's source has
    /// that name.
    pub fn put_source(&mut self, row: &SourceRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(sources::table)
            .values(row)
            .on_conflict(sources::type_number)
            .do_update()
            .set((
                sources::name.eq(excluded(sources::name)),
                sources::configuration.eq(excluded(sources::configuration)),
                sources::loaded_at.eq(excluded(sources::loaded_at)),
                sources::loaded_by.eq(excluded(sources::loaded_by)),
            ))
            .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Takes the source of a type away; `false` if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn remove_source(&mut self, type_number: u32) -> Result<bool, StoreError> {
        let number = stored_number(type_number);
        let removed = on_db!(self.rx.conn, |c| diesel::delete(sources::table)
            .filter(sources::type_number.eq(number))
            .execute(c))?;
        if removed == 1 {
            self.vouch_gone(Watched::Sources, &number.to_string());
        }
        Ok(removed == 1)
    }
}
