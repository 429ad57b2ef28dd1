//! Whether what is said of views and files contradicts itself.

use std::net::IpAddr;

use super::inside_the_office;
use crate::source::config::AskBy;
use crate::source::config::FileDrop;
use crate::source::config::Mistake;
use crate::source::config::View;
use crate::source::config::view::is_identifier;

impl View {
    pub(super) fn check(&self, asked: &[AskBy], reads: &[&str]) -> Result<(), Mistake> {
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
        if foreign.is_some_and(|rest| !is_near(rest) && !is_proven(rest)) {
            return Err(Mistake::at(&at("database"), "view_unproven"));
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

/// The values of a parameter of a database's address, which may stand there more than once.
fn parameters<'a>(rest: &'a str, named: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let said = rest.split_once('?').map_or("", |(_, said)| said);
    let pairs = said.split('&').filter_map(|pair| pair.split_once('='));
    // A name that is written otherwise than plainly is every name.
    pairs
        .filter(|(name, _)| named.contains(name) || name.contains('%'))
        .map(|(_, value)| value)
}

/// Whether a database is on this machine: named so, or by nothing but a socket's folder.
fn is_near(rest: &str) -> bool {
    let place = rest.split(['/', '?']).next().unwrap_or_default();
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    let named = place.split(',').map(|one| match one.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => one.split(':').next().unwrap_or_default(),
    });
    let mut hosts = named.chain(parameters(rest, &["host", "hostaddr"]).flat_map(|v| v.split(',')));
    hosts.all(|host| {
        let socket = host.is_empty() || host.starts_with('/') || host.starts_with("%2F");
        let address = host.parse::<IpAddr>();
        socket || host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

/// Whether a database must prove by its TLS certificate that it is the one that is named.
fn is_proven(rest: &str) -> bool {
    let mut modes = parameters(rest, &["sslmode"]).peekable();
    let mut roots = parameters(rest, &["sslrootcert"]).peekable();
    let whole = modes.peek().is_some() && roots.peek().is_some();
    whole
        && modes.all(|mode| mode == "verify-full")
        && roots.all(|root| root == "system" || root.starts_with('/') || root.starts_with("%2F"))
}

impl FileDrop {
    pub(super) fn check(&self, asked: &[AskBy]) -> Result<(), Mistake> {
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
