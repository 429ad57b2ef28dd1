//! The one integration binary: every test enters by a front door.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what stands between a test and its question may stop it"
)]

mod doctor;
mod layers;
mod migrations;
mod store_batches;
mod store_callers;
mod store_catalogue;
mod store_certificates;
mod store_codes;
mod store_holders;
mod store_idempotency;
mod store_ledger;
mod store_reserve;
mod store_status;
mod store_trust;
mod support;
mod thread;
