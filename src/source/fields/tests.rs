use std::collections::BTreeMap;

use serde_json::json;

use super::Unfit;
use super::apply;
use super::name_text;
use crate::source::config::FieldRule;
use crate::source::record::Record;

fn rule(toml: &str) -> FieldRule {
    let all: BTreeMap<String, FieldRule> = toml::from_str(&format!("a = {toml}")).unwrap();
    all["a"].clone()
}

fn becomes(toml: &str, value: &serde_json::Value) -> Result<Option<String>, Unfit> {
    let record = Record::Json(json!({"x": {"y": [value]}, "z": " 乙 ", "blank": " \u{3000}"}));
    apply(&rule(toml), &record)
}

#[test]
fn dates_are_read_as_the_configuration_says_and_no_other_way() {
    for (format, text) in [
        ("yyyyMMdd", json!("20261007")),
        ("yyyyMMdd", json!(20_261_007)),
        ("yyyy-MM-dd", json!("2026-10-07")),
        ("epoch_ms", json!(1_791_302_400_000_i64)),
        ("chinese", json!("2026年10月7日")),
        ("chinese", json!("二〇二六年十月七日")),
        ("chinese", json!("二○二六年十月七日")),
        ("chinese", json!("二零二六年十月〇七日")),
    ] {
        let rule = format!("{{ from = \"x.y.0\", date = \"{format}\" }}");
        assert_eq!(
            becomes(&rule, &text),
            Ok(Some("2026-10-07".to_owned())),
            "{format} {text}"
        );
    }
    for (format, text) in [
        ("yyyyMMdd", json!("2026-10-07")),
        ("yyyyMMdd", json!("20261307")),
        ("yyyy-MM-dd", json!("20261007")),
        ("yyyy-MM-dd", json!("2026/10/07")),
        ("epoch_ms", json!("2026-10-07")),
        ("chinese", json!("二〇二六年十三月七日")),
        ("chinese", json!("二六年十月七日")),
        ("chinese", json!("二〇二六年二月三十日")),
        ("chinese", json!("2026-10-07")),
    ] {
        let rule = format!("{{ from = \"x.y.0\", date = \"{format}\" }}");
        assert_eq!(becomes(&rule, &text), Err(Unfit::NoDate), "{format} {text}");
    }
}

#[test]
fn every_day_of_a_month_is_read_in_numerals() {
    let ones = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let written = |n: usize| match n {
        1..=9 => ones[n].to_owned(),
        10..=19 => format!("十{}", ones[n - 10]),
        _ => format!("{}十{}", ones[n / 10], ones[n % 10]),
    };
    for n in 1..=31 {
        let text = format!("二〇二六年十二月{}日", written(n));
        let rule = "{ from = \"x.y.0\", date = \"chinese\" }";
        let wanted = format!("2026-12-{n:02}");
        assert_eq!(becomes(rule, &json!(text)), Ok(Some(wanted)), "{text}");
    }
}

#[test]
fn codes_constants_and_joins() {
    let codes = "{ from = \"x.y.0\", codes = { \"合格\" = \"1\", \"9\" = \"2\" } }";
    assert_eq!(becomes(codes, &json!("合格")), Ok(Some("1".to_owned())));
    assert_eq!(becomes(codes, &json!(9)), Ok(Some("2".to_owned())));
    assert_eq!(becomes(codes, &json!("不明")), Err(Unfit::UnknownCode));
    assert_eq!(becomes(codes, &json!(null)), Ok(None));
    let constant = "{ constant = \"中国\" }";
    assert_eq!(becomes(constant, &json!(1)), Ok(Some("中国".to_owned())));
    let join = "{ join = [\"x.y.0\", \"blank\", \"none\", \"z\"], with = \"-\" }";
    assert_eq!(becomes(join, &json!("甲")), Ok(Some("甲-乙".to_owned())));
    assert_eq!(becomes("\"x.y\"", &json!(1)), Err(Unfit::NoValue));
    assert_eq!(becomes("\"x.y.1\"", &json!(1)), Ok(None));
    assert_eq!(becomes("\"blank\"", &json!(1)), Ok(None));
    // No digit of a long number changes.
    let long = json!(152_502_199_003_070_019_i64);
    let wanted = Some("152502199003070019".to_owned());
    assert_eq!(becomes("\"x.y.0\"", &long), Ok(wanted));
}

#[test]
fn names_and_numbers_are_put_right() {
    assert_eq!(name_text(" 巴\u{3000}特 尔 "), "巴特尔");
    assert_eq!(name_text("阿依古丽 • 买买提"), "阿依古丽·买买提");
    assert_eq!(name_text("John   Smith"), "John Smith");
    let code = "{ from = \"x.y.0\", clean = \"code\" }";
    let wide = json!(" １５２５２２ 20010602362ｘ");
    let wanted = Some("15252220010602362X".to_owned());
    assert_eq!(becomes(code, &wide), Ok(wanted));
    let number = "{ from = \"x.y.0\", clean = \"number\" }";
    let wanted = Some("锡市健〔2026〕1号".to_owned());
    assert_eq!(
        becomes(number, &json!("锡市健〔２０２６〕 1号")),
        Ok(wanted)
    );
}
