//! Hostile input at the front doors: each comes to its verdict, quickly, and nothing panics.

mod codes;
mod disclosures;
mod doors;
mod headers;
mod lists;
mod mutations;
mod payloads;
mod pictures;
mod scene;
mod shapes;
mod signatures;
