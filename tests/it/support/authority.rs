//! A TLS authority for one test, and the TLS certificates it gives to servers and clients.

use mianzheng::domain::settings::TlsFiles;
use rcgen::CertificateParams;
use rcgen::DnType;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::Issuer;
use rcgen::KeyPair;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use crate::support::scratch::Scratch;

/// A TLS authority for one test.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) root: CertificateDer<'static>,
    pub(crate) folder: Scratch,
}

/// A client's TLS certificate and key.
pub(crate) struct Identity {
    pub(crate) leaf: CertificateDer<'static>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Identity {
    /// The certificate and its key as files have them.
    pub(crate) fn pems(&self) -> (String, String) {
        let key = pem("PRIVATE KEY", self.key.secret_der());
        (pem("CERTIFICATE", &self.leaf), key)
    }
}

impl Authority {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn server_files(&self) -> TlsFiles {
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
        let root = pem("CERTIFICATE", &self.root);
        std::fs::write(path("roots.pem"), root).unwrap();
        TlsFiles {
            chain: path("server.pem"),
            key: path("server.key"),
            client_roots: Some(path("roots.pem")),
        }
    }

    pub(crate) fn identity(&self) -> Identity {
        let (leaf, key) = self.identity_pem();
        Identity {
            leaf: CertificateDer::from_pem_slice(leaf.as_bytes()).unwrap(),
            key: PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
        }
    }

    /// The same as the texts of its two files.
    pub(crate) fn identity_pem(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        (leaf.pem(), key.serialize_pem())
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}
