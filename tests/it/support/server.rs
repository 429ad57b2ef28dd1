//! A server on a free port over real TLS, and a client that speaks to it and nothing else.

use std::io::Read;
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
use mianzheng::domain::settings::TlsFiles;
use mianzheng::domain::time::Timestamp;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::http::server::CannotServe;
use mianzheng::http::server::Server;
use mianzheng::http::server::Stop;
use rcgen::CertificateParams;
use rcgen::DnType;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::Issuer;
use rcgen::KeyPair;
use rustls::ClientConfig;
use rustls::ClientConnection;
use rustls::RootCertStore;
use rustls::StreamOwned;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;

use crate::support::database::Database;
use crate::support::office::MORNING;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::scratch::Scratch;

/// A server, its office, and a TLS authority that both sides trust.
pub(crate) struct TestServer {
    pub(crate) test: TestOffice,
    pub(crate) address: SocketAddr,
    stop: Stop,
    running: Option<JoinHandle<Result<(), CannotServe>>>,
    authority: Authority,
}

/// A TLS authority for one test.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    folder: Scratch,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The stable code of a problem.
    pub(crate) fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

/// A request.
pub(crate) struct Ask<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) body: Vec<u8>,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(method: &'a str, path: &'a str) -> Self {
        Self {
            method,
            path,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        if token.is_empty() {
            return self;
        }
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    pub(crate) fn bytes(mut self, media: &str, body: Vec<u8>) -> Self {
        self.body = body;
        self.header("content-type", media)
    }

    /// As it goes over the wire, on a connection of its own.
    pub(crate) fn wire(&self) -> Vec<u8> {
        self.wire_on("close")
    }

    /// The same on a connection that is closed afterwards, or kept.
    pub(crate) fn wire_on(&self, connection: &str) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: mz.example\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            let line = format!("{name}: {value}\r\n");
            head.push_str(&line);
        }
        let end = format!(
            "content-length: {}\r\nconnection: {connection}\r\n\r\n",
            self.body.len()
        );
        head.push_str(&end);
        [head.as_bytes(), &self.body].concat()
    }
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

/// A client's TLS certificate and key.
pub(crate) struct Identity {
    pub(crate) leaf: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root = params.self_signed(&key).unwrap().der().clone();
        Self {
            issuer: Issuer::new(params, key),
            root,
            folder: Scratch::new(),
        }
    }

    fn server_files(&self) -> TlsFiles {
        let key = KeyPair::generate().unwrap();
        // The second name is the one by which other programs on this machine find it.
        let names = ["mz.example", "localhost"].map(str::to_owned);
        let mut params = CertificateParams::new(names).unwrap();
        // A name of its own: of one that is its issuer's, OpenSSL says that it signed itself.
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "mz.example");
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        let path = |name: &str| self.folder.path(name);
        std::fs::write(path("server.pem"), leaf.pem()).unwrap();
        std::fs::write(path("server.key"), key.serialize_pem()).unwrap();
        let root = pem(&self.root);
        std::fs::write(path("roots.pem"), root).unwrap();
        TlsFiles {
            chain: path("server.pem"),
            key: path("server.key"),
            client_roots: Some(path("roots.pem")),
        }
    }

    fn identity(&self) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        Identity {
            leaf: leaf.der().clone(),
            key: PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap(),
        }
    }
}

fn pem(der: &CertificateDer<'_>) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// Reads an answer to the end of its connection.
pub(crate) fn read_answer(mut connection: impl Read) -> std::io::Result<Answer> {
    let mut all = Vec::new();
    let read = connection.read_to_end(&mut all);
    if !all.windows(4).any(|w| w == b"\r\n\r\n") {
        read?;
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer_of(&all))
}

/// What came over the wire, taken apart.
pub(crate) fn answer_of(all: &[u8]) -> Answer {
    let split = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&all[..split]).into_owned();
    let mut lines = head.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut body = all[split + 4..].to_vec();
    if headers
        .iter()
        .any(|(n, v)| n == "transfer-encoding" && v == "chunked")
    {
        body = unchunked(&body);
    }
    Answer {
        status,
        headers,
        body,
    }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") {
        let length =
            usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        all.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 2 + length + 2..];
        if length == 0 {
            break;
        }
    }
    all
}
