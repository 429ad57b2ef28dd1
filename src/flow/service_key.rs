//! Which of the service's own keys may sign now.

use std::sync::Arc;

use crate::codec::trust_list::KeyState;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signer::Signer;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::keys::use_of;

/// Chooses today's key, or the one before it while today's is not on the trust list yet.
///
/// Before the first trust list it is today's: nothing is verified by it either.
///
/// # Errors
///
/// [`Reason::Setup`] when every key left was taken away, ran out, or is not listed yet.
pub(crate) fn choose(
    signers: Vec<Arc<dyn Signer>>,
    purpose: ServicePurpose,
    trust: Option<&Trust>,
    now: Timestamp,
) -> Result<Arc<dyn Signer>, Failure> {
    let key_use = use_of(purpose);
    let today = signers.first().cloned();
    let listed = |signer: &Arc<dyn Signer>| trust?.key(&signer.kid().to_string(), key_use);
    let good = |signer: &Arc<dyn Signer>| {
        trust.is_none() || listed(signer).is_some_and(|key| key.at(now) == KeyFinding::Good)
    };
    if let Some(signer) = signers.into_iter().find(good) {
        return Ok(signer);
    }
    let name = key_use.name();
    let unlisted = "is not on the trust list yet: run `mianzheng trust publish`".to_owned();
    let anew = format!("run `mianzheng keys rotate {name}`, then `mianzheng trust publish`");
    let why = match today.as_ref().and_then(listed).map(|key| key.state) {
        None => unlisted,
        Some(KeyState::Compromised { .. }) => format!("is called compromised: {anew}"),
        Some(KeyState::Retired { .. }) => format!("is retired: {anew}"),
        Some(KeyState::Active) => format!("has run out: {anew}"),
    };
    let what = format!("the service's key for {name} {why}");
    Err(Failure::because(Reason::Setup, what))
}
