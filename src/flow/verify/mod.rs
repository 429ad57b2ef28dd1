//! Verify: is what this code or certificate says true, now?
//!
//! Cheap questions come first and untrusted bytes go no further than they must: can it be
//! read, did somebody we trust sign it. Only what passes both reaches the register.

pub mod describe;
pub mod judge;
pub mod offline;
pub mod online;
pub mod picture;
pub mod seen;
