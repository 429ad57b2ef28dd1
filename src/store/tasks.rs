//! What issuers are asked to do, and what they answered.

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
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::tasks;
use crate::store::stored::sealed;

/// Where what is asked and answered stands, sealed; the row's id is the task's.
pub const TASK: Place = Place {
    table: "tasks",
    column: "sealed",
};

/// A task as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tasks, treat_none_as_default_value = false)]
pub struct TaskRow {
    /// Its id, reserved.
    pub id: i64,
    /// What kind of task.
    pub kind: i16,
    /// The agency that is to do it.
    pub agency: i32,
    /// The case it comes from.
    pub case_id: Option<i64>,
    /// The material of that case.
    pub material: Option<i16>,
    /// The certificate it is about.
    pub certificate_id: Option<i64>,
    /// How it stands.
    pub state: i16,
    /// When it was opened, in milliseconds.
    pub opened_at: i64,
    /// By whom.
    pub opened_by: String,
    /// When it was answered.
    pub answered_at: Option<i64>,
    /// By whom.
    pub answered_by: Option<String>,
    /// The data key that it is sealed under.
    pub key_id: i16,
    /// What is asked and answered, sealed at [`TASK`].
    pub sealed: Vec<u8>,
}

impl TaskRow {
    /// What is asked and answered, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }
}

impl Rx<'_> {
    /// The task with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn task(&mut self, id: i64) -> Result<Option<TaskRow>, StoreError> {
        Ok(on_db!(self.conn, |c| tasks::table
            .find(id)
            .select(TaskRow::as_select())
            .first(c)
            .optional())?)
    }

    /// How many tasks stand so, of all agencies.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn count_tasks(&mut self, state: i16) -> Result<i64, StoreError> {
        Ok(on_db!(self.conn, |c| tasks::table
            .filter(tasks::state.eq(state))
            .count()
            .get_result(c))?)
    }

    /// The tasks of an agency that stand so, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn tasks_of(
        &mut self,
        agency: i32,
        state: i16,
        most: i64,
    ) -> Result<Vec<TaskRow>, StoreError> {
        Ok(on_db!(self.conn, |c| tasks::table
            .filter(tasks::agency.eq(agency))
            .filter(tasks::state.eq(state))
            .order((tasks::opened_at, tasks::id))
            .limit(most)
            .select(TaskRow::as_select())
            .load(c))?)
    }

    /// Every task behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn task_rows(&mut self, after: i64, most: i64) -> Result<Vec<TaskRow>, StoreError> {
        Ok(on_db!(self.conn, |c| tasks::table
            .filter(tasks::id.gt(after))
            .order(tasks::id)
            .limit(most)
            .select(TaskRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds a task.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_task(&mut self, row: &TaskRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(tasks::table)
            .values(row)
            .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Puts a task in the place of one that stood as `was`; `false`, and nothing done, if it
    /// stands otherwise by now.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn update_task(&mut self, row: &TaskRow, was: i16) -> Result<bool, StoreError> {
        let updated = on_db!(self.rx.conn, |c| diesel::update(tasks::table.find(row.id))
            .filter(tasks::state.eq(was))
            .set((
                tasks::state.eq(row.state),
                tasks::answered_at.eq(row.answered_at),
                tasks::answered_by.eq(&row.answered_by),
                tasks::key_id.eq(row.key_id),
                tasks::sealed.eq(&row.sealed),
            ))
            .execute(c))?;
        if updated == 1 {
            self.vouch(row, None);
        }
        Ok(updated == 1)
    }
}
