//! In which matters a mandate is good: items, and types of certificates.

use std::collections::BTreeSet;

use crate::domain::item::ItemCode;

/// All of something, or those that are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// All.
    All,
    /// These codes; with none of them it is good for nothing.
    Only(BTreeSet<String>),
}

impl Listed {
    /// What a list of codes means: an empty one is all.
    #[must_use]
    pub fn of(codes: &[String]) -> Self {
        if codes.is_empty() {
            return Self::All;
        }
        Self::Only(codes.iter().cloned().collect())
    }

    /// The codes; none for all.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let listed = match self {
            Self::All => None,
            Self::Only(codes) => Some(codes),
        };
        listed.into_iter().flatten().map(String::as_str)
    }

    fn has(&self, covers: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::All => true,
            Self::Only(codes) => codes.iter().any(|code| covers(code)),
        }
    }

    fn is_within(&self, wider: &Self, covers: impl Fn(&str, &str) -> bool) -> bool {
        match (self, wider) {
            (_, Self::All) => true,
            (Self::All, Self::Only(_)) => false,
            (Self::Only(codes), Self::Only(_)) => {
                let mut all = codes.iter();
                all.all(|code| wider.has(|wide| covers(wide, code)))
            }
        }
    }
}

/// The matters a mandate is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Items, by their own code (33 characters) or by the code of their base item (12 digits).
    pub items: Listed,
    /// Types of certificates that may be shown or fetched, by code.
    pub types: Listed,
}

impl Scope {
    /// Every matter.
    pub const ALL: Self = Self {
        items: Listed::All,
        types: Listed::All,
    };

    /// Whether it is good for an item, and a type of certificate where one is used.
    #[must_use]
    pub fn covers(&self, item: &str, type_code: Option<&str>) -> bool {
        let of_type = type_code.is_none_or(|code| self.types.has(|listed| listed == code));
        of_type && self.items.has(|listed| covers_item(listed, item))
    }

    /// Whether it is good for nothing that the other is not good for.
    #[must_use]
    pub fn is_within(&self, wider: &Self) -> bool {
        self.items.is_within(&wider.items, covers_item)
            && self
                .types
                .is_within(&wider.types, |wide, code| wide == code)
    }
}

/// Whether a listed code means an item: it is its own, or that of its base item.
fn covers_item(listed: &str, item: &str) -> bool {
    let base = || Some(item.parse::<ItemCode>().ok()?.base().to_string());
    listed == item || base().is_some_and(|base| base == listed)
}
