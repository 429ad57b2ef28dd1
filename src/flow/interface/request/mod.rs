//! Scan-to-authorise 扫码用证 and consent online: a system asks a holder, she reads on her phone
//! who asks, why, which fields and until when, and what she gives is what a query then fetches.

mod answer;
mod ask;
mod given;
mod slip;
mod standing;

pub(crate) use answer::answer;
pub(crate) use answer::is_for_use;
pub(crate) use answer::read;
pub(crate) use answer::withdraw;
pub use ask::ask;
pub(super) use given::given;
pub(super) use given::still_given;
pub(super) use slip::SLIP_USED;
pub(super) use slip::in_person;
pub use standing::Standing;
pub use standing::WaitingUse;
pub use standing::standing;
pub use standing::waiting;
pub use standing::watched;

use crate::flow::case::consent::Content;
use crate::flow::case::consent::ForUse;
use crate::flow::failure::Failure;
use crate::store::consents::ConsentRow;

/// Seconds in which a holder answers who is asked by name: she may not have her phone in hand.
const ANSWER_ONLINE_S: i64 = 600;

/// The use that a consent is for.
fn for_use(content: &Content) -> Result<&ForUse, Failure> {
    let found = content.for_use.as_ref();
    found.ok_or_else(|| Failure::Broken("a consent for no use".to_owned()))
}

/// Whose certificates a consent is about.
fn whose(row: &ConsentRow) -> Result<[u8; 32], Failure> {
    let index = row.holder_index.as_slice().try_into();
    index.map_err(|_why| Failure::Broken(format!("consent {}", row.id)))
}
