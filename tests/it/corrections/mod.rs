//! Corrections, renewals, and the same request twice: nothing is written that was not asked for.

mod again;
mod files;
mod renewals;
mod sheet;
