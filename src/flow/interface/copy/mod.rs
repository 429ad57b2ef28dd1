//! The annotated copy 加注件: the granted fields of one certificate on paper, with who made the copy,
//! for what and until when; no original, and good for nothing after its end.
//!
//! Whoever asks for it passes the same gate as a query and has a link. What the copy says is
//! kept nowhere but in the use record, and the PDF is made when the link is opened (`take.rs`).

mod code;
mod make;
mod paper;
mod take;

pub use make::CopyAnswer;
pub use make::CopyMetadata;
pub use make::copy;
pub use take::is_there;
pub use take::take;

use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::codec::digest::sha256;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::compact_codes::CompactCodeRow;
use crate::store::copies::CopyRow;
use crate::store::ledger::Event;

/// Characters of a link.
const LINK_LENGTH: usize = 26;

/// Seconds for which a link is good.
const LINK_S: i64 = 600;

/// Days for which a copy is good, if its certificate does not end sooner.
const COPY_DAYS: i64 = 30;

/// What a use record keeps of a copy, so that the very same can be made when its link is opened.
/// The link's digest is among it: a link that was put into the database by hand leads nowhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The digest of the link, in base64url.
    link: String,
    /// The reference that is printed on it.
    reference: String,
    /// When it was made, in seconds.
    made_at: i64,
    /// The first second at which it is worth nothing.
    expires_at: i64,
}

/// What a copy leaves beside its use record.
pub(super) struct Made {
    pub(super) kept: Kept,
    /// The digest of its code.
    pub(super) code: [u8; 32],
    pub(super) code_row: CompactCodeRow,
    pub(super) link_row: CopyRow,
}

/// The digest under which a link is kept.
fn link_digest(link: &str) -> [u8; 32] {
    sha256(&[b"copy link:", link.to_ascii_uppercase().as_bytes()].concat())
}

/// Forgets links that were made before a moment.
///
/// # Errors
///
/// [`Failure`] if the register fails; what was forgotten until then stays so.
pub(crate) fn forget(office: &Office, before: Timestamp) -> Result<(), Failure> {
    let some = || {
        office.store.write(|tx| {
            let gone = tx.forget_copies(before)?;
            if gone > 0 {
                let mut event = Event::new(EventKind::CopyTaken, office.clock.now(), "hourly");
                event.details = Some(json!({"forgotten": gone}));
                tx.record(event);
            }
            Ok::<_, Failure>(gone)
        })
    };
    while some()? > 0 {}
    Ok(())
}
