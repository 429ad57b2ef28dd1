//! For whoever writes a program that uses the interfaces: what there is, what each promises, and
//! how to try it.

mod contract;
pub(crate) mod interfaces;
pub(crate) mod start;
pub(crate) mod tables;
