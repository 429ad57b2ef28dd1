//! Sign and encrypt, on every core, outside any transaction.

use crate::crypto::certificate_seal;
use crate::crypto::certificate_seal::Record;
use crate::crypto::signer::Signer;
use crate::crypto::vault::Sealed;
use crate::flow::failure::Failure;
use crate::flow::issue::Order;
use crate::flow::issue::Submission;
use crate::flow::issue::reserve::Place;
use crate::flow::office::Office;
use crate::store::certificates::SEALED;

/// A signed record, encrypted for its row.
#[derive(Clone, Debug)]
pub struct SealedCertificate {
    /// The digest of its signed part.
    pub digest: [u8; 32],
    /// The whole record, encrypted.
    pub sealed: Sealed,
}

/// Fewer than this are not worth another thread.
const SHARE: usize = 64;

/// Signs and encrypts each content that has a place.
///
/// # Errors
///
/// [`Failure`] if the key store cannot sign; nothing is written by this.
pub(crate) fn seal_all(
    office: &Office,
    order: Order<'_>,
    signer: &dyn Signer,
    submissions: &[Submission],
    places: &[Option<Place>],
) -> Result<Vec<Option<SealedCertificate>>, Failure> {
    let work: Vec<(&Submission, &Option<Place>)> = submissions.iter().zip(places).collect();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = work.len().div_ceil(cores).max(SHARE);
    let seal_share = |share: &[(&Submission, &Option<Place>)]| -> Result<Vec<_>, Failure> {
        share
            .iter()
            .map(|(submission, place)| {
                place
                    .as_ref()
                    .map(|p| seal_one(office, order, signer, submission, p))
                    .transpose()
            })
            .collect()
    };
    if work.len() <= share {
        return seal_share(&work);
    }
    std::thread::scope(|scope| {
        let hands: Vec<_> = work
            .chunks(share)
            .map(|chunk| scope.spawn(move || seal_share(chunk)))
            .collect();
        let mut all = Vec::with_capacity(work.len());
        for hand in hands {
            let done = hand.join();
            let Ok(done) = done else {
                return Err(Failure::Broken("a signing thread panicked".to_owned()));
            };
            all.extend(done?);
        }
        Ok(all)
    })
}

fn seal_one(
    office: &Office,
    order: Order<'_>,
    signer: &dyn Signer,
    submission: &Submission,
    place: &Place,
) -> Result<SealedCertificate, Failure> {
    let record = Record {
        authority: &office.settings.authority,
        of: order.of,
        issuer: order.issuer,
        identifier: &place.identifier,
        status: place.status,
        predecessor: place.predecessor.as_ref().map(|(_, identifier)| identifier),
        at: office.clock.now(),
    };
    let signed = certificate_seal::seal(&submission.content, record, signer, &*office.randomness)?;
    let vault = office.store.vault();
    let text = signed.sd_jwt.as_bytes();
    let sealed = vault.seal(&SEALED, place.id, text, &*office.randomness);
    Ok(SealedCertificate {
        digest: signed.digest,
        sealed,
    })
}
