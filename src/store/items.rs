//! The published items, and every version of what they ask for.

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
use crate::store::db::rows_per_insert;
use crate::store::schema::item_rules;
use crate::store::schema::items;

/// An item as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = items, treat_none_as_default_value = false)]
pub struct ItemRow {
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// The situation.
    pub scenario: String,
    /// Where it is run.
    pub division: String,
    /// The kind of department that runs it.
    pub department: String,
    /// `person`, `organisation` or `either`.
    pub holder_kind: String,
    /// Whether the newest list has it.
    pub listed: bool,
}

/// One version of what a base item asks for. Versions stay for ever.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = item_rules, treat_none_as_default_value = false)]
pub struct ItemRuleRow {
    /// The base item.
    pub base_code: String,
    /// The version, from 1.
    pub version: i32,
    /// The rows, as JSON.
    pub materials: String,
    /// When it was loaded, in milliseconds.
    pub loaded_at: i64,
}

impl Rx<'_> {
    /// All items, by code; those among them that the newest list no longer has.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn items(&mut self) -> Result<Vec<ItemRow>, StoreError> {
        Ok(on_db!(self.conn, |c| items::table
            .order(items::code)
            .select(ItemRow::as_select())
            .load(c))?)
    }

    /// All versions of what items ask for, by base item and then version.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn item_rules(&mut self) -> Result<Vec<ItemRuleRow>, StoreError> {
        Ok(on_db!(self.conn, |c| item_rules::table
            .order((item_rules::base_code, item_rules::version))
            .select(ItemRuleRow::as_select())
            .load(c))?)
    }
}

impl Rx<'_> {
    /// One version of what a base item asks for.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn item_rule(
        &mut self,
        base: &str,
        version: i32,
    ) -> Result<Option<ItemRuleRow>, StoreError> {
        Ok(on_db!(self.conn, |c| item_rules::table
            .find((base, version))
            .select(ItemRuleRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The versions of what a base item asks for and when each was loaded, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn item_rule_versions(&mut self, base: &str) -> Result<Vec<(i32, i64)>, StoreError> {
        Ok(on_db!(self.conn, |c| item_rules::table
            .filter(item_rules::base_code.eq(base))
            .order(item_rules::version)
            .select((item_rules::version, item_rules::loaded_at))
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Puts a new list in the place of the old one: items it does not have are kept, but no
    /// longer listed. No code may come twice.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_items(&mut self, list: &[ItemRow]) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::update(items::table)
            .set(items::listed.eq(false))
            .execute(c))?;
        for chunk in list.chunks(const { rows_per_insert(7) }) {
            on_db!(self.rx.conn, |c| diesel::insert_into(items::table)
                .values(chunk)
                .on_conflict(items::code)
                .do_update()
                .set((
                    items::name.eq(excluded(items::name)),
                    items::scenario.eq(excluded(items::scenario)),
                    items::division.eq(excluded(items::division)),
                    items::department.eq(excluded(items::department)),
                    items::holder_kind.eq(excluded(items::holder_kind)),
                    items::listed.eq(excluded(items::listed)),
                ))
                .execute(c))?;
        }
        Ok(())
    }

    /// Adds versions of what items ask for.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when one of them is there.
    pub fn insert_item_rules(&mut self, rows: &[ItemRuleRow]) -> Result<(), StoreError> {
        for chunk in rows.chunks(const { rows_per_insert(4) }) {
            on_db!(self.rx.conn, |c| diesel::insert_into(item_rules::table)
                .values(chunk)
                .execute(c))?;
        }
        Ok(())
    }
}
