//! One certificate at a time.

use std::fs;

use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::Office;

const FIELDS: [&str; 9] = [
    "姓名=杨敏",
    "身份证号码=152526196802205650",
    "性别=男",
    "从业类别=餐饮服务",
    "体检日期=2026年9月28日",
    "exam_unit=锡林浩特市疾病预防控制中心",
    "体检结论=合格",
    "发证日期=20260930",
    "证照编号=锡市健〔2026〕1号",
];

fn args<'a>(fields: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["--json", "issue", "--type", HEALTH, "--issuer", CDC];
    for field in fields {
        args.extend(["--field", field]);
    }
    args.extend(more);
    args
}

#[test]
fn a_certificate_is_issued_once_whatever_is_sent_again() {
    let office = Office::open();
    let first = office.does(&args(&FIELDS, &["--key", "k1"])).json();
    assert_eq!(first["outcome"], "issued");
    let repeated = office.does(&args(&FIELDS, &["--key", "k1"])).json();
    assert_eq!(repeated, first);
    let plain = office.does(&args(&FIELDS, &[])).json();
    assert_eq!(plain["outcome"], "same");
    assert_eq!(plain["identifier"], first["identifier"]);
    let mut other = FIELDS;
    other[3] = "从业类别=其他";
    let reused = office.runs(&args(&other, &["--key", "k1"]));
    assert_eq!(
        (reused.code, &reused.json()["code"]),
        (1, &"key_reused".into())
    );
    let differs = office.runs(&args(&other, &[]));
    assert_eq!(
        (differs.code, &differs.json()["code"]),
        (1, &"differs".into())
    );
    let corrected = office.does(&args(&other, &["--as-correction"])).json();
    assert_eq!(corrected["outcome"], "corrected");
}

#[test]
fn every_fault_is_told_at_once() {
    let office = Office::open();
    let mut bad = FIELDS;
    bad[1] = "身份证号码=152526196802205651";
    bad[4] = "体检日期=2031-01-01";
    bad[6] = "结论=合格";
    let refused = office.runs(&args(&bad, &[]));
    assert_eq!(refused.code, 1);
    let mut found: Vec<String> = refused.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            format!(
                "{} {}",
                f["heading"].as_str().unwrap(),
                f["code"].as_str().unwrap()
            )
        })
        .collect();
    found.sort();
    let wanted = [
        "体检日期 in_the_future",
        "体检结论 missing",
        "持证主体代码 check_digit",
        "结论 unknown_field",
    ];
    assert_eq!(found, wanted);
    let mut words = args(&bad, &["--lang", "en"]);
    words.remove(0);
    let told = office.runs(&words).err;
    assert!(told.starts_with("error bad_draft: "), "{told}");
    assert_eq!(told.lines().count(), 5, "{told}");
}

#[test]
fn a_draft_and_a_picture_come_from_files() {
    let office = Office::open();
    let draft: serde_json::Map<_, _> = FIELDS
        .iter()
        .map(|f| f.split_once('=').unwrap())
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let draft = office.write("one.json", &serde_json::Value::Object(draft).to_string());
    let picture = office.path("photo.png");
    image::GrayImage::new(30, 40).save(&picture).unwrap();
    let with = format!("照片={picture}");
    let done = office
        .does(&args(&[], &["--draft", &draft, "--picture", &with]))
        .json();
    assert_eq!(done["outcome"], "issued");
    fs::write(&picture, "no picture").unwrap();
    let refused = office.runs(&args(&[], &["--draft", &draft, "--picture", &with]));
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &"bad_picture".into())
    );
}
