//! The wall: no layer names one above it.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Each layer, and the layers below that its files may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("codec", &["domain"]),
    ("crypto", &["domain", "codec"]),
    ("source", &["domain", "codec"]),
    ("store", &["domain", "codec", "crypto"]),
    ("flow", &["domain", "codec", "crypto", "source", "store"]),
    ("http", &["domain", "codec", "flow"]),
    ("cli", &["domain", "flow", "http"]),
];

#[test]
fn no_layer_names_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut offences = Vec::new();
    for (layer, _) in MAY_NAME {
        let files = rust_files(&src.join(layer));
        assert!(!files.is_empty(), "src/{layer} has no files");
        for file in files {
            let module = module_of(file.strip_prefix(&src).unwrap());
            let text = fs::read_to_string(&file).unwrap();
            for what in offences_of(&module, &text) {
                offences.push(format!("{}: {what}", file.display()));
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn only_known_layers_have_folders() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let known = MAY_NAME.iter().any(|(layer, _)| *layer == name);
        assert!(
            known || entry.file_type().unwrap().is_file(),
            "src/{name} is no layer"
        );
    }
}

#[test]
fn what_is_planted_is_found() {
    let found = |module: &str, text: &str| offences_of(&path(module), text).len();
    assert_eq!(found("flow::verify", "use crate::http::Reply;"), 1);
    assert_eq!(found("store::ledger", "use crate::flow::Office;"), 1);
    assert_eq!(found("domain::value", "//! Like [`crate::codec::jws`]."), 1);
    assert_eq!(found("store::ledger", "use super::super::flow::Office;"), 1);
    assert_eq!(found("store", "use super::flow;"), 1);
    assert_eq!(found("store", "use self::super::flow;"), 1);
    assert_eq!(
        found(
            "store::ledger",
            "mod tests {\n    use super::super::super::flow;\n}\n"
        ),
        1
    );
    assert_eq!(found("store", "use crate::{domain, flow};"), 1);
    assert_eq!(found("store::a::b", "use super::super::super::{flow};"), 1);
    assert_eq!(found("store", "use super::*;"), 1);
}

#[test]
fn what_leads_down_or_stays_is_let_be() {
    let found = |module: &str, text: &str| offences_of(&path(module), text);
    let none: Vec<String> = Vec::new();
    assert_eq!(found("flow::verify", "use crate::store::Tx;"), none);
    assert_eq!(found("store::ledger", "use super::Tx;"), none);
    assert_eq!(found("store::flow::a", "use super::super::flow;"), none);
    let tests = "mod tests {\n    use super::*;\n    use super::flow;\n}\nuse crate::crypto::mac;";
    assert_eq!(found("store", tests), none);
}

fn path(module: &str) -> Vec<String> {
    module.split("::").map(str::to_owned).collect()
}

/// All Rust files below a folder; none where there is no folder.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// `store/ledger.rs` is `store::ledger`, and `store/mod.rs` is `store`.
fn module_of(file: &Path) -> Vec<String> {
    let mut path: Vec<String> = file
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if path.last().is_some_and(|last| last == "mod") {
        path.pop();
    }
    path
}

/// What a file names that its layer may not. It trusts rustfmt, and one path a line.
fn offences_of(module: &[String], text: &str) -> Vec<String> {
    let layer = module[0].as_str();
    let below = MAY_NAME
        .iter()
        .find(|(name, _)| *name == layer)
        .map_or(&[][..], |(_, below)| *below);
    let mut offences = Vec::new();
    // The indentation of each module that has been opened in the file and not closed.
    let mut inner: Vec<usize> = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        if bare == "}" && inner.last() == Some(&indent) {
            inner.pop();
        }
        for named in from_the_root(line, module.len() + inner.len()) {
            let is_layer = MAY_NAME.iter().any(|(name, _)| *name == named);
            if named.is_empty() {
                offences.push(format!("more than one path a line: {bare}"));
            } else if is_layer && named != layer && !below.contains(&named) {
                offences.push(format!("{layer} names {named}: {bare}"));
            }
        }
        let opens = |rest: &str| rest.starts_with("mod ") && rest.ends_with(" {");
        if opens(
            bare.trim_start_matches("pub ")
                .trim_start_matches("pub(crate) "),
        ) {
            inner.push(indent);
        }
    }
    offences
}

/// The first names behind the crate's root in a line of a module so many levels below it; an
/// empty one for a group or a star.
fn from_the_root(line: &str, depth: usize) -> Vec<&str> {
    let name = |rest: &'_ str| -> usize {
        rest.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len())
    };
    let mut names = Vec::new();
    for rest in line.split("crate::").skip(1) {
        names.push(&rest[..name(rest)]);
    }
    let mut rest = line;
    while let Some(start) = rest.find("super::") {
        rest = &rest[start..];
        let mut up = 0;
        while let Some(further) = rest.strip_prefix("super::") {
            rest = further;
            up += 1;
        }
        if up >= depth {
            names.push(&rest[..name(rest)]);
        }
    }
    names
}
