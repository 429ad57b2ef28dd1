//! Sheets as offices really send them: what is read, and under which row number.

use rust_xlsxwriter::Workbook;

use super::*;

#[test]
fn the_health_sample_is_gb18030_under_a_title() {
    let bytes = health();
    let (format, header, rows) = read(&bytes);
    let csv = Format::Csv {
        encoding: Encoding::Gb18030,
        delimiter: ',',
    };
    assert_eq!(format, csv);
    assert_eq!((header.titles.len(), header.header.number), (1, 2));
    assert_eq!(rows.len(), 1000);
    assert_eq!(texts(&rows[0])[1..4], ["杨敏", "男", "152526196802205650"]);
    let row = rows.iter().find(|row| row.number == 222).unwrap();
    assert!(row.cells.len() < header.header.cells.len());
}

#[test]
fn the_licence_sample_has_line_breaks_in_its_cells() {
    let bytes = licences();
    let (format, header, rows) = read(&bytes);
    let csv = Format::Csv {
        encoding: Encoding::Utf8 { bom: true },
        delimiter: ',',
    };
    assert_eq!(format, csv);
    assert_eq!(header.header.number, 1);
    assert_eq!(rows.len(), 150);
    assert_eq!(rows.last().unwrap().number, 151);
    assert!(
        rows.iter()
            .all(|row| row.cells.len() == header.header.cells.len())
    );
    assert!(rows.iter().any(|row| texts(row)[8].contains('\n')));
    assert!(rows[6].cells[1].is_blank(), "row 8 misses its name");
}

#[test]
fn the_birth_sample_lost_digits_in_row_seven() {
    let bytes = births();
    let (format, header, rows) = read(&bytes);
    let sheet = "出生医学证明".to_owned();
    assert_eq!(format, Format::Xlsx { sheet });
    assert_eq!((header.titles.len(), header.header.number), (1, 2));
    assert_eq!(rows.len(), 120);
    let lost: Vec<u64> = rows
        .iter()
        .filter(|row| row.cells.iter().any(Cell::lost_digits))
        .map(|row| row.number)
        .collect();
    assert_eq!(lost, [7]);
    assert_eq!(texts(&rows[0])[3], "2026-09-07 21:28");
    assert_eq!(texts(&rows[0])[6..9], ["39", "2590", "51"]);
    assert_eq!(texts(&rows[0])[13], "2026-09-10");
}

#[test]
fn row_numbers_count_blank_lines() {
    let rows = rows_of(b"\r\na,b\n\n,\n\"c\nc\",d\r\re,f").unwrap();
    let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [2, 5, 7]);
    assert_eq!(texts(&rows[1]), ["c\nc", "d"]);
}

#[test]
fn the_first_visible_sheet_with_anything_in_it_counts() {
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .set_hidden(true)
        .write(0, 0, "藏")
        .unwrap();
    workbook.add_worksheet().set_active(true);
    let data = workbook.add_worksheet();
    data.set_name("数据").unwrap();
    data.write(4, 2, "看").unwrap();
    data.write_formula(4, 3, rust_xlsxwriter::Formula::new("=1+1").set_result("2"))
        .unwrap();
    workbook.add_worksheet().write(0, 0, "后").unwrap();
    let rows = rows_of(&workbook.save_to_buffer().unwrap()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].number, 5);
    assert_eq!(texts(&rows[0]), ["", "", "看", "2"]);
    assert_eq!(
        fault(&Workbook::new().save_to_buffer().unwrap()).code(),
        "sheet_empty"
    );
}
