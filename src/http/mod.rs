//! The web: extract → one flow off the loop → reply.
//!
//! Read [`routes`] first: every route is one row there, and from the rows are made the routing,
//! the table of who may call what, and the `OpenAPI` document. `door` is what every request
//! passes; [`problem`] alone knows status codes.

mod api;
pub mod bare;
mod batch_worker;
mod body;
mod case_counts;
mod connection;
mod cookie;
mod desk;
mod device;
mod docs;
mod door;
mod duties;
mod guests;
mod hash_room;
mod headed;
mod kept;
pub mod log;
pub mod manner;
mod metrics;
mod off_loop;
pub mod openapi;
mod origin;
mod pages;
mod people;
mod picture_room;
pub mod problem;
mod refusals;
mod reply;
pub mod routes;
pub mod row;
pub mod server;
pub(crate) mod shapes;
mod shelf;
mod signed;
mod source_counts;
mod streams;
pub mod subject;
mod tls;
pub mod told;
mod visit;
