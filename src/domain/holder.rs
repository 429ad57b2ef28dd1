//! Holders 持证主体 and the codes that name them.

pub(crate) mod written;

use std::fmt;
use std::str::FromStr;

use crate::domain::citizen_id::BadCitizenId;
use crate::domain::citizen_id::CitizenId;
use crate::domain::uscc::BadUscc;
use crate::domain::uscc::Uscc;

/// What kind of code names a holder 持证主体代码类型 (GB/T 36903 Annex A).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HolderCodeType(u16);

/// The types in use, with the words an office writes for them.
const TYPES: &[(u16, &str)] = &[
    (1, "统一社会信用代码"),
    (99, "其他法人或其他组织代码"),
    (111, "居民身份证"),
    (114, "中国人民解放军军官证"),
    (115, "中国人民武装警察部队警官证"),
    (118, "中国人民解放军士兵证"),
    (119, "武警士兵证"),
    (120, "中国人民解放军文职干部证"),
    (122, "武警文职干部证"),
    (411, "外交护照"),
    (412, "公务护照"),
    (413, "因公普通护照"),
    (414, "普通护照"),
    (511, "台湾居民来往大陆通行证"),
    (516, "港澳居民来往内地通行证"),
    (999, "其他自然人有效证件"),
];

/// Other words met in files.
const ALIASES: &[(&str, u16)] = &[
    ("身份证", 111),
    ("公民身份号码", 111),
    ("居民身份证号码", 111),
    ("护照", 414),
    ("台胞证", 511),
    ("港澳通行证", 516),
    ("其他", 999),
    ("营业执照", 1),
];

/// A text that names no holder code type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a holder code type of GB/T 36903")]
pub struct BadHolderCodeType;

impl HolderCodeType {
    /// 001 unified social credit code.
    pub const USCC: Self = Self(1);
    /// 111 citizen identity number.
    pub const CITIZEN: Self = Self(111);
    /// 999 any other number of a person, such as a newborn's birth certificate.
    pub const OTHER_PERSON: Self = Self(999);

    /// All types, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        TYPES.iter().map(|(number, _)| Self(*number))
    }

    /// The words for it in Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        TYPES
            .iter()
            .find(|(n, _)| *n == self.0)
            .map_or("", |(_, label)| label)
    }

    /// Whether it names an organisation.
    #[must_use]
    pub const fn is_organisation(self) -> bool {
        matches!(self.0, 1 | 99)
    }
}

impl FromStr for HolderCodeType {
    type Err = BadHolderCodeType;

    /// Reads the three digits, the official words, or a word offices use for them.
    fn from_str(text: &str) -> Result<Self, BadHolderCodeType> {
        let by_word = TYPES
            .iter()
            .find(|(_, label)| *label == text)
            .map(|(n, _)| *n);
        let by_alias = ALIASES
            .iter()
            .find(|(alias, _)| *alias == text)
            .map(|(_, n)| *n);
        let number = if text.len() == 3 {
            text.parse().ok()
        } else {
            None
        };
        by_word
            .or(by_alias)
            .or_else(|| number.filter(|n| TYPES.iter().any(|(t, _)| t == n)))
            .map(Self)
            .ok_or(BadHolderCodeType)
    }
}

impl fmt::Display for HolderCodeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

/// A code that names a holder, checked as far as its type allows.
///
/// `Debug` and `Display` show the last four characters only; [`HolderCode::number`] is the
/// whole number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderCode {
    kind: HolderCodeType,
    number: String,
}

/// Why a number is no holder code of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHolderCode {
    /// Not a citizen identity number.
    #[error("citizen identity number: {0}")]
    Citizen(#[from] BadCitizenId),
    /// Not a unified social credit code.
    #[error("unified social credit code: {0}")]
    Uscc(#[from] BadUscc),
    /// Not 4 to 40 characters of letters, digits, dash, brackets or Chinese.
    #[error("not a document number of 4 to 40 characters")]
    Shape,
    /// Not `type:number`.
    #[error("not written as type:number, for example 111:152502199003070019")]
    Written,
}

impl HolderCode {
    /// Checks a number against the rules of its type.
    ///
    /// # Errors
    ///
    /// [`BadHolderCode`]: for citizen numbers and unified codes their own reasons, for other
    /// types only a plausible shape is asked for.
    pub fn new(kind: HolderCodeType, number: &str) -> Result<Self, BadHolderCode> {
        let number = match kind {
            HolderCodeType::CITIZEN => number.parse::<CitizenId>()?.as_str().to_owned(),
            HolderCodeType::USCC => number.parse::<Uscc>()?.as_str().to_owned(),
            _ => {
                let plausible = (4..=40).contains(&number.chars().count())
                    && number
                        .chars()
                        .all(|c| c.is_alphanumeric() || "-()（）〔〕[]".contains(c));
                if !plausible {
                    return Err(BadHolderCode::Shape);
                }
                number.to_uppercase()
            }
        };
        Ok(Self { kind, number })
    }

    /// Reads `type:number`, as commands and tokens write it.
    ///
    /// # Errors
    ///
    /// [`BadHolderCode`]; `Written` when the colon or the type is missing.
    pub fn read(text: &str) -> Result<Self, BadHolderCode> {
        let (kind, number) = text.split_once(':').ok_or(BadHolderCode::Written)?;
        let Ok(kind) = kind.parse() else {
            return Err(BadHolderCode::Written);
        };
        Self::new(kind, number)
    }

    /// The type of the code.
    #[must_use]
    pub const fn kind(&self) -> HolderCodeType {
        self.kind
    }

    /// The whole number. It is personal data: never log it.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The number if it is a citizen identity number.
    #[must_use]
    pub fn citizen(&self) -> Option<CitizenId> {
        if self.kind == HolderCodeType::CITIZEN {
            self.number.parse().ok()
        } else {
            None
        }
    }

    /// The last four characters.
    #[must_use]
    pub fn last4(&self) -> String {
        let chars: Vec<char> = self.number.chars().collect();
        chars.iter().skip(chars.len().saturating_sub(4)).collect()
    }

    /// `type:number`, the text under which the register indexes the holder.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{}:{}", self.kind, self.number)
    }
}

impl fmt::Debug for HolderCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for HolderCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:****{}", self.kind, self.last4())
    }
}

/// Someone a certificate belongs to, or who acts for a child on it.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// The name as it stands on the certificate.
    pub name: String,
    /// The code.
    pub code: HolderCode,
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Holder({}, {})", masked_name(&self.name), self.code)
    }
}

/// A person's name with all but its ends hidden: 李*, 欧**明.
///
/// Names of organisations are public and are not passed here.
#[must_use]
pub fn masked_name(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    match chars.as_slice() {
        [] => String::new(),
        [one] => one.to_string(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => {
            format!("{first}{}{last}", "*".repeat(middle.len().min(3)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HolderCode;
    use super::HolderCodeType;
    use super::masked_name;

    #[test]
    fn each_type_has_its_own_check() {
        assert!(HolderCode::read("111:152502199003070019").is_ok());
        assert!(HolderCode::read("111:152502199003070018").is_err());
        assert!(HolderCode::read("001:91152502MA0000001L").is_ok());
        assert!(HolderCode::read("999:A157000001").is_ok());
        assert!(HolderCode::read("414:E12345678").is_ok());
        assert!(HolderCode::read("414:E1").is_err());
        assert!(HolderCode::read("777:A157000001").is_err());
        assert_eq!("身份证".parse(), Ok(HolderCodeType::CITIZEN));
    }

    #[test]
    fn a_number_is_not_printed_whole() {
        let code = HolderCode::read("111:152502199003070019").unwrap();
        assert_eq!(format!("{code:?} {code}"), "111:****0019 111:****0019");
    }

    #[test]
    fn names_keep_their_ends() {
        assert_eq!(masked_name("杨敏"), "杨*");
        assert_eq!(masked_name("李志强"), "李*强");
        assert_eq!(masked_name("阿拉坦其其格"), "阿***格");
    }
}
