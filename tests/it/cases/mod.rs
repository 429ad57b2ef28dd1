//! Cases at a window, on both databases: opened, served, decided and closed.

mod newborn;
mod refusals;
