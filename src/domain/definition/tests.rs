//! The catalogue in `examples/`, and numbers that are given once.

use super::CodeFields;
use super::Definition;

fn catalogue() -> Vec<Definition> {
    serde_json::from_str(include_str!(
        "../../../examples/catalogue/certificate-types.json"
    ))
    .unwrap()
}

#[test]
fn all_211_definitions_are_sound() {
    let all = catalogue();
    assert_eq!(all.len(), 211);
    for definition in &all {
        definition.check().unwrap();
    }
}

#[test]
fn field_numbers_are_never_given_twice() {
    let mut one = catalogue().swap_remove(1);
    let first = CodeFields::default().extended(&one).unwrap();
    let dropped = one.fields.remove(0);
    let mut added = one.fields[0].clone();
    added.key = "added".to_owned();
    one.fields.insert(0, added);
    let second = first.extended(&one).unwrap();
    assert_eq!(second.0[&dropped.key], first.0[&dropped.key]);
    assert!(second.0["added"] > *first.0.values().max().unwrap());
}
