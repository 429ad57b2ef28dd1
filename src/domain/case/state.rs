//! How a material of a case stands.

use serde::Deserialize;
use serde::Serialize;

use super::PaperReason;
use crate::domain::item::Route;
use crate::domain::time::Day;

/// How a material stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum State {
    /// Nothing was done about it.
    NotAsked,
    /// The holder was asked, and has not answered.
    Waiting {
        /// The consent that is waited for.
        consent: i64,
    },
    /// A certificate serves, and the officer has not waived the material yet.
    Verified,
    /// 免交: it need not be handed in.
    Waived {
        /// By which way.
        route: Route,
    },
    /// It is handed in on paper.
    NeedsPaper {
        /// Why.
        reason: PaperReason,
    },
    /// 部门核验: the issuer was asked, and has not answered.
    DepartmentCheck {
        /// The task at the issuer.
        task: i64,
    },
    /// 告知承诺: a signed promise stands for it.
    Promised,
    /// 容缺: it may follow until the end of that day.
    Tolerant {
        /// The day.
        until: Day,
    },
    /// The applicant says that the certificate is wrong: her own document prevails, and the
    /// issuer was told.
    Disputed {
        /// The correction at the issuer.
        task: i64,
    },
    /// An identity card was read: a check, never a waiver.
    Identified,
    /// 直接取消: it is no longer asked for.
    Cancelled,
}

/// The states with the numbers that figures are counted by, stored for ever.
const NUMBERS: &[(i16, &str)] = &[
    (0, "not_asked"),
    (1, "waiting"),
    (2, "verified"),
    (3, "waived"),
    (4, "needs_paper"),
    (5, "department_check"),
    (6, "promised"),
    (7, "tolerant"),
    (8, "disputed"),
    (9, "identified"),
    (10, "cancelled"),
];

impl State {
    /// The stored number.
    #[must_use]
    pub const fn number(&self) -> i16 {
        match self {
            Self::NotAsked => 0,
            Self::Waiting { .. } => 1,
            Self::Verified => 2,
            Self::Waived { .. } => 3,
            Self::NeedsPaper { .. } => 4,
            Self::DepartmentCheck { .. } => 5,
            Self::Promised => 6,
            Self::Tolerant { .. } => 7,
            Self::Disputed { .. } => 8,
            Self::Identified => 9,
            Self::Cancelled => 10,
        }
    }

    /// The stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let found = NUMBERS.iter().find(|(number, _)| *number == self.number());
        found.map_or("", |(_, name)| name)
    }

    /// The stable name of a stored number.
    #[must_use]
    pub fn name_of(number: i16) -> Option<&'static str> {
        let found = NUMBERS.iter().find(|(n, _)| *n == number);
        found.map(|(_, name)| *name)
    }

    /// The stored number of a stable name.
    #[must_use]
    pub fn number_of(name: &str) -> Option<i16> {
        let found = NUMBERS.iter().find(|(_, n)| *n == name);
        found.map(|(number, _)| *number)
    }

    /// Whether nothing is left to be done about it.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        !matches!(
            self,
            Self::NotAsked | Self::Waiting { .. } | Self::Verified | Self::DepartmentCheck { .. }
        )
    }
}
