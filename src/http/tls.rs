//! TLS: our chain and key, and the roots that vouch for callers' TLS certificates.

use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;

use crate::domain::settings::TlsFiles;

/// Reads the files of TLS.
///
/// A caller without a TLS certificate is let in: who needs one is refused at the door.
///
/// # Errors
///
/// One line that names the file and what is wrong with it.
pub(crate) fn read(files: &TlsFiles) -> Result<ServerConfig, String> {
    let chain = certificates(&files.chain)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|why| format!("{}: {why}", files.key.display()))?;
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|why| why.to_string())?;
    let builder = match &files.client_roots {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let about = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
            let mut roots = RootCertStore::empty();
            for root in certificates(path)? {
                roots.add(root).map_err(|why| about(&why))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()
                .map_err(|why| about(&why))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    builder
        .with_single_cert(chain, key)
        .map_err(|why| format!("{}: {why}", files.chain.display()))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let about = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let found = CertificateDer::pem_file_iter(path).map_err(|why| about(&why))?;
    let found: Result<Vec<_>, _> = found.collect();
    let found = found.map_err(|why| about(&why))?;
    if found.is_empty() {
        return Err(about(&"no certificate in it"));
    }
    Ok(found)
}
