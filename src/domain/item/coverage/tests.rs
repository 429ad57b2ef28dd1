//! Tests.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::domain::item::Rule;

const ITEM: &str = "11152502MY0001859Q415202390100001";

fn items(material: &serde_json::Value) -> Items {
    let mut whole = json!({
        "seq": 1, "name": "健康证明", "necessity": "required", "form": "copy",
        "certificate_type": null, "route": "certificate", "fields_needed": [], "note": "",
        "scenarios": [], "whose": "applicant", "how_many": "one", "alternatives": null,
        "return_paper": false, "exempt": "replaced", "identity": false,
    });
    let (Some(all), Some(own)) = (whole.as_object_mut(), material.as_object()) else {
        panic!("no object");
    };
    all.extend(own.clone());
    let rule = Rule {
        version: 1,
        loaded_at: "2026-11-23T09:00:00+08:00".parse().unwrap(),
        materials: vec![serde_json::from_value(whole).unwrap()],
    };
    let item = item(ITEM);
    let rules = HashMap::from([(item.code.base(), Arc::new(rule))]);
    Items::new(vec![item], rules, Vec::new())
}

fn item(code: &str) -> Item {
    Item {
        code: code.parse().unwrap(),
        name: "生育登记（一孩登记）".to_owned(),
        scenario: "一孩登记".to_owned(),
        division: "152502".parse().unwrap(),
        department: "health".to_owned(),
        holder: crate::domain::definition::HolderKind::Person,
    }
}

fn definition(issued_by: &str) -> Definition {
    serde_json::from_value(json!({
        "code": "T", "name": "健康证明", "name_en": "Health certificate", "category": "证明文件",
        "holder": "person", "department": "hospital",
        "defining_body": {"code": "B", "name": "B"}, "provisional": true,
        "validity": "long_term",
        "number_pattern": {"regex": "^.+$", "example": "1", "generic": true},
        "sensitive": false, "issued_by": issued_by, "number_embeds_id": false, "fields": [],
    }))
    .unwrap()
}

fn agency(division: &str, department: &str, issuer: bool) -> Agency {
    Agency {
        code: "11152502MY0001859Q".parse().unwrap(),
        number: 1,
        name: "某机构".to_owned(),
        division: division.parse().unwrap(),
        department: department.to_owned(),
        issuer,
        user: true,
    }
}

/// What is found of a material, with the type in the register of somebody and one agency.
fn found(material: &serde_json::Value, issued_by: &str, agency: Agency) -> Option<Gap> {
    let of = definition(issued_by);
    let type_of = |code: &str| (code == "T").then_some(&of);
    let found = gaps(&items(material), type_of, &[agency]);
    assert!(found.len() < 2);
    found.first().map(|found| {
        assert_eq!(found.items, 1);
        found.gap
    })
}

#[test]
fn what_nothing_can_stand_for_is_found() {
    let named = json!({"certificate_type": "T"});
    let issuer = || agency("152502", "hospital", true);
    for (material, issued_by, agency, gap) in [
        (json!({}), "local", issuer(), Some(Gap::NoType)),
        (
            json!({"certificate_type": "U"}),
            "local",
            issuer(),
            Some(Gap::UnknownType),
        ),
        (
            json!({"certificate_type": "T", "fields_needed": ["holder_name", "shoe_size"]}),
            "local",
            issuer(),
            Some(Gap::NoField),
        ),
        (
            named.clone(),
            "local",
            agency("152502", "hospital", false),
            Some(Gap::NoIssuer),
        ),
        (
            named.clone(),
            "local",
            agency("152502", "school", true),
            Some(Gap::NoIssuer),
        ),
        (
            named.clone(),
            "local",
            agency("152501", "hospital", true),
            Some(Gap::NoIssuer),
        ),
        (
            named.clone(),
            "nation",
            agency("152501", "hospital", true),
            Some(Gap::NoSource),
        ),
        (named.clone(), "region", issuer(), Some(Gap::OnlyLocal)),
        (named.clone(), "local", issuer(), None),
        (
            named.clone(),
            "local",
            agency("152500", "hospital", true),
            None,
        ),
        (named, "local", agency("152502001", "hospital", true), None),
        // What is not exempt by a certificate needs none.
        (json!({"route": null}), "local", issuer(), None),
        (json!({"route": "promise"}), "local", issuer(), None),
        (json!({"identity": true}), "local", issuer(), None),
        (json!({"scenarios": ["补办"]}), "local", issuer(), None),
    ] {
        assert_eq!(found(&material, issued_by, agency), gap, "{material}");
    }
}

#[test]
fn an_item_without_a_list_of_materials_is_found() {
    let none = Items::new(vec![item(ITEM)], HashMap::new(), Vec::new());
    let found = gaps(&none, |_| None, &[]);
    assert_eq!(
        (found[0].gap, found[0].of.as_str()),
        (Gap::NoRule, "152023901000")
    );
}
