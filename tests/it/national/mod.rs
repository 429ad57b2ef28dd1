//! The national shape, outward and inward.

mod desk;
mod facade;
mod mirrored;
mod slow;
mod upstream;
