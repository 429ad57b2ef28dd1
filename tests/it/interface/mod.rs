//! One certificate, one interface: what other systems may use, and what proves it.

mod at_once;
mod children;
mod consents;
mod contract;
mod copies;
mod events;
mod evidence;
mod narrowed;
mod probing;
mod query;
mod scraping;
mod situations;
mod sourced;
mod together;
mod values;
