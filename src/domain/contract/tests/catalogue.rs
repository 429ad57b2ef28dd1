//! What must hold of each of the 211 types.

use std::collections::BTreeSet;

use serde_json::Value;

use super::AUTHORITY;
use super::all_types;
use super::complaints;
use super::faults;
use super::judged;
use super::judged_old;
use super::type_named;
use super::validator;
use crate::domain::contract::example::example;
use crate::domain::contract::example::maximal;
use crate::domain::contract::form::form;
use crate::domain::contract::interface;
use crate::domain::contract::interface::contract;
use crate::domain::contract::json_draft;
use crate::domain::contract::json_schema::answer_schema;
use crate::domain::contract::json_schema::draft_schema;
use crate::domain::contract::openapi::components;
use crate::domain::contract::rules::rule;
use crate::domain::contract::rules::validity;
use crate::domain::contract::sample;
use crate::domain::contract::template::template;
use crate::domain::contract::type_metadata::facts_of;
use crate::domain::contract::type_metadata::type_metadata;
use crate::domain::definition::FieldKind;
use crate::domain::finding::Weight;
use crate::domain::heading::COMMON;
use crate::domain::heading::heading_key;
use crate::domain::type_facts::TypeFacts;
use crate::domain::words::Lang;

#[test]
fn every_example_passes_its_schema_and_the_judge() {
    for of in all_types() {
        let name = &of.definition.name;
        let schema = validator(&draft_schema(AUTHORITY, &of));
        let answers = validator(&answer_schema(AUTHORITY, &of));
        for draft in [example(&of), maximal(&of)] {
            let json = Value::Object(json_draft::write(&draft, &of.definition));
            assert_eq!(complaints(&schema, &json), [""; 0], "{name}");
            let read = json_draft::read(json.as_object().unwrap()).unwrap();
            let judged = judged(&read, &of);
            assert_eq!(faults(&judged), [], "{name}");
            let content = judged.content.unwrap();
            let claims = content.claims(&of).into_iter();
            let answer = Value::Object(claims.map(|c| (c.key, c.value)).collect());
            assert_eq!(complaints(&answers, &answer), [""; 0], "{name}");
        }
        let answer = sample::answer(&of);
        assert!(answer.get("certificate_identifier").is_some());
        assert_eq!(complaints(&answers, &answer), [""; 0], "{name}");
    }
}

#[test]
fn a_draft_without_a_column_is_refused_for_that_column_or_needs_it_not() {
    for of in all_types() {
        let name = &of.definition.name;
        let schema = validator(&draft_schema(AUTHORITY, &of));
        for column in of.definition.columns() {
            let mut draft = example(&of);
            draft.0.remove(column);
            let json = Value::Object(json_draft::write(&draft, &of.definition));
            for judged in [judged(&draft, &of), judged_old(&draft, &of)] {
                let refused = judged.findings.iter().any(|f| f.weight == Weight::Error);
                assert_eq!(judged.content.is_none(), refused, "{name} {column}");
            }
            if schema.is_valid(&json) {
                assert!(judged(&draft, &of).content.is_some(), "{name} {column}");
            }
        }
    }
}

#[test]
fn every_heading_of_a_template_is_read_as_its_own_column() {
    for of in all_types() {
        let definition = &of.definition;
        let columns = template(definition);
        let mut seen = BTreeSet::new();
        for column in &columns {
            assert!(
                seen.insert(heading_key(&column.heading)),
                "{}",
                column.heading
            );
            assert_eq!(definition.column_of(&column.heading), Some(&*column.key));
            assert_eq!(definition.label(&column.key), column.heading);
            let key = column.key.as_str();
            assert!(!rule(Lang::Zh, definition, key).contains("rule."), "{key}");
            assert!(!rule(Lang::En, definition, key).contains("rule."), "{key}");
            assert!(!column.note.is_empty(), "{key}");
            let field = definition.field(key);
            let listed = field.is_some_and(|f| f.kind == FieldKind::Code);
            assert_eq!(
                !column.choices.is_empty(),
                listed || key == "holder_code_type"
            );
        }
        // What a template does not ask for is not needed.
        let mut draft = example(&of);
        draft
            .0
            .retain(|key, _| columns.iter().any(|c| c.key == *key && c.required));
        let judged = judged(&draft, &of);
        assert!(judged.content.is_some(), "{} {judged:?}", definition.name);
        for lang in [Lang::Zh, Lang::En] {
            assert!(!validity(lang, definition).contains("validity."));
        }
    }
}

/// A face field may take a heading of a common column. Then files of that type that mean the
/// common column write its other headings, and 单位名称 says the holder's name too.
#[test]
fn the_headings_that_mean_two_things_are_known() {
    let mut found = BTreeSet::new();
    for of in all_types() {
        for field in &of.definition.fields {
            for heading in [&field.label].into_iter().chain(&field.aliases) {
                let wanted = heading_key(heading);
                for (key, headings) in COMMON {
                    if headings.iter().any(|h| heading_key(h) == wanted) {
                        found.insert((*key, heading.clone()));
                        let on_face = of.definition.name_on_face();
                        let stands_in = on_face.is_some_and(|f| f.key == field.key);
                        // Of a person, it is the employer.
                        assert!(stands_in || field.key == "employing_unit", "{heading}");
                    }
                }
            }
        }
    }
    let known = ["企业名称", "单位名称"].map(|h| ("holder_name", h.to_owned()));
    assert_eq!(found, known.into());
}

#[test]
fn metadata_tells_everything_a_verifier_shows() {
    for of in all_types() {
        let metadata = type_metadata(AUTHORITY, &of);
        assert_eq!(facts_of(&metadata), Some(TypeFacts::of(&of)));
        let claims = metadata["claims"].as_array().unwrap();
        let path = |claim: &Value| claim["path"][0].as_str().unwrap().to_owned();
        let listed: BTreeSet<String> = claims.iter().map(path).collect();
        assert_eq!(listed.len(), claims.len());
        let answer = sample::answer(&of);
        for (key, _) in answer.as_object().unwrap() {
            assert!(listed.contains(key), "{key}");
        }
        for claim in claims {
            for display in claim["display"].as_array().unwrap() {
                assert!(!display["label"].as_str().unwrap().contains("claim."));
            }
        }
        for (key, number) in &of.code_fields.0 {
            let facts = &metadata["mianzheng"]["code_fields"][number.to_string()];
            assert_eq!(facts["key"].as_str(), Some(key.as_str()));
        }
        let classes = metadata["mianzheng"]["disclosure"].as_object().unwrap();
        let all: usize = classes.values().map(|c| c.as_array().unwrap().len()).sum();
        assert_eq!(all, claims.len());
    }
}

#[test]
fn forms_contracts_and_components_are_whole() {
    for of in all_types() {
        let form = form(AUTHORITY, &of);
        let columns = form["columns"].as_array().unwrap();
        assert_eq!(columns.len(), of.definition.columns().len());
        for column in columns {
            for lang in ["zh", "en"] {
                let meaning = column["meaning"][lang].as_str().unwrap();
                assert!(
                    !meaning.is_empty() && !meaning.contains("rule."),
                    "{column}"
                );
            }
        }
        let contract = contract(AUTHORITY, &of, &[]);
        let fields = contract["fields"].as_array().unwrap();
        for field in fields {
            for lang in ["zh", "en"] {
                let meaning = field["meaning"][lang].as_str().unwrap();
                assert!(
                    !meaning.is_empty() && !meaning.contains("claim_text."),
                    "{field}"
                );
            }
        }
        let answers = validator(&interface::answer_schema(AUTHORITY, &of));
        let full = &interface::answer_schema(AUTHORITY, &of)["examples"][0];
        assert_eq!(complaints(&answers, full), [""; 0]);
        assert_eq!(contract["modes"].as_array().unwrap().len(), 5);
        let sample = contract["modes"][0]["sample"].to_string();
        assert!(!sample.contains("null"), "{sample}");
        let components = components(AUTHORITY, &of);
        assert_eq!(components.len(), 2);
        for (name, schema) in components {
            assert!(name.ends_with(of.code.as_str()));
            assert!(schema.get("$id").is_none());
            validator(&schema);
        }
    }
}

#[test]
fn a_contract_says_what_an_office_asks() {
    let health = contract(AUTHORITY, &type_named("食品从业人员健康证明"), &[]);
    assert_eq!(
        health["validity"]["zh"],
        "自“体检日期”起 1 年，最后一天为届满之日的前一天"
    );
    assert_eq!(health["sample"]["answer"]["valid_to"], "2027-11-15");
    let licence = contract(AUTHORITY, &type_named("营业执照"), &[]);
    assert_eq!(licence["validity"]["zh"], "以“营业期限”写明的为准");
    let answer = &licence["sample"]["answer"];
    assert_eq!(answer["certificate_number"], "91152502MA0000001L");
    let birth = contract(AUTHORITY, &type_named("出生医学证明"), &[]);
    assert_eq!(birth["sample"]["answer"]["mother_name"], "其其格");
    let schema = draft_schema(AUTHORITY, &type_named("营业执照"));
    assert!(
        !schema["required"]
            .as_array()
            .unwrap()
            .contains(&"business_term".into())
    );
    let mut without_end = sample::draft(&type_named("营业执照"));
    without_end.as_object_mut().unwrap().remove("business_term");
    assert!(!validator(&schema).is_valid(&without_end));
}
