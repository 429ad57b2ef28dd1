//! How long records are kept: as long as the law says, or longer.

use crate::domain::time::Day;
use crate::domain::time::Timestamp;

/// Years for which use records are kept at least: Personal Information Protection Law 个人信息保护法
/// art. 56, Network Data Regulation 网络数据安全管理条例 art. 12. A case and its receipt prove uses,
/// so theirs are no fewer.
pub const LEAST_USE_YEARS: u16 = 3;

/// Months for which security logs are kept at least: Cybersecurity Law 网络安全法.
pub const LEAST_SECURITY_MONTHS: u16 = 6;

/// Months for which notices are kept at least; no law gives a number, and who was told something
/// has half a year to ask about it.
pub const LEAST_NOTICE_MONTHS: u16 = 6;

/// Months for which what a platform gave is kept as it was last given; no law asks for it, and none
/// is served when it is older than a year at most.
const MIRROR_MONTHS: u16 = 12;

/// The longest term, in years: what is to be kept longer belongs into an archive.
const MOST_YEARS: u16 = 100;

/// A kind of record that has a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// Closed cases with their consents, receipts and tasks; the term begins with the last that
    /// happened in one.
    Cases,
    /// Cases of other systems that were closed, or whose days are over.
    ForeignCases,
    /// Answered tasks that came from no case.
    Tasks,
    /// Alarms that were settled.
    Alarms,
    /// What platforms of the region or the nation last gave.
    Mirrors,
    /// Mandates that ended or ran out.
    Mandates,
    /// Credentials that were taken back or ran out: they say who an actor was.
    Credentials,
    /// Accounts that were disabled: they, too, say who an actor was.
    Accounts,
    /// Notices to holders.
    Notices,
    /// What the ledger tells of uses: names, causes, fields. Its chained rows stay.
    Uses,
    /// What the ledger tells of credentials and grants that changed. Its chained rows stay.
    Security,
}

impl RecordKind {
    /// Every kind, in the order in which they are deleted.
    pub const ALL: [Self; 11] = [
        Self::Cases,
        Self::ForeignCases,
        Self::Tasks,
        Self::Alarms,
        Self::Mirrors,
        Self::Mandates,
        Self::Credentials,
        Self::Accounts,
        Self::Notices,
        Self::Uses,
        Self::Security,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::ForeignCases => "foreign_cases",
            Self::Tasks => "tasks",
            Self::Alarms => "alarms",
            Self::Mirrors => "mirrors",
            Self::Mandates => "mandates",
            Self::Credentials => "credentials",
            Self::Accounts => "accounts",
            Self::Notices => "notices",
            Self::Uses => "uses",
            Self::Security => "security",
        }
    }
}

/// The terms of an office, none shorter than the law's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    use_years: u16,
    case_years: u16,
    security_months: u16,
    notice_months: u16,
}

/// A term that is shorter than it may be, or longer than makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("retention.{name} is {given}: at least {least} and at most {most}")]
pub struct BadTerm {
    /// Which setting.
    pub name: &'static str,
    /// What it says.
    pub given: u16,
    /// What it may say at least.
    pub least: u16,
    /// What it may say at most.
    pub most: u16,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            use_years: LEAST_USE_YEARS,
            case_years: LEAST_USE_YEARS,
            security_months: 12,
            notice_months: 12,
        }
    }
}

impl Terms {
    /// Terms in years for uses and cases, and in months for security logs and notices; what is
    /// left out is as in [`Terms::default`].
    ///
    /// # Errors
    ///
    /// [`BadTerm`] for one below what the law asks for, or above a hundred years.
    pub fn of(
        (use_years, case_years): (Option<u16>, Option<u16>),
        (security_months, notice_months): (Option<u16>, Option<u16>),
    ) -> Result<Self, BadTerm> {
        let usual = Self::default();
        let years = (LEAST_USE_YEARS, MOST_YEARS);
        let months = MOST_YEARS * 12;
        Ok(Self {
            use_years: within("use_years", use_years, years, usual.use_years)?,
            case_years: within("case_years", case_years, years, usual.case_years)?,
            security_months: within(
                "security_months",
                security_months,
                (LEAST_SECURITY_MONTHS, months),
                usual.security_months,
            )?,
            notice_months: within(
                "notice_months",
                notice_months,
                (LEAST_NOTICE_MONTHS, months),
                usual.notice_months,
            )?,
        })
    }

    /// The first day whose records are kept at a moment: what is older has had its term.
    #[must_use]
    pub fn kept_from(&self, kind: RecordKind, now: Timestamp) -> Day {
        let (years, months) = match kind {
            RecordKind::Cases
            | RecordKind::ForeignCases
            | RecordKind::Tasks
            | RecordKind::Mandates => (self.case_years, 0),
            RecordKind::Uses
            | RecordKind::Credentials
            | RecordKind::Accounts
            | RecordKind::Alarms => (self.use_years, 0),
            RecordKind::Mirrors => (0, MIRROR_MONTHS),
            RecordKind::Security => (0, self.security_months),
            RecordKind::Notices => (0, self.notice_months),
        };
        now.day().plus(-i32::from(years), -i32::from(months), 0)
    }
}

fn within(
    name: &'static str,
    given: Option<u16>,
    (least, most): (u16, u16),
    usual: u16,
) -> Result<u16, BadTerm> {
    let given = given.unwrap_or(usual);
    if (least..=most).contains(&given) {
        return Ok(given);
    }
    Err(BadTerm {
        name,
        given,
        least,
        most,
    })
}

#[cfg(test)]
mod tests {
    use super::RecordKind;
    use super::Terms;

    #[test]
    fn no_term_is_shorter_than_the_laws() {
        let none = (None, None);
        for (years, months) in [
            ((Some(2), None), none),
            ((None, Some(0)), none),
            ((Some(101), None), none),
            (none, (Some(5), None)),
            (none, (None, Some(5))),
        ] {
            assert!(Terms::of(years, months).is_err(), "{years:?} {months:?}");
        }
        assert_eq!(Terms::of(none, none), Ok(Terms::default()));
    }

    #[test]
    fn a_term_counts_whole_days_of_the_calendar() {
        let now = "2028-02-29T00:00:00+08:00".parse().unwrap();
        let terms = Terms::default();
        let from = |kind| terms.kept_from(kind, now).to_string();
        assert_eq!(from(RecordKind::Uses), "2025-02-28");
        assert_eq!(from(RecordKind::Security), "2027-02-28");
    }
}
