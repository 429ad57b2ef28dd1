//! Sharing commits: what several callers write at one time goes to the disk together.
//!
//! A durable commit takes about a millisecond and the work before it often a tenth of that. So
//! callers put their work into the line at the door; whoever has the turn carries all that
//! waits, each in a savepoint of one transaction. What fails undoes only itself; nobody has an
//! answer before the commit.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;

use crate::domain::event::Happened;
use crate::store::Rx;
use crate::store::Store;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::Conn;
use crate::store::db::Savepoint;
use crate::store::db::savepoint;
use crate::store::door::Turn;
use crate::store::ledger::Event;
use crate::store::ledger::Head;
use crate::store::vouch;

/// Most that one transaction carries; so nobody waits for more than this many before him.
const MOST: usize = 64;

/// Work that anybody's transaction may carry.
pub(crate) trait Carried: Send {
    /// Does the work and keeps its outcome; whether it is to be kept in the register, too.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Gives the outcome to whoever waits for it.
    fn settle(self: Box<Self>, fate: Fate);
    /// Tells whoever waits to carry what waits; `false` if nobody does.
    fn lead(&self) -> bool;
}

/// What became of carried work.
pub(crate) enum Fate {
    /// It ran, and what it left to be kept is on the disk, with these events to be told.
    Ran(Vec<Happened>),
    /// Nothing of it was written.
    Lost(Arc<StoreError>),
}

enum Told<T, E> {
    Lead,
    Done(std::thread::Result<Result<T, E>>, Vec<Happened>),
}

struct Job<T, E, W> {
    work: Option<W>,
    outcome: Option<std::thread::Result<Result<T, E>>>,
    tell: mpsc::Sender<Told<T, E>>,
}

impl<T, E, W> Carried for Job<T, E, W>
where
    T: Send,
    E: From<StoreError> + Send,
    W: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        // What a panic may have left half done in the transaction is rolled back, and nothing
        // else is shared with whoever panicked.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx)));
        let keep = matches!(outcome, Ok(Ok(_)));
        self.outcome = Some(outcome);
        keep
    }

    fn settle(self: Box<Self>, fate: Fate) {
        let (outcome, happened) = match (self.outcome, fate) {
            (Some(Err(panic)), _) => (Err(panic), Vec::new()),
            (Some(ran), Fate::Ran(happened)) => (ran, happened),
            // A refusal, too, may rest on what others wrote in the same transaction.
            (_, Fate::Lost(why)) => (Ok(Err(StoreError::Shared(why).into())), Vec::new()),
            (None, Fate::Ran(_)) => return,
        };
        // Whoever asked cannot leave before; if her thread is gone, so is the question.
        let _ = self.tell.send(Told::Done(outcome, happened));
    }

    fn lead(&self) -> bool {
        self.tell.send(Told::Lead).is_ok()
    }
}

impl Store {
    /// Writes as [`Store::write`] does, but shares the commit with whoever writes in this way at
    /// the same time: for small work that comes often and must be on the disk before an answer.
    ///
    /// The work may run on another caller's thread, behind others in the same transaction, whose
    /// rows it sees; so it must be short, must not touch the register in any other way, and on
    /// `PostgreSQL` should lock no row that others keep for long. If it fails or panics, only its
    /// own part is undone, events included, and this call alone has the error or the panic.
    ///
    /// # Errors
    ///
    /// Those of the closure, and [`StoreError`]; then nothing was written.
    /// [`StoreError::Shared`] if the transaction around it failed, for everybody in it.
    pub fn write_shared<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (tell, told) = mpsc::channel();
        let work = Job {
            work: Some(work),
            outcome: None,
            tell,
        };
        if let Some(turn) = self.door.bring(Box::new(work)) {
            self.carry(turn);
        }
        loop {
            match told.recv() {
                Ok(Told::Lead) => self.carry(self.door.led()),
                Ok(Told::Done(outcome, happened)) => {
                    self.tell(&happened);
                    return outcome.unwrap_or_else(|panic| resume_unwind(panic));
                }
                // Whoever carried it was torn away before the commit.
                Err(mpsc::RecvError) => return Err(StoreError::Abandoned.into()),
            }
        }
    }

    /// Carries what waits, the first of it first.
    fn carry(&self, turn: Turn<'_>) {
        // Taken out before there is a connection: were there none, it would be led for ever.
        let mut next = turn.next_work();
        let mut ran: Vec<Ran> = Vec::new();
        let chained = self.db.transaction(true, |mut conn| {
            let mut so_far = SoFar::default();
            while let Some(work) = next.take() {
                ran.push(Ran { work, fate: None });
                if let Some(one) = ran.last_mut() {
                    self.carry_one(one, &mut conn, &mut so_far)?;
                }
                if ran.len() < MOST {
                    next = turn.next_work();
                }
            }
            self.tx(conn, 0, so_far).chain()
        });
        // The next may begin while these are told.
        drop(turn);
        match chained {
            Ok(happened) => {
                if ran
                    .iter()
                    .any(|one| matches!(one.fate, Some(Part::Kept(_))))
                {
                    self.written.fetch_add(1, Ordering::Relaxed);
                }
                let mut happened = happened.into_iter();
                for Ran { work, fate } in ran {
                    work.settle(match fate {
                        Some(Part::Kept(own)) => Fate::Ran(happened.by_ref().take(own).collect()),
                        Some(Part::Undone) | None => Fate::Ran(Vec::new()),
                        Some(Part::Refused(why)) => Fate::Lost(Arc::new(why)),
                    });
                }
            }
            Err(why) => {
                let why: Arc<StoreError> = Arc::new(why);
                let all = ran.into_iter().map(|one| one.work).chain(next);
                all.for_each(|work| work.settle(Fate::Lost(Arc::clone(&why))));
            }
        }
    }

    fn carry_one(
        &self,
        one: &mut Ran,
        conn: &mut Conn<'_>,
        so_far: &mut SoFar,
    ) -> Result<(), StoreError> {
        let mut own = SoFar::default();
        let ended = savepoint(conn, |conn| {
            let behind = SoFar {
                events: Vec::new(),
                head: so_far.head.clone(),
            };
            let mut tx = self.tx(conn, so_far.events.len(), behind);
            let keep = one.work.run(&mut tx);
            own.head = tx.head;
            own.events = tx.events;
            vouch::hand_over(tx.marks, &mut own.events);
            keep
        })?;
        one.fate = Some(match ended {
            Savepoint::Kept => {
                let told = own.events.iter().filter(|event| event.kind.is_told());
                let told = told.count();
                so_far.events.append(&mut own.events);
                // What was locked in a savepoint that is undone is no longer locked.
                so_far.head = own.head;
                Part::Kept(told)
            }
            Savepoint::Undone => Part::Undone,
            Savepoint::Refused(why) => Part::Refused(why.into()),
        });
        Ok(())
    }

    /// A transaction behind so many events of others.
    pub(crate) fn tx<'a>(&'a self, conn: Conn<'a>, before: usize, so_far: SoFar) -> Tx<'a> {
        Tx {
            rx: Rx { conn },
            before,
            events: so_far.events,
            head: so_far.head,
            marks: Vec::new(),
            secrets: &self.secrets,
        }
    }
}

/// What a transaction will chain when it ends, and the head it will chain it to, if that is locked.
#[derive(Default)]
pub(crate) struct SoFar {
    events: Vec<Event>,
    head: Option<Head>,
}

/// Work that had its savepoint, and how that ended.
struct Ran {
    work: Box<dyn Carried>,
    fate: Option<Part>,
}

enum Part {
    /// In the transaction, with so many events that are told.
    Kept(usize),
    Undone,
    Refused(StoreError),
}
