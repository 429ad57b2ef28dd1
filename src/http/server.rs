//! The server: bind, serve, and stop without losing anything that was acknowledged.

use std::fs::File;
use std::fs::TryLockError;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::App;
use actix_web::HttpServer;
use actix_web::rt::System;
use actix_web::rt::signal::unix::SignalKind;
use actix_web::rt::signal::unix::signal;
use actix_web::rt::time::sleep;
use actix_web::web::Data;
use rustls::ServerConfig;

use crate::flow::office::Office;
use crate::http::batch_worker;
use crate::http::connection;
use crate::http::desk::Desk;
use crate::http::duties;
use crate::http::pages::assets;
use crate::http::routes;
use crate::http::tls;

/// Seconds that requests have to end once the server stops.
const STOP_S: u64 = 8;

/// The name of the file that one server of an SQLite register holds.
const LOCK: &str = "server.lock";

/// Why a server cannot start, in one line.
#[derive(Debug, thiserror::Error)]
pub enum CannotServe {
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, std::io::Error),
    /// Plain HTTP where others could read along.
    #[error("{0} is not loopback: set [tls], or plain_http = true behind a proxy on this machine")]
    PlainHttp(SocketAddr),
    /// The files of TLS.
    #[error("TLS: {0}")]
    Tls(String),
    /// Another server has the register.
    #[error("another server serves {0} already: an SQLite register has one")]
    Second(String),
    /// The lock file cannot be had.
    #[error("{0}: {1}")]
    Lock(String, std::io::Error),
    /// The server ended by itself.
    #[error("the server failed: {0}")]
    Failed(#[from] std::io::Error),
}

/// Asks a server to stop.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.0
    }
}

/// A server that has its address, its TLS and its lock, and may begin.
pub struct Server {
    office: Arc<Office>,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<ServerConfig>,
    // Held as long as the server is: the system frees it however the process ends.
    _lock: Option<File>,
}

impl Server {
    /// Takes hold of everything that could stop the start.
    ///
    /// # Errors
    ///
    /// [`CannotServe`]; nothing is served then.
    pub fn prepare(office: Arc<Office>) -> Result<Self, CannotServe> {
        let settings = &office.settings;
        let lock = lock(&office)?;
        let tls = settings.tls.as_ref().map(tls::read).transpose();
        let tls = tls.map_err(CannotServe::Tls)?;
        let cannot = |why| CannotServe::Listen(settings.listen.clone(), why);
        let listener = TcpListener::bind(&settings.listen).map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        if tls.is_none() && !address.ip().is_loopback() && !settings.plain_http {
            return Err(CannotServe::PlainHttp(address));
        }
        Ok(Self {
            office,
            listener,
            address,
            tls,
            _lock: lock,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until SIGTERM, SIGINT, or somebody asks it to stop; then ends what was begun, in
    /// ten seconds at most.
    ///
    /// # Errors
    ///
    /// [`CannotServe::Failed`].
    pub fn run(self, stop: &Stop) -> Result<(), CannotServe> {
        let desk = Data::new(Desk::new(Arc::clone(&self.office), stop.clone()));
        let threads = [
            // Before the first page asks for one, on whose thread others wait.
            std::thread::spawn(assets::prepare),
            std::thread::spawn({
                let (desk, stop) = (Data::clone(&desk), stop.clone());
                move || batch_worker::work(&desk, &stop)
            }),
            std::thread::spawn({
                let (desk, stop) = (Data::clone(&desk), stop.clone());
                move || duties::attend(&desk, &stop)
            }),
            std::thread::spawn({
                let (desk, stop) = (Data::clone(&desk), stop.clone());
                move || duties::report(&desk, &stop)
            }),
        ];
        let served = System::new().block_on(self.serve(Data::clone(&desk), stop.clone()));
        stop.ask();
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the server panicked");
            }
        }
        duties::last(&desk);
        Ok(served?)
    }

    async fn serve(self, desk: Data<Desk>, stop: Stop) -> std::io::Result<()> {
        let settings = &self.office.settings;
        let workers = settings.workers.max(1);
        // Together no more threads than connections, or they would queue for those instead.
        let connections = usize::try_from(settings.database_connections).unwrap_or(8);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::clone(&desk))
                .configure(|config| routes::configure(config, &desk.office.settings))
        })
        .workers(workers)
        .worker_max_blocking_threads(connections.div_ceil(workers).max(2))
        .shutdown_timeout(STOP_S)
        .shutdown_signal(asked(stop))
        .on_connect(connection::note);
        let tls = self.tls.is_some();
        let server = match self.tls {
            Some(tls) => server.listen_rustls_0_23(self.listener, tls)?,
            None => server.listen(self.listener)?,
        };
        tracing::info!(
            address = %self.address,
            tls,
            mode = settings.mode.name(),
            version = env!("CARGO_PKG_VERSION"),
            "the server listens"
        );
        server.run().await
    }
}

/// Ends when the process is told to, or somebody asks.
async fn asked(stop: Stop) {
    let mut terminate = signal(SignalKind::terminate()).ok();
    let mut interrupt = signal(SignalKind::interrupt()).ok();
    loop {
        let heard = std::future::poll_fn(|context| {
            let signals = [&mut terminate, &mut interrupt].into_iter().flatten();
            let heard = signals.filter_map(|s| s.poll_recv(context).is_ready().then_some(()));
            std::task::Poll::Ready(heard.count() > 0)
        });
        if heard.await || stop.is_asked() {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    stop.ask();
}

/// An SQLite register has one server; a second one on the same folder is refused.
fn lock(office: &Office) -> Result<Option<File>, CannotServe> {
    if !office.store.is_embedded() {
        return Ok(None);
    }
    let path = office.settings.path(LOCK);
    let cannot = |why| CannotServe::Lock(path.display().to_string(), why);
    let file = File::create(&path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(CannotServe::Second(
            office.settings.folder.display().to_string(),
        )),
        Err(TryLockError::Error(why)) => Err(cannot(why)),
    }
}
