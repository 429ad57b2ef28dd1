//! The file of pinned roots, as offices and offline verifiers keep it.

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::public_key::PublicKey;
use crate::crypto::trust::Anchors;

/// The name of the root key that signs now, in its key store.
pub const ROOT: &str = "root";

/// The name of the root key that will sign next.
pub const NEXT_ROOT: &str = "root-next";

/// The roots of demonstrations: their private halves are public, so production refuses them.
const DEMO_ROOTS: &[&str] = &[
    include_str!("../../keys/demo-root.pub"),
    include_str!("../../keys/demo-root-next.pub"),
];

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    authority: String,
    roots: Vec<String>,
}

/// A file that does not pin roots.
#[derive(Debug, thiserror::Error)]
#[error("not a file of pinned roots: {0}")]
pub struct BadAnchors(String);

/// Reads the text of an anchors file.
///
/// # Errors
///
/// [`BadAnchors`].
pub fn read(text: &str) -> Result<Anchors, BadAnchors> {
    let written: Written = serde_json::from_str(text).map_err(|why| BadAnchors(why.to_string()))?;
    let roots = written.roots.iter().map(|x| PublicKey::from_jwk_x(x));
    let roots: Vec<PublicKey> = roots
        .collect::<Result<_, _>>()
        .map_err(|why| BadAnchors(why.to_string()))?;
    if roots.is_empty() {
        return Err(BadAnchors("it names no root".to_owned()));
    }
    Ok(Anchors {
        authority: written.authority,
        roots,
    })
}

/// The text of an anchors file.
#[must_use]
pub fn write(anchors: &Anchors) -> String {
    let roots = anchors.roots.iter().map(PublicKey::jwk_x).collect();
    let written = Written {
        authority: anchors.authority.clone(),
        roots,
    };
    serde_json::to_string_pretty(&written).unwrap_or_default()
}

/// Whether one of the roots is for demonstrations.
#[must_use]
pub fn are_for_demonstration(anchors: &Anchors) -> bool {
    anchors
        .roots
        .iter()
        .any(|root| DEMO_ROOTS.iter().any(|demo| demo.trim() == root.jwk_x()))
}
