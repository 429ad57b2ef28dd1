//! A type that no line of code knows, through everything that follows from a definition.

use serde_json::Value;
use serde_json::json;

use super::AUTHORITY;
use super::as_type;
use super::complaints;
use super::faults;
use super::judged;
use super::judged_old;
use super::validator;
use crate::domain::contract::example::example;
use crate::domain::contract::example::maximal;
use crate::domain::contract::interface::contract;
use crate::domain::contract::json_draft;
use crate::domain::contract::json_schema::answer_schema;
use crate::domain::contract::json_schema::draft_schema;
use crate::domain::contract::openapi::components;
use crate::domain::contract::template::template;
use crate::domain::contract::type_metadata::type_metadata;
use crate::domain::definition::CertificateType;
use crate::domain::definition::CodeFields;
use crate::domain::definition::Definition;

fn unseen() -> Value {
    json!({
        "code": "91152502MA0000001L999",
        "name": "骑乘搭档合格证",
        "name_en": "Riding Partners' Certificate",
        "category": "证照执照",
        "holder": "person",
        "department": "culture_tourism",
        "defining_body": {"code": "91152502MA0000001L", "name": "示例局"},
        "provisional": true,
        "validity": {"months": 18, "from": "inspect_date", "last_day": "day_before"},
        "number_pattern": {"regex": "^骑[0-9]{6}$", "example": "骑000001", "generic": false},
        "sensitive": false,
        "issued_by": "local",
        "number_embeds_id": false,
        "holders": [
            {"name": "rider_name", "code": "rider_no"},
            {"name": "guide_name", "code": "guide_no", "code_type": "guide_no_type"}
        ],
        "fields": [
            field("rider_name", "骑手姓名", "text", 60, true),
            field("rider_no", "骑手证件号", "text", 40, true),
            field("guide_name", "向导姓名", "text", 60, true),
            {
                "key": "guide_no_type", "label": "向导证件类型", "label_en": "guide_no_type",
                "type": "code", "codes": {"111": "居民身份证", "999": "其他"},
                "required": false, "max_length": 3, "disclosure": "by_need"
            },
            field("guide_no", "向导证件号", "text", 40, true),
            {
                "key": "gait", "label": "步法", "label_en": "Gait", "type": "code",
                "codes": {"01": "走马", "02": "快马（长距离）"},
                "required": true, "max_length": 2, "disclosure": "always"
            },
            field("inspect_date", "检查日期", "date", 10, true),
            field("distance_km", "里程（公里）", "integer", 5, true),
            field("score", "得分", "decimal", 6, false),
            field("photo", "合影", "image", 1_048_576, false),
        ]
    })
}

fn field(key: &str, label: &str, kind: &str, most: u32, required: bool) -> Value {
    json!({
        "key": key, "label": label, "label_en": key, "type": kind,
        "required": required, "max_length": most, "disclosure": "by_need"
    })
}

type Change = fn(&mut Value);

fn definition(change: impl FnOnce(&mut Value)) -> Definition {
    let mut json = unseen();
    change(&mut json);
    serde_json::from_value(json).unwrap()
}

fn riding() -> CertificateType {
    as_type(definition(|_| ()))
}

#[test]
fn its_drafts_are_judged() {
    let of = riding();
    assert_eq!(of.code_fields.0["rider_name"], 10);
    assert!(!of.code_fields.0.contains_key("photo"));
    let good = judged(&example(&of), &of);
    assert_eq!(faults(&good), []);
    let content = good.content.unwrap();
    assert_eq!(content.holders.len(), 2);
    assert_eq!(content.valid_from.to_string(), "2026-11-16");
    assert_eq!(content.valid_to.unwrap().to_string(), "2028-05-15");

    let bad = json!({
        "rider_name": "巴特尔",
        "rider_no": 152_502_199_003_070_018_i64,
        "guide_no_type": "其他",
        "guide_no": "E1",
        "gait": "快步",
        "inspect_date": "2026-12-01",
        "distance_km": 123_456,
        "photo": {"sha256": "00", "media_type": "image/jpeg"},
        "score": true,
    });
    let findings = json_draft::read(bad.as_object().unwrap()).unwrap_err();
    let told: Vec<_> = findings
        .iter()
        .map(|f| (&*f.column, f.fault.code()))
        .collect();
    assert_eq!(told, [("photo", "not_a_picture"), ("score", "not_a_value")]);
    let mut bad = bad;
    bad.as_object_mut().unwrap().remove("photo");
    bad["score"] = json!(9.75);
    bad["holder_name"] = "巴特尔".into();
    let draft = json_draft::read(bad.as_object().unwrap()).unwrap();
    let judged = judged(&draft, &of);
    assert!(judged.content.is_none());
    assert_eq!(
        faults(&judged),
        [
            ("holder_name", "unknown_field"),
            ("certificate_number", "missing"),
            ("rider_no", "check_digit"),
            ("guide_name", "missing"),
            ("gait", "unknown_value"),
            ("inspect_date", "in_the_future"),
            ("distance_km", "too_long"),
        ]
    );
}

#[test]
fn an_old_record_without_the_day_it_counts_from_needs_its_end() {
    let of = riding();
    let mut draft = example(&of);
    draft.0.remove("inspect_date");
    let judged = judged_old(&draft, &of);
    assert!(judged.content.is_none());
    assert!(faults(&judged).contains(&("inspect_date", "missing")));
    let end = crate::domain::value::Raw::Text("2027-01-01".to_owned());
    draft.0.insert("valid_to".to_owned(), end);
    let content = judged_old(&draft, &of).content.unwrap();
    assert_eq!(content.stock.unwrap().incomplete, ["inspect_date"]);
}

#[test]
fn it_has_all_that_other_types_have() {
    let of = riding();
    let drafts = validator(&draft_schema(AUTHORITY, &of));
    let answers = validator(&answer_schema(AUTHORITY, &of));
    for draft in [example(&of), maximal(&of)] {
        let json = Value::Object(json_draft::write(&draft, &of.definition));
        assert_eq!(complaints(&drafts, &json), [""; 0]);
        let content = judged(&draft, &of).content.unwrap();
        let claims = content.claims(&of).into_iter();
        let answer = Value::Object(claims.map(|c| (c.key, c.value)).collect());
        assert_eq!(complaints(&answers, &answer), [""; 0]);
    }
    let schema = draft_schema(AUTHORITY, &of);
    assert_eq!(schema["properties"]["gait"]["enum"], json!(["01", "02"]));
    assert_eq!(schema["properties"]["distance_km"]["maximum"], 99_999);

    let metadata = type_metadata(AUTHORITY, &of);
    let ours = &metadata["mianzheng"];
    assert_eq!(ours["code_fields"]["10"]["key"], "rider_name");
    assert_eq!(ours["departments"], json!(["culture_tourism"]));
    assert_eq!(
        ours["validity"]["zh"],
        "自“检查日期”起 18 个月，最后一天为届满之日的前一天"
    );
    let english = ours["validity"]["en"].as_str().unwrap();
    assert!(english.starts_with("18 months from"), "{english}");

    let headings: Vec<String> = template(&of.definition)
        .into_iter()
        .map(|c| c.heading)
        .collect();
    assert_eq!(headings.first().map(String::as_str), Some("证照编号"));
    assert_eq!(headings.last().map(String::as_str), Some("颁发日期"));
    assert_eq!(headings.len(), 12);
    assert_eq!(of.definition.column_of("姓名"), None);

    let contract = contract(AUTHORITY, &of, &[]);
    assert_eq!(
        contract["sample"]["answer"]["holder_name_masked"],
        "巴*尔、其*格"
    );
    assert_eq!(components(AUTHORITY, &of).len(), 2);
}

#[test]
fn a_definition_that_could_mislead_is_refused() {
    let refused = |change: Change| definition(change).check().unwrap_err().what;
    let faults: [(Change, &str); 12] = [
        (
            |d| d["fields"][8]["key"] = "status".into(),
            "every record uses",
        ),
        (
            |d| d["fields"][8]["key"] = "age_over_21".into(),
            "every record uses",
        ),
        (
            |d| d["number_pattern"]["regex"] = "骑[0-9]{6}".into(),
            "begin with ^",
        ),
        (|d| d["validity"] = json!({}), "not a span"),
        (|d| d["validity"] = json!({"years": -1}), "not a span"),
        (|d| d["validity"]["from"] = "gait".into(), "no date field"),
        (
            |d| d["fields"][8]["label"] = "里程(公里)".into(),
            "means two columns",
        ),
        (
            |d| d["fields"][8]["label"] = "证照编号".into(),
            "means another column",
        ),
        (
            |d| d["holders"][0]["name"] = "holder_name".into(),
            "no text field",
        ),
        (
            |d| d["fields"][5]["codes"]["02"] = " 走马".into(),
            "two of its labels",
        ),
        (
            |d| d["number_from"] = "holder_code".into(),
            "gives no number",
        ),
        (|d| d["term"] = "rider_name".into(), "per_field"),
    ];
    for (change, wanted) in faults {
        let what = refused(change);
        assert!(what.contains(wanted), "{what} / {wanted}");
    }
    let optional: Change = |d| {
        d["fields"][1]["required"] = false.into();
        d["fields"][4]["required"] = false.into();
    };
    assert!(refused(optional).contains("none of its holders"));
}

#[test]
fn its_numbers_are_kept_when_it_is_changed() {
    let of = riding();
    let mut json = unseen();
    json["fields"].as_array_mut().unwrap().remove(0);
    let numbers: CodeFields = of.code_fields.clone();
    json["fields"]
        .as_array_mut()
        .unwrap()
        .push(field("new", "新", "text", 5, false));
    let changed: Definition = serde_json::from_value(json).unwrap();
    let extended = numbers.extended(&changed).unwrap();
    assert_eq!(extended.0["rider_name"], 10);
    assert_eq!(extended.0["new"], 19);
}
