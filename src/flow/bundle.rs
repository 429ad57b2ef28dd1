//! Make the offline bundle: trust, revocations, every status list, every type.

use crate::codec::base64url;
use crate::crypto::bundle;
use crate::crypto::bundle::BundleContent;
use crate::crypto::keyring::ServicePurpose;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::type_facts::TypeFacts;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::status;

/// The longest a bundle may be good for, in hours.
pub const LONGEST_HOURS: i64 = 7 * 24;

/// Makes and signs a bundle that is good for so many hours (1 to 168).
///
/// # Errors
///
/// [`Reason::Setup`] before the first trust list; [`Failure`] if the register fails.
pub fn make(office: &Office, hours: i64) -> Result<String, Failure> {
    let life_s = hours.clamp(1, LONGEST_HOURS) * 3600;
    let now = office.clock.now();
    let (trust_list, revocations, lists, denied) = office.store.snapshot(|rx| {
        Ok::<_, Failure>((
            rx.latest_trust_list()?,
            rx.latest_revocation_list()?,
            rx.status_lists()?,
            rx.denied_codes(now)?,
        ))
    })?;
    let Some((_, trust_list)) = trust_list else {
        let said = Said::of("doctor", "trust_missing");
        return Err(Failure::saying(Reason::Setup, "no trust list yet", said));
    };
    let mut status_lists = Vec::with_capacity(lists.len());
    for list in lists {
        status::forget(office, list.number);
        status_lists.push(status::sign(office, list.number, life_s)?);
    }
    let sequence = office.store.write(|tx| tx.reserve("bundle", 1))?;
    let known = office.known();
    let mut types: Vec<TypeFacts> = known
        .types
        .iter()
        .map(|facts| TypeFacts::clone(facts))
        .collect();
    types.sort_by_key(|facts| (facts.number, facts.version));
    let content = BundleContent {
        format: bundle::FORMAT,
        authority: office.settings.authority.clone(),
        sequence: u64::try_from(sequence).unwrap_or(0),
        iat: now.secs(),
        exp: now.secs() + life_s,
        hosts: office.settings.hosts(),
        trust_list,
        revocation_list: revocations.map(|(_, token)| token),
        status_lists,
        types,
        denied: denied.iter().map(|id| base64url::encode(id)).collect(),
    };
    Ok(bundle::seal(
        &content,
        &*office.service_key(ServicePurpose::Bundle)?,
    )?)
}
