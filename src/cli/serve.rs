//! `mianzheng serve`: the service, until it is told to stop.

use std::sync::Arc;

use clap::Args;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::http::log;
use crate::http::server::Server;
use crate::http::server::Stop;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng serve
  mianzheng --folder /var/lib/mianzheng serve --log warn,access=info

SIGTERM or SIGINT stops it: what was begun is ended within ten seconds.")]
pub(crate) struct Serve {
    /// What goes to the log on standard error, one JSON line an event.
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log: String,
}

impl Serve {
    pub(crate) fn run(&self, desk: &Desk) -> Result<Ending, Failure> {
        log::begin(&self.log);
        let office = Arc::new(desk.office()?);
        let setup = |why: &dyn std::fmt::Display| Failure::because(Reason::Setup, why.to_string());
        let server = Server::prepare(office).map_err(|why| setup(&why))?;
        server.run(&Stop::default()).map_err(|why| setup(&why))?;
        Ok(Ending::Done)
    }
}
