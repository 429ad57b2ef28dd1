//! One certificate, one interface 一证一接口: other systems fetch just the fields an item needs,
//! with the reason proved, and recorded before anything is sent.
//!
//! Every way in passes the same gate (`gate.rs`): what is said of the use is whole, the item is
//! published, a grant covers type, item, fields and way, and the evidence of that way holds
//! (`ground.rs`, `live_case.rs`). Only then is the register asked. Whether it knows somebody who
//! is not of the case is nobody's to learn: it answers as if it had no record.

pub(crate) mod copy;
pub mod directory;
mod envelope;
mod gate;
mod ground;
mod limits;
mod live_case;
mod query;
mod record;
mod relayed;
pub(crate) mod request;
mod subset;
mod verify;

pub use copy::CopyAnswer;
pub use copy::CopyMetadata;
pub use copy::copy;
pub use copy::is_there as copy_is_there;
pub use copy::take as take_copy;
pub(crate) use live_case::is_replaced;
pub use query::Answer;
pub use query::query;
pub use query::retrieve;
pub use relayed::Told;
pub use request::Standing;
pub use request::WaitingUse;
pub use request::ask;
pub use request::standing;
pub use request::waiting;
pub use request::watched;
pub use subset::Fetched;
pub use verify::Matched;
pub use verify::verify;

pub use crate::domain::contract::claim::fetchable;
use crate::domain::definition::CertificateType;
use crate::domain::holder::HolderCode;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::usage::Purpose;

/// The most certificates that one answer has; they are the newest.
const MOST: usize = 20;

/// Which certificates are wanted.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// This one.
    Identifier(CertificateIdentifier),
    /// Those of a holder, or those that two hold together.
    Holders(HolderCode, Option<HolderCode>),
    /// Those of whoever shows this code: she can be asked, and nothing else.
    Shown(String),
}

/// A request for the use of certificates of one type.
#[derive(Clone, Copy)]
pub struct UseRequest<'a> {
    /// The type.
    pub of: &'a CertificateType,
    /// Which certificates.
    pub wanted: &'a Wanted,
    /// Why, and what proves it.
    pub purpose: &'a Purpose,
    /// The fields; all that are granted when empty.
    pub fields: &'a [String],
    /// The request as it came, for the envelope's hash.
    pub body: &'a [u8],
}
