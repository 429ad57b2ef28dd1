//! A case of another system 外部办件, registered before anything is used for it by duty.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::holder::HolderCode;
use crate::domain::holder::masked_name;
use crate::domain::time::Timestamp;
use crate::domain::usage::BadOperator;
use crate::domain::usage::Operator;

/// For how many days from its opening a case is good for anything.
const GOOD_DAYS: i64 = 30;

/// How far the other system's clock may be ahead of ours, in seconds.
const AHEAD_S: i64 = 120;

const DAY_S: i64 = 86_400;

/// Who applies in a case of another system.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// Her name.
    pub name: String,
    /// Her code.
    #[serde(with = "crate::domain::holder::written")]
    pub code: HolderCode,
}

impl Applicant {
    /// Her name as papers that lie about have it: an organisation's whole, a person's masked.
    #[must_use]
    pub fn shown_name(&self) -> String {
        if self.code.kind().is_organisation() {
            self.name.clone()
        } else {
            masked_name(&self.name)
        }
    }
}

impl std::fmt::Debug for Applicant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Applicant({}, {})", self.shown_name(), self.code)
    }
}

/// A case of another system, as it was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignCase {
    /// The number that the agency's own system has for it; once for each agency.
    pub number: String,
    /// The item's code, or its base item's.
    pub item: String,
    /// What the agency calls the item.
    pub item_name: String,
    /// The situation 情形.
    pub scenario: String,
    /// Who applies.
    pub applicant: Applicant,
    /// When it was opened there, in milliseconds.
    pub opened: i64,
    /// Whose case it is there.
    pub operator: Operator,
}

/// A case that cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadForeignCase {
    /// No number, or no good one.
    #[error("a case's number has 1 to 64 visible characters")]
    Number,
    /// No name of the item, or no good one.
    #[error("an item's name has 1 to 200 characters")]
    ItemName,
    /// No situation, or no good one.
    #[error("a situation has 1 to 64 characters")]
    Scenario,
    /// No name of the applicant, or no good one.
    #[error("an applicant's name has 1 to 100 characters")]
    Applicant,
    /// It was opened in the future, or too long ago.
    #[error("a case was opened at most 120 s from now and not more than 30 days ago")]
    Opened,
    /// Whose case it is was not said.
    #[error(transparent)]
    Operator(#[from] BadOperator),
}

/// What another system's case came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseResult {
    /// It was done 办结: 1.
    Done,
    /// It was refused 不予办理: 2.
    Refused,
    /// It was withdrawn 撤件, and came to no result: 3.
    Withdrawn,
}

const RESULTS: [(CaseResult, i16, &str); 3] = [
    (CaseResult::Done, 1, "done"),
    (CaseResult::Refused, 2, "refused"),
    (CaseResult::Withdrawn, 3, "withdrawn"),
];

impl CaseResult {
    /// The stored number.
    #[must_use]
    pub fn number(self) -> i16 {
        let found = RESULTS.iter().find(|(result, ..)| *result == self);
        found.map_or(0, |(_, number, _)| *number)
    }

    /// The result of a stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        let found = RESULTS.iter().find(|(_, n, _)| *n == number);
        found.map(|(result, ..)| *result)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = RESULTS.iter().find(|(result, ..)| *result == self);
        found.map_or("", |(.., name)| name)
    }
}

/// How another system's case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForeignStanding {
    /// Open and within its days: a ground for uses.
    Open,
    /// Not closed, and its days are over: no ground for anything, and owing a result.
    Overdue,
    /// Closed: no ground for anything.
    Closed,
}

impl ForeignStanding {
    /// How a case stands that was closed then, or not, and is good until then.
    #[must_use]
    pub fn of(closed_at: Option<i64>, until: i64, now: Timestamp) -> Self {
        match closed_at {
            Some(_) => Self::Closed,
            None if now.millis() < until => Self::Open,
            None => Self::Overdue,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Closed => "closed",
        }
    }
}

impl ForeignCase {
    /// The same with blanks around each text taken off, if it can be registered at a moment.
    ///
    /// # Errors
    ///
    /// [`BadForeignCase`]: the first that is wrong.
    pub fn checked(&self, now: Timestamp) -> Result<Self, BadForeignCase> {
        let visible = |text: &str| !text.chars().any(|c| c.is_control() || c.is_whitespace());
        let text = |text: &str, most: usize, why: BadForeignCase| {
            let text = text.trim();
            let good =
                (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            good.then(|| text.to_owned()).ok_or(why)
        };
        let number = text(&self.number, 64, BadForeignCase::Number)?;
        if !visible(&number) {
            return Err(BadForeignCase::Number);
        }
        let opened = Timestamp::from_millis(self.opened);
        let in_time = opened <= now.plus_secs(AHEAD_S) && now < Self::good_until(opened);
        if !in_time {
            return Err(BadForeignCase::Opened);
        }
        let applicant = Applicant {
            name: text(&self.applicant.name, 100, BadForeignCase::Applicant)?,
            code: self.applicant.code.clone(),
        };
        Ok(Self {
            number,
            item: self.item.clone(),
            item_name: text(&self.item_name, 200, BadForeignCase::ItemName)?,
            scenario: text(&self.scenario, 64, BadForeignCase::Scenario)?,
            applicant,
            opened: self.opened,
            operator: self.operator.checked()?,
        })
    }

    /// The first moment it is no longer good for anything.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        Self::good_until(Timestamp::from_millis(self.opened))
    }

    fn good_until(opened: Timestamp) -> Timestamp {
        opened.plus_secs(GOOD_DAYS * DAY_S)
    }
}

#[cfg(test)]
mod tests {
    use super::Applicant;
    use super::BadForeignCase;
    use super::CaseResult;
    use super::ForeignCase;
    use super::ForeignStanding;
    use crate::domain::holder::HolderCode;
    use crate::domain::time::Timestamp;
    use crate::domain::usage::Operator;

    const NOW: Timestamp = Timestamp::from_secs(1_795_395_600);

    fn case(change: impl FnOnce(&mut ForeignCase)) -> ForeignCase {
        let text = |text: &str| text.to_owned();
        let mut case = ForeignCase {
            number: text("GJJ-2026-〔17〕"),
            item: text("152014904000"),
            item_name: text("提取住房公积金"),
            scenario: text("购房提取"),
            applicant: Applicant {
                name: text("巴特尔"),
                code: HolderCode::read("111:152502199003070019").unwrap(),
            },
            opened: NOW.millis(),
            operator: Operator {
                account: text("wang.m"),
                name: text("王敏"),
                organisation: text("锡林郭勒盟住房公积金中心"),
                window: text("3号窗口"),
            },
        };
        change(&mut case);
        case
    }

    #[test]
    fn a_case_says_everything_and_was_opened_in_time() {
        let good = case(|_| {});
        assert_eq!(good.checked(NOW), Ok(good.clone()));
        let month = 30 * 86_400;
        for in_time in [NOW.plus_secs(120), NOW.plus_secs(1 - month)] {
            assert!(case(|c| c.opened = in_time.millis()).checked(NOW).is_ok());
        }
        for (bad, why) in [
            (case(|c| c.number.clear()), BadForeignCase::Number),
            (case(|c| c.number = "1".repeat(65)), BadForeignCase::Number),
            (case(|c| c.number = "1 2".into()), BadForeignCase::Number),
            (case(|c| c.item_name.clear()), BadForeignCase::ItemName),
            (case(|c| c.scenario = " ".into()), BadForeignCase::Scenario),
            (
                case(|c| c.applicant.name.clear()),
                BadForeignCase::Applicant,
            ),
            (
                case(|c| c.opened = NOW.plus_secs(121).millis()),
                BadForeignCase::Opened,
            ),
            (
                case(|c| c.opened = NOW.plus_secs(-month).millis()),
                BadForeignCase::Opened,
            ),
        ] {
            assert_eq!(bad.checked(NOW), Err(why));
        }
        let nobody = case(|c| c.operator.name.clear());
        assert!(matches!(
            nobody.checked(NOW),
            Err(BadForeignCase::Operator(_))
        ));
        assert!(!format!("{good:?}").contains("巴特尔"));
        assert!(!format!("{good:?}").contains("19900307"));
    }

    #[test]
    fn a_case_is_good_until_it_is_closed_or_thirty_days_are_over() {
        let until = case(|_| {}).until();
        let last = until.plus_secs(-1);
        let of = |closed, now| ForeignStanding::of(closed, until.millis(), now).name();
        assert_eq!(of(None, last), "open");
        assert_eq!(of(None, until), "overdue");
        assert_eq!(of(Some(1), last), "closed");
        assert_eq!(of(Some(1), until), "closed");
    }

    #[test]
    fn results_are_what_they_are_for_good() {
        let all = [CaseResult::Done, CaseResult::Refused, CaseResult::Withdrawn];
        let told = all.map(|result| format!("{}={}", result.number(), result.name()));
        assert_eq!(told, ["1=done", "2=refused", "3=withdrawn"]);
        for result in all {
            assert_eq!(CaseResult::from_number(result.number()), Some(result));
        }
    }
}
