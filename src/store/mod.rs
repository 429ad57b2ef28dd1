//! diesel, and nowhere else: the register on SQLite or PostgreSQL.
//!
//! Reads go through [`Store::read`], every write through [`Store::write`]: one transaction,
//! whose ledger events are chained at its very end, so that the head row is locked last and
//! shortest. What is small and comes often shares its commit ([`Store::write_shared`]).

pub mod accounts;
pub mod alarms;
pub mod app_keys;
pub mod batch_files;
pub mod batches;
pub mod callers;
pub mod case_sides;
pub mod cases;
pub mod catalogue;
pub mod certificates;
pub mod compact_codes;
pub mod consents;
pub mod copies;
mod db;
mod door;
pub mod figures;
pub mod foreign_cases;
pub mod foreign_uses;
pub mod foreign_view;
mod forget;
pub mod grants;
pub mod guardian_orders;
pub mod holders;
pub mod idempotency;
pub mod inspect;
pub mod items;
pub mod ledger;
pub mod login_failures;
pub mod lost_phones;
pub mod mandates;
pub mod migrations;
pub mod mirrors;
pub mod notices;
pub mod of_holder;
pub mod overview;
pub mod pictures;
mod pool;
mod prepared;
pub mod receipts;
pub mod reload;
pub mod reseal;
pub mod reserve;
pub mod retention;
mod schema;
pub mod sessions;
pub mod settings;
mod shared;
pub mod show_sessions;
pub mod sources;
pub mod spent_certificates;
mod stale;
pub mod status;
pub mod stored;
pub mod tasks;
pub mod trust;
pub mod use_counts;
pub mod vouch;
mod vouched_records;
pub mod vouched_rows;

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use crate::crypto::mac::MacKey;
use crate::crypto::vault::Vault;
use crate::domain::event::Happened;
use crate::store::db::Conn;
use crate::store::db::Db;
use crate::store::door::Door;
use crate::store::ledger::Event;
use crate::store::ledger::Head;
use crate::store::shared::SoFar;
use crate::store::vouch::Mark;

/// Why the register could not be read or written. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no; the cause is for the log only.
    #[error("the database did not answer: {0}")]
    Database(#[from] diesel::result::Error),
    /// No connection was to be had.
    #[error("no connection to the database: {0}")]
    NoConnection(String),
    /// The database's address is not one we know.
    #[error("DATABASE_URL must begin with sqlite:// or postgres://")]
    BadUrl,
    /// A migration did not run.
    #[error("migrating the database failed: {0}")]
    Migration(String),
    /// The database was written by a newer mianzheng.
    #[error("the database knows the migration {0}, which this mianzheng does not; use a newer one")]
    TooNew(String),
    /// A row does not say what it must.
    #[error("a row of {table} cannot be understood")]
    Damaged {
        /// The table.
        table: &'static str,
    },
    /// Durability is not what acknowledgements promise.
    #[error("the database does not promise durability: {0}")]
    NotDurable(String),
    /// The transaction that several callers shared failed, for all of them.
    #[error("a shared transaction failed: {0}")]
    Shared(Arc<StoreError>),
    /// Whoever carried the work in a shared transaction did not come to its end.
    #[error("a shared transaction was abandoned")]
    Abandoned,
}

impl StoreError {
    /// Whether a unique constraint refused the write: somebody else was faster.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(
            self,
            Self::Database(diesel::result::Error::DatabaseError(
                diesel::result::DatabaseErrorKind::UniqueViolation,
                _
            ))
        )
    }
}

/// Who is told what happened in cases.
type Listener = Box<dyn Fn(&Happened) + Send + Sync>;

/// The register.
pub struct Store {
    db: Db,
    /// On SQLite, writers of one process queue here instead of polling the file's lock; on both
    /// databases those who share commits do.
    door: Door,
    written: AtomicU64,
    listener: OnceLock<Listener>,
    secrets: Arc<StoreSecrets>,
}

/// The keys that writing needs: the ledger's, and the vault for its details.
pub struct StoreSecrets {
    /// Chains the ledger.
    pub ledger: MacKey,
    /// Seals details.
    pub vault: Vault,
    /// For nonces and subjects.
    pub randomness: Arc<dyn crate::crypto::random::Randomness>,
}

/// A connection to read with.
pub struct Rx<'a> {
    pub(crate) conn: Conn<'a>,
}

/// A transaction that writes, and the ledger events it will leave. It can read, too.
pub struct Tx<'a> {
    rx: Rx<'a>,
    /// How many events of others stand before these in the same transaction.
    before: usize,
    events: Vec<Event>,
    marks: Vec<Mark>,
    /// The head of the ledger, once it is locked.
    head: Option<Head>,
    secrets: &'a StoreSecrets,
}

impl<'a> std::ops::Deref for Tx<'a> {
    type Target = Rx<'a>;

    fn deref(&self) -> &Rx<'a> {
        &self.rx
    }
}

impl<'a> std::ops::DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut Rx<'a> {
        &mut self.rx
    }
}

impl Store {
    /// Opens a database by its address: `sqlite://PATH` or `postgres://…`.
    ///
    /// The schema is brought up to date first. `connections` bounds the pool.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: a bad address, no connection, a failed migration, a database newer
    /// than this program, or one that does not promise durability.
    pub fn open(
        url: &str,
        connections: u32,
        secrets: Arc<StoreSecrets>,
    ) -> Result<Self, StoreError> {
        let db = Db::open(url, connections)?;
        db.run(migrations::bring_up)?;
        db.run(db::check_durability)?;
        Ok(Self {
            db,
            door: Door::default(),
            written: AtomicU64::new(0),
            listener: OnceLock::new(),
            secrets,
        })
    }

    /// Reads. Each statement sees what was committed before it.
    ///
    /// # Errors
    ///
    /// Those of the closure, and [`StoreError`].
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Rx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db.run(|conn| work(&mut Rx { conn }))
    }

    /// Reads in one snapshot, so that everything read fits together.
    ///
    /// # Errors
    ///
    /// Those of the closure, and [`StoreError`].
    pub fn snapshot<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Rx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db.transaction(false, |conn| work(&mut Rx { conn }))
    }

    /// Writes: all of it, ledger included, or nothing.
    ///
    /// # Errors
    ///
    /// Those of the closure, and [`StoreError`]; then nothing was written.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = self.is_embedded().then(|| self.door.turn());
        let done = self.db.transaction(true, |conn| {
            let mut tx = self.tx(conn, 0, SoFar::default());
            let done = work(&mut tx)?;
            Ok((done, tx.chain()?))
        });
        done.map(|(done, happened)| {
            self.written.fetch_add(1, Ordering::Relaxed);
            self.tell(&happened);
            done
        })
    }

    fn tell(&self, happened: &[Happened]) {
        if let Some(listener) = self.listener.get() {
            happened.iter().for_each(listener);
        }
    }

    /// Tells a listener what happens in cases from now on, each event once and only after it is
    /// on the disk. There is one listener; a second is not told.
    pub fn listen(&self, listener: impl Fn(&Happened) + Send + Sync + 'static) {
        // Whoever came first is told.
        let _ = self.listener.set(Box::new(listener));
    }

    /// How many transactions this process has written: each waited for the disk.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Whether this register is an SQLite file, which one server alone may serve.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!(self.db, Db::Lite(_))
    }

    /// The vault, for what is sealed before it is written.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.secrets.vault
    }

    /// The key that chains the ledger.
    #[must_use]
    pub fn ledger_key(&self) -> &MacKey {
        &self.secrets.ledger
    }
}
