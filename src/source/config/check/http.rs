//! Whether what is said of a system that speaks HTTP contradicts itself.

use std::net::IpAddr;

use super::inside_the_office;
use super::within;
use crate::codec::strict_json;
use crate::source::config::AskBy;
use crate::source::config::Http;
use crate::source::config::Mistake;
use crate::source::http::template;

/// Headers that say who we are, or that are made for each request.
const OURS: [&str; 6] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "host",
    "content-length",
    "transfer-encoding",
];

impl Http {
    pub(super) fn check(&self, asked: &[AskBy]) -> Result<(), Mistake> {
        let at = |member: &str| format!("source.http.{member}");
        if !is_address(self) {
            return Err(Mistake::at(&at("address"), "bad_address"));
        }
        if !self.is_tls() && !is_loopback(self.authority()) {
            return Err(Mistake::at(&at("address"), "plain"));
        }
        match (self.is_tls(), &self.ca, &self.client_certificate) {
            (true, None, _) => return Err(Mistake::at(&at("ca"), "ca_missing")),
            (false, Some(_), _) => return Err(Mistake::at(&at("ca"), "tls_idle")),
            (false, _, Some(_)) => {
                return Err(Mistake::at(&at("client_certificate"), "tls_idle"));
            }
            _ => {}
        }
        match (self.method.as_str(), &self.body) {
            ("GET", Some(_)) => return Err(Mistake::at(&at("body"), "get_body")),
            ("POST", None) => return Err(Mistake::at(&at("body"), "post_body")),
            ("GET" | "POST", _) => {}
            _ => return Err(Mistake::at(&at("method"), "method")),
        }
        let ascii = |c: u8| c.is_ascii_graphic() && !b"\"<>\\^`#".contains(&c);
        if !self.path.starts_with('/') || !self.path.bytes().all(ascii) {
            return Err(Mistake::at(&at("path"), "bad_path"));
        }
        if self.bearer.is_some() && self.signed.is_some() {
            return Err(Mistake::at(&at("signed"), "two_proofs"));
        }
        self.check_holes(asked)?;
        self.check_headers()?;
        for (member, path) in self.files() {
            inside_the_office(&at(member), path)?;
        }
        within(&at("most_bytes"), self.most_bytes, 1_024..=4_194_304)?;
        if self
            .not_found_status
            .iter()
            .any(|s| !(400..500).contains(s))
        {
            return Err(Mistake::at(&at("not_found_status"), "not_found_status"));
        }
        match &self.code {
            Some(code) if code.ok.is_empty() || code.at.is_empty() => {
                Err(Mistake::at(&at("code"), "code_without_ok"))
            }
            Some(code) => {
                let all = [&code.ok, &code.not_found, &code.refused, &code.down];
                let mut seen = std::collections::BTreeSet::new();
                match all.into_iter().flatten().find(|c| !seen.insert(*c)) {
                    Some(twice) => Err(Mistake::at(&at("code"), "code_twice").with("given", twice)),
                    None => Ok(()),
                }
            }
            None => Ok(()),
        }
    }

    /// Every hole is one that can be filled, and everything that is asked by is sent.
    fn check_holes(&self, asked: &[AskBy]) -> Result<(), Mistake> {
        let mut sent = Vec::new();
        let texts = [("path", Some(&self.path)), ("body", self.body.as_ref())];
        for (member, text) in texts {
            let place = format!("source.http.{member}");
            let Some(text) = text else { continue };
            let holes = template::holes(text);
            for hole in holes {
                let known = asked.iter().find(|by| {
                    by.name() == hole || (hole == "holder_code_type" && **by == AskBy::HolderCode)
                });
                match known {
                    Some(by) => sent.push(*by),
                    None => return Err(Mistake::at(&place, "hole").with("given", hole)),
                }
            }
            if member == "body" && strict_json::read(text.as_bytes()).is_err() {
                return Err(Mistake::at(&place, "body_not_json"));
            }
        }
        match asked.iter().find(|by| !sent.contains(by)) {
            Some(by) => Err(Mistake::at("source.ask_by", "not_sent").with("given", by.name())),
            None => Ok(()),
        }
    }

    fn check_headers(&self) -> Result<(), Mistake> {
        for (name, value) in &self.headers {
            let place = format!("source.http.headers.{name}");
            let token = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
            let good = !name.is_empty() && name.bytes().all(token);
            if !good || !value.bytes().all(|c| (b' '..=b'~').contains(&c)) {
                return Err(Mistake::at(&place, "bad_header"));
            }
            if OURS.contains(&name.to_lowercase().as_str()) {
                return Err(Mistake::at(&place, "our_header"));
            }
        }
        let Some(signed) = &self.signed else {
            return Ok(());
        };
        let names = [
            &signed.app_key_header,
            &signed.timestamp_header,
            &signed.nonce_header,
            &signed.signature_header,
        ];
        let token = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
        let bad = |name: &&String| name.is_empty() || !name.bytes().all(token);
        if names.iter().any(bad) || !signed.app_key.bytes().all(|c| c.is_ascii_graphic()) {
            return Err(Mistake::at("source.http.signed", "bad_header"));
        }
        Ok(())
    }

    fn files(&self) -> Vec<(&'static str, &str)> {
        let mut all = Vec::new();
        all.extend(self.ca.as_deref().map(|ca| ("ca", ca)));
        if let Some(own) = &self.client_certificate {
            all.push(("client_certificate.chain", own.chain.as_str()));
            all.push(("client_certificate.key", own.key.as_str()));
        }
        let token = self.bearer.as_ref().map(|b| b.token_file.as_str());
        all.extend(token.map(|token| ("bearer.token_file", token)));
        let secret = self.signed.as_ref().map(|s| s.secret_file.as_str());
        all.extend(secret.map(|secret| ("signed.secret_file", secret)));
        all
    }
}

fn is_address(http: &Http) -> bool {
    let known = http.is_tls() || http.address.starts_with("http://");
    let plain = |c: u8| c.is_ascii_alphanumeric() || b".-:[]".contains(&c);
    known && !http.authority().is_empty() && http.authority().bytes().all(plain)
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
