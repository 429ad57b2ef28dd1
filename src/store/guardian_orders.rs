//! Orders about guardians: which guardian of which child, by blind index.

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
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::guardian_orders;
use crate::store::vouch::Watched;

/// Where the sealed people and reference stand.
pub const ORDER: Place = Place {
    table: "guardian_orders",
    column: "sealed",
};

/// An order. It counts once it is confirmed.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = guardian_orders, treat_none_as_default_value = false)]
pub struct OrderRow {
    /// Its id, reserved.
    pub id: i64,
    /// The blind index of the child.
    pub child_index: Vec<u8>,
    /// The blind index of the guardian it is about.
    pub guardian_index: Vec<u8>,
    /// What it does.
    pub what: i16,
    /// From when, in milliseconds.
    pub at: i64,
    /// The agency of the officer who proposed it.
    pub agency: Option<i32>,
    /// When it was proposed.
    pub proposed_at: i64,
    /// By which credential.
    pub proposed_by: String,
    /// When a second officer confirmed it.
    pub confirmed_at: Option<i64>,
    /// By which credential.
    pub confirmed_by: Option<String>,
    /// The data key that the rest is sealed under.
    pub key_id: i16,
    /// Codes and reference, sealed at [`ORDER`].
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for OrderRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OrderRow({}, ..)", self.id)
    }
}

impl Rx<'_> {
    /// An order.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn guardian_order(&mut self, id: i64) -> Result<Option<OrderRow>, StoreError> {
        Ok(on_db!(self.conn, |c| guardian_orders::table
            .find(id)
            .select(OrderRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The confirmed orders about any guardian of a child, by any of the child's codes.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn guardian_orders_of(&mut self, child: &[Vec<u8>]) -> Result<Vec<OrderRow>, StoreError> {
        Ok(on_db!(self.conn, |c| guardian_orders::table
            .filter(guardian_orders::child_index.eq_any(child))
            .filter(guardian_orders::confirmed_at.is_not_null())
            .order(guardian_orders::id)
            .select(OrderRow::as_select())
            .load(c))?)
    }

    /// Those that wait for a second officer, oldest first: those of one agency and of operators,
    /// or all.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn guardian_orders_waiting(
        &mut self,
        agency: Option<i32>,
        most: i64,
    ) -> Result<Vec<OrderRow>, StoreError> {
        Ok(on_db!(self.conn, |c| {
            let mut wanted = guardian_orders::table
                .filter(guardian_orders::confirmed_at.is_null())
                .order(guardian_orders::id)
                .limit(most)
                .select(OrderRow::as_select())
                .into_boxed();
            if let Some(agency) = agency {
                let own = guardian_orders::agency.eq(agency);
                wanted = wanted.filter(own.or(guardian_orders::agency.is_null()));
            }
            wanted.load(c)
        })?)
    }

    /// Every order behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn order_rows(&mut self, after: i64, most: i64) -> Result<Vec<OrderRow>, StoreError> {
        Ok(on_db!(self.conn, |c| guardian_orders::table
            .filter(guardian_orders::id.gt(after))
            .order(guardian_orders::id)
            .limit(most)
            .select(OrderRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds an order that waits for a second officer.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_guardian_order(&mut self, row: &OrderRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(
            guardian_orders::table
        )
        .values(row)
        .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Confirms an order; `false` if that was done before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn confirm_guardian_order(
        &mut self,
        id: i64,
        at: Timestamp,
        by: &str,
    ) -> Result<bool, StoreError> {
        let changed = on_db!(self.rx.conn, |c| diesel::update(
            guardian_orders::table.find(id)
        )
        .filter(guardian_orders::confirmed_at.is_null())
        .set((
            guardian_orders::confirmed_at.eq(at.millis()),
            guardian_orders::confirmed_by.eq(by)
        ))
        .execute(c))?;
        if changed != 1 {
            return Ok(false);
        }
        let row = self.guardian_order(id)?;
        let row = row.ok_or(StoreError::Damaged {
            table: "guardian_orders",
        })?;
        self.vouch(&row, None);
        Ok(true)
    }

    /// Takes an order away that nobody confirmed; `false`, and nothing done, if somebody did.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn delete_guardian_order(&mut self, id: i64) -> Result<bool, StoreError> {
        let gone = on_db!(self.rx.conn, |c| diesel::delete(
            guardian_orders::table.find(id)
        )
        .filter(guardian_orders::confirmed_at.is_null())
        .execute(c))?;
        if gone == 1 {
            self.vouch_gone(Watched::GuardianOrders, &id.to_string());
        }
        Ok(gone == 1)
    }
}
