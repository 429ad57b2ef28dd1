//! One certificate, one interface: what other systems may use, and what proves it.

mod consents;
mod contract;
mod copies;
mod events;
mod evidence;
mod probing;
mod query;
mod scraping;
mod sourced;
mod values;
