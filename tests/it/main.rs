//! The one integration binary: every test enters by a front door.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what stands between a test and its question may stop it"
)]

mod alarms;
mod batch_uploads;
mod batch_work;
mod cases;
mod codes_fit;
mod corrections;
mod doctor;
mod entries_watched;
mod erasures;
mod evidence_proven;
mod examples;
mod exports;
mod families;

mod foreign_cases;
mod grants;
mod guardians;
mod heads;
mod hostile;
mod http_acting;
mod http_batches;
mod http_docs;
mod http_floods;
mod http_items;
mod http_kept;
mod http_limits;
mod http_log;
mod http_once;
mod http_renewal;
mod http_signed;
mod http_stop;
mod http_table;
mod http_thread;
mod http_told;
mod interface;
mod items;
mod kept_digests;
mod key_stores;
mod keys_life;
mod layers;
mod ledger_tampering;
mod lost_phones;
mod mandates;
mod migrations;
mod national;
mod own_history;
mod paper;
mod paper_fonts;
mod people;
mod races;
mod receipts;
mod records_watched;
mod rehearsals;
mod resealing;
mod retention;
mod revocations;
mod right_to_issue;
mod same_again;
mod seen_in_time;
mod sources;
mod stock;
mod stood;
mod store_batches;
mod store_callers;
mod store_catalogue;
mod store_certificates;
mod store_codes;
mod store_grants;
mod store_holders;
mod store_idempotency;
mod store_ledger;
mod store_reserve;
mod store_shared;
mod store_status;
mod store_trust;
mod support;
mod suspended;
mod thread;
mod types_unseen;
mod verify_by_number;
mod verify_once;
