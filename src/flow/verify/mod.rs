//! Verify: is what this code or certificate says true, now?
//!
//! Cheap questions come first and untrusted bytes go no further than they must: can it be
//! read, did somebody we trust sign it. Only what passes both reaches the register.

pub mod describe;
pub mod faces;
pub mod fragment;
pub mod judge;
mod live;
pub mod offline;
pub mod online;
mod own;
pub mod past;
pub mod picture;
pub mod seen;
mod used;

pub(crate) use crate::flow::verify::own::judge_own;
pub(crate) use crate::flow::verify::own::stands;
