//! Certificate identifiers 电子证照标识 (GB/T 36904-2018).

mod parts;

use std::fmt;

use crate::domain::check_character::mod_37_36;
use crate::domain::check_character::mod_37_36_legacy;

pub use parts::IssuerCode;
pub use parts::Serial;
pub use parts::TypeCode;
pub use parts::Version;

/// The object identifier under which certificate identifiers stand; it has dots of its own.
const ROOT: &str = "1.2.156.3005.2.";

/// A certificate identifier without its root and check character, which follow from it.
///
/// `Display` writes the whole identifier with the check character of the standard.
///
/// ```
/// use mianzheng::domain::identifier::CertificateIdentifier;
/// use mianzheng::domain::identifier::CheckFinding;
/// let text = "1.2.156.3005.2.11100000000013338W001.11152502000000001R.2026A000001.001.Y";
/// let read = CertificateIdentifier::read(text).unwrap();
/// assert_eq!(read.check, CheckFinding::Right);
/// assert_eq!(read.identifier.to_string(), text);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CertificateIdentifier {
    /// What kind of certificate it is.
    pub type_code: TypeCode,
    /// Who issued it.
    pub issuer: IssuerCode,
    /// Which one it is.
    pub serial: Serial,
    /// Its version; a correction or renewal keeps the serial and takes the next.
    pub version: Version,
}

/// What the check character of an identifier that was read says.
///
/// Never a reason to call a certificate forged: the register and the signature decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckFinding {
    /// As the standard has it.
    Right,
    /// As at least two vendors compute it by mistake.
    Legacy,
    /// Neither: most likely a slip of the pen.
    Wrong,
}

/// An identifier as it was read, and what its check character says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadIdentifier {
    /// The identifier.
    pub identifier: CertificateIdentifier,
    /// The finding about its check character.
    pub check: CheckFinding,
}

/// Why a text is no certificate identifier, or part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentifier {
    /// Not six parts behind the root 1.2.156.3005.2.
    #[error("not six parts separated by dots behind 1.2.156.3005.2")]
    Parts,
    /// The type code is not a unified social credit code and three digits.
    #[error("the type code is not 18 characters of a unified code and three digits")]
    TypeCode,
    /// The issuer code is neither a unified social credit code nor six digits.
    #[error("the issuer code is neither a unified code nor six digits")]
    Issuer,
    /// The serial is not 1 to 32 characters of 0-9 and A-Z.
    #[error("the serial is not 1 to 32 characters of 0-9 and A-Z")]
    Serial,
    /// The version is not three digits from 001.
    #[error("the version is not three digits from 001")]
    Version,
    /// The check character is not one character of 0-9 and A-Z.
    #[error("the check character is missing")]
    Check,
}

impl CertificateIdentifier {
    /// Reads an identifier, with or without its root; the parts are checked strictly, the
    /// check character is reported.
    ///
    /// # Errors
    ///
    /// [`BadIdentifier`] names the first part that is not of its form.
    pub fn read(text: &str) -> Result<ReadIdentifier, BadIdentifier> {
        let text = text.strip_prefix(ROOT).unwrap_or(text);
        let mut parts = text.split('.');
        let mut part = || parts.next().ok_or(BadIdentifier::Parts);
        let (type_code, issuer, serial, version, check) =
            (part()?, part()?, part()?, part()?, part()?);
        if parts.next().is_some() {
            return Err(BadIdentifier::Parts);
        }
        let identifier = Self {
            type_code: type_code.parse()?,
            issuer: issuer.parse()?,
            serial: serial.parse()?,
            version: version.parse()?,
        };
        let mut given = check.chars();
        let (Some(c), None) = (given.next(), given.next()) else {
            return Err(BadIdentifier::Check);
        };
        if !(c.is_ascii_digit() || c.is_ascii_uppercase()) {
            return Err(BadIdentifier::Check);
        }
        let body = identifier.body();
        let check = if mod_37_36(&body) == Some(c) {
            CheckFinding::Right
        } else if mod_37_36_legacy(&body) == Some(c) {
            CheckFinding::Legacy
        } else {
            CheckFinding::Wrong
        };
        Ok(ReadIdentifier { identifier, check })
    }

    fn body(&self) -> String {
        format!(
            "{}{}{}{}",
            self.type_code, self.issuer, self.serial, self.version
        )
    }
}

impl fmt::Display for CertificateIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check = mod_37_36(&self.body()).unwrap_or_default();
        let Self {
            type_code,
            issuer,
            serial,
            version,
        } = self;
        write!(f, "{ROOT}{type_code}.{issuer}.{serial}.{version}.{check}")
    }
}

#[cfg(test)]
mod tests;
