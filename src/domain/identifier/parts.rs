//! The parts of an identifier: type, issuer, serial and version.

use std::fmt;
use std::str::FromStr;

use super::BadIdentifier;
use crate::domain::uscc::Uscc;

/// A certificate type's code 证照类型代码: the code of the body that defines it and three digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeCode([u8; 21]);

/// The issuing body as an identifier names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IssuerCode {
    /// By unified social credit code; the only form we issue.
    Uscc(Uscc),
    /// By the six digits of a division, seen on other regions' certificates.
    Division([u8; 6]),
}

/// The serial 流水号: 1 to 32 characters of `0-9A-Z`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Serial(String);

/// The version 版本号, 1 to 999; printed as three digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version(u16);

impl FromStr for TypeCode {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let Ok(bytes) = <[u8; 21]>::try_from(text.as_bytes()) else {
            return Err(BadIdentifier::TypeCode);
        };
        let (body, digits) = text.split_at_checked(18).ok_or(BadIdentifier::TypeCode)?;
        if body.parse::<Uscc>().is_err() || !digits.bytes().all(|c| c.is_ascii_digit()) {
            return Err(BadIdentifier::TypeCode);
        }
        Ok(Self(bytes))
    }
}

impl TypeCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for TypeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for IssuerCode {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if let Ok(six) = <[u8; 6]>::try_from(text.as_bytes())
            && six.iter().all(u8::is_ascii_digit)
        {
            return Ok(Self::Division(six));
        }
        text.parse()
            .map(Self::Uscc)
            .map_err(|_bad_uscc| BadIdentifier::Issuer)
    }
}

impl fmt::Display for IssuerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uscc(code) => write!(f, "{code}"),
            Self::Division(six) => f.write_str(std::str::from_utf8(six).unwrap_or_default()),
        }
    }
}

impl FromStr for Serial {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let good = (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIdentifier::Serial)
        }
    }
}

impl Serial {
    /// Our own serials: the year, `A`, and a counter of at least six digits that never
    /// starts anew, so that a serial is used once per issuer and type.
    #[must_use]
    pub fn ours(year: i16, counter: u64) -> Self {
        Self(format!("{year:04}A{counter:06}"))
    }

    /// The serial as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Version {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let shape = text.len() == 3 && text.bytes().all(|c| c.is_ascii_digit());
        match text.parse() {
            Ok(number @ 1..=999) if shape => Ok(Self(number)),
            _ => Err(BadIdentifier::Version),
        }
    }
}

impl Version {
    /// The first version, 001.
    pub const FIRST: Self = Self(1);

    /// From its number; `None` outside 1 to 999.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number >= 1 && number <= 999 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The version after this one; `None` after 999.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        Self::new(self.0 + 1)
    }

    /// Its number, 1 to 999.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}
