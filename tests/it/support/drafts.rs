//! Drafts of certificates.

use mianzheng::domain::draft::Draft;
use mianzheng::domain::value::Raw;

use crate::support::office::CDC;
use crate::support::office::HOSPITAL;

/// A draft of raw texts.
pub(crate) fn draft(fields: &[(&str, &str)]) -> Draft {
    let raw = fields
        .iter()
        .map(|(key, text)| ((*key).to_owned(), Raw::Text((*text).to_owned())));
    Draft(raw.collect())
}

/// The fields of a health certificate.
pub(crate) fn health_fields<'a>(code: &'a str, number: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("holder_name", "巴特尔"),
        ("holder_code", code),
        ("certificate_number", number),
        ("sex", "男"),
        ("trade_class", "餐饮服务"),
        ("exam_date", "2026-10-07"),
        ("exam_unit", CDC),
        ("exam_result", "合格"),
        ("issue_date", "2026-10-09"),
    ]
}

/// The fields of a birth certificate with both parents: the mother is 其其格.
pub(crate) fn birth_fields() -> Vec<(&'static str, &'static str)> {
    vec![
        ("certificate_number", "A157000001"),
        ("newborn_name", "萨仁"),
        ("sex", "女"),
        ("birth_time", "2026-11-20T08:30"),
        ("birth_place", "内蒙古自治区锡林浩特市"),
        ("birth_facility", HOSPITAL),
        ("gestation_weeks", "39"),
        ("birth_weight_g", "3280"),
        ("mother_name", "其其格"),
        ("mother_id_type", "111"),
        ("mother_id_no", "152502199206120020"),
        ("father_name", "苏和"),
        ("father_id_type", "111"),
        ("father_id_no", "152522198804150036"),
        ("issue_date", "2026-11-23"),
    ]
}
