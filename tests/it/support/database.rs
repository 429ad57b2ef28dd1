//! Ready registers on either database: a file or a PostgreSQL database for each test alone.

use std::sync::Arc;

use mianzheng::crypto::keyring::Keyring;
use mianzheng::crypto::random::SeededRandomness;
use mianzheng::store::Rx;
use mianzheng::store::Store;
use mianzheng::store::StoreError;
use mianzheng::store::StoreSecrets;
use mianzheng::store::Tx;

use crate::support::postgres::Postgres;
use crate::support::scratch::Scratch;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

use Database::Postgres as OnPostgres;
use Database::Sqlite as OnSqlite;

/// An address at which there is nothing yet.
pub(crate) struct Ground {
    pub(crate) url: String,
    _scratch: Scratch,
}

/// A register with nothing in it.
pub(crate) struct Register {
    // Before the ground, or the file would be gone while it is still open.
    pub(crate) store: Store,
    pub(crate) ground: Ground,
}

impl Ground {
    /// The address of a database on a server.
    pub(crate) fn at(url: String) -> Self {
        Self {
            url,
            _scratch: Scratch::new(),
        }
    }
}

impl Database {
    /// A place for a database.
    pub(crate) fn ground(self) -> Ground {
        let scratch = Scratch::new();
        let url = match self {
            OnSqlite => format!("sqlite://{}", scratch.path("register.db").display()),
            OnPostgres => Postgres::of_this_run().fresh(),
        };
        Ground {
            url,
            _scratch: scratch,
        }
    }

    /// An empty register, which up to 20 threads can use at once.
    pub(crate) fn register(self) -> Register {
        let ground = self.ground();
        let store = Store::open(&ground.url, 20, secrets()).unwrap();
        Register { store, ground }
    }
}

impl Register {
    /// Writes, and must succeed.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(work).unwrap()
    }

    /// Writes what must be refused.
    pub(crate) fn refusal<T: std::fmt::Debug>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> StoreError {
        self.store.write(work).unwrap_err()
    }

    /// Reads, and must succeed.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&mut Rx<'_>) -> Result<T, StoreError>) -> T {
        self.store.read(work).unwrap()
    }

    /// Does the same from so many threads at once, and collects what they got.
    pub(crate) fn at_once<T: Send>(
        &self,
        threads: usize,
        work: impl Fn(&Self, usize) -> T + Sync,
    ) -> Vec<T> {
        let start = std::sync::Barrier::new(threads);
        std::thread::scope(|scope| {
            let run = |n| {
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    start.wait();
                    work(self, n)
                })
            };
            let running: Vec<_> = (0..threads).map(run).collect();
            running.into_iter().map(|t| t.join().unwrap()).collect()
        })
    }
}

/// The same secrets for every register.
pub(crate) fn secrets() -> Arc<StoreSecrets> {
    let keyring = Keyring::create(&SeededRandomness::new(b"tests"), 2026).unwrap();
    Arc::new(StoreSecrets {
        ledger: keyring.ledger_key(),
        vault: keyring.vault(),
        randomness: Arc::new(SeededRandomness::new(b"nonces")),
    })
}
