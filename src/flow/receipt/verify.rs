//! Verify a receipt: the signed text, or the code on its paper, with the register or without.

use super::code::claims;
use super::presented::Presented;
use super::presented::recognise;
use super::told::told;
use super::verdict::Kept;
use super::verdict::ReceiptVerdict;
use super::verdict::judge;
use crate::codec::compact::receipt_reference;
use crate::crypto::bundle::Bundle;
use crate::crypto::genuine::Genuine;
use crate::crypto::genuine::Refused;
use crate::crypto::receipt_seal;
use crate::crypto::receipt_seal::Receipted;
use crate::crypto::receipt_seal::Says;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::flow::case::KeptReceipt;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::verify::judge::Recorded;

/// Verifies a receipt with a bundle and nothing else.
///
/// A refusal is an answer, so this cannot fail. Whether it was voided only the register knows;
/// that is said to be unchecked. An address alone comes to [`Outcome::Undetermined`].
#[must_use]
pub fn verify_offline(text: &str, bundle: &Bundle, now: Timestamp) -> ReceiptVerdict {
    let opened = match recognise(text, &bundle.hosts) {
        Presented::Reference(_) => {
            let mut verdict = ReceiptVerdict::begin(now);
            verdict.passed("read", None);
            return verdict.failed("register", Outcome::Undetermined, Some("needs_network"));
        }
        presented => open(presented, &bundle.trust, now),
    };
    let receipted = match opened {
        Ok(genuine) => genuine.into_inner(),
        Err(why) => return ReceiptVerdict::refused(now, why),
    };
    let told = told(&receipted, &bundle.trust, &bundle.types);
    let found = (Recorded::NotAsked, Kept::NotAsked);
    let verdict = judge(&receipted, told, (&bundle.trust, now), found);
    if now >= bundle.expires_at && verdict.verdict == Outcome::Valid {
        return verdict.failed("bundle", Outcome::Undetermined, Some("bundle_too_old"));
    }
    verdict
}

/// Verifies a receipt with the register, for anybody: whether it was voided, and whether the
/// ledger had it before its key was compromised.
///
/// # Errors
///
/// [`Failure`] if the register fails, or nobody is trusted yet.
pub fn verify(office: &Office, text: &str) -> Result<ReceiptVerdict, Failure> {
    let now = office.clock.now();
    let trust = office.trust()?;
    let hosts = std::slice::from_ref(&office.settings.code_host);
    let receipted = match recognise(text, hosts) {
        Presented::Reference(reference) => return by_reference(office, &reference),
        presented => match open(presented, &trust, now) {
            Ok(genuine) => genuine.into_inner(),
            Err(why) => return Ok(ReceiptVerdict::refused(now, why)),
        },
    };
    let digest = receipted.digest;
    let found = KeptReceipt::find(office, &digest, &digest)?;
    let mut recorded = Recorded::NotAsked;
    let kept = found.as_ref().map_or(Kept::Unknown, standing);
    if matches!(receipted.key, KeyFinding::Compromised { .. }) {
        recorded = match found {
            Some(kept) if says_as_much(office, &receipted, &kept)? => {
                kept.recorded_at.map_or(Recorded::Never, Recorded::At)
            }
            _ => Recorded::Never,
        };
    }
    let told = told(&receipted, &trust, &office.known().types);
    Ok(judge(&receipted, told, (&trust, now), (recorded, kept)))
}

/// What the register says of the receipt behind the address in a code.
fn by_reference(office: &Office, reference: &str) -> Result<ReceiptVerdict, Failure> {
    let now = office.clock.now();
    let mut verdict = ReceiptVerdict::begin(now);
    let found = match receipt_reference::range(reference) {
        Some((least, greatest)) => KeptReceipt::find(office, &least, &greatest)?,
        None => None,
    };
    verdict.passed("read", None);
    let Some(found) = found else {
        return Ok(verdict.failed("register", Outcome::NotFound, None));
    };
    if found.voided {
        verdict.replaced_by = found.replaced_by;
        let outcome = found.replaced_by;
        let outcome = outcome.map_or(Outcome::Revoked, |_| Outcome::Superseded);
        return Ok(verdict.failed("voided", outcome, None));
    }
    verdict.passed("voided", None);
    verdict.verdict = Outcome::Valid;
    Ok(verdict)
}

fn standing(kept: &KeptReceipt) -> Kept {
    match (kept.voided, kept.replaced_by) {
        (false, _) => Kept::Stands,
        (true, next) => Kept::Voided(next),
    }
}

/// Whether what a compromised key signed says what the register's own receipt says: whoever has
/// the key can put any digest into a code.
fn says_as_much(
    office: &Office,
    receipted: &Receipted,
    kept: &KeptReceipt,
) -> Result<bool, Failure> {
    let Says::Code(code) = &receipted.says else {
        // All of it is under the digest.
        return Ok(true);
    };
    let ours = claims(office, &kept.receipt, receipted.digest, receipted.signed_at)?;
    Ok(ours == **code)
}

fn open(
    presented: Presented,
    trust: &Trust,
    now: Timestamp,
) -> Result<Genuine<Receipted>, Refused> {
    let refused = |step, outcome, detail| Refused {
        step,
        outcome,
        detail: Some(detail),
    };
    match presented {
        Presented::Signed(token) => receipt_seal::open(&token, trust, now),
        Presented::Code { reference, digits } => {
            let opened = receipt_seal::open_code(&digits, trust, now)?;
            let own = receipt_reference::of(&opened.get().digest);
            // Paper and code must belong together.
            if reference.is_some_and(|reference| reference != own) {
                return Err(refused("reference", Outcome::Tampered, "other_reference"));
            }
            Ok(opened)
        }
        Presented::Reference(_) | Presented::Unreadable => {
            Err(refused("read", Outcome::Unreadable, "no_receipt"))
        }
    }
}
