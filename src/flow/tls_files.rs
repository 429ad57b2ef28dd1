//! A TLS authority and a server TLS certificate, for an office that has none of its own yet.

use std::path::PathBuf;
use std::time::Duration;

use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::DnType;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use rcgen::date_time_ymd;

use crate::domain::problem::Reason;
use crate::domain::settings::Settings;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::init::make_folder;
use crate::flow::init::write_private;

/// Days the authority lasts: ten years.
const AUTHORITY_DAYS: u64 = 3650;

/// Days a server's TLS certificate lasts: what browsers accept of a private authority.
const SERVER_DAYS: u64 = 825;

/// Makes `tls/ca.pem`, `tls/ca.key`, `tls/server.pem` (with its chain) and `tls/server.key`.
///
/// The server is known by the authority's host, `localhost` and `127.0.0.1`.
///
/// # Errors
///
/// [`Reason::Setup`] if one of the files exists or cannot be written, or the authority's host
/// cannot stand in a TLS certificate.
pub fn make(settings: &Settings, now: Timestamp) -> Result<Vec<PathBuf>, Failure> {
    let folder = settings.path("tls");
    make_folder(&folder)?;
    let texts = texts(settings, now)
        .map_err(|why| Failure::because(Reason::Setup, format!("the TLS certificate: {why}")))?;
    let mut made = Vec::with_capacity(texts.len());
    for (name, text) in texts {
        let path = folder.join(name);
        write_private(&path, &text)?;
        made.push(path);
    }
    Ok(made)
}

fn texts(settings: &Settings, now: Timestamp) -> Result<[(&'static str, String); 4], rcgen::Error> {
    let host = host(&settings.authority);
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::new(Vec::new())?;
    let name = format!("mianzheng TLS authority of {host}");
    ca.distinguished_name.push(DnType::CommonName, name);
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    last(&mut ca, now, AUTHORITY_DAYS);
    let authority = ca.self_signed(&ca_key)?;
    let issuer = Issuer::from_params(&ca, &ca_key);

    let server_key = KeyPair::generate()?;
    let mut names = vec![host.to_owned()];
    for own in ["localhost", "127.0.0.1"] {
        if host != own {
            names.push(own.to_owned());
        }
    }
    let mut server = CertificateParams::new(names)?;
    server.distinguished_name.push(DnType::CommonName, host);
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    last(&mut server, now, SERVER_DAYS);
    let signed = server.signed_by(&server_key, &issuer)?;
    Ok([
        ("ca.pem", authority.pem()),
        ("ca.key", ca_key.serialize_pem()),
        ("server.pem", signed.pem() + &authority.pem()),
        ("server.key", server_key.serialize_pem()),
    ])
}

/// From an hour ago, for clocks that are a little slow.
fn last(params: &mut CertificateParams, now: Timestamp, days: u64) {
    let since_1970 = u64::try_from(now.secs()).unwrap_or_default();
    let now = date_time_ymd(1970, 1, 1) + Duration::from_secs(since_1970);
    params.not_before = now - Duration::from_hours(1);
    params.not_after = now + Duration::from_hours(days * 24);
}

/// The authority without its port.
fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    }
}
