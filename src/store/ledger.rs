//! The ledger: every event in the transaction of what it records, chained by MAC.
//!
//! A row's MAC covers the MAC before it and every column of the row. Personal details stand
//! apart, sealed, and can be deleted; the row keeps a keyed commitment of them.

mod chain;
mod read;

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;

use crate::crypto::mac::MacKey;
use crate::crypto::random;
use crate::crypto::vault::Place;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::ledger;
use crate::store::schema::ledger_details;
use crate::store::schema::subjects;

/// Where sealed details stand.
pub const DETAILS: Place = Place {
    table: "ledger_details",
    column: "sealed",
};

/// Something that happened, before it is chained.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Who did it: a credential's id, or `cli`.
    pub actor: String,
    /// For which agency.
    pub agency: Option<u32>,
    /// To which certificate.
    pub certificate: Option<i64>,
    /// Whose, as a random id.
    pub subject: Option<[u8; 16]>,
    /// A digest of what it was done to.
    pub digest: Option<[u8; 32]>,
    /// The standing after it.
    pub status: Option<i16>,
    /// Names, causes, addresses: sealed apart.
    pub details: Option<serde_json::Value>,
}

impl Event {
    /// An event with nothing but its kind, time and actor.
    #[must_use]
    pub fn new(kind: EventKind, at: Timestamp, actor: &str) -> Self {
        Self {
            at,
            kind,
            actor: actor.to_owned(),
            agency: None,
            certificate: None,
            subject: None,
            digest: None,
            status: None,
            details: None,
        }
    }
}

/// A row of the ledger as it is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, PartialEq)]
#[diesel(table_name = ledger, treat_none_as_default_value = false)]
pub struct LedgerRow {
    /// Its number, from 1, without gaps.
    pub seq: i64,
    /// When, in milliseconds.
    pub at: i64,
    /// The kind's number.
    pub kind: i16,
    /// Who.
    pub actor: String,
    /// For which agency.
    pub agency: Option<i32>,
    /// To which certificate.
    pub certificate_id: Option<i64>,
    /// Whose.
    pub subject: Option<Vec<u8>>,
    /// A digest of what it was done to.
    pub digest: Option<Vec<u8>>,
    /// The standing after it.
    pub status: Option<i16>,
    /// The commitment to its details.
    pub commitment: Option<Vec<u8>>,
    /// The MAC of the row before, and of this one.
    pub mac: Vec<u8>,
}

impl LedgerRow {
    /// The MAC this row must have behind a row with the MAC `previous`.
    #[must_use]
    pub fn mac_after(&self, previous: &[u8], key: &MacKey) -> [u8; 32] {
        let mut text = Vec::with_capacity(160);
        let mut put = |part: Option<&[u8]>| match part {
            None => text.push(0),
            Some(bytes) => {
                text.push(1);
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                text.extend_from_slice(&length.to_be_bytes());
                text.extend_from_slice(bytes);
            }
        };
        put(Some(b"mianzheng ledger row 1"));
        put(Some(previous));
        put(Some(&self.seq.to_be_bytes()));
        put(Some(&self.at.to_be_bytes()));
        put(Some(&self.kind.to_be_bytes()));
        put(Some(self.actor.as_bytes()));
        put(self
            .agency
            .map(i32::to_be_bytes)
            .as_ref()
            .map(<[u8; 4]>::as_slice));
        put(self
            .certificate_id
            .map(i64::to_be_bytes)
            .as_ref()
            .map(<[u8; 8]>::as_slice));
        put(self.subject.as_deref());
        put(self.digest.as_deref());
        put(self
            .status
            .map(i16::to_be_bytes)
            .as_ref()
            .map(<[u8; 2]>::as_slice));
        put(self.commitment.as_deref());
        key.mac(&[&text])
    }
}

#[derive(Clone, Insertable)]
#[diesel(table_name = ledger_details, treat_none_as_default_value = false)]
struct DetailsRow {
    seq: i64,
    key_id: i16,
    sealed: Vec<u8>,
}

/// The MAC before the first row; the migration puts it in the head.
pub const GENESIS: [u8; 32] = [0; 32];

/// The end of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last row's number; 0 for an empty ledger.
    pub seq: i64,
    /// The last row's MAC.
    pub mac: Vec<u8>,
}

impl Tx<'_> {
    /// Leaves an event: it is chained when the transaction ends.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The random ids under which the ledger keeps these holders, made where there are none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn subjects(
        &mut self,
        holders: &[[u8; 32]],
    ) -> Result<std::collections::HashMap<[u8; 32], [u8; 16]>, StoreError> {
        // In one order everywhere: two writers who meet the same new holders would otherwise
        // each wait for the other.
        let mut holders = holders.to_vec();
        holders.sort_unstable();
        holders.dedup();
        let mut all = std::collections::HashMap::with_capacity(holders.len());
        for chunk in holders.chunks(1000) {
            let rows: Vec<_> = chunk
                .iter()
                .map(|index| {
                    let subject: [u8; 16] = random::array(&*self.secrets.randomness);
                    (
                        subjects::holder_index.eq(index.to_vec()),
                        subjects::subject.eq(subject.to_vec()),
                    )
                })
                .collect();
            let wanted: Vec<Vec<u8>> = chunk.iter().map(|index| index.to_vec()).collect();
            let found: Vec<(Vec<u8>, Vec<u8>)> = on_db!(self.rx.conn, |c| {
                diesel::insert_into(subjects::table)
                    .values(&rows)
                    .on_conflict_do_nothing()
                    .execute(c)?;
                subjects::table
                    .filter(subjects::holder_index.eq_any(&wanted))
                    .load(c)
            })?;
            for (index, subject) in found {
                let (Ok(index), Ok(subject)) = (index.try_into(), subject.try_into()) else {
                    return Err(StoreError::Damaged { table: "subjects" });
                };
                all.insert(index, subject);
            }
        }
        Ok(all)
    }
}

/// What a commitment is made over: the row's number keeps equal details apart.
#[must_use]
pub fn committed(seq: i64, details: &str) -> Vec<u8> {
    [seq.to_be_bytes().as_slice(), details.as_bytes()].concat()
}

/// A data key's id as the databases keep it: its sixteen bits, signed.
#[must_use]
pub fn stored_key_id(id: u16) -> i16 {
    i16::from_be_bytes(id.to_be_bytes())
}

/// A data key's id as it was stored.
#[must_use]
pub fn read_key_id(id: i16) -> u16 {
    u16::from_be_bytes(id.to_be_bytes())
}
