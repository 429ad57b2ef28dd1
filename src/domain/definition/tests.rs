//! The catalogue in `examples/`, and numbers that are given once.

use super::CodeFields;
use super::Definition;
use super::HolderKind;

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

#[test]
fn five_types_register_who_represents_an_organisation() {
    let all = catalogue();
    let registering = all.iter().filter(|of| of.representative.is_some());
    let names: Vec<&str> = registering.map(|of| of.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "营业执照",
            "社会团体法人登记证书",
            "民办非企业单位登记证书",
            "基层群众性自治组织特别法人统一社会信用代码证书",
            "事业单位法人证书",
        ]
    );
    let licence = all.iter().find(|of| of.name == "营业执照").unwrap();
    for (field, holder) in [
        ("no_such_field", HolderKind::Organisation),
        ("legal_representative", HolderKind::Person),
    ] {
        let mut wrong = licence.clone();
        wrong.representative = Some(field.to_owned());
        wrong.holder = holder;
        let fault = wrong.check().unwrap_err().to_string();
        assert!(fault.contains("representative names"), "{fault}");
    }
}
