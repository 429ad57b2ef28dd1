//! Events chained behind the head when their transaction ends.

use diesel::ExecuteCopyFromDsl;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::RunQueryDsl;

use super::DETAILS;
use super::DetailsRow;
use super::Head;
use super::LedgerRow;
use super::committed;
use super::stored_key_id;
use crate::crypto::vault::Index;
use crate::domain::event::Happened;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::insert_rows;
use crate::store::db::on_db;
use crate::store::prepared::MoveHead;
use crate::store::schema::ledger;
use crate::store::schema::ledger_details;
use crate::store::schema::ledger_head;
use crate::store::vouch;

impl Tx<'_> {
    /// Chains the events behind the head, and returns those that are told; the head row is locked here
    /// and not before.
    pub(crate) fn chain(&mut self) -> Result<Vec<Happened>, StoreError> {
        if self.events.is_empty() {
            self.marks.clear();
            return Ok(Vec::new());
        }
        let mut events = std::mem::take(&mut self.events);
        vouch::hand_over(std::mem::take(&mut self.marks), &mut events);
        let secrets = self.secrets;
        let Head {
            mut seq,
            mac: mut previous,
        } = self.lock_head()?;
        let mut rows = Vec::with_capacity(events.len());
        let mut details = Vec::new();
        let mut happened = Vec::new();
        for event in events {
            seq += 1;
            if event.kind.is_told() {
                happened.push(Happened {
                    record: seq,
                    kind: event.kind,
                    agency: event.agency,
                    details: event.details.clone().unwrap_or_default(),
                });
            }
            let text = event.details.as_ref().map(serde_json::Value::to_string);
            let commitment = text.as_ref().map(|t| {
                secrets
                    .vault
                    .index(Index::Details, &committed(seq, t))
                    .to_vec()
            });
            let mut row = LedgerRow {
                seq,
                at: event.at.millis(),
                kind: event.kind.number(),
                actor: event.actor,
                agency: event.agency.and_then(|n| i32::try_from(n).ok()),
                certificate_id: event.certificate,
                subject: event.subject.map(Vec::from),
                digest: event.digest.map(Vec::from),
                status: event.status,
                commitment,
                mac: Vec::new(),
            };
            row.mac = row.mac_after(&previous, &secrets.ledger).to_vec();
            previous.clone_from(&row.mac);
            rows.push(row);
            if let Some(text) = text {
                let sealed =
                    secrets
                        .vault
                        .seal(&DETAILS, seq, text.as_bytes(), &*secrets.randomness);
                let key_id = stored_key_id(sealed.key_id);
                details.push(DetailsRow {
                    seq,
                    key_id,
                    sealed: sealed.bytes,
                });
            }
        }
        insert_rows!(self.rx.conn, ledger::table, rows, 11);
        insert_rows!(self.rx.conn, ledger_details::table, details, 3);
        let head = MoveHead {
            seq,
            mac: &previous,
        };
        on_db!(self.rx.conn, |c| head.execute(c))?;
        Ok(happened)
    }

    /// The number that the next event will get, for a receipt that must name its own record.
    ///
    /// The head row is locked by this on PostgreSQL, so ask late: behind what others lock who write
    /// their events at the end (rows, reserved numbers), and before counts of uses.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn next_record(&mut self) -> Result<i64, StoreError> {
        let seq = self.lock_head()?.seq;
        let waiting = i64::try_from(self.before + self.events.len()).unwrap_or(i64::MAX);
        Ok(seq + waiting + 1)
    }

    // The migration puts the head row there: were there none before the first event, two first
    // writers would find nothing to lock. Once locked it stays as it is until this transaction
    // moves it.
    fn lock_head(&mut self) -> Result<Head, StoreError> {
        if let Some(head) = &self.head {
            return Ok(head.clone());
        }
        let head = ledger_head::table.select((ledger_head::seq, ledger_head::mac));
        let found: Option<(i64, Vec<u8>)> = on_db!(
            self.rx.conn,
            pg | c | head.for_update().first(c).optional(),
            lite | c | head.first(c).optional()
        )?;
        let (seq, mac) = found.ok_or(StoreError::Damaged {
            table: "ledger_head",
        })?;
        Ok(self.head.insert(Head { seq, mac }).clone())
    }
}
