//! Load finished rows into an empty register, as they are: the limit that issuing is measured
//! against. Same rows, same order, same size of transaction, same durability, indexes live.

use diesel::ExecuteCopyFromDsl;
use diesel::ExpressionMethods;
use diesel::QueryDsl;
use diesel::RunQueryDsl;
use diesel::SelectableHelper;

use crate::store::Rx;
use crate::store::Store;
use crate::store::StoreError;
use crate::store::certificates::CertificateRow;
use crate::store::db::insert_rows;
use crate::store::db::on_db;
use crate::store::holders::HolderRow;
use crate::store::ledger::LedgerRow;
use crate::store::schema::agencies;
use crate::store::schema::certificate_holders;
use crate::store::schema::certificates;
use crate::store::schema::ledger;
use crate::store::schema::ledger_head;
use crate::store::schema::status_lists;
use crate::store::schema::subjects;

type AgencyColumns = (i32, String, String, String, String, bool, bool);
type ListColumns = (i32, i32, i32, i32);

/// The rows of one transaction.
struct Share {
    certificates: Vec<CertificateRow>,
    holders: Vec<HolderRow>,
    subjects: Vec<(Vec<u8>, Vec<u8>)>,
    ledger: Vec<LedgerRow>,
}

/// The finished rows of a register, in shares of one transaction each.
pub struct FinishedRows {
    agencies: Vec<AgencyColumns>,
    lists: Vec<ListColumns>,
    shares: Vec<Share>,
}

impl FinishedRows {
    /// Reads every certificate with what belongs to it, so many to a share.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn read(rx: &mut Rx<'_>, share: i64) -> Result<Self, StoreError> {
        let agencies = on_db!(rx.conn, |c| agencies::table.load(c))?;
        let lists = on_db!(rx.conn, |c| status_lists::table.load(c))?;
        let mut shares = Vec::new();
        let mut after = i64::MIN;
        loop {
            let rows = rx.certificates_after(after, share)?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                break;
            };
            let (from, to) = (first.id, last.id);
            after = to;
            shares.push(Self::share(rx, rows, (from, to))?);
        }
        Ok(Self {
            agencies,
            lists,
            shares,
        })
    }

    fn share(
        rx: &mut Rx<'_>,
        certificates: Vec<CertificateRow>,
        (from, to): (i64, i64),
    ) -> Result<Share, StoreError> {
        let holders: Vec<HolderRow> = on_db!(rx.conn, |c| certificate_holders::table
            .filter(certificate_holders::certificate_id.between(from, to))
            .order((
                certificate_holders::certificate_id,
                certificate_holders::position
            ))
            .select(HolderRow::as_select())
            .load(c))?;
        let ledger: Vec<LedgerRow> = on_db!(rx.conn, |c| ledger::table
            .filter(ledger::certificate_id.between(from, to))
            .order(ledger::seq)
            .select(LedgerRow::as_select())
            .load(c))?;
        let mut subjects = Vec::new();
        for chunk in holders.chunks(1000) {
            let wanted: Vec<&Vec<u8>> = chunk.iter().map(|h| &h.holder_index).collect();
            let mut found: Vec<(Vec<u8>, Vec<u8>)> = on_db!(rx.conn, |c| subjects::table
                .filter(subjects::holder_index.eq_any(&wanted))
                .load(c))?;
            subjects.append(&mut found);
        }
        Ok(Share {
            certificates,
            holders,
            subjects,
            ledger,
        })
    }

    /// How many certificates there are.
    #[must_use]
    pub fn certificates(&self) -> usize {
        self.shares.iter().map(|s| s.certificates.len()).sum()
    }

    /// Writes what certificates refer to: agencies and status lists.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn write_ground(&self, to: &Store) -> Result<(), StoreError> {
        to.write(|tx| {
            for row in &self.agencies {
                let (number, code, name, division, department, issuer, user_of) = row;
                on_db!(tx.rx.conn, |c| diesel::insert_into(agencies::table)
                    .values((
                        agencies::number.eq(number),
                        agencies::code.eq(code),
                        agencies::name.eq(name),
                        agencies::division.eq(division),
                        agencies::department.eq(department),
                        agencies::issuer.eq(issuer),
                        agencies::user_of.eq(user_of),
                    ))
                    .execute(c))?;
            }
            for (number, issuer, size, next) in &self.lists {
                on_db!(tx.rx.conn, |c| diesel::insert_into(status_lists::table)
                    .values((
                        status_lists::number.eq(number),
                        status_lists::issuer.eq(issuer),
                        status_lists::size.eq(size),
                        status_lists::next.eq(next),
                    ))
                    .execute(c))?;
            }
            Ok::<_, StoreError>(())
        })
    }

    /// Writes the rows, a transaction a share.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn write_again(&self, to: &Store) -> Result<(), StoreError> {
        for share in &self.shares {
            to.write(|tx| {
                insert_rows!(tx.rx.conn, certificates::table, &share.certificates, 19);
                insert_rows!(tx.rx.conn, certificate_holders::table, &share.holders, 5);
                for chunk in share.subjects.chunks(1000) {
                    let rows: Vec<_> = chunk
                        .iter()
                        .map(|(index, subject)| {
                            (
                                subjects::holder_index.eq(index),
                                subjects::subject.eq(subject),
                            )
                        })
                        .collect();
                    on_db!(tx.rx.conn, |c| diesel::insert_into(subjects::table)
                        .values(&rows)
                        .on_conflict_do_nothing()
                        .execute(c))?;
                }
                insert_rows!(tx.rx.conn, ledger::table, &share.ledger, 11);
                if let Some(last) = share.ledger.last() {
                    on_db!(tx.rx.conn, |c| diesel::update(ledger_head::table)
                        .set((
                            ledger_head::seq.eq(last.seq),
                            ledger_head::mac.eq(&last.mac)
                        ))
                        .execute(c))?;
                }
                Ok::<_, StoreError>(())
            })?;
        }
        Ok(())
    }
}
