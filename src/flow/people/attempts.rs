//! How often somebody may try to log in: counted by name and by address before anything is
//! compared, so that no number of tries at the same moment gets past the limit.

use std::net::IpAddr;

use crate::crypto::vault::Index;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::people::content::name_index;
use crate::store::Tx;
use crate::store::login_failures::Failures;

/// Failures of one name, and of one address, behind which people of a whole office may stand.
const MOST_OF_NAME: i32 = 5;
const MOST_OF_ADDRESS: i32 = 30;

/// How long is waited after them, in seconds, and how long each of them counts.
pub(super) const WAIT_S: i64 = 15 * 60;

/// Whose tries are counted together.
pub(super) struct Scopes {
    pub(super) name: [u8; 32],
    address: Option<[u8; 32]>,
}

/// A try that may be made, already counted, or how long is to be waited.
pub(super) enum Allowed {
    Yes,
    After { seconds: i64 },
}

impl Scopes {
    pub(super) fn of(office: &Office, name: &str, address: Option<IpAddr>) -> Self {
        let of_address = |address: IpAddr| {
            let text = format!("\0login address\0{address}");
            office.store.vault().index(Index::Name, text.as_bytes())
        };
        Self {
            name: name_index(office, name),
            address: address.map(of_address),
        }
    }

    fn all(&self) -> impl Iterator<Item = (&[u8; 32], i32)> {
        // Names before addresses everywhere: no two writers wait for each other.
        let address = self.address.as_ref().map(|scope| (scope, MOST_OF_ADDRESS));
        [(&self.name, MOST_OF_NAME)].into_iter().chain(address)
    }

    /// Counts a try as if it failed, unless too many did.
    pub(super) fn count(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Allowed, Failure> {
        let mut counted = Vec::with_capacity(2);
        for (scope, most) in self.all() {
            let held = tx.failures_held(scope)?;
            if held.until > now.millis() {
                let seconds = (held.until - now.millis()).div_euclid(1000) + 1;
                return Ok(Allowed::After { seconds });
            }
            counted.push((scope, one_more(held, most, now)));
        }
        for (scope, failures) in counted {
            tx.put_failures(scope, failures)?;
        }
        Ok(Allowed::Yes)
    }

    /// Takes the count of a try back that did not fail. What failed before it counts on, but for
    /// the name whose owner has come.
    pub(super) fn forgive(&self, tx: &mut Tx<'_>, came: bool) -> Result<(), Failure> {
        for (scope, _) in self.all() {
            let held = tx.failures_held(scope)?;
            let none = came && *scope == self.name;
            let failures = if none { 0 } else { (held.failures - 1).max(0) };
            let without = Failures {
                failures,
                until: 0,
                ..held
            };
            tx.put_failures(scope, without)?;
        }
        Ok(())
    }
}

fn one_more(held: Failures, most: i32, now: Timestamp) -> Failures {
    let old = held.last_at <= now.plus_secs(-WAIT_S).millis();
    let failures = if old { 1 } else { held.failures + 1 };
    let until = if failures >= most {
        now.plus_secs(WAIT_S).millis()
    } else {
        0
    };
    Failures {
        failures,
        last_at: now.millis(),
        until,
    }
}
