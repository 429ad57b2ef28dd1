//! Certificates that served for what they serve once.

use diesel::ExpressionMethods;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::spent_certificates;
use crate::store::vouch::Watched;

/// All that one certificate was used up for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The certificate.
    pub certificate: i64,
    /// The codes of base items, in order, each with the case it served.
    pub uses: Vec<(String, i64)>,
}

impl Rx<'_> {
    /// The case for which a certificate served that serves a base item once.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn spent_for(
        &mut self,
        certificate: i64,
        base_code: &str,
    ) -> Result<Option<i64>, StoreError> {
        Ok(on_db!(self.conn, |c| spent_certificates::table
            .find((certificate, base_code))
            .select(spent_certificates::case_id)
            .first(c)
            .optional())?)
    }

    /// What certificates behind a number were used up for, by number, for the check of the
    /// ledger; up to `most` certificates.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn spent_after(&mut self, after: i64, most: i64) -> Result<Vec<Spent>, StoreError> {
        let certificates: Vec<i64> = on_db!(self.conn, |c| spent_certificates::table
            .filter(spent_certificates::certificate_id.gt(after))
            .select(spent_certificates::certificate_id)
            .distinct()
            .order(spent_certificates::certificate_id)
            .limit(most)
            .load(c))?;
        let all = certificates.into_iter().map(|id| self.spent(id));
        all.collect()
    }

    /// All that a certificate was used up for.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn spent(&mut self, certificate: i64) -> Result<Spent, StoreError> {
        let mut uses: Vec<(String, i64)> = on_db!(self.conn, |c| spent_certificates::table
            .filter(spent_certificates::certificate_id.eq(certificate))
            .select((spent_certificates::base_code, spent_certificates::case_id))
            .load(c))?;
        // Databases order text each in its own way.
        uses.sort();
        Ok(Spent { certificate, uses })
    }
}

impl Tx<'_> {
    /// Notes that a certificate served for what it serves once; `false`, and nothing done, if it
    /// had served before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn spend_certificate(
        &mut self,
        certificate: i64,
        base_code: &str,
        case: i64,
    ) -> Result<bool, StoreError> {
        let spent = on_db!(self.rx.conn, |c| diesel::insert_into(
            spent_certificates::table
        )
        .values((
            spent_certificates::certificate_id.eq(certificate),
            spent_certificates::base_code.eq(base_code),
            spent_certificates::case_id.eq(case),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
        if spent == 1 {
            self.vouch_spent(certificate)?;
        }
        Ok(spent == 1)
    }

    /// Lets a certificate that served a case for what it serves once serve again.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn give_certificate_back(&mut self, certificate: i64, case: i64) -> Result<(), StoreError> {
        let back = on_db!(self.rx.conn, |c| diesel::delete(spent_certificates::table)
            .filter(spent_certificates::certificate_id.eq(certificate))
            .filter(spent_certificates::case_id.eq(case))
            .execute(c))?;
        if back > 0 {
            self.vouch_spent(certificate)?;
        }
        Ok(())
    }

    fn vouch_spent(&mut self, certificate: i64) -> Result<(), StoreError> {
        let spent = self.spent(certificate)?;
        if spent.uses.is_empty() {
            self.vouch_gone(Watched::SpentCertificates, &certificate.to_string());
        } else {
            self.vouch(&spent, None);
        }
        Ok(())
    }
}
