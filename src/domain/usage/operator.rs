//! By whose hand a certificate is used 经办人: what the user agency says of its own officer.

use serde::Deserialize;
use serde::Serialize;

/// The most characters of each thing that is said of an operator.
const LONGEST: usize = 64;

/// The officer of a user agency who uses a certificate, as that agency names her: her account
/// there, her name, her organisation and her window.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Her account in the agency's own system: limits and alarms count by it.
    pub account: String,
    /// Her name.
    pub name: String,
    /// The organisation she works for.
    pub organisation: String,
    /// The window or room she sits in.
    pub window: String,
}

/// An operator of whom something is missing, or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operator's {0} is missing or longer than 64 characters")]
pub struct BadOperator(&'static str);

impl Operator {
    /// The same with blanks around each part taken off, if nothing is missing or too long.
    ///
    /// # Errors
    ///
    /// [`BadOperator`] names the first part that is.
    pub fn checked(&self) -> Result<Self, BadOperator> {
        let part = |name: &'static str, text: &str| {
            let text = text.trim();
            let good = (1..=LONGEST).contains(&text.chars().count())
                && !text.chars().any(char::is_control);
            good.then(|| text.to_owned()).ok_or(BadOperator(name))
        };
        Ok(Self {
            account: part("account", &self.account)?,
            name: part("name", &self.name)?,
            organisation: part("organisation", &self.organisation)?,
            window: part("window", &self.window)?,
        })
    }
}

impl std::fmt::Debug for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Operator(.., {})", self.organisation)
    }
}

#[cfg(test)]
mod tests {
    use super::BadOperator;
    use super::Operator;

    #[test]
    fn an_operator_is_named_whole_or_not_at_all() {
        let good = Operator {
            account: " wang.m ".to_owned(),
            name: "王敏".to_owned(),
            organisation: "锡林郭勒盟住房公积金中心".to_owned(),
            window: "3号窗口".to_owned(),
        };
        assert_eq!(good.checked().unwrap().account, "wang.m");
        let blank = |change: fn(&mut Operator)| {
            let mut operator = good.clone();
            change(&mut operator);
            operator.checked().unwrap_err()
        };
        assert_eq!(blank(|o| o.account.clear()), BadOperator("account"));
        assert_eq!(blank(|o| o.name = "  ".to_owned()), BadOperator("name"));
        assert_eq!(
            blank(|o| o.organisation = "名".repeat(65)),
            BadOperator("organisation")
        );
        assert_eq!(
            blank(|o| o.window = "3\n号".to_owned()),
            BadOperator("window")
        );
        assert!(!format!("{good:?}").contains("王敏"));
    }
}
