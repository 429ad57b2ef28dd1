//! What we write can be mended and read again.

use super::*;

#[test]
fn an_error_file_comes_back_as_it_went() {
    for (bytes, chosen) in [
        (health(), vec![41, 222, 973]),
        (births(), vec![7, 26, 113]),
        (licences(), vec![8, 10, 49]),
    ] {
        let (format, header, mut rows) = read(&bytes);
        rows.retain(|row| chosen.contains(&row.number));
        assert_eq!(rows.len(), 3);
        let mut file = ErrorFile::new(&format, &header, Vec::new()).unwrap();
        for row in &rows {
            file.push(row, "第一项：不对，\n请改").unwrap();
        }
        let written = file.finish().unwrap();
        let (again, mended_header, mended) = read(&written);

        assert_eq!(again, format);
        assert_eq!(mended_header.titles, header.titles);
        let width = header.header.cells.len();
        assert_eq!(mended_header.reason_column, Some(width));
        assert_eq!(mended_header.header.cells[..width], header.header.cells);
        for (before, after) in rows.iter().zip(&mended) {
            let mut cells = before.cells.clone();
            cells.resize(width, Cell::Empty);
            assert_eq!(after.cells[..width], cells);
            assert_eq!(after.cells[width].text(), "第一项：不对，\n请改");
        }

        // The second time round the column is there already.
        let mut file = ErrorFile::new(&again, &mended_header, Vec::new()).unwrap();
        file.push(&mended[0], "仍不对").unwrap();
        let (_, third_header, third) = read(&file.finish().unwrap());
        assert_eq!(third_header.header.cells, mended_header.header.cells);
        assert_eq!(third[0].cells[..width], mended[0].cells[..width]);
        assert_eq!(third[0].cells[width].text(), "仍不对");
        assert_eq!(third[0].cells.len(), width + 1);
    }
}

#[test]
fn an_error_file_changes_no_awkward_cell() {
    let text = "姓名;性别;备注\r\n\"a;\"\"b\";=\"0012\";-1\r\n'x;\" \t\";\"多行\r\n\n文\"\r\n张;男;;多出\r\n";
    for upload in [text.as_bytes().to_vec(), gb18030(text)] {
        let (format, header, rows) = read(&upload);
        let mut file = ErrorFile::new(&format, &header, Vec::new()).unwrap();
        for row in &rows {
            file.push(row, "=1").unwrap();
        }
        let (again, _, mended) = read(&file.finish().unwrap());
        assert_eq!(again, format);
        assert_eq!(mended[0].cells[..3], rows[0].cells);
        assert_eq!(mended[1].cells[..3], rows[1].cells);
        assert_eq!(texts(&mended[2]), ["张", "男", "", "=1", "多出"]);
    }
}

#[test]
fn a_workbook_keeps_its_kinds_of_cell() {
    let day = jiff::civil::date(2026, 2, 28);
    let cells = vec![
        Cell::Text(" 姓\r\n名_x000D_ <&>".into()),
        Cell::Number(1.525_282_001_080_996e17),
        Cell::Number(-0.125),
        Cell::Bool(true),
        Cell::DateTime(day.at(0, 0, 0, 0)),
        Cell::DateTime(day.at(23, 59, 59, 0)),
        Cell::DateTime(jiff::civil::date(1949, 10, 1).at(15, 0, 0, 0)),
        Cell::Text("#N/A".into()),
        Cell::Text("152502196611083818".into()),
    ];
    let width = cells.len();
    let header = HeaderAt {
        titles: Vec::new(),
        header: Row {
            number: 1,
            cells: vec![Cell::Text("姓名".into()); width],
        },
        reason_column: None,
    };
    let format = Format::Xlsx {
        sheet: "表".into()
    };
    let mut file = ErrorFile::new(&format, &header, Vec::new()).unwrap();
    file.push(
        &Row {
            number: 9,
            cells: cells.clone(),
        },
        "错",
    )
    .unwrap();
    let (_, _, rows) = read(&file.finish().unwrap());
    assert_eq!(rows[0].cells[..width], cells);
}

#[test]
fn a_template_is_read_as_a_sheet() {
    let template = Template {
        title: "出生/医学[证明]".into(),
        columns: vec![
            TemplateColumn {
                heading: "新生儿姓名".into(),
                note: "与户口簿一致".into(),
                required: true,
                choices: Vec::new(),
                width: 16,
            },
            TemplateColumn {
                heading: "性别".into(),
                choices: (0..200).map(|n| format!("选项,{n}")).collect(),
                width: 8,
                ..TemplateColumn::default()
            },
            TemplateColumn {
                heading: "母亲姓名".into(),
                width: 20,
                ..TemplateColumn::default()
            },
        ],
    };
    let (_, header, rows) = read(&template.csv());
    assert_eq!(texts(&header.header), ["新生儿姓名", "性别", "母亲姓名"]);
    assert!(rows.is_empty());

    let empty = template.xlsx().unwrap();
    let (format, header, rows) = read(&empty);
    let sheet = "出生医学证明".to_owned();
    assert_eq!(format, Format::Xlsx { sheet });
    assert_eq!(texts(&header.header), ["新生儿姓名", "性别", "母亲姓名"]);
    assert!(rows.is_empty());

    let filled = altered(&empty, "xl/worksheets/sheet1.xml", |xml| {
        let row =
            r#"<row r="2"><c r="A2" t="inlineStr"><is><t>152526196802205650</t></is></c></row>"#;
        xml.replace("</sheetData>", &format!("{row}</sheetData>"))
    });
    let (_, _, rows) = read(&filled);
    assert_eq!(texts(&rows[0]), ["152526196802205650"]);
}
