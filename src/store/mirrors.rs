//! What platforms of the region or the nation last gave: each sealed with the answer it came in.

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
use crate::store::retention::Old;
use crate::store::schema::mirrors;
use crate::store::stored::sealed;
use crate::store::vouch::Columns;
use crate::store::vouch::Vouched;
use crate::store::vouch::Watched;

/// Where what a platform gave stands, sealed; the row's id is the mirror's.
pub const MIRROR: Place = Place {
    table: "mirrors",
    column: "sealed",
};

/// What was asked of a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirrored {
    /// The type, by number.
    pub type_number: i32,
    /// The blind index of the holder's code.
    pub holder_index: Vec<u8>,
    /// The blind index of the number that was asked for; empty where none was.
    pub number_index: Vec<u8>,
}

/// A mirror as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mirrors, treat_none_as_default_value = false)]
pub struct MirrorRow {
    /// Its id, reserved.
    pub id: i64,
    /// The type, by number.
    pub type_number: i32,
    /// The blind index of the holder's code.
    pub holder_index: Vec<u8>,
    /// The blind index of the number that was asked for; empty where none was.
    pub number_index: Vec<u8>,
    /// When the platform gave it, in milliseconds.
    pub at: i64,
    /// The data key that the rest is sealed under.
    pub key_id: i16,
    /// The record and the answer it came in, sealed at [`MIRROR`].
    pub sealed: Vec<u8>,
}

impl MirrorRow {
    /// The record and the answer it came in, sealed.
    #[must_use]
    pub fn sealed(&self) -> Sealed {
        sealed(self.key_id, self.sealed.clone())
    }
}

impl Vouched for MirrorRow {
    fn table(&self) -> Watched {
        Watched::Mirrors
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    /// The order never changes.
    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.number(self.type_number);
        columns.put(Some(&self.holder_index));
        columns.put(Some(&self.number_index));
        columns.number(self.at);
    }

    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        Some((MIRROR, self.id, self.sealed()))
    }
}

impl Rx<'_> {
    /// The mirror of a question.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mirror(&mut self, of: &Mirrored) -> Result<Option<MirrorRow>, StoreError> {
        Ok(on_db!(self.conn, |c| mirrors::table
            .filter(mirrors::type_number.eq(of.type_number))
            .filter(mirrors::holder_index.eq(&of.holder_index))
            .filter(mirrors::number_index.eq(&of.number_index))
            .select(MirrorRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The mirrors about somebody, by number.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mirrors_of(&mut self, holder_index: &[u8; 32]) -> Result<Vec<MirrorRow>, StoreError> {
        Ok(on_db!(self.conn, |c| mirrors::table
            .filter(mirrors::holder_index.eq(holder_index.as_slice()))
            .order(mirrors::id)
            .select(MirrorRow::as_select())
            .load(c))?)
    }

    /// Mirrors of what was given before then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn old_mirrors(&mut self, before: i64) -> Result<Vec<Old>, StoreError> {
        Ok(on_db!(self.conn, |c| mirrors::table
            .filter(mirrors::at.lt(before))
            .order(mirrors::id)
            .select((mirrors::id, mirrors::at))
            .load(c))?)
    }

    /// Every mirror behind a number, by number, for the check of the ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn mirror_rows(&mut self, after: i64, most: i64) -> Result<Vec<MirrorRow>, StoreError> {
        Ok(on_db!(self.conn, |c| mirrors::table
            .filter(mirrors::id.gt(after))
            .order(mirrors::id)
            .limit(most)
            .select(MirrorRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds a mirror; `false`, and nothing done, if its question has one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_mirror(&mut self, row: &MirrorRow) -> Result<bool, StoreError> {
        let added = on_db!(self.rx.conn, |c| diesel::insert_into(mirrors::table)
            .values(row)
            .on_conflict((
                mirrors::type_number,
                mirrors::holder_index,
                mirrors::number_index
            ))
            .do_nothing()
            .execute(c))?;
        if added == 1 {
            self.vouch(row, None);
        }
        Ok(added == 1)
    }

    /// Puts what a platform gave last in the place of what it gave before; `false`, and nothing
    /// done, if a later answer stands there.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn update_mirror(&mut self, row: &MirrorRow) -> Result<bool, StoreError> {
        let put = on_db!(self.rx.conn, |c| diesel::update(
            mirrors::table.find(row.id)
        )
        .filter(mirrors::at.le(row.at))
        .set((
            mirrors::at.eq(row.at),
            mirrors::key_id.eq(row.key_id),
            mirrors::sealed.eq(&row.sealed),
        ))
        .execute(c))?;
        if put == 1 {
            self.vouch(row, None);
        }
        Ok(put == 1)
    }

    /// Deletes a mirror of what was given before then; `false` if there is none, or what was
    /// given since stands there.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn forget_mirror(&mut self, id: i64, before: i64) -> Result<bool, StoreError> {
        let gone = on_db!(self.rx.conn, |c| diesel::delete(mirrors::table.find(id))
            .filter(mirrors::at.lt(before))
            .execute(c))?;
        if gone == 1 {
            self.vouch_gone(Watched::Mirrors, &id.to_string());
        }
        Ok(gone == 1)
    }
}
