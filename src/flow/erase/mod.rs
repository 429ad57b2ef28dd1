//! Erase what the law lets a holder have erased: shown first, each refusal with its reason, then
//! deleted, just what was shown.
//!
//! Nothing is sealed under a key of its own holder, so what is erased is deleted; the chained
//! rows of the ledger stay, with a random number for her and nothing that it told.

mod find;
mod run;

pub use run::run;

use crate::codec::digest::RunningDigest;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::erasure::ErasureKind;
use crate::domain::erasure::Kept;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::value::hex;
use crate::flow::erase::find::Found;
use crate::flow::erase::find::find;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;

/// What of one kind can be erased, and what cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureLine {
    /// The kind.
    pub kind: ErasureKind,
    /// How many records can be erased.
    pub records: usize,
    /// How many cannot, by reason.
    pub kept: Vec<(Kept, usize)>,
}

/// What can be erased of a holder now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// By kind; kinds of which there is nothing are left out.
    pub lines: Vec<ErasureLine>,
    /// The digest of what was shown, to be named by whoever erases it.
    pub shown: String,
}

/// Shows what can be erased of a holder who asks for it, and what cannot and why. Nothing is
/// erased.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an operator; [`Reason::NeedsMatch`] when nobody
/// compared card and face of whoever asks; [`Failure`] if the register cannot be read.
pub fn show(office: &Office, whose: (&HolderCode, bool), by: &Caller) -> Result<Erasure, Failure> {
    let index = asked(office, whose, by)?;
    let found = office.store.snapshot(|rx| find(office, rx, &index))?;
    let lines = found.iter().map(|one| ErasureLine {
        kind: one.kind,
        records: one.ids.len(),
        kept: one.kept.iter().map(|(why, n)| (*why, *n)).collect(),
    });
    Ok(Erasure {
        lines: lines
            .filter(|line| line.records > 0 || !line.kept.is_empty())
            .collect(),
        shown: digest(&index, &found),
    })
}

fn asked(
    office: &Office,
    (code, face_checked): (&HolderCode, bool),
    by: &Caller,
) -> Result<[u8; 32], Failure> {
    if by.role != Role::Operator {
        return Err(Failure::refused(Reason::Forbidden));
    }
    if !face_checked {
        return Err(Failure::refused(Reason::NeedsMatch));
    }
    Ok(holder_index(office.store.vault(), code))
}

/// The digest of whose and what was found, short enough to be typed.
fn digest(index: &[u8; 32], found: &[Found]) -> String {
    let mut digest = RunningDigest::default();
    digest.update(b"mianzheng erasure 1");
    digest.update(index);
    for one in found {
        digest.update(&[0]);
        digest.update(one.kind.name().as_bytes());
        for id in &one.ids {
            digest.update(&[1]);
            digest.update(&id.to_be_bytes());
        }
    }
    hex(&digest.finish()).chars().take(16).collect()
}
