//! Pages for whoever writes a program.

mod reading;

use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// A page in Chinese.
fn get(server: &TestServer, path: &str) -> Answer {
    server.ask(&Ask::new("GET", path))
}

/// A page in English.
fn english(server: &TestServer, path: &str) -> Answer {
    server.ask(&Ask::new("GET", path).header("cookie", "lang=en"))
}
