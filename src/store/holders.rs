//! Who holds a certificate, by blind index only.

use diesel::ExecuteCopyFromDsl;
use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::JoinOnDsl;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;

use crate::domain::standing::Standing;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::db::insert_rows;
use crate::store::db::on_db;
use crate::store::schema::certificate_holders;
use crate::store::schema::certificates;
use crate::store::stored::stored_number;

/// What somebody is to a certificate. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolderRole {
    /// They hold it, by the number on it: 0.
    Holder,
    /// They act for a child that holds it: 1.
    Guardian,
    /// They hold it, by a number they got later, as a newborn does: 2.
    Rebound,
}

impl HolderRole {
    /// The stored number.
    #[must_use]
    pub const fn stored(self) -> i16 {
        match self {
            Self::Holder => 0,
            Self::Guardian => 1,
            Self::Rebound => 2,
        }
    }

    /// The role of a stored number; `None` for a number that is none.
    #[must_use]
    pub const fn from_stored(number: i16) -> Option<Self> {
        match number {
            0 => Some(Self::Holder),
            1 => Some(Self::Guardian),
            2 => Some(Self::Rebound),
            _ => None,
        }
    }
}

/// One of the people of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = certificate_holders, treat_none_as_default_value = false)]
pub struct HolderRow {
    /// The certificate.
    pub certificate_id: i64,
    /// Which of its people, from 0.
    pub position: i16,
    /// What they are to it, as [`HolderRole::stored`].
    pub role: i16,
    /// The blind index of their code.
    pub holder_index: Vec<u8>,
    /// The certificate's type, here again for the index.
    pub type_number: i32,
}

impl Rx<'_> {
    /// The certificates of a holder, newest first, and what they are to each.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn certificates_of_holder(
        &mut self,
        holder_index: &[u8; 32],
        type_number: Option<u32>,
        most: i64,
    ) -> Result<Vec<(CertificateRow, HolderRole)>, StoreError> {
        let rows: Vec<(CertificateRow, i16)> = on_db!(self.conn, |c| {
            let mut wanted = certificate_holders::table
                .inner_join(
                    certificates::table
                        .on(certificate_holders::certificate_id.eq(certificates::id)),
                )
                .filter(certificate_holders::holder_index.eq(holder_index.as_slice()))
                .order((certificates::issued_at.desc(), certificates::id.desc()))
                .limit(most)
                .select((CertificateRow::as_select(), certificate_holders::role))
                .into_boxed();
            if let Some(number) = type_number {
                wanted = wanted.filter(certificate_holders::type_number.eq(stored_number(number)));
            }
            wanted.load(c)
        })?;
        let read = |(row, role)| match HolderRole::from_stored(role) {
            Some(role) => Ok((row, role)),
            None => Err(StoreError::Damaged {
                table: "certificate_holders",
            }),
        };
        rows.into_iter().map(read).collect()
    }

    /// The certificates of a type that somebody holds themselves, not as a guardian, newest
    /// first; older versions are history and left out.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn own_certificates(
        &mut self,
        holder_index: &[u8; 32],
        type_number: u32,
        most: i64,
    ) -> Result<Vec<CertificateRow>, StoreError> {
        Ok(on_db!(self.conn, |c| certificate_holders::table
            .inner_join(
                certificates::table.on(certificate_holders::certificate_id.eq(certificates::id)),
            )
            .filter(certificate_holders::holder_index.eq(holder_index.as_slice()))
            .filter(certificate_holders::type_number.eq(stored_number(type_number)))
            .filter(certificate_holders::role.ne(HolderRole::Guardian.stored()))
            .filter(certificates::status.ne(Standing::Superseded.stored()))
            .order((certificates::issued_at.desc(), certificates::id.desc()))
            .limit(most)
            .select(CertificateRow::as_select())
            .load(c))?)
    }

    /// The same of those that somebody holds together with another.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn joint_certificates(
        &mut self,
        [one, other]: [&[u8; 32]; 2],
        type_number: u32,
        most: i64,
    ) -> Result<Vec<CertificateRow>, StoreError> {
        let held_by = |holder: &[u8; 32]| {
            certificate_holders::table
                .filter(certificate_holders::holder_index.eq(holder.to_vec()))
                .filter(certificate_holders::type_number.eq(stored_number(type_number)))
                .filter(certificate_holders::role.ne(HolderRole::Guardian.stored()))
                .select(certificate_holders::certificate_id)
        };
        Ok(on_db!(self.conn, |c| certificates::table
            .filter(certificates::id.eq_any(held_by(one)))
            .filter(certificates::id.eq_any(held_by(other)))
            .filter(certificates::status.ne(Standing::Superseded.stored()))
            .order((certificates::issued_at.desc(), certificates::id.desc()))
            .limit(most)
            .select(CertificateRow::as_select())
            .load(c))?)
    }

    /// The people of a certificate, in their order.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn holders_of(&mut self, certificate: i64) -> Result<Vec<HolderRow>, StoreError> {
        Ok(on_db!(self.conn, |c| certificate_holders::table
            .filter(certificate_holders::certificate_id.eq(certificate))
            .order(certificate_holders::position)
            .select(HolderRow::as_select())
            .load(c))?)
    }
}

impl Tx<'_> {
    /// Adds the people of new certificates.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn insert_holders(&mut self, rows: &[HolderRow]) -> Result<(), StoreError> {
        insert_rows!(self.rx.conn, certificate_holders::table, rows, 5);
        Ok(())
    }

    /// Adds somebody behind the people of a certificate that is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`], for which [`StoreError::is_taken`] holds when somebody else was added at
    /// the same moment: ask again.
    pub fn add_holder(
        &mut self,
        certificate: i64,
        type_number: u32,
        role: HolderRole,
        holder_index: &[u8; 32],
    ) -> Result<(), StoreError> {
        let last: Option<i16> = on_db!(self.rx.conn, |c| certificate_holders::table
            .filter(certificate_holders::certificate_id.eq(certificate))
            .select(diesel::dsl::max(certificate_holders::position))
            .first(c))?;
        self.insert_holders(&[HolderRow {
            certificate_id: certificate,
            position: last.map_or(0, |position| position.saturating_add(1)),
            role: role.stored(),
            holder_index: holder_index.to_vec(),
            type_number: stored_number(type_number),
        }])
    }
    /// Puts another code in the place of one of a certificate's people.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn change_holder(
        &mut self,
        certificate: i64,
        position: i16,
        holder_index: &[u8; 32],
    ) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::update(certificate_holders::table)
            .filter(certificate_holders::certificate_id.eq(certificate))
            .filter(certificate_holders::position.eq(position))
            .set(certificate_holders::holder_index.eq(holder_index.as_slice()))
            .execute(c))?;
        Ok(())
    }
}
