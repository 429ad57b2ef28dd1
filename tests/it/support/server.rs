//! A server on a free port over real TLS, and a client that speaks to it and nothing else.

use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::settings::Settings;
use mianzheng::domain::time::Timestamp;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::http::server::CannotServe;
use mianzheng::http::server::Server;
use mianzheng::http::server::Stop;
use rustls::ClientConfig;
use rustls::ClientConnection;
use rustls::RootCertStore;
use rustls::StreamOwned;
use rustls::crypto::ring;

pub(crate) use crate::support::asking::Answer;
pub(crate) use crate::support::asking::Ask;
pub(crate) use crate::support::asking::answer_of;
pub(crate) use crate::support::asking::read_answer;

use crate::support::authority::Authority;
use crate::support::authority::Identity;
use crate::support::database::Database;
use crate::support::office::MORNING;
use crate::support::office::TestOffice;
use crate::support::office::operator;

/// A server, its office, and a TLS authority that both sides trust.
pub(crate) struct TestServer {
    pub(crate) test: TestOffice,
    pub(crate) address: SocketAddr,
    stop: Stop,
    running: Option<JoinHandle<Result<(), CannotServe>>>,
    authority: Authority,
}

/// A connection over TLS.
pub(crate) type Connection = StreamOwned<ClientConnection, TcpStream>;

impl TestServer {
    /// A server for a ready office.
    pub(crate) fn on(database: Database) -> Self {
        Self::with(database, |_| {})
    }

    /// The same with settings of its own.
    pub(crate) fn with(database: Database, settings: impl FnOnce(&mut Settings)) -> Self {
        Self::by(MORNING.parse().unwrap(), b"office", database, settings)
    }

    /// The same at an hour of the test's choice: clients may look at the computer's clock.
    pub(crate) fn at(
        hour: Timestamp,
        database: Database,
        settings: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::by(hour, b"office", database, settings)
    }

    /// The same with chance of its own.
    pub(crate) fn by_chance(
        database: Database,
        seed: &[u8],
        settings: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::by(MORNING.parse().unwrap(), seed, database, settings)
    }

    fn by(
        hour: Timestamp,
        seed: &[u8],
        database: Database,
        settings: impl FnOnce(&mut Settings),
    ) -> Self {
        let authority = Authority::new();
        let files = authority.server_files();
        let test = TestOffice::by(hour, seed, database, |set| {
            set.tls = Some(files);
            settings(set);
        });
        let mut server = Self {
            test,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            stop: Stop::default(),
            running: None,
            authority,
        };
        server.start();
        server
    }

    /// Starts it, first or again.
    pub(crate) fn start(&mut self) {
        let prepared = Server::prepare(Arc::clone(&self.test.office)).unwrap();
        self.address = prepared.address();
        self.stop = Stop::default();
        let stop = self.stop.clone();
        self.running = Some(std::thread::spawn(move || prepared.run(&stop)));
    }

    /// Stops it and waits for its end.
    pub(crate) fn stop(&mut self) {
        self.stop.ask();
        if let Some(running) = self.running.take() {
            running.join().unwrap().unwrap();
        }
    }

    /// Asks it to stop, and waits for nothing.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.ask();
    }

    /// A bearer token of a role: of an agency, or of a holder.
    pub(crate) fn token(&self, role: Role, agency: Option<&str>, holder: Option<&str>) -> String {
        let holder = holder.map(|code| HolderCode::read(code).unwrap());
        let new = NewCredential {
            role,
            agency: agency.map(|name| self.test.agency(name).number),
            holder: holder.as_ref(),
            label: "test",
            days: 30,
        };
        credentials::create_token(&self.test.office, &new, &operator()).unwrap()
    }

    /// A connection, with a TLS certificate of the caller's if there is one.
    pub(crate) fn connect(&self, identity: Option<&Identity>) -> std::io::Result<Connection> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.root.clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder
                .with_client_auth_cert(vec![identity.leaf.clone()], identity.key.clone_key())
                .unwrap(),
        };
        let name = "mz.example".try_into().unwrap();
        let session = ClientConnection::new(Arc::new(config), name).unwrap();
        let socket = TcpStream::connect(self.address)?;
        socket
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        Ok(StreamOwned::new(session, socket))
    }

    /// Asks and takes the whole answer.
    pub(crate) fn ask(&self, ask: &Ask<'_>) -> Answer {
        let mut connection = self.connect(None).unwrap();
        connection.write_all(&ask.wire()).unwrap();
        read_answer(connection).unwrap()
    }

    /// The file with the root that vouches for the server.
    pub(crate) fn cacert(&self) -> PathBuf {
        self.authority.folder.path("roots.pem")
    }

    /// A client's TLS certificate that the server's roots vouch for.
    pub(crate) fn identity(&self) -> Identity {
        self.authority.identity()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.ask();
        if let Some(running) = self.running.take() {
            let _ = running.join();
        }
    }
}
