//! Whether a configuration contradicts itself.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::Component;
use std::path::Path;

use super::AskBy;
use super::FieldRule;
use super::FileDrop;
use super::Http;
use super::IssueRule;
use super::Kind;
use super::Mistake;
use super::Source;
use super::View;
use super::view::is_identifier;
use crate::codec::strict_json;
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

impl Source {
    pub(super) fn check(&self) -> Result<(), Mistake> {
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if !(2..=40).contains(&self.name.len()) || !self.name.bytes().all(plain) {
            return Err(Mistake::at("source.name", "bad_name"));
        }
        let mut asked = self.ask_by.clone();
        asked.sort_unstable();
        asked.dedup();
        if asked.is_empty() || asked.len() != self.ask_by.len() {
            return Err(Mistake::at("source.ask_by", "ask_by"));
        }
        within("source.time_limit_ms", self.time_limit_ms, 100..=60_000)?;
        within("source.tries", self.tries, 1..=5)?;
        within("source.wait_ms", self.wait_ms, 0..=10_000)?;
        within("source.places", self.places, 1..=64)?;
        within("source.breaker.failures", self.breaker.failures, 1..=100)?;
        within("source.breaker.rest_s", self.breaker.rest_s, 1..=3_600)?;
        within("source.cache.age_s", self.cache.age_s, 0..=86_400)?;
        within("source.cache.records", self.cache.records, 1..=10_000)?;
        match (self.issue, &self.issuer) {
            (IssueRule::Never, Some(_)) => return Err(Mistake::at("source.issuer", "issuer_idle")),
            (IssueRule::OnDemand | IssueRule::Always, None) => {
                return Err(Mistake::at("source.issuer", "issuer_missing"));
            }
            _ => {}
        }
        if self.fields.is_empty() {
            return Err(Mistake::at("source.fields", "no_fields"));
        }
        for (key, rule) in &self.fields {
            rule.check(&format!("source.fields.{key}"))?;
        }
        match self.kind() {
            Some(Kind::Http(http)) => http.check(&self.ask_by),
            Some(Kind::View(view)) => view.check(&self.ask_by, &self.reads()),
            Some(Kind::File(file)) => file.check(&self.ask_by),
            None => Err(Mistake::at("source", "one_kind")),
        }
    }
}

impl FieldRule {
    fn check(&self, place: &str) -> Result<(), Mistake> {
        let ways = [
            self.from.is_some(),
            !self.join.is_empty(),
            self.constant.is_some(),
        ];
        if ways.into_iter().filter(|way| *way).count() != 1 {
            return Err(Mistake::at(place, "one_way"));
        }
        if !self.with.is_empty() && self.join.is_empty() {
            return Err(Mistake::at(&format!("{place}.with"), "with_idle"));
        }
        if self.date.is_some() && !self.codes.is_empty() {
            return Err(Mistake::at(place, "date_and_codes"));
        }
        if self.reads().any(|path| path.trim().is_empty()) {
            return Err(Mistake::at(place, "blank_path"));
        }
        Ok(())
    }
}

impl Http {
    fn check(&self, asked: &[AskBy]) -> Result<(), Mistake> {
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

impl View {
    fn check(&self, asked: &[AskBy], reads: &[&str]) -> Result<(), Mistake> {
        let at = |member: &str| format!("source.view.{member}");
        let foreign = self.database.strip_prefix("postgres://");
        let has_password = foreign.is_some_and(|rest| {
            let user = rest.split(['/', '?']).next().unwrap_or_default();
            let user = user.rsplit_once('@').map_or("", |(user, _)| user);
            user.contains(':') || rest.contains("password=")
        });
        if has_password {
            return Err(Mistake::at(&at("database"), "password_written"));
        }
        if foreign.is_none() && !self.is_embedded() {
            return Err(Mistake::at(&at("database"), "bad_database"));
        }
        match &self.password_file {
            Some(_) if self.is_embedded() => {
                return Err(Mistake::at(&at("password_file"), "password_idle"));
            }
            Some(path) => inside_the_office(&at("password_file"), path)?,
            None => {}
        }
        let parts: Vec<&str> = self.view.split('.').collect();
        if parts.len() > 2 || !parts.iter().all(|part| is_identifier(part)) {
            return Err(Mistake::at(&at("view"), "identifier").with("given", &self.view));
        }
        let columns = [&self.holder_code, &self.number];
        let columns = columns.into_iter().flatten().map(String::as_str);
        if let Some(bad) = columns
            .chain(reads.iter().copied())
            .find(|c| !is_identifier(c))
        {
            return Err(Mistake::at(&at("view"), "identifier").with("given", bad));
        }
        columns_asked(
            "source.view",
            asked,
            self.holder_code.as_ref(),
            self.number.as_ref(),
        )
    }
}

impl FileDrop {
    fn check(&self, asked: &[AskBy]) -> Result<(), Mistake> {
        if self.path.trim().is_empty() {
            return Err(Mistake::at("source.file.path", "blank_path"));
        }
        columns_asked(
            "source.file",
            asked,
            self.holder_code.as_ref(),
            self.number.as_ref(),
        )
    }
}

/// The columns that are compared are those of what is asked by, no more and no fewer.
fn columns_asked(
    place: &str,
    asked: &[AskBy],
    holder_code: Option<&String>,
    number: Option<&String>,
) -> Result<(), Mistake> {
    for (by, column) in [(AskBy::HolderCode, holder_code), (AskBy::Number, number)] {
        let place = format!("{place}.{}", by.name());
        match (asked.contains(&by), column) {
            (true, None) => return Err(Mistake::at(&place, "column_missing")),
            (false, Some(_)) => return Err(Mistake::at(&place, "column_idle")),
            _ => {}
        }
    }
    Ok(())
}

fn within<T: PartialOrd + ToString>(
    place: &str,
    given: T,
    range: RangeInclusive<T>,
) -> Result<(), Mistake> {
    if range.contains(&given) {
        return Ok(());
    }
    Err(Mistake::at(place, "range")
        .with("given", given)
        .with("least", range.start().to_string())
        .with("most", range.end().to_string()))
}

/// Secrets lie in the office's folder, so that whoever guards that guards them.
fn inside_the_office(place: &str, path: &str) -> Result<(), Mistake> {
    let mut parts = Path::new(path).components();
    let inside = !path.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)));
    if inside {
        Ok(())
    } else {
        Err(Mistake::at(place, "outside").with("given", path))
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
