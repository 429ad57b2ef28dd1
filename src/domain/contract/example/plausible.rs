//! A plausible value for a field of which only the label and the kind are known.

use super::FIRST;
use super::ORGANISATION;
use super::PICTURE;
use super::example_day;
use super::people::People;
use crate::domain::citizen_id::CitizenId;
use crate::domain::citizen_id::Sex;
use crate::domain::definition::Definition;
use crate::domain::definition::Field;
use crate::domain::definition::FieldKind;
use crate::domain::definition::NumberFormat;

/// What a label holds → what is written there; the first that fits.
const WORDS: &[(&[&str], &str)] = &[
    (&["拼音", "英文姓名"], "BATEER"),
    (&["电话"], "0479-8200000"),
    (&["身份证"], FIRST.1),
    (
        &["住所", "地址", "住址", "地点", "坐落", "位置", "场所"],
        "内蒙古自治区锡林郭勒盟锡林浩特市示例路1号",
    ),
    (&["民族"], "蒙古族"),
    (&["国籍"], "中国"),
    (&["号牌"], "蒙HA0001"),
    (&["资本", "资金"], "100万元人民币"),
    (&["医疗机构名称", "体检单位"], "锡林浩特市示例医院"),
    (&["单位", "企业", "机构名称", "公司"], ORGANISATION.0),
    (&["编号", "号码", "文号", "代码"], "示例-000001"),
    (
        &["姓名", "法定代表人", "负责人", "经营者", "签发人", "所有人"],
        FIRST.0,
    ),
    (&["经营范围", "业务范围"], "畜产品销售"),
];

/// The same for whole and decimal numbers.
const NUMBERS: &[(&str, &str)] = &[
    ("年龄", "36"),
    ("孕周", "39"),
    ("体重", "3280"),
    ("身长", "50"),
];

/// A value for a field that nothing else decides.
pub(super) fn value(field: &Field, definition: &Definition, people: &People<'_>) -> String {
    let is = |column: &Option<String>| column.as_deref() == Some(&field.key);
    match field.kind {
        FieldKind::Text if is(&definition.term) => "长期".to_owned(),
        FieldKind::Text if is(&definition.number_from) => definition.number_pattern.example.clone(),
        FieldKind::Text => text(field),
        FieldKind::Date => day(field, people),
        FieldKind::Datetime => format!("{}T09:30", example_day()),
        FieldKind::Integer | FieldKind::Decimal => number(field),
        FieldKind::Code => code(field, people),
        FieldKind::Image => PICTURE.to_owned(),
    }
}

fn text(field: &Field) -> String {
    let has = |words: &[&str]| words.iter().any(|word| field.label.contains(word));
    let plausible = match field.format {
        Some(NumberFormat::Uscc) => ORGANISATION.1.to_owned(),
        Some(NumberFormat::IdentityNumber) => FIRST.1.to_owned(),
        None => {
            let known = WORDS.iter().find(|(words, _)| has(words));
            known.map_or_else(
                || format!("示例{}", field.label),
                |(_, text)| (*text).to_owned(),
            )
        }
    };
    let most = usize::try_from(field.max_length).unwrap_or_default();
    plausible.chars().take(most).collect()
}

fn number(field: &Field) -> String {
    let most = usize::try_from(field.max_length).unwrap_or_default();
    let known = NUMBERS.iter().find(|(word, _)| field.label.contains(word));
    let usual = if field.kind == FieldKind::Decimal {
        "12.5"
    } else {
        "12"
    };
    let number = known.map_or(usual, |(_, number)| *number);
    if number.len() <= most { number } else { "1" }.to_owned()
}

fn day(field: &Field, people: &People<'_>) -> String {
    let says = |word: &str| field.key.contains(word) || field.label.contains(word);
    if says("birth")
        && let Some(id) = people.citizen(&field.key)
    {
        return id.birth_date().to_string();
    }
    let later = ["有效期至", "下次", "届满", "valid_to", "until"];
    if !field.past && later.iter().any(|word| says(word)) {
        return "2027-11-15".to_owned();
    }
    example_day().to_string()
}

fn code(field: &Field, people: &People<'_>) -> String {
    let sex = people.citizen(&field.key).map(sex_label);
    let of_sex = field
        .codes
        .iter()
        .find(|(_, label)| Some(label.as_str()) == sex);
    let any = || field.codes.first_key_value();
    of_sex
        .or_else(any)
        .map_or_else(String::new, |(code, _)| code.clone())
}

fn sex_label(id: CitizenId) -> &'static str {
    match id.sex() {
        Sex::Male => "男",
        Sex::Female => "女",
    }
}
