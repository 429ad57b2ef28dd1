//! Whether a configuration contradicts itself.

mod http;
mod places;

use std::ops::RangeInclusive;
use std::path::Component;
use std::path::Path;

use super::AskBy;
use super::FieldRule;
use super::IssueRule;
use super::Kind;
use super::Mistake;
use super::National;
use super::Source;

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
        if self.national.is_some() && self.issue != IssueRule::Never {
            return Err(Mistake::at("source.issue", "national_never"));
        }
        // What is kept goes out for purposes that the platform was never told; the mirror does not.
        if self.national.is_some() && self.cache.age_s > 0 {
            return Err(Mistake::at("source.cache.age_s", "national_cache"));
        }
        if self.fields.is_empty() && self.national.is_none() {
            return Err(Mistake::at("source.fields", "no_fields"));
        }
        for (key, rule) in &self.fields {
            rule.check(&format!("source.fields.{key}"))?;
        }
        match self.kind() {
            Some(Kind::Http(http)) => http.check(&self.ask_by),
            Some(Kind::View(view)) => view.check(&self.ask_by, &self.reads()),
            Some(Kind::File(file)) => file.check(&self.ask_by),
            Some(Kind::National(national)) => national.check(&self.ask_by),
            None => Err(Mistake::at("source", "one_kind")),
        }
    }
}

impl National {
    fn check(&self, asked: &[AskBy]) -> Result<(), Mistake> {
        // The operations know holders; a number only chooses among what they have.
        if !asked.contains(&AskBy::HolderCode) {
            return Err(Mistake::at("source.ask_by", "by_holder"));
        }
        within("source.national.mirror_days", self.mirror_days, 0..=365)?;
        if self.account.trim().is_empty() {
            return Err(Mistake::at("source.national.account", "blank_path"));
        }
        let http = self.as_http().check(&[AskBy::HolderCode, AskBy::Number]);
        http.map_err(|mistake| mistake.moved("source.http", "source.national"))
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
