//! The days of a draft: issue, the first day it is good for, and the last.

use super::Fields;
use super::Judging;
use crate::domain::definition::LastDay;
use crate::domain::definition::NamedValidity;
use crate::domain::definition::Span;
use crate::domain::definition::Validity;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::finding::Weight;
use crate::domain::normalise::trimmed;
use crate::domain::time::Day;
use crate::domain::value::Raw;
use crate::domain::value::Value;
use crate::domain::value::read_day;

impl Judging<'_> {
    fn day(&mut self, column: &str) -> Result<Option<Day>, ()> {
        match self.raw(column).map(read_day) {
            None => Ok(None),
            Some(Ok(day)) => Ok(Some(day)),
            Some(Err(_)) => {
                self.error(column, Fault::NotADate);
                Err(())
            }
        }
    }

    pub(super) fn days(&mut self, fields: &Fields) -> Option<(Day, Day, Option<Day>)> {
        let today = self.by.today;
        let given = self.day("issue_date").ok()?;
        if given.is_none() && self.by.stock {
            self.error("issue_date", Fault::Missing);
            return None;
        }
        let issued = given.unwrap_or(today);
        if issued > today {
            self.error("issue_date", Fault::InTheFuture);
            return None;
        }
        let written_end = self.raw("valid_to").is_some_and(is_long_term);
        let from = self.day("valid_from").ok()?;
        let to = if written_end {
            None
        } else {
            self.day("valid_to").ok()?
        };
        let (from, to) = match &self.of.definition.validity {
            Validity::Named(NamedValidity::LongTerm) => (from.unwrap_or(issued), to),
            Validity::Named(NamedValidity::PerField) => {
                self.printed_validity(fields, issued, from, to, written_end)?
            }
            Validity::Span(span) => {
                let base = match span.from.as_deref().map(|key| (key, fields.get(key))) {
                    None => issued,
                    Some((_, Some(Value::Day(day)))) => *day,
                    // An old record whose end is written needs no day to count from.
                    Some(_) if to.is_some() || written_end => issued,
                    Some((key, _)) => {
                        let here = |f: &Finding| f.column == key && f.weight == Weight::Error;
                        if !self.findings.iter().any(here) {
                            self.error(key, Fault::Missing);
                        }
                        return None;
                    }
                };
                let first = from.unwrap_or(base);
                let counted = span.end(base);
                (
                    first,
                    if written_end {
                        None
                    } else {
                        Some(to.unwrap_or(counted))
                    },
                )
            }
        };
        if to.is_some_and(|to| to < from) {
            self.error("valid_to", Fault::EndsBeforeStart);
            return None;
        }
        if to.is_some_and(|to| to < today) {
            self.findings
                .push(Finding::warning("valid_to", Fault::AlreadyExpired));
        }
        Some((issued, from, to))
    }

    fn printed_validity(
        &mut self,
        fields: &Fields,
        issued: Day,
        from: Option<Day>,
        to: Option<Day>,
        long_term: bool,
    ) -> Option<(Day, Option<Day>)> {
        if to.is_some() || long_term {
            return Some((from.unwrap_or(issued), to));
        }
        let term = self.of.definition.term.as_deref();
        let Some(Value::Text(text)) = term.and_then(|key| fields.get(key)) else {
            let column = term.unwrap_or("valid_to");
            self.gap(column, Fault::Missing);
            return self.by.stock.then_some((from.unwrap_or(issued), None));
        };
        let Some((start, end)) = read_term(text) else {
            self.error(term.unwrap_or("valid_to"), Fault::NotADate);
            return None;
        };
        Some((from.or(start).unwrap_or(issued), end))
    }
}

impl Span {
    /// The last day of a validity that counts from `base`.
    #[must_use]
    pub fn end(&self, base: Day) -> Day {
        let part = |n: Option<i32>| n.unwrap_or(0);
        let anniversary = base.plus(part(self.years), part(self.months), part(self.days));
        match self.last_day {
            Some(LastDay::DayBefore) => anniversary.before(),
            None => anniversary,
        }
    }
}

fn is_long_term(raw: &Raw) -> bool {
    matches!(raw, Raw::Text(t) if ["长期", "永久", "长期有效", "无固定期限"].contains(&trimmed(t)))
}

/// Reads a term as licences print it: `长期`, `D1至D2`, `D1至长期`, or the end alone.
fn read_term(text: &str) -> Option<(Option<Day>, Option<Day>)> {
    let raw = |t: &str| Raw::Text(t.to_owned());
    if is_long_term(&raw(text)) {
        return Some((None, None));
    }
    let Some((start, end)) = text.split_once(['至', '~', '～']) else {
        return Some((None, Some(read_day(&raw(text)).ok()?)));
    };
    let start = read_day(&raw(start.trim_start_matches('自').trim_end_matches('起'))).ok()?;
    if is_long_term(&raw(end)) {
        return Some((Some(start), None));
    }
    Some((
        Some(start),
        Some(read_day(&raw(end.trim_end_matches('止'))).ok()?),
    ))
}
