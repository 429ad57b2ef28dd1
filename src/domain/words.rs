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

impl Lang {
    /// The language of a two-letter name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

type Messages = BTreeMap<String, BTreeMap<String, String>>;

/// The files of a language: what everybody reads, then the pages by who sees them.
macro_rules! files {
    ($lang:literal) => {
        [
            include_str!(concat!("words/", $lang, ".toml")),
            include_str!(concat!("words/web/", $lang, "/dev.toml")),
            include_str!(concat!("words/web/", $lang, "/check.toml")),
            include_str!(concat!("words/web/", $lang, "/frame.toml")),
            include_str!(concat!("words/web/", $lang, "/people.toml")),
            include_str!(concat!("words/web/", $lang, "/public.toml")),
            include_str!(concat!("words/web/", $lang, "/wallet.toml")),
            include_str!(concat!("words/web/", $lang, "/agency.toml")),
            include_str!(concat!("words/web/", $lang, "/window.toml")),
        ]
    };
}

const ZH_FILES: &[&str] = &files!("zh");
const EN_FILES: &[&str] = &files!("en");

// Constant texts that are compiled in; tests check that all files parse and agree.
static ZH: LazyLock<Messages> = LazyLock::new(|| read(ZH_FILES));
static EN: LazyLock<Messages> = LazyLock::new(|| read(EN_FILES));

fn read(files: &[&str]) -> Messages {
    let files = files.iter().filter_map(|text| toml::from_str(text).ok());
    files.fold(Messages::new(), |mut all, messages: Messages| {
        for (group, messages) in messages {
            all.entry(group).or_default().extend(messages);
        }
        all
    })
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
    use super::EN_FILES;
    use super::Messages;
    use super::ZH_FILES;

    /// All files of a language, none of which says anything again.
    fn whole(files: &[&str]) -> Messages {
        let mut all = Messages::new();
        for text in files {
            let messages: Messages = toml::from_str(text).unwrap();
            for (group, messages) in messages {
                let of = all.entry(group.clone()).or_default();
                for (name, message) in messages {
                    let before = of.insert(name.clone(), message);
                    assert!(before.is_none(), "{group}.{name} stands in two files");
                }
            }
        }
        all
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (zh, en) = (whole(ZH_FILES), whole(EN_FILES));
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
