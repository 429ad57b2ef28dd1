//! Whoever can edit the database cannot edit what happened: every edit is found, and named.

mod certificates;
mod ends;
mod past;
mod rows;
