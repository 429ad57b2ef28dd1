//! A check and what came of it.

use crate::domain::words::Lang;
use crate::domain::words::say;

/// What came of a check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mark {
    /// As it should be.
    Good,
    /// It works, and somebody should look at it 注意.
    Attention,
    /// It does not work, or is not safe 错误.
    Wrong,
}

impl Mark {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Attention => "attention",
            Self::Wrong => "error",
        }
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at; stable.
    pub id: &'static str,
    /// What came of it.
    pub mark: Mark,
    /// The message under `doctor`, and the advice under `advice`.
    pub said: &'static str,
    /// What stands in the messages' braces. No personal data.
    pub with: Vec<(&'static str, String)>,
}

impl Check {
    pub(super) const fn good(id: &'static str, said: &'static str) -> Self {
        Self::of(id, Mark::Good, said)
    }

    pub(super) const fn attention(id: &'static str, said: &'static str) -> Self {
        Self::of(id, Mark::Attention, said)
    }

    pub(super) const fn wrong(id: &'static str, said: &'static str) -> Self {
        Self::of(id, Mark::Wrong, said)
    }

    const fn of(id: &'static str, mark: Mark, said: &'static str) -> Self {
        Self {
            id,
            mark,
            said,
            with: Vec::new(),
        }
    }

    /// With something in the messages' braces.
    pub(super) fn with(mut self, name: &'static str, text: &str) -> Self {
        self.with.push((name, text.to_owned()));
        self
    }

    /// What was found.
    #[must_use]
    pub fn what(&self, lang: Lang) -> String {
        self.message("doctor", lang)
    }

    /// What to do; none where all is well.
    #[must_use]
    pub fn advice(&self, lang: Lang) -> Option<String> {
        (self.mark != Mark::Good).then(|| self.message("advice", lang))
    }

    fn message(&self, group: &str, lang: Lang) -> String {
        let with: Vec<(&str, &str)> = self
            .with
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        say(lang, &format!("{group}.{}", self.said), &with)
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use crate::domain::words::Lang;
    use crate::domain::words::say;

    const SOURCES: &[&str] = &[
        include_str!("mod.rs"),
        include_str!("authority.rs"),
        include_str!("clock.rs"),
        include_str!("database.rs"),
        include_str!("files.rs"),
        include_str!("keys.rs"),
        include_str!("ledger.rs"),
        include_str!("lists.rs"),
        include_str!("secrets.rs"),
        include_str!("tls.rs"),
        include_str!("trust.rs"),
    ];

    #[test]
    fn every_check_has_words_and_every_fault_advice() {
        let used = Regex::new(r#"Check::(good|attention|wrong)\(\s*"(\w+)",\s*"(\w+)""#).unwrap();
        let mut found = 0;
        for source in SOURCES {
            for used in used.captures_iter(source) {
                found += 1;
                let mut keys = vec![format!("doctor.{}", &used[3])];
                if &used[1] != "good" {
                    keys.push(format!("advice.{}", &used[3]));
                }
                for key in keys {
                    assert_ne!(say(Lang::Zh, &key, &[]), key);
                }
            }
            let all = source.matches("Check::good(").count()
                + source.matches("Check::attention(").count()
                + source.matches("Check::wrong(").count();
            assert_eq!(all, used.captures_iter(source).count(), "{source}");
        }
        assert!(found > 40, "{found}");
    }
}
