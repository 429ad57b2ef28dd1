//! The national shape: how the operations of GB/T 36906 and the metadata of GB/T 36903 are named
//! and coded, as implementations share them. The full texts of the standards were not at hand:
//! `docs/national.md` says of every name where it comes from.

mod moments;
mod names;
mod status;

pub use moments::day;
pub use moments::moment;
pub use names::key_of;
pub use names::name_of;
pub use status::DONE;
pub use status::status_of;
