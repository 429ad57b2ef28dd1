//! Whether what is said of views and files contradicts itself.

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
