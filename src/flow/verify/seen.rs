//! What an offline verifier has used before: an older bundle is refused.
//!
//! A bundle that is still in date may be older than one that already knew of a revocation. A
//! verifier that keeps this small file beside its bundles cannot be handed the older one. It is
//! not signed: it lies with the verifier, and deleting it is starting anew.

use std::path::Path;

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::bundle::Bundle;
use crate::crypto::trust::BadTrust;
use crate::domain::problem::Reason;
use crate::flow::anchors;
use crate::flow::failure::Failure;
use crate::flow::ledger_head::replace;

/// The highest sequence numbers used, of one authority.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    authority: String,
    bundle: u64,
    trust: u64,
    revocations: u64,
}

/// Opens a bundle with the pinned roots, both as the texts of their files, unless `file` has
/// noted a later one; then notes this one. A file that is not there yet is made.
///
/// # Errors
///
/// [`Reason::BadFile`] when bundle, roots or file are not what they should be, or the bundle or
/// a list in it is older than one used before; the file is as it was then.
pub fn open_bundle_after(bundle: &str, roots: &str, file: &Path) -> Result<Bundle, Failure> {
    let bad = |what: String| Failure::because(Reason::BadFile, what);
    let about = |why: &dyn std::fmt::Display| bad(format!("{}: {why}", file.display()));
    let pinned = anchors::read(roots).map_err(|why| bad(why.to_string()))?;
    let before = match std::fs::read(file) {
        Ok(text) => {
            let seen: Seen = serde_json::from_slice(&text).map_err(|why| about(&why))?;
            if seen.authority != pinned.authority {
                return Err(about(&"it belongs to another authority"));
            }
            Some(seen)
        }
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => None,
        Err(why) => return Err(about(&why)),
    };
    let seen = before.clone().unwrap_or(Seen {
        authority: pinned.authority.clone(),
        bundle: 0,
        trust: 0,
        revocations: 0,
    });
    let opened = Bundle::open(bundle, &pinned, seen.bundle).map_err(|why| bad(why.to_string()))?;
    let revocations = opened.trust.revocations.unwrap_or(0);
    for (offered, seen) in [
        (opened.trust.sequence, seen.trust),
        (revocations, seen.revocations),
    ] {
        if offered < seen {
            return Err(bad(BadTrust::RolledBack { offered, seen }.to_string()));
        }
    }
    let now = Seen {
        bundle: opened.sequence,
        trust: opened.trust.sequence,
        revocations,
        ..seen
    };
    if before.as_ref() != Some(&now) {
        let text = serde_json::to_vec(&now).map_err(|why| about(&why))?;
        let (folder, name) = (file.parent(), file.file_name());
        let Some(name) = name.and_then(|name| name.to_str()) else {
            return Err(about(&"not the name of a file"));
        };
        replace(folder.unwrap_or_else(|| Path::new("")), name, &text).map_err(|why| about(&why))?;
    }
    Ok(opened)
}
