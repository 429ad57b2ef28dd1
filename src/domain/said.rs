//! What is said of a fault: a message with its holes filled, and what to do about it.

use crate::domain::words::Lang;
use crate::domain::words::say;

/// A message of the message files with what stands in its holes. It never carries personal data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    group: &'static str,
    name: &'static str,
    with: Vec<(&'static str, String)>,
    words: Vec<(&'static str, String)>,
}

impl Said {
    /// The message `group.name`; the advice of the same name goes with it where there is one.
    #[must_use]
    pub const fn of(group: &'static str, name: &'static str) -> Self {
        Self {
            group,
            name,
            with: Vec::new(),
            words: Vec::new(),
        }
    }

    /// With something in the messages' holes, on one line whatever it was; what was put last
    /// into a hole counts.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what a path displays is a value of its own, and a sentence reads better without &"
    )]
    pub fn with(mut self, hole: &'static str, text: impl ToString) -> Self {
        self.with.retain(|(other, _)| *other != hole);
        self.with.push((hole, one_line(&text.to_string())));
        self
    }

    /// With another message in the messages' holes, in the language of the rest.
    #[must_use]
    pub fn with_word(mut self, hole: &'static str, key: impl Into<String>) -> Self {
        self.words.push((hole, key.into()));
        self
    }

    /// What is wrong, and where.
    #[must_use]
    pub fn what(&self, lang: Lang) -> String {
        self.message(self.group, lang)
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self, lang: Lang) -> Option<String> {
        let text = self.message("advice", lang);
        (text != format!("advice.{}", self.name)).then_some(text)
    }

    fn message(&self, group: &str, lang: Lang) -> String {
        let words: Vec<(&str, String)> = self
            .words
            .iter()
            .map(|(hole, key)| (*hole, say(lang, key, &[])))
            .collect();
        let with: Vec<(&str, &str)> = self
            .with
            .iter()
            .map(|(hole, text)| (*hole, text.as_str()))
            .chain(words.iter().map(|(hole, text)| (*hole, text.as_str())))
            .collect();
        say(lang, &format!("{group}.{}", self.name), &with)
    }
}

/// A text without line ends, for places that have one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::Said;
    use crate::domain::words::Lang;

    #[test]
    fn advice_goes_with_a_message_that_has_one() {
        let said = Said::of("doctor", "settings_bad").with("why", "one\n  two");
        assert!(said.what(Lang::En).ends_with("one two"));
        assert!(said.advice(Lang::Zh).unwrap().contains("mianzheng.toml"));
        assert_eq!(Said::of("doctor", "settings").advice(Lang::Zh), None);
    }
}
