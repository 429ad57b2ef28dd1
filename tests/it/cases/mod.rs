//! Cases at a window, on both databases: opened, served, decided, and closed or withdrawn.

mod bare;
mod by_code;
mod consents;
mod counted;
mod figures;
mod figures_http;
mod generated;
mod grandmother;
mod http;
mod newborn;
mod organisation;
mod outdated;
mod refusals;
mod restaurant;
mod signers;
mod uses;
mod withdrawn;
