//! What is wrong with a configuration, and where.

use crate::domain::said::Said;
use crate::domain::words::Lang;

/// What is wrong with a configuration, and where; nothing of it is loaded then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The member or line.
    pub place: String,
    /// The mistake's stable name.
    pub name: &'static str,
    /// What is wrong and what to do about it, in words.
    pub said: Said,
}

impl Mistake {
    pub(super) fn at(place: &str, name: &'static str) -> Self {
        Self {
            place: place.to_owned(),
            name,
            said: Said::of("source_mistake", name).with("place", place),
        }
    }

    pub(super) fn with(mut self, hole: &'static str, text: impl ToString) -> Self {
        self.said = self.said.with(hole, text);
        self
    }

    /// The same at another place: of a kind that is checked as another one.
    pub(super) fn moved(mut self, from: &str, to: &str) -> Self {
        if let Some(rest) = self.place.strip_prefix(from) {
            self.place = format!("{to}{rest}");
            self.said = self.said.with("place", &self.place);
        }
        self
    }
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.said.what(Lang::En))
    }
}

impl std::error::Error for Mistake {}
