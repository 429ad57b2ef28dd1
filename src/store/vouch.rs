//! Rows that decide access and trust, as the ledger vouches for them.
//!
//! Whoever writes such a row in a transaction that records something leaves a mark: 16 bytes
//! that name the row, 16 of a MAC over its columns. The marks become the digests of the events
//! they belong to, or events of their own. A transaction that records nothing vouches for
//! nothing, and the check of the ledger calls its rows inserted.

use crate::crypto::mac::MacKey;
use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::crypto::vault::Vault;
use crate::domain::event::EventKind;
use crate::store::Tx;
use crate::store::ledger::Event;

/// A table whose rows the ledger vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Watched {
    /// Credentials.
    Credentials,
    /// Grants.
    Grants,
    /// Public keys and how they stand.
    Keys,
    /// Signed trust lists.
    TrustLists,
    /// Signed revocation lists.
    RevocationLists,
    /// Printed codes: which certificate a reference on paper means.
    CompactCodes,
    /// Mandates.
    Mandates,
    /// Orders about guardians.
    GuardianOrders,
    /// Cases, each with all that stands beside it.
    Cases,
    /// What holders were asked and answered.
    Consents,
    /// Receipts.
    Receipts,
    /// Tasks of issuers.
    Tasks,
    /// What certificates were used up for; a row here is all of one certificate.
    SpentCertificates,
    /// What holders were told.
    Notices,
    /// Grants that wait for a second operator, or did.
    GrantProposals,
    /// Where the records of types live.
    Sources,
    /// Links to annotated copies.
    Copies,
    /// Cases of other systems.
    ForeignCases,
    /// Alarms about odd uses.
    Alarms,
    /// What platforms of the region or the nation last gave.
    Mirrors,
    /// Accounts of people who log in.
    Accounts,
}

/// The tables, the number that stands in marks for ever, and the kinds of event that tell of a
/// row: none of these has a digest of its own.
const TABLES: [(Watched, u8, &str, &[EventKind]); 21] = [
    (
        Watched::Credentials,
        1,
        "credentials",
        &[EventKind::CredentialChanged],
    ),
    (Watched::Grants, 2, "grants", &[EventKind::GrantChanged]),
    (Watched::Keys, 3, "keys", &[EventKind::KeyChanged]),
    (
        Watched::TrustLists,
        4,
        "trust_lists",
        &[EventKind::KeyChanged],
    ),
    (
        Watched::RevocationLists,
        5,
        "revocation_lists",
        &[EventKind::KeyChanged],
    ),
    (Watched::CompactCodes, 6, "compact_codes", &[]),
    (
        Watched::Cases,
        20,
        "cases",
        &[
            EventKind::CaseOpened,
            EventKind::CaseChanged,
            EventKind::Used,
        ],
    ),
    (
        Watched::Consents,
        21,
        "consents",
        &[EventKind::ConsentChanged],
    ),
    (Watched::Receipts, 22, "receipts", &[]),
    (Watched::Tasks, 23, "tasks", &[EventKind::TaskChanged]),
    (Watched::SpentCertificates, 24, "spent_certificates", &[]),
    (
        Watched::Mandates,
        30,
        "mandates",
        &[EventKind::MandateChanged],
    ),
    (
        Watched::GuardianOrders,
        31,
        "guardian_orders",
        &[EventKind::GuardianChanged],
    ),
    (Watched::Notices, 32, "notices", &[EventKind::Noticed]),
    (
        Watched::GrantProposals,
        50,
        "grant_proposals",
        &[EventKind::GrantChanged],
    ),
    (Watched::Sources, 40, "sources", &[EventKind::SourceChanged]),
    (Watched::Mirrors, 41, "mirrors", &[EventKind::MirrorChanged]),
    (Watched::Copies, 60, "copies", &[EventKind::CopyTaken]),
    (
        Watched::ForeignCases,
        51,
        "foreign_cases",
        &[EventKind::ForeignCaseChanged],
    ),
    (Watched::Alarms, 52, "alarms", &[EventKind::AlarmChanged]),
    (
        Watched::Accounts,
        70,
        "accounts",
        &[EventKind::AccountChanged],
    ),
];

impl Watched {
    fn facts(self) -> (u8, &'static str, &'static [EventKind]) {
        let found = TABLES.iter().find(|(table, ..)| *table == self);
        found.map_or((0, "", &[]), |(_, number, name, kinds)| {
            (*number, *name, *kinds)
        })
    }

    /// The table's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().1
    }
}

/// The bytes of a mark that name a row.
const NAME: usize = 16;

/// What an event says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowMark {
    /// The table's number, then the beginning of the row's id as text.
    pub name: [u8; NAME],
    /// The beginning of the MAC over its columns; zeros for a row that was taken away.
    pub content: [u8; 16],
}

impl RowMark {
    /// The mark of a row as it stands.
    #[must_use]
    pub fn of(row: &impl Vouched, key: &MacKey, vault: &Vault) -> Self {
        let mut columns = Columns::default();
        columns.put(Some(b"mianzheng row 1"));
        columns.put(Some(row.table().name().as_bytes()));
        row.columns(&mut columns);
        if let Some((place, id, sealed)) = row.sealed() {
            let opened = vault.open(&place, id, &sealed).ok();
            columns.put(opened.as_ref().map(|text| text.as_slice()));
        }
        let mac = key.mac(&[&columns.0]);
        Self {
            name: named(row.table(), &row.id()),
            content: mac.first_chunk().copied().unwrap_or_default(),
        }
    }

    /// The mark of a row that is no more.
    #[must_use]
    pub fn gone(table: Watched, id: &str) -> Self {
        Self {
            name: named(table, id),
            content: [0; 16],
        }
    }

    /// Whether it says that the row was taken away.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.content == [0; 16]
    }

    /// The mark in an event's digest; none if it is of another kind.
    #[must_use]
    pub fn read(kind: i16, digest: Option<&[u8]>) -> Option<Self> {
        let kind = EventKind::from_number(kind)?;
        let (name, content) = digest?.split_first_chunk()?;
        let mark = Self {
            name: *name,
            content: content.try_into().ok()?,
        };
        let (.., of) = mark.table()?.facts();
        (of.contains(&kind) || kind == EventKind::RowKept).then_some(mark)
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> Option<Watched> {
        let number = self.name.first()?;
        let found = TABLES.iter().find(|(_, n, ..)| n == number);
        found.map(|(table, ..)| *table)
    }

    /// The row's id, or the first 15 bytes of a longer one.
    #[must_use]
    pub fn id(&self) -> String {
        let text = self.name.iter().skip(1).copied().take_while(|b| *b != 0);
        String::from_utf8_lossy(&text.collect::<Vec<u8>>()).into_owned()
    }

    fn digest(&self) -> [u8; 32] {
        let mut digest = [0; 32];
        let bytes = self.name.iter().chain(&self.content);
        for (to, from) in digest.iter_mut().zip(bytes) {
            *to = *from;
        }
        digest
    }
}

fn named(table: Watched, id: &str) -> [u8; NAME] {
    let mut name = [0; NAME];
    let (number, ..) = table.facts();
    for (to, from) in name.iter_mut().zip([number].iter().chain(id.as_bytes())) {
        *to = *from;
    }
    name
}

/// The columns of a row, each with its length, so that none can be taken for another.
#[derive(Default)]
pub struct Columns(pub(super) Vec<u8>);

impl Columns {
    pub(crate) fn put(&mut self, part: Option<&[u8]>) {
        let Some(bytes) = part else {
            self.0.push(0);
            return;
        };
        self.0.push(1);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn number(&mut self, number: impl Into<i64>) {
        self.put(Some(&number.into().to_be_bytes()));
    }

    pub(crate) fn maybe(&mut self, number: Option<impl Into<i64>>) {
        match number {
            Some(number) => self.number(number),
            None => self.put(None),
        }
    }
}

/// A row that the ledger vouches for.
pub trait Vouched {
    /// Its table.
    fn table(&self) -> Watched;
    /// Its id, as people write it.
    fn id(&self) -> String;
    /// Its columns, in an order that stays.
    fn columns(&self, columns: &mut Columns);
    /// What is sealed in it, and where: the ledger vouches for what it says, under whichever
    /// data key it stands.
    fn sealed(&self) -> Option<(Place, i64, Sealed)> {
        None
    }
}

/// A mark on its way into the ledger, and whose row it is.
pub(crate) struct Mark {
    of: RowMark,
    kinds: &'static [EventKind],
    subject: Option<[u8; 16]>,
}

impl Tx<'_> {
    /// Marks a row that was written just now.
    pub(crate) fn vouch(&mut self, row: &impl Vouched, subject: Option<[u8; 16]>) {
        let mark = RowMark::of(row, &self.secrets.ledger, &self.secrets.vault);
        self.mark(row.table(), mark, subject);
    }

    /// Marks a row as taken away.
    pub(crate) fn vouch_gone(&mut self, table: Watched, id: &str) {
        self.mark(table, RowMark::gone(table, id), None);
    }

    fn mark(&mut self, table: Watched, mark: RowMark, subject: Option<[u8; 16]>) {
        let (.., kinds) = table.facts();
        self.marks.push(Mark {
            of: mark,
            kinds,
            subject,
        });
    }
}

/// Gives each mark to the first event of its kinds that tells of nothing yet; what is left over
/// gets an event of its own behind them, in the name of the last one.
pub(crate) fn hand_over(marks: Vec<Mark>, events: &mut Vec<Event>) {
    let Some(last) = events.last() else { return };
    let (at, actor) = (last.at, last.actor.clone());
    for Mark { of, kinds, subject } in marks {
        let digest = Some(of.digest());
        let free = events
            .iter_mut()
            .find(|event| kinds.contains(&event.kind) && event.digest.is_none());
        if let Some(event) = free {
            event.digest = digest;
            event.subject = event.subject.or(subject);
        } else {
            let mut event = Event::new(EventKind::RowKept, at, &actor);
            event.digest = digest;
            event.subject = subject;
            events.push(event);
        }
    }
}
