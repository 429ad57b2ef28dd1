//! Links to annotated copies: each is good once, for minutes, and forgotten after a day.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::codec::base64url;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::copies;
use crate::store::vouch::Columns;
use crate::store::vouch::Vouched;
use crate::store::vouch::Watched;

/// A link to an annotated copy. What the copy says stands in the details of its use record.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = copies, treat_none_as_default_value = false)]
pub struct CopyRow {
    /// The digest of the link's characters.
    pub link: Vec<u8>,
    /// Which certificate it is a copy of.
    pub certificate_id: i64,
    /// The number of the use record.
    pub use_record: i64,
    /// When it was made, in milliseconds.
    pub made_at: i64,
    /// The first moment at which the link is no longer good.
    pub link_until: i64,
    /// When the copy was taken.
    pub taken_at: Option<i64>,
}

impl Vouched for CopyRow {
    fn table(&self) -> Watched {
        Watched::Copies
    }

    fn id(&self) -> String {
        base64url::encode(&self.link)
    }

    fn columns(&self, columns: &mut Columns) {
        columns.put(Some(&self.link));
        columns.number(self.certificate_id);
        columns.number(self.use_record);
        columns.number(self.made_at);
        columns.number(self.link_until);
        columns.maybe(self.taken_at);
    }
}

impl Rx<'_> {
    /// The copy behind a link.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn copy_behind(&mut self, link: &[u8; 32]) -> Result<Option<CopyRow>, StoreError> {
        Ok(on_db!(self.conn, |c| copies::table
            .find(link.as_slice())
            .select(CopyRow::as_select())
            .first(c)
            .optional())?)
    }

    /// Up to `most` links behind the one with the digest `after`, by digest.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn copies(&mut self, after: &[u8], most: i64) -> Result<Vec<CopyRow>, StoreError> {
        Ok(on_db!(self.conn, |c| copies::table
            .filter(copies::link.gt(after))
            .order(copies::link)
            .limit(most)
            .select(CopyRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Keeps a link.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_copy(&mut self, row: &CopyRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(copies::table)
            .values(row)
            .execute(c))?;
        self.vouch(row, None);
        Ok(())
    }

    /// Spends a link: the copy for the first who brings it in time, and none ever again.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the link is then as it was.
    pub fn take_copy(
        &mut self,
        link: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<CopyRow>, StoreError> {
        let spent = on_db!(self.rx.conn, |c| diesel::update(
            copies::table.find(link.as_slice())
        )
        .filter(copies::taken_at.is_null())
        .filter(copies::link_until.gt(now.millis()))
        .set(copies::taken_at.eq(Some(now.millis())))
        .execute(c))?;
        if spent != 1 {
            return Ok(None);
        }
        let row = self.copy_behind(link)?;
        if let Some(row) = &row {
            self.vouch(row, None);
        }
        Ok(row)
    }

    /// Forgets links that were made before a moment, some thousand at most; says how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_copies(&mut self, before: Timestamp) -> Result<usize, StoreError> {
        let old: Vec<Vec<u8>> = on_db!(self.rx.conn, |c| copies::table
            .filter(copies::made_at.lt(before.millis()))
            .order(copies::made_at)
            .limit(1000)
            .select(copies::link)
            .load(c))?;
        on_db!(self.rx.conn, |c| diesel::delete(copies::table)
            .filter(copies::link.eq_any(&old))
            .execute(c))?;
        for link in &old {
            self.vouch_gone(Watched::Copies, &base64url::encode(link));
        }
        Ok(old.len())
    }
}
