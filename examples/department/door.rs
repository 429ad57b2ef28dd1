//! Who may come in: over TLS with a certificate of theirs, with a bearer token, or with a
//! signature over the question.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use sha2::Digest;
use sha2::Sha256;

use super::wire::Asked;

/// The files that say who may come in; without any, everybody on this machine
#[derive(clap::Args)]
pub(crate) struct Files {
    /// Our TLS certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_chain: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// The authority of callers' TLS certificates (PEM); then nobody comes in without one
    #[arg(long, value_name = "FILE", requires = "tls_chain")]
    client_ca: Option<PathBuf>,
    /// A file with the bearer token that callers must have
    #[arg(long, value_name = "FILE")]
    bearer_file: Option<PathBuf>,
    /// The `AppKey` that callers must have
    #[arg(long, value_name = "KEY", requires = "secret_file")]
    app_key: Option<String>,
    /// A file with its secret
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

/// The door of a department.
pub(crate) struct Door {
    tls: Option<Tls>,
    bearer: Option<String>,
    signed: Option<(String, String)>,
}

struct Tls {
    right: Arc<ServerConfig>,
    wrong: Arc<ServerConfig>,
    is_wrong: AtomicBool,
}

/// What a question comes by.
pub(crate) trait Connection: Read + Write {}

impl<C: Read + Write> Connection for C {}

impl Door {
    pub(crate) fn with(files: &Files) -> anyhow::Result<Self> {
        let line = |path: &PathBuf| -> anyhow::Result<String> {
            let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
            Ok(text.trim().to_owned())
        };
        let secret = files.secret_file.as_ref().map(line).transpose()?;
        Ok(Self {
            tls: tls(files)?,
            bearer: files.bearer_file.as_ref().map(line).transpose()?,
            signed: files.app_key.clone().zip(secret),
        })
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Whether to show the certificate of an authority that nobody knows.
    pub(crate) fn be_wrong(&self, wrong: bool) {
        if let Some(tls) = &self.tls {
            tls.is_wrong.store(wrong, Ordering::Release);
        }
    }

    /// Opens for one connection.
    pub(crate) fn open(
        &self,
        mut stream: TcpStream,
        work: &mut dyn FnMut(&mut dyn Connection) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(tls) = &self.tls else {
            return work(&mut stream);
        };
        let config = if tls.is_wrong.load(Ordering::Acquire) {
            &tls.wrong
        } else {
            &tls.right
        };
        let session = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        let mut connection = StreamOwned::new(session, stream);
        let done = work(&mut connection);
        if done.is_ok() {
            connection.conn.send_close_notify();
            return connection.flush();
        }
        // What was not read yet would reset the connection, and with it what the caller is told
        // of the reason: read on until it hangs up, for a while.
        let mut socket = connection.sock;
        socket.shutdown(Shutdown::Write)?;
        socket.set_read_timeout(Some(Duration::from_secs(1)))?;
        let _ = io::copy(&mut socket, &mut io::sink());
        done
    }

    /// Whether a question proves who asks.
    pub(crate) fn admits(&self, asked: &Asked) -> bool {
        if let Some(token) = &self.bearer {
            return asked.header("authorization") == format!("Bearer {token}");
        }
        let Some((app_key, secret)) = &self.signed else {
            return true;
        };
        let text = [
            asked.method.as_str(),
            &asked.target,
            asked.header("x-timestamp"),
            asked.header("x-nonce"),
            &hex(&Sha256::digest(&asked.body)),
        ];
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
            return false;
        };
        mac.update(text.join("\n").as_bytes());
        asked.header("x-app-key") == app_key
            && asked.header("x-signature") == hex(&mac.finalize().into_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn tls(files: &Files) -> anyhow::Result<Option<Tls>> {
    let (Some(chain), Some(key)) = (&files.tls_chain, &files.tls_key) else {
        return Ok(None);
    };
    let key = PrivateKeyDer::from_pem_file(key).context("--tls-key")?;
    let chain = certificates(chain)?;
    // Made by itself, so no authority vouches for it.
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let own_key = PrivateKeyDer::try_from(own.signing_key.serialize_der());
    let own_key = own_key.map_err(anyhow::Error::msg)?;
    let client_ca = files.client_ca.as_deref();
    Ok(Some(Tls {
        right: config(chain, key, client_ca)?,
        wrong: config(vec![own.cert.der().clone()], own_key, client_ca)?,
        is_wrong: AtomicBool::new(false),
    }))
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    client_ca: Option<&Path>,
) -> anyhow::Result<Arc<ServerConfig>> {
    let provider = Arc::new(ring::default_provider());
    let begun = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let begun = begun.with_safe_default_protocol_versions()?;
    let begun = match client_ca {
        None => begun.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for root in certificates(path)? {
                roots.add(root)?;
            }
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            begun.with_client_cert_verifier(verifier)
        }
    };
    Ok(Arc::new(begun.with_single_cert(chain, key)?))
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let name = path.display().to_string();
    let all = CertificateDer::pem_file_iter(path).with_context(|| name.clone())?;
    all.collect::<Result<_, _>>().context(name)
}
