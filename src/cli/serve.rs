//! `mianzheng serve`: the service, until it is told to stop.

use std::io::ErrorKind;
use std::sync::Arc;

use clap::Args;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::flow::failure::Failure;
use crate::http::log;
use crate::http::server::CannotServe;
use crate::http::server::Server;
use crate::http::server::Stop;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng serve
  mianzheng --folder /var/lib/mianzheng serve --log warn,access=info

SIGTERM or SIGINT stops it: what was begun is ended within ten seconds.")]
pub(crate) struct Serve {
    /// What goes to the log on standard error, one JSON line an event; one at the start, an
    /// `info`, says where it listens.
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log: String,
}

impl Serve {
    pub(crate) fn run(&self, desk: &Desk) -> Result<Ending, Failure> {
        log::begin(&self.log);
        let office = Arc::new(desk.office()?);
        // A font that cannot be used is told now, and not to whoever wants a receipt.
        office.fonts()?;
        let server = Server::prepare(office).map_err(|why| fault(&why))?;
        server.run(&Stop::default()).map_err(|why| fault(&why))?;
        Ok(Ending::Done)
    }
}

/// Why a server cannot start, in words.
fn fault(why: &CannotServe) -> Failure {
    let (reason, said) = match why {
        CannotServe::Listen(address, cause) if cause.kind() == ErrorKind::AddrInUse => {
            let said = Said::of("fault", "port_in_use").with("address", address);
            (Reason::PortInUse, said)
        }
        CannotServe::Second(folder) => {
            let said = Said::of("fault", "second_server").with("path", folder);
            (Reason::SecondServer, said)
        }
        CannotServe::PlainHttp(address) => {
            let said = Said::of("doctor", "plain_refused").with("listen", address);
            (Reason::Setup, said)
        }
        CannotServe::Tls(cause) => {
            let said = Said::of("doctor", "tls_unreadable").with("why", cause);
            (Reason::Setup, said)
        }
        CannotServe::Listen(address, cause) => {
            let said = Said::of("fault", "cannot_listen")
                .with("address", address)
                .with("why", cause);
            (Reason::Setup, said)
        }
        CannotServe::Lock(path, cause) => {
            let said = Said::of("file", "failed")
                .with("path", path)
                .with("why", cause);
            (Reason::Setup, said)
        }
        CannotServe::Failed(cause) => {
            let said = Said::of("fault", "server_failed").with("why", cause);
            (Reason::Setup, said)
        }
    };
    Failure::saying(reason, why.to_string(), said)
}
