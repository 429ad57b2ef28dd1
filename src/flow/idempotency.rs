//! Doing a request once: keys that callers send, claimed in the transaction of the effect.

use crate::codec::digest::sha256;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::idempotency::Claim;

pub use crate::store::idempotency::RequestKey;

/// A key and the request it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Once<'a> {
    key: RequestKey<'a>,
    digest: [u8; 32],
}

impl<'a> Once<'a> {
    /// A key for a request with this body.
    #[must_use]
    pub fn new(key: RequestKey<'a>, body: &[u8]) -> Self {
        Self::of_digest(key, sha256(body))
    }

    /// A key for a request whose digest was taken while it came in.
    #[must_use]
    pub const fn of_digest(key: RequestKey<'a>, digest: [u8; 32]) -> Self {
        Self { key, digest }
    }

    /// What became of the same request when it came before: its reference.
    pub(crate) fn before(&self, rx: &mut Rx<'_>) -> Result<Option<String>, Failure> {
        match rx.seen_key(&self.key)? {
            None => Ok(None),
            Some(seen) if seen.digest == self.digest => {
                Ok(Some(seen.reference.unwrap_or_default()))
            }
            Some(_) => Err(Failure::refused(Reason::KeyReused)),
        }
    }
}

/// Whether a request was done before. Who claims has to look: on a database where two writers
/// run side by side, the second learns here, and not earlier, that there was a first.
#[must_use]
pub(crate) struct Claimed(Option<String>);

impl Claimed {
    /// The reference of the same request, done before: then nothing is to be done.
    pub(crate) fn before(self) -> Option<String> {
        self.0
    }
}

/// Does the work of a request, unless the same request was done before: then `again` makes the
/// answer from the reference that the work left. Of two that come at the same moment, the
/// second waits for the first here.
pub(crate) fn once<T>(
    tx: &mut Tx<'_>,
    once: Option<Once<'_>>,
    now: Timestamp,
    again: impl FnOnce(&str) -> Result<T, Failure>,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(T, String), Failure>,
) -> Result<T, Failure> {
    if let Some(before) = claim(tx, once, None, now)?.before() {
        return again(&before);
    }
    let (done, reference) = work(tx)?;
    if let Some(once) = once {
        tx.settle_key(&once.key, &reference)?;
    }
    Ok(done)
}

/// Claims the key of a request, if it has one.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    once: Option<Once<'_>>,
    reference: Option<&str>,
    now: Timestamp,
) -> Result<Claimed, Failure> {
    let Some(once) = once else {
        return Ok(Claimed(None));
    };
    match tx.claim_key(&once.key, &once.digest, reference, now)? {
        Claim::Fresh => Ok(Claimed(None)),
        Claim::Same(reference) => Ok(Claimed(Some(reference.unwrap_or_default()))),
        Claim::OtherBody => Err(Failure::refused(Reason::KeyReused)),
    }
}
