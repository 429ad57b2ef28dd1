//! Column headings as offices write them, and the column they mean.

use crate::domain::normalise::narrow;

/// The common columns every type's file may have, with the headings they are known by.
///
/// The first heading is the one our templates print.
pub const COMMON: &[(&str, &[&str])] = &[
    (
        "holder_name",
        &[
            "持证主体",
            "姓名",
            "持证人",
            "持证人姓名",
            "持证主体名称",
            "单位名称",
            "企业名称",
            "名称",
        ],
    ),
    (
        "holder_code",
        &[
            "持证主体代码",
            "身份证号码",
            "身份证号",
            "公民身份号码",
            "居民身份证号",
            "身份证件号码",
            "证件号码",
            "统一社会信用代码",
            "社会信用代码",
        ],
    ),
    (
        "holder_code_type",
        &["持证主体代码类型", "证件类型", "身份证件类型"],
    ),
    (
        "certificate_number",
        &[
            "证照编号",
            "证件编号",
            "证书编号",
            "许可证编号",
            "证号",
            "编号",
        ],
    ),
    (
        "issue_date",
        &["颁发日期", "发证日期", "签发日期", "核发日期", "制证日期"],
    ),
    (
        "valid_from",
        &["有效期起", "有效期自", "有效期起始日期", "生效日期"],
    ),
    (
        "valid_to",
        &[
            "有效期止",
            "有效期至",
            "有效期截止日期",
            "截止日期",
            "到期日期",
        ],
    ),
    ("original_issuer", &["原发证机关", "原颁发机构"]),
];

/// The column that error files add; recognised so that a mended file can be sent again.
pub const ERROR_COLUMN: &str = "错误原因";

/// The headings a common column is known by; none for any other.
#[must_use]
pub fn headings_of(key: &str) -> &'static [&'static str] {
    let found = COMMON.iter().find(|(common, _)| *common == key);
    found.map_or(&[], |(_, headings)| headings)
}

/// A heading as it is compared: no blanks (those without width included) or line breaks,
/// brackets and letters narrowed, letters small, markers of a required column taken off.
#[must_use]
pub fn heading_key(heading: &str) -> String {
    let narrowed: String = heading
        .chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{feff}' | '\u{200b}'))
        .flat_map(char::to_lowercase)
        .collect();
    let mut plain = narrowed.trim_matches('*');
    while let Some(rest) = plain
        .strip_suffix("(必填)")
        .or_else(|| plain.strip_prefix("(必填)"))
    {
        plain = rest.trim_matches('*');
    }
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::COMMON;
    use super::heading_key;

    #[test]
    fn a_common_heading_means_one_column() {
        let mut seen = BTreeSet::new();
        for (key, headings) in COMMON {
            for heading in headings.iter().chain([key]) {
                assert!(seen.insert(heading_key(heading)), "{heading}");
            }
        }
    }

    #[test]
    fn headings_are_compared_without_their_looks() {
        assert_eq!(
            heading_key("出生体重（克）"),
            heading_key(" 出生 体重(克)*")
        );
        for spelling in [
            "姓名（必填）",
            "*姓名（必填）*",
            "（必填）姓名",
            "\u{feff}姓\u{200b}名",
            "\u{3000}姓\r\n名 *",
        ] {
            assert_eq!(heading_key(spelling), "姓名", "{spelling}");
        }
    }
}
