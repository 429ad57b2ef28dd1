//! Codes in a picture, and the bundle in a file: what verifiers are handed beside texts.

use crate::codec::picture::read_codes;
use crate::crypto::bundle::Bundle;
use crate::domain::problem::Reason;
use crate::flow::anchors;
use crate::flow::failure::Failure;

/// Reads every code in a PNG or JPEG, at several scales; none found is an empty list.
///
/// It takes up to a second or two of a large picture: call it off the event loop.
///
/// # Errors
///
/// [`Reason::BadPicture`] for bytes that are no picture, damaged, or above 10 MB or 4096².
pub fn codes_in(picture: &[u8]) -> Result<Vec<String>, Failure> {
    read_codes(picture).map_err(|why| Failure::because(Reason::BadPicture, why.to_string()))
}

/// The texts that stand for a picture: its codes, and for a picture without a readable one an
/// empty text, so that the verdict on it is `unreadable` rather than silence.
#[must_use]
pub fn texts_of(codes: Vec<String>) -> Vec<String> {
    if codes.is_empty() {
        vec![String::new()]
    } else {
        codes
    }
}

/// Opens a bundle with the pinned roots, both as the texts of their files. An older one than was
/// used before is not noticed: that needs [`super::seen::open_bundle_after`].
///
/// # Errors
///
/// [`Reason::BadFile`] when one of them is not what it should be.
pub fn open_bundle(bundle: &str, roots: &str) -> Result<Bundle, Failure> {
    let bad = |what: String| Failure::because(Reason::BadFile, what);
    let pinned = anchors::read(roots).map_err(|why| bad(why.to_string()))?;
    Bundle::open(bundle, &pinned, 0).map_err(|why| bad(why.to_string()))
}
