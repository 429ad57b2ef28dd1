//! The codes of items: 33 characters that hold the base item, and the base item the main one.

use std::fmt;
use std::str::FromStr;

use crate::domain::uscc::Uscc;

/// A text that is no code of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadItemCode {
    /// Not of the length or the characters of such a code.
    #[error("not the characters of an item's code")]
    Shape,
    /// The first 18 characters are no unified social credit code.
    #[error("does not begin with an agency's unified code")]
    Agency,
}

/// A main item 主项: the first nine digits of its base items' codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MainItemCode(u32);

/// A base item 基本编码, twelve digits: region and kind, department, main item, sub-item.
///
/// Items in several places that share it ask for the same materials.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseItemCode(u64);

/// A published item 实施编码: agency (18), level (1), base item (12), situation (2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemCode {
    agency: Uscc,
    level: u8,
    base: BaseItemCode,
    scenario: u8,
}

impl BaseItemCode {
    /// The main item it belongs to.
    #[must_use]
    pub fn main(self) -> MainItemCode {
        MainItemCode(u32::try_from(self.0 / 1000).unwrap_or_default())
    }
}

impl ItemCode {
    /// The agency that runs the item.
    #[must_use]
    pub fn agency(&self) -> Uscc {
        self.agency
    }

    /// The base item, whose materials it asks for.
    #[must_use]
    pub fn base(&self) -> BaseItemCode {
        self.base
    }

    /// The base item and the number of the situation: the same wherever the item is run.
    #[must_use]
    pub fn situation(&self) -> (BaseItemCode, u8) {
        (self.base, self.scenario)
    }
}

fn digits<T: FromStr>(text: &str) -> Result<T, BadItemCode> {
    let plain = text.bytes().all(|c| c.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| plain)
        .ok_or(BadItemCode::Shape)
}

impl FromStr for BaseItemCode {
    type Err = BadItemCode;

    fn from_str(text: &str) -> Result<Self, BadItemCode> {
        if text.len() != 12 || text.starts_with('0') {
            return Err(BadItemCode::Shape);
        }
        Ok(Self(digits(text)?))
    }
}

impl FromStr for ItemCode {
    type Err = BadItemCode;

    fn from_str(text: &str) -> Result<Self, BadItemCode> {
        let part = |from: usize, to: usize| text.get(from..to).ok_or(BadItemCode::Shape);
        if text.len() != 33 {
            return Err(BadItemCode::Shape);
        }
        Ok(Self {
            agency: part(0, 18)?.parse().map_err(|_why| BadItemCode::Agency)?,
            level: digits(part(18, 19)?)?,
            base: part(19, 31)?.parse()?,
            scenario: digits(part(31, 33)?)?,
        })
    }
}

impl fmt::Display for MainItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

impl fmt::Display for BaseItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Display for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            agency,
            level,
            base,
            scenario,
        } = self;
        write!(f, "{agency}{level}{base}{scenario:02}")
    }
}

impl fmt::Debug for BaseItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_and_written_as_it_is() {
        let text = "11152501MY0001840D415072390300001";
        let code: ItemCode = text.parse().unwrap();
        assert_eq!(code.to_string(), text);
        assert_eq!(code.agency().as_str(), "11152501MY0001840D");
        assert_eq!(code.base().to_string(), "150723903000");
        assert_eq!(code.base().main().to_string(), "150723903");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let right = "11152501MY0001840D415072390300001";
        for (wrong, why) in [
            ("", BadItemCode::Shape),
            (&right[..32], BadItemCode::Shape),
            ("11152501MY0001840D4150723903000+1", BadItemCode::Shape),
            ("11152501MY0001840D4150723903000国", BadItemCode::Shape),
            ("11152501MY0001841D415072390300001", BadItemCode::Agency),
        ] {
            assert_eq!(wrong.parse::<ItemCode>(), Err(why), "{wrong}");
        }
        for wrong in [
            "",
            "15072390300",
            "1507239030000",
            "15072390300x",
            "050723903000",
        ] {
            assert!(wrong.parse::<BaseItemCode>().is_err(), "{wrong}");
        }
    }
}
