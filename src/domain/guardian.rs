//! Guardians 监护人: who acts for a child, from when, and until when.
//!
//! Below 14 only a guardian acts and consents; from the day the child turns 14 the child may
//! act itself, and the guardian still may; on the 18th birthday the guardian's right ends. A
//! recorded order ends it earlier, or gives it back.

use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;

/// The age from which a child consents itself (PIPL 31).
pub const CONSENTS_AT: i32 = 14;

/// The age at which a guardian's right ends.
pub const GROWN_AT: i32 = 18;

/// Who may act where somebody of an age is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Below 14: a guardian only.
    Guarded,
    /// From 14 to 17: the child itself, or a guardian.
    Growing,
    /// From 18: nobody but themselves.
    Grown,
}

impl Stage {
    /// Of somebody born on a day, on another day in Asia/Shanghai. The birthday counts.
    #[must_use]
    pub fn on(birth: Day, today: Day) -> Self {
        match birth.age_on(today) {
            age if age >= GROWN_AT => Self::Grown,
            age if age >= CONSENTS_AT => Self::Growing,
            _ => Self::Guarded,
        }
    }

    /// Whether the person may act for themselves.
    #[must_use]
    pub const fn acts_alone(self) -> bool {
        matches!(self, Self::Growing | Self::Grown)
    }

    /// Whether a guardian may act.
    #[must_use]
    pub const fn is_guarded(self) -> bool {
        matches!(self, Self::Guarded | Self::Growing)
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guarded => "guarded",
            Self::Growing => "growing",
            Self::Grown => "grown",
        }
    }
}

/// What an order of a court or an office does. The numbers are stored: they never change
/// meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    /// 撤销监护资格: the guardian is none any more: 0.
    Revocation,
    /// 抚养权归另一方: the other parent has the custody, and this guardian acts no more: 1.
    Custody,
    /// 恢复: the guardian acts again: 2.
    Restoration,
}

const ORDERS: [(OrderKind, i16, &str); 3] = [
    (OrderKind::Revocation, 0, "revocation"),
    (OrderKind::Custody, 1, "custody"),
    (OrderKind::Restoration, 2, "restoration"),
];

impl OrderKind {
    /// The stored number.
    #[must_use]
    pub fn stored(self) -> i16 {
        let found = ORDERS.iter().find(|(kind, ..)| *kind == self);
        found.map_or(-1, |(_, number, _)| *number)
    }

    /// The kind of a stored number; `None` for a number that is none.
    #[must_use]
    pub fn from_stored(number: i16) -> Option<Self> {
        let found = ORDERS.iter().find(|(_, n, _)| *n == number);
        found.map(|(kind, ..)| *kind)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = ORDERS.iter().find(|(kind, ..)| *kind == self);
        found.map_or("", |(.., name)| name)
    }

    /// The kind of a name; `None` for a name that is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let found = ORDERS.iter().find(|(.., n)| *n == name);
        found.map(|(kind, ..)| *kind)
    }
}

/// An order that two officers recorded, about one guardian of one child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its number: of two of one moment the later recorded counts.
    pub id: i64,
    /// What it does.
    pub kind: OrderKind,
    /// From when.
    pub at: Timestamp,
}

/// How a guardian stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardianStanding {
    /// They may act.
    InForce,
    /// An order took their right.
    Ordered(OrderKind),
    /// The child is 18.
    GrownUp,
    /// Nobody knows when the child was born, so nobody can say that it is a child.
    NoBirth,
}

impl Order {
    /// The one of several that counts: of those that have begun, the last.
    #[must_use]
    pub fn counting(orders: &[Self], now: Timestamp) -> Option<&Self> {
        let begun = orders.iter().filter(|order| order.at <= now);
        begun.max_by_key(|order| (order.at, order.id))
    }
}

impl GuardianStanding {
    /// By the child's day of birth and the orders about this guardian, in any order.
    #[must_use]
    pub fn of(birth: Option<Day>, orders: &[Order], now: Timestamp) -> Self {
        let Some(birth) = birth else {
            return Self::NoBirth;
        };
        if !Stage::on(birth, now.day()).is_guarded() {
            return Self::GrownUp;
        }
        match Order::counting(orders, now) {
            Some(order) if order.kind != OrderKind::Restoration => Self::Ordered(order.kind),
            _ => Self::InForce,
        }
    }

    /// Whether the guardian may act.
    #[must_use]
    pub const fn may_act(self) -> bool {
        matches!(self, Self::InForce)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Ordered(kind) => kind.name(),
            Self::GrownUp => "grown_up",
            Self::NoBirth => "no_birth",
        }
    }

    /// Why the guardian may not act; none if they may.
    #[must_use]
    pub const fn refusal(self) -> Option<Reason> {
        match self {
            Self::InForce => None,
            Self::Ordered(_) => Some(Reason::GuardianEnded),
            Self::GrownUp | Self::NoBirth => Some(Reason::NoGuardian),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::GuardianStanding;
    use super::Order;
    use super::OrderKind;
    use super::Stage;
    use crate::domain::time::Day;
    use crate::domain::time::Timestamp;

    fn stage(birth: &str, at: &str) -> Stage {
        let at: Timestamp = at.parse().unwrap();
        Stage::on(birth.parse().unwrap(), at.day())
    }

    #[test]
    fn birthdays_count_from_midnight_in_shanghai() {
        assert_eq!(
            stage("2012-11-24", "2026-11-23T23:59:59+08:00"),
            Stage::Guarded
        );
        assert_eq!(
            stage("2012-11-24", "2026-11-24T00:00:00+08:00"),
            Stage::Growing
        );
        assert_eq!(stage("2012-11-24", "2026-11-23T16:00:00Z"), Stage::Growing);
        assert_eq!(stage("2008-11-24", "2026-11-23T15:59:59Z"), Stage::Growing);
        assert_eq!(
            stage("2008-11-24", "2026-11-24T00:00:00+08:00"),
            Stage::Grown
        );
        // Born on a leap day: the day after the 28th, in a year without one.
        assert_eq!(
            stage("2012-02-29", "2026-02-28T23:59:59+08:00"),
            Stage::Guarded
        );
        assert_eq!(
            stage("2012-02-29", "2026-03-01T00:00:00+08:00"),
            Stage::Growing
        );
    }

    #[test]
    fn the_last_order_that_has_begun_counts() {
        let now: Timestamp = "2026-11-23T09:00:00+08:00".parse().unwrap();
        let birth: Option<Day> = Some("2020-01-01".parse().unwrap());
        let order = |id, kind, s| Order {
            id,
            kind,
            at: now.plus_secs(s),
        };
        let orders = [
            order(3, OrderKind::Restoration, 1),
            order(1, OrderKind::Revocation, -10),
            order(2, OrderKind::Custody, 0),
        ];
        let standing = |orders: &[Order], s| GuardianStanding::of(birth, orders, now.plus_secs(s));
        assert_eq!(standing(&orders, -11), GuardianStanding::InForce);
        assert_eq!(standing(&orders, -1).name(), "revocation");
        assert_eq!(standing(&orders, 0).name(), "custody");
        assert_eq!(standing(&orders, 1), GuardianStanding::InForce);
        assert_eq!(
            GuardianStanding::of(None, &[], now),
            GuardianStanding::NoBirth
        );
    }

    proptest! {
        #[test]
        fn somebody_may_always_act(days in 0_i64..12_000) {
            let stage = Stage::on(Day::from_number(12_000), Day::from_number(12_000 + days));
            prop_assert!(stage.acts_alone() || stage.is_guarded());
        }
    }
}
