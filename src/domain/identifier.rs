//! Certificate identifiers 电子证照标识 (GB/T 36904-2018).

use std::fmt;
use std::str::FromStr;

use crate::domain::check_character::mod_37_36;
use crate::domain::check_character::mod_37_36_legacy;
use crate::domain::uscc::Uscc;

/// The object identifier under which certificate identifiers stand; it has dots of its own.
const ROOT: &str = "1.2.156.3005.2.";

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
mod tests {
    use super::CertificateIdentifier;
    use super::CheckFinding;

    const PUBLISHED: &[&str] = &[
        "11100000000013338W011.11430000006122244L.20230000403.001.U",
        "11100000000013338W011.11430000006122244L.20230000403.002.S",
        "11100000000013338W009.11330105002500287C.2025052201.002.0",
        "11100000000013338W032.11220000013544541J.2430599.001.F",
        "11100000MB03271699022.340100.000000016.001.9",
        "11100000000013338W001.11152502000000001R.2026A000001.001.Y",
    ];

    #[test]
    fn published_identifiers_read_and_print_the_same() {
        for text in PUBLISHED {
            let read = CertificateIdentifier::read(text).unwrap();
            assert_eq!(read.check, CheckFinding::Right, "{text}");
            assert_eq!(
                read.identifier.to_string(),
                format!("1.2.156.3005.2.{text}")
            );
        }
    }

    #[test]
    fn a_wrong_check_character_is_a_finding_not_an_error() {
        let text = PUBLISHED[0].replace(".U", ".V");
        assert_eq!(
            CertificateIdentifier::read(&text).unwrap().check,
            CheckFinding::Wrong
        );
        for broken in [
            "",
            "1.2.156.3005.2",
            "a.b.c.d.e",
            &text[1..],
            &format!("{text}.1"),
        ] {
            assert!(CertificateIdentifier::read(broken).is_err(), "{broken}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_single_substitution_in_the_serial_is_found(at in 0_usize..11, by in "[0-9A-Z]") {
            let good = "2026A000001";
            let mut serial = good.to_owned();
            serial.replace_range(at..=at, &by);
            let text = PUBLISHED[5].replace(good, &serial);
            let right = CertificateIdentifier::read(&text).unwrap().check == CheckFinding::Right;
            proptest::prop_assert_eq!(right, serial == good);
        }

        #[test]
        fn every_swap_of_neighbours_in_the_serial_is_found(at in 0_usize..10) {
            let good = "2026A000001";
            let mut bytes = good.as_bytes().to_vec();
            bytes.swap(at, at + 1);
            let serial = String::from_utf8(bytes).unwrap();
            let text = PUBLISHED[5].replace(good, &serial);
            let right = CertificateIdentifier::read(&text).unwrap().check == CheckFinding::Right;
            proptest::prop_assert_eq!(right, serial == good);
        }
    }
}
