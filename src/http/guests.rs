//! How many places each caller has of what is bounded, so that none takes them all.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::http::connection::Counted;

/// How many places each has.
#[derive(Clone, Default)]
pub(crate) struct Guests(Arc<Mutex<HashMap<Counted, u32>>>);

/// One of the places that one may have; whoever drops it gives it back.
pub(crate) struct Own {
    guests: Guests,
    who: Counted,
}

impl Guests {
    /// A place for somebody who has fewer than so many.
    pub(crate) fn enter(&self, who: Counted, most: u32) -> Option<Own> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let has = all.entry(who.clone()).or_default();
        if *has >= most {
            return None;
        }
        *has += 1;
        drop(all);
        Some(Own {
            guests: self.clone(),
            who,
        })
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let mut all = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(has) = all.get_mut(&self.who) {
            *has -= 1;
            if *has == 0 {
                all.remove(&self.who);
            }
        }
    }
}
