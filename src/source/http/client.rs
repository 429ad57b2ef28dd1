//! The client of one call: whom it trusts, what it shows, and how long it waits.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;
use ureq::Agent;
use ureq::tls::Certificate;
use ureq::tls::ClientCert;
use ureq::tls::PrivateKey;
use ureq::tls::RootCerts;
use ureq::tls::TlsConfig;

use crate::domain::sourced::SourceCause;
use crate::source::config::ClientCertificate;
use crate::source::config::Http;
use crate::source::secrets::OfficeFolder;

/// A client that is thrown away after its call: files that were changed count at once, and no
/// connection outlives the configuration it was made for.
pub(super) fn agent(
    http: &Http,
    folder: &OfficeFolder,
    limit: Duration,
) -> Result<Agent, SourceCause> {
    let provider = Arc::new(ring::default_provider());
    let roots = match &http.ca {
        Some(ca) => certificates(folder, ca)?,
        None => Vec::new(),
    };
    let own = http.client_certificate.as_ref();
    let own = own.map(|files| own_certificate(folder, files, &provider));
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .client_cert(own.transpose()?)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .https_only(http.is_tls())
        .user_agent("mianzheng")
        // From looking up the address to the last byte of the answer.
        .timeout_global(Some(limit))
        .max_idle_connections(0)
        .build();
    Ok(config.new_agent())
}

fn certificates(
    folder: &OfficeFolder,
    file: &str,
) -> Result<Vec<Certificate<'static>>, SourceCause> {
    let pem = folder.bytes(file)?;
    let mut all = Vec::new();
    for one in CertificateDer::pem_slice_iter(&pem) {
        let Ok(one) = one else {
            return Err(SourceCause::Secret);
        };
        all.push(Certificate::from_der(&one).to_owned());
    }
    if all.is_empty() {
        return Err(SourceCause::Secret);
    }
    Ok(all)
}

fn own_certificate(
    folder: &OfficeFolder,
    files: &ClientCertificate,
    provider: &CryptoProvider,
) -> Result<ClientCert, SourceCause> {
    let chain = certificates(folder, &files.chain)?;
    let pem = folder.bytes(&files.key)?;
    // The client would panic over a key that does not belong to its certificate.
    let der = chain.iter().map(|c| CertificateDer::from(c.der().to_vec()));
    let key = PrivateKeyDer::from_pem_slice(&pem).ok();
    let fits = key.map(|key| CertifiedKey::from_der(der.collect(), key, provider));
    if !matches!(fits, Some(Ok(_))) {
        return Err(SourceCause::Secret);
    }
    let Ok(key) = PrivateKey::from_pem(&pem) else {
        return Err(SourceCause::Secret);
    };
    Ok(ClientCert::new_with_certs(&chain, key))
}
