//! The door that writers wait at, first come, first served.
//!
//! Whoever has the turn writes alone. Beside those who wait for a turn of their own stand pieces
//! of work that anybody's transaction may carry; the first of them is told to lead when it is
//! its turn, and the line goes on only when a turn is dropped, also by a panic.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::mpsc;

use crate::store::shared::Carried;

/// Where writers wait.
#[derive(Default)]
pub(crate) struct Door(Mutex<Line>);

#[derive(Default)]
struct Line {
    /// Whether somebody has the turn. Nobody waits while nobody has it.
    taken: bool,
    waiting: VecDeque<Waiting>,
}

enum Waiting {
    /// Somebody who writes her own transaction.
    Writer(mpsc::Sender<()>),
    /// Work that any transaction may carry.
    Work(Box<dyn Carried>),
}

/// The turn to write; the next in the line has it when this is dropped.
pub(crate) struct Turn<'a>(&'a Door);

impl Door {
    /// Waits for a turn.
    pub(crate) fn turn(&self) -> Turn<'_> {
        let (tell, told) = mpsc::channel();
        let mut line = self.line();
        if line.taken {
            line.waiting.push_back(Waiting::Writer(tell));
            drop(line);
            // The line keeps the other end until it is told, and this borrows the line.
            let _ = told.recv();
        } else {
            line.taken = true;
        }
        Turn(self)
    }

    /// Puts work into the line. With the turn that comes back it must be led at once; without
    /// one, somebody else carries it, or tells it to lead.
    pub(crate) fn bring(&self, work: Box<dyn Carried>) -> Option<Turn<'_>> {
        let mut line = self.line();
        line.waiting.push_back(Waiting::Work(work));
        if line.taken {
            return None;
        }
        line.taken = true;
        drop(line);
        Some(Turn(self))
    }

    /// The turn of whoever was told to lead.
    pub(crate) fn led(&self) -> Turn<'_> {
        Turn(self)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Nothing that can panic is done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Takes the longest waiting work out of the line, if any waits.
    pub(crate) fn next_work(&self) -> Option<Box<dyn Carried>> {
        let mut line = self.0.line();
        let at = line
            .waiting
            .iter()
            .position(|one| matches!(one, Waiting::Work(_)))?;
        match line.waiting.remove(at) {
            Some(Waiting::Work(work)) => Some(work),
            _ => None,
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut line = self.0.line();
        loop {
            let told = match line.waiting.front() {
                None => {
                    line.taken = false;
                    return;
                }
                Some(Waiting::Writer(tell)) => {
                    let told = tell.send(()).is_ok();
                    line.waiting.pop_front();
                    told
                }
                // It stays in the line: whoever leads takes it out first.
                Some(Waiting::Work(work)) => {
                    let told = work.lead();
                    if !told {
                        line.waiting.pop_front();
                    }
                    told
                }
            };
            if told {
                return;
            }
        }
    }
}
