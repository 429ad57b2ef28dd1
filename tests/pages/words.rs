//! No page asks for words that are not there, and no words are there that nothing asks for.

use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

/// The text of all files under a folder with one of the endings.
fn all(folder: &Path, endings: &[&str]) -> String {
    let mut text = String::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings
                .iter()
                .any(|e| path.extension().is_some_and(|has| has == *e))
            {
                text.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    text
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// `group.name` of every message of the pages.
fn messages() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(source().join("domain/words/web/zh")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let messages: toml::Table = text.parse().unwrap();
        for (group, of) in messages {
            let names = of.as_table().unwrap().keys();
            all.extend(names.map(|name| (group.clone(), name.clone())));
        }
    }
    all
}

#[test]
fn every_message_of_a_page_is_said_somewhere() {
    let text = all(&source(), &["rs", "html"]);
    let unused: Vec<String> = messages()
        .into_iter()
        .filter(|(group, name)| {
            let made = [format!("\"{group}.{{"), format!("\"{group}.\"")];
            !text.contains(&format!("\"{group}.{name}\""))
                && !made.iter().any(|sign| text.contains(sign))
        })
        .map(|(group, name)| format!("{group}.{name}"))
        .collect();
    assert!(unused.is_empty(), "nothing says {unused:?}");
}

#[test]
fn every_message_that_a_template_says_is_there() {
    let templates = all(&source().join("http/web/templates"), &["html"]);
    let messages: BTreeSet<String> = messages()
        .into_iter()
        .map(|(group, name)| format!("{group}.{name}"))
        .collect();
    let whole = std::fs::read_to_string(source().join("domain/words/zh.toml")).unwrap();
    let whole: toml::Table = whole.parse().unwrap();
    let mut said = 0;
    for sign in ["say(\"", "say_of(\"", "say_with(\""] {
        for part in templates.split(sign).skip(1) {
            let key = part.split('"').next().unwrap();
            let known = key.split_once('.').is_some_and(|(group, name)| {
                whole
                    .get(group)
                    .is_some_and(|group| group.get(name).is_some())
            });
            assert!(known || messages.contains(key), "{key}");
            said += 1;
        }
    }
    assert!(said > 20, "{said}");
}
