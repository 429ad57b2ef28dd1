use super::Circumstances;
use super::Draft;
use super::Judged;
use super::judge;
use crate::domain::contract::example::example;
use crate::domain::definition::CertificateType;
use crate::domain::definition::CodeFields;
use crate::domain::definition::Definition;
use crate::domain::value::Raw;

fn type_named(name: &str) -> CertificateType {
    let text = include_str!("../../../examples/catalogue/certificate-types.json");
    let all: Vec<Definition> = serde_json::from_str(text).unwrap();
    let definition = all.into_iter().find(|d| d.name == name).unwrap();
    let numbers = CodeFields::default().extended(&definition).unwrap();
    CertificateType::new(1, 1, definition, numbers).unwrap()
}

/// The example of a type, with some columns changed; a blank one is taken out.
fn with(of: &CertificateType, changes: &[(&str, &str)]) -> Draft {
    let mut draft = example(of);
    for (key, value) in changes {
        let raw = Raw::Text((*value).to_owned());
        draft.0.insert((*key).to_owned(), raw);
    }
    draft
}

fn judged(draft: &Draft, of: &CertificateType, stock: bool) -> Judged {
    let today = "2026-11-23".parse().unwrap();
    judge(draft, of, Circumstances { today, stock })
}

fn faults(draft: &Draft, of: &CertificateType) -> Vec<(String, &'static str)> {
    let findings = judged(draft, of, false).findings.into_iter();
    findings.map(|f| (f.column, f.fault.code())).collect()
}

fn one(column: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(column.to_owned(), code)]
}

#[test]
fn a_citizen_is_no_organisation_by_chance() {
    // Its last character is right as an identity number's and as a unified code's.
    let number = "15250219900307049X";
    assert!(number.parse::<crate::domain::uscc::Uscc>().is_ok());
    let of = type_named("取水许可证");
    let draft = with(&of, &[("holder_code", number), ("holder_code_type", "")]);
    let content = judged(&draft, &of, false).content.unwrap();
    assert_eq!(content.holders[0].code.written(), format!("111:{number}"));
}

#[test]
fn of_either_kind_a_slip_is_called_by_its_name() {
    let of = type_named("取水许可证");
    for wrong in ["91152502MA0000001K", "152502199003070018"] {
        let draft = with(&of, &[("holder_code", wrong), ("holder_code_type", "")]);
        assert_eq!(faults(&draft, &of), one("holder_code", "check_digit"));
    }
}

#[test]
fn a_certificate_of_people_is_not_held_by_an_organisation() {
    let of = type_named("食品从业人员健康证明");
    let organisation = [
        ("holder_code", "91152502MA0000001L"),
        ("holder_code_type", "001"),
    ];
    let draft = with(&of, &organisation);
    assert_eq!(
        faults(&draft, &of),
        one("holder_code_type", "unknown_value")
    );
}

#[test]
fn a_code_type_that_lost_its_zeros_is_read() {
    let of = type_named("公共场所卫生许可证");
    let mut draft = with(&of, &[]);
    draft
        .0
        .insert("holder_code_type".to_owned(), Raw::Number(1.0));
    assert_eq!(faults(&draft, &of), []);
}

#[test]
fn the_name_of_a_unit_on_the_face_is_the_holders() {
    let of = type_named("公共场所卫生许可证");
    let draft = with(
        &of,
        &[("holder_name", ""), ("unit_name", "锡林浩特市某浴池")],
    );
    let content = judged(&draft, &of, false).content.unwrap();
    assert_eq!(content.holders[0].name, "锡林浩特市某浴池");
    // The employer of a person is not the person.
    let of = type_named("安全生产知识和管理能力考核合格证");
    let draft = with(&of, &[("holder_name", "")]);
    assert_eq!(faults(&draft, &of), one("holder_name", "missing"));
}

#[test]
fn columns_that_the_face_replaces_are_refused_not_ignored() {
    let of = type_named("结婚证");
    let draft = with(&of, &[("holder_name", "巴特尔")]);
    assert_eq!(faults(&draft, &of), one("holder_name", "unknown_field"));
    assert_eq!(of.definition.column_of("姓名"), None);
}

#[test]
fn nobody_is_married_to_themselves() {
    let of = type_named("结婚证");
    let draft = with(&of, &[("woman_id_no", "152502199003070019")]);
    assert_eq!(faults(&draft, &of), one("woman_id_no", "same_holder"));
}

#[test]
fn as_many_names_as_codes_are_needed_and_none_blank() {
    let of = type_named("不动产权证书");
    let codes = ("holder_code", "152502199003070019、152502199206120020");
    for name in ["巴特尔", "巴特尔、", "巴特尔、其其格、苏和"] {
        let draft = with(&of, &[("holder_name", name), codes]);
        assert_eq!(faults(&draft, &of), one("holder_name", "holders_differ"));
    }
    let draft = with(&of, &[("holder_name", "巴特尔、其其格"), codes]);
    assert_eq!(judged(&draft, &of, false).content.unwrap().holders.len(), 2);
}

#[test]
fn a_number_that_lost_its_digits_is_not_registered_of_an_old_record_either() {
    let of = type_named("食品经营许可证");
    let draft = with(&of, &[("certificate_number", "1.15250E+15")]);
    assert_eq!(
        faults(&draft, &of),
        one("certificate_number", "lost_digits")
    );
    assert!(judged(&draft, &of, true).content.is_none());
}

#[test]
fn a_number_from_the_holders_code_is_of_the_pattern_too() {
    let of = type_named("营业执照");
    let changes = [("holder_code", "锡第0001号"), ("holder_code_type", "099")];
    let draft = with(&of, &changes);
    assert_eq!(faults(&draft, &of), one("holder_code", "pattern"));
    // Said once, and by its own name.
    let draft = with(&of, &[("holder_code", "91152502MA0000001K")]);
    assert_eq!(faults(&draft, &of), one("holder_code", "check_digit"));
    let draft = with(&of, &[("holder_code", "")]);
    assert_eq!(faults(&draft, &of), one("holder_code", "missing"));
}

#[test]
fn findings_come_in_the_order_of_the_columns() {
    let of = type_named("食品从业人员健康证明");
    let changes = [
        ("issue_date", "昨天"),
        ("exam_unit", ""),
        ("sex", "3"),
        ("certificate_number", ""),
        ("holder_name", ""),
    ];
    let columns: Vec<String> = faults(&with(&of, &changes), &of)
        .into_iter()
        .map(|f| f.0)
        .collect();
    let wanted = [
        "holder_name",
        "certificate_number",
        "sex",
        "exam_unit",
        "issue_date",
    ];
    assert_eq!(columns, wanted);
}
