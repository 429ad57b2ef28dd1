//! Receipts 回执 after the case is closed: printed, and verified by whoever has one before him.
//!
//! The paper carries a code that is signed by itself (`code.rs`): as much of the receipt as a QR
//! code of ours holds, and the digest of all of it, so that the essentials can be verified from
//! the paper alone.

mod code;
mod paper;
mod presented;
mod print;
mod told;
mod verdict;
mod verify;
pub(crate) mod words;

pub use code::address;
pub use print::PrintedReceipt;
pub use print::print;
pub use told::ReceiptTold;
pub use told::ToldCertificate;
pub use told::ToldItem;
pub use told::ToldMaterial;
pub use verdict::ReceiptVerdict;
pub use verify::verify;
pub use verify::verify_offline;
