//! The headers of the offices' sample files.

use std::io::Cursor;

use calamine::Reader;
use calamine::Xlsx;
use encoding_rs::GB18030;

use super::type_named;

fn headings(line: &str) -> Vec<String> {
    let cells = line.trim_start_matches('\u{feff}').trim_end().split(',');
    cells.map(str::to_owned).collect()
}

fn columns_of(type_name: &str, headings: &[String]) -> Vec<Option<String>> {
    let of = type_named(type_name);
    let column = |h: &String| of.definition.column_of(h).map(str::to_owned);
    headings.iter().map(column).collect()
}

#[test]
fn the_health_certificates_are_mapped_but_for_their_row_numbers() {
    let bytes = include_bytes!("../../../../examples/samples/健康证明-2026年10月.csv");
    let (text, _, _) = GB18030.decode(bytes);
    let columns = columns_of(
        "食品从业人员健康证明",
        &headings(text.lines().nth(1).unwrap()),
    );
    let wanted = [
        None,
        Some("holder_name"),
        Some("sex"),
        Some("holder_code"),
        Some("trade_class"),
        Some("employer"),
        Some("exam_date"),
        Some("exam_unit"),
        Some("exam_result"),
        Some("issue_date"),
        Some("certificate_number"),
    ];
    assert_eq!(columns, wanted.map(|c| c.map(str::to_owned)));
}

#[test]
fn the_business_licences_are_mapped_whole() {
    let text = include_str!("../../../../examples/samples/营业执照.csv");
    let columns = columns_of("营业执照", &headings(text.lines().next().unwrap()));
    let wanted = [
        "holder_code",
        "holder_name",
        "enterprise_type",
        "legal_representative",
        "registered_capital",
        "establish_date",
        "business_term",
        "domicile",
        "business_scope",
        "copy_kind",
        "issue_date",
    ];
    assert_eq!(columns, wanted.map(|c| Some(c.to_owned())));
}

#[test]
fn the_birth_certificates_are_mapped_whole() {
    let bytes = include_bytes!("../../../../examples/samples/出生医学证明-2026年三季度.xlsx");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let known = |row: &[calamine::Data]| {
        let headings: Vec<String> = row.iter().map(ToString::to_string).collect();
        let columns = columns_of("出生医学证明", &headings);
        headings.into_iter().zip(columns).collect::<Vec<_>>()
    };
    let found = |row: &[(String, Option<String>)]| row.iter().filter(|c| c.1.is_some()).count();
    let header = sheet
        .rows()
        .take(5)
        .map(known)
        .max_by_key(|r| found(r))
        .unwrap();
    let unknown: Vec<_> = header
        .iter()
        .filter(|c| c.1.is_none() && !c.0.is_empty())
        .collect();
    assert!(
        header.len() > 10 && unknown.is_empty(),
        "{unknown:?} of {header:?}"
    );
}
