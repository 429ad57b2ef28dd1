//! What citizens and officers read, from the message files beside this one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language of the message files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// 中文, the first language everywhere.
    #[default]
    Zh,
    /// English.
    En,
}

type Messages = BTreeMap<String, BTreeMap<String, String>>;

// Constant texts that are compiled in; a test checks that both files parse and agree.
static ZH: LazyLock<Messages> = LazyLock::new(|| read(include_str!("words/zh.toml")));
static EN: LazyLock<Messages> = LazyLock::new(|| read(include_str!("words/en.toml")));

fn read(text: &str) -> Messages {
    toml::from_str(text).unwrap_or_default()
}

/// The message `group.name` with `{placeholders}` filled in.
///
/// A message that is missing shows as its key, so that nothing goes unsaid.
#[must_use]
pub fn say(lang: Lang, key: &str, with: &[(&str, &str)]) -> String {
    let messages = match lang {
        Lang::Zh => &*ZH,
        Lang::En => &*EN,
    };
    let found = key
        .split_once('.')
        .and_then(|(group, name)| messages.get(group)?.get(name));
    let Some(message) = found else {
        return key.to_owned();
    };
    let mut text = message.clone();
    for (name, value) in with {
        let placeholder = format!("{{{name}}}");
        if text.contains(&placeholder) {
            text = text.replace(&placeholder, value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Messages;

    #[test]
    fn both_languages_say_the_same_things() {
        let zh: Messages = toml::from_str(include_str!("words/zh.toml")).unwrap();
        let en: Messages = toml::from_str(include_str!("words/en.toml")).unwrap();
        let keys = |m: &Messages| {
            let pairs = m
                .iter()
                .flat_map(|(g, ms)| ms.keys().map(move |k| format!("{g}.{k}")));
            pairs.collect::<Vec<_>>()
        };
        assert_eq!(keys(&zh), keys(&en));
        assert!(keys(&zh).len() >= 20);
        let holes = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|t| Some(t.split_once('}')?.0.to_owned()))
                .collect();
            found.sort();
            found
        };
        for (group, messages) in &zh {
            for (name, text) in messages {
                assert_eq!(holes(text), holes(&en[group][name]), "{group}.{name}");
            }
        }
    }
}
