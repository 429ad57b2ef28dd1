//! The one integration binary: every test enters by a front door.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what stands between a test and its question may stop it"
)]
#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "all questions to a register read alike, whether they take an argument or not"
)]

mod codes_fit;
mod corrections;
mod families;
mod fetching;
mod hostile;
mod keys_life;
mod layers;
mod ledger_tampering;
mod migrations;
mod stock;
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
mod types_unseen;
