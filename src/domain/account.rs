//! Accounts of people who log in with a browser: their names, what they may be, how long they
//! stay logged in, and what a password has to be.

use crate::domain::caller::Role;
use crate::domain::normalise::narrow;
use crate::domain::normalise::trimmed;

/// What begins the id of a caller who has logged in, before the account's number.
const PREFIX: &str = "account:";

/// What begins the names of the demonstration's accounts, whose passwords everybody knows.
pub const DEMO: &str = "demo.";

/// The id under which an account stands in the ledger.
#[must_use]
pub fn account_id(number: i64) -> String {
    format!("{PREFIX}{number}")
}

/// The number of an account's id; none for the id of another credential.
#[must_use]
pub fn account_number(id: &str) -> Option<i64> {
    id.strip_prefix(PREFIX)?.parse().ok()
}

/// The name somebody logs in with: small letters, digits and `. _ - @`, 3 to 64 of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginName(String);

/// A login name that cannot be one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a login name has 3 to 64 of a-z, 0-9 and . _ - @")]
pub struct BadLoginName;

impl LoginName {
    /// Reads a name as people type it: blanks around it, capitals and wide letters do not count.
    ///
    /// # Errors
    ///
    /// [`BadLoginName`].
    pub fn read(text: &str) -> Result<Self, BadLoginName> {
        let name = folded(text);
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-@".contains(&c);
        if (3..=64).contains(&name.len()) && name.bytes().all(plain) {
            Ok(Self(name))
        } else {
            Err(BadLoginName)
        }
    }

    /// The name as it is compared and kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of the demonstration's.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.0.starts_with(DEMO)
    }
}

/// A text as login names are compared, whether it could be one or not.
#[must_use]
pub fn folded(text: &str) -> String {
    let narrowed = trimmed(text).chars().map(narrow);
    narrowed.map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether people of a role log in: systems show credentials, and nobody is public by name.
#[must_use]
pub const fn logs_in(role: Role) -> bool {
    matches!(
        role,
        Role::Issuer | Role::Window | Role::Holder | Role::Operator | Role::Auditor
    )
}

/// Whether somebody of a role has to show a one-time code each time.
#[must_use]
pub const fn needs_code(role: Role) -> bool {
    matches!(role, Role::Operator)
}

/// How long somebody of a role stays logged in, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stay {
    /// From the login on, whatever happens.
    pub whole: i64,
    /// From the last request on.
    pub idle: i64,
}

/// How long somebody of a role stays logged in: a working day at a desk that others pass, a
/// month on a phone of one's own.
#[must_use]
pub const fn stay(role: Role) -> Stay {
    match role {
        Role::Holder => Stay {
            whole: 30 * 86_400,
            idle: 7 * 86_400,
        },
        _ => Stay {
            whole: 12 * 3600,
            idle: 30 * 60,
        },
    }
}

/// How somebody logged in. The numbers are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// With name and password.
    Password,
    /// Through single sign-on.
    SignOn,
    /// Out of the league's app.
    App,
}

impl Way {
    const ALL: [(Self, i16, &'static str); 3] = [
        (Self::Password, 0, "password"),
        (Self::SignOn, 1, "sign_on"),
        (Self::App, 2, "app"),
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i16 {
        let found = Self::ALL.iter().find(|(way, ..)| *way == self);
        found.map_or(-1, |(_, number, _)| *number)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::name_of(self.number())
    }

    /// The stable name of a stored number; empty for one that a newer program wrote.
    #[must_use]
    pub fn name_of(number: i16) -> &'static str {
        let found = Self::ALL.iter().find(|(_, n, _)| *n == number);
        found.map_or("", |(.., name)| name)
    }
}

/// Characters of a password, at least and at most.
const LEAST: usize = 10;
const MOST: usize = 128;

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadPassword {
    /// It is too short or too long.
    #[error("a password has 10 to 128 characters")]
    Length,
    /// It is the login name, with little around it.
    #[error("a password is not the login name")]
    Name,
    /// It consists of few characters, over and over.
    #[error("a password has at least five different characters")]
    Same,
}

/// Whether a password may be one. Long ones are asked for rather than strange ones: what people
/// cannot remember, they write down.
///
/// # Errors
///
/// [`BadPassword`]; it never repeats what was tried.
pub fn may_be_password(text: &str, name: &LoginName) -> Result<(), BadPassword> {
    let length = text.chars().count();
    if !(LEAST..=MOST).contains(&length) {
        return Err(BadPassword::Length);
    }
    let small = text.to_lowercase();
    let rest = small.replacen(name.as_str(), "", 1).chars().count();
    if rest < length && rest < LEAST / 2 {
        return Err(BadPassword::Name);
    }
    let mut different: Vec<char> = small.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 {
        return Err(BadPassword::Same);
    }
    Ok(())
}

/// What it costs to hash a password, and so to guess one: argon2id's three numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes of it.
    pub lanes: u32,
}

impl PasswordCost {
    /// The least that an office in earnest may set.
    pub const LEAST: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self::LEAST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_is_read_as_people_type_it() {
        for text in ["zhang.san", " Zhang.San\u{3000}", "ｚｈａｎｇ．ｓａｎ"] {
            assert_eq!(LoginName::read(text).unwrap().as_str(), "zhang.san");
        }
        let long = "a".repeat(65);
        for bad in ["", "ab", "张三三", "a b c", "a/b", "a\0bc", long.as_str()] {
            assert_eq!(LoginName::read(bad), Err(BadLoginName), "{bad:?}");
        }
    }

    #[test]
    fn an_id_is_told_from_those_of_other_credentials() {
        assert_eq!(account_number(&account_id(7)), Some(7));
        for other in ["c7", "cli", "public", "account:", "account:x"] {
            assert_eq!(account_number(other), None);
        }
    }

    #[test]
    fn a_password_is_long_and_no_name() {
        let name = LoginName::read("wang.min").unwrap();
        let of = |text: &str| may_be_password(text, &name);
        assert_eq!(of("correct horse"), Ok(()));
        assert_eq!(of("草原上的十匹白马跑"), Err(BadPassword::Length));
        assert_eq!(of("草原上的十匹白马跑啊"), Ok(()));
        assert_eq!(of("short"), Err(BadPassword::Length));
        assert_eq!(of(&"abcde".repeat(26)), Err(BadPassword::Length));
        assert_eq!(of("Wang.Min12"), Err(BadPassword::Name));
        assert_eq!(of("wang.min and his horse"), Ok(()));
        assert_eq!(of("aaaaaaaaaaaa"), Err(BadPassword::Same));
        assert_eq!(of("ababababcdcd"), Err(BadPassword::Same));
    }
}
