//! Where records come from: files as offices export them, later departments' own systems.

pub mod sheet;
