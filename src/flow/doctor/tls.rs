//! How the service would be reached: TLS files, or plain HTTP where that is allowed.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use rustls::client::verify_server_name;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;

use super::check::Check;
use super::not_after::not_after;
use crate::domain::settings::Settings;
use crate::domain::settings::TlsFiles;
use crate::domain::time::Timestamp;

/// Days before the end of a TLS certificate when somebody should get the next.
const SOON_DAYS: i64 = 30;

pub(super) fn check(settings: &Settings, now: Timestamp) -> Vec<Check> {
    let Some(files) = &settings.tls else {
        let check = match (is_loopback(&settings.listen), settings.plain_http) {
            (true, _) => Check::good("tls", "plain_loopback"),
            (false, true) => Check::attention("tls", "plain_http"),
            (false, false) => Check::wrong("tls", "plain_refused"),
        };
        return vec![check.with("listen", &settings.listen)];
    };
    let (chain, key) = match (chain(&files.chain), key(&files.key)) {
        (Ok(chain), Ok(key)) => (chain, key),
        (Err(why), _) | (_, Err(why)) => {
            return vec![Check::wrong("tls", "tls_unreadable").with("why", &why)];
        }
    };
    let mut checks = Vec::new();
    if !are_a_pair(&chain, key) {
        checks.push(Check::wrong("tls", "tls_no_pair"));
    }
    checks.extend(life(&chain, now));
    for host in hosts(settings) {
        if !covers(&chain, host) {
            checks.push(Check::wrong("tls", "tls_other_host").with("host", host));
        }
    }
    checks.extend(client_roots(files));
    if checks.is_empty() {
        checks.push(Check::good("tls", "tls"));
    }
    checks
}

fn is_loopback(listen: &str) -> bool {
    match listen.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_) => host(listen) == "localhost",
    }
}

/// A host without its port.
fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// The hosts that certificates and codes name.
fn hosts(settings: &Settings) -> Vec<&str> {
    let mut hosts = vec![host(&settings.authority), host(&settings.code_host)];
    hosts.dedup();
    hosts
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let told = |why: String| format!("{}: {why}", path.display());
    let bytes = fs::read(path).map_err(|why| told(why.to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|why| told(why.to_string()))?;
    if found.is_empty() {
        return Err(told("no TLS certificate in it".to_owned()));
    }
    Ok(found)
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let told = |why: String| format!("{}: {why}", path.display());
    let bytes = fs::read(path).map_err(|why| told(why.to_string()))?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|why| told(why.to_string()))
}

fn are_a_pair(chain: &[CertificateDer<'static>], key: PrivateKeyDer<'static>) -> bool {
    let loaded = ring::default_provider().key_provider.load_private_key(key);
    loaded.is_ok_and(|key| CertifiedKey::new(chain.to_vec(), key).keys_match().is_ok())
}

/// How long the chain lasts: as long as the first of it to end.
fn life(chain: &[CertificateDer<'_>], now: Timestamp) -> Option<Check> {
    let ends: Option<Vec<Timestamp>> = chain.iter().map(|one| not_after(one)).collect();
    let Some(end) = ends.and_then(|ends| ends.into_iter().min()) else {
        return Some(Check::attention("tls", "tls_end_unknown"));
    };
    let left = end.secs_since(now).div_euclid(86_400);
    let check = match left {
        ..0 => Check::wrong("tls", "tls_expired"),
        0..SOON_DAYS => Check::attention("tls", "tls_expiring"),
        _ => return None,
    };
    let check = check.with("left", &left.to_string());
    Some(check.with("end", &end.to_string()))
}

fn covers(chain: &[CertificateDer<'_>], host: &str) -> bool {
    let parsed = chain.first().map(ParsedCertificate::try_from);
    match (parsed, ServerName::try_from(host)) {
        (Some(Ok(parsed)), Ok(name)) => verify_server_name(&parsed, &name).is_ok(),
        _ => false,
    }
}

fn client_roots(files: &TlsFiles) -> Option<Check> {
    let why = chain(files.client_roots.as_ref()?).err()?;
    Some(Check::wrong("tls", "client_roots_unreadable").with("why", &why))
}

#[cfg(test)]
mod tests {
    use super::host;
    use super::is_loopback;

    #[test]
    fn loopback_is_told_from_everything_else() {
        for listen in ["127.0.0.1:8443", "[::1]:80", "localhost:80", "127.8.8.8:1"] {
            assert!(is_loopback(listen), "{listen}");
        }
        for listen in ["0.0.0.0:443", "[::]:443", "10.0.0.7:80", "mz.example:80"] {
            assert!(!is_loopback(listen), "{listen}");
        }
    }

    #[test]
    fn a_port_is_no_part_of_a_host() {
        assert_eq!(host("a.example:8443"), "a.example");
        assert_eq!(host("a.example"), "a.example");
    }
}
