//! Settings that belong to the register and not to one server, such as its authority.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::settings;

impl Rx<'_> {
    /// A setting's value, if it was ever set.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn setting(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(on_db!(self.conn, |c| settings::table
            .find(name)
            .select(settings::value)
            .first(c)
            .optional())?)
    }
}

impl Tx<'_> {
    /// Sets a setting that says what it said when it was read, or nothing if it was not there;
    /// `false`, and nothing done, if somebody else was faster.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn change_setting(
        &mut self,
        name: &str,
        was: Option<&str>,
        value: &str,
    ) -> Result<bool, StoreError> {
        let changed = match was {
            Some(was) => on_db!(self.rx.conn, |c| diesel::update(settings::table.find(name))
                .filter(settings::value.eq(was))
                .set(settings::value.eq(value))
                .execute(c))?,
            None => on_db!(self.rx.conn, |c| diesel::insert_into(settings::table)
                .values((settings::name.eq(name), settings::value.eq(value)))
                .on_conflict_do_nothing()
                .execute(c))?,
        };
        Ok(changed == 1)
    }

    /// Sets a setting, new or again.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(settings::table)
            .values((settings::name.eq(name), settings::value.eq(value)))
            .on_conflict(settings::name)
            .do_update()
            .set(settings::value.eq(value))
            .execute(c))?;
        Ok(())
    }
}
