//! Uploads that are broken, greedy or very large.

use std::io;

use rust_xlsxwriter::Workbook;

use super::*;

#[test]
fn hostile_csv_is_refused_with_its_row() {
    let nul = fault(b"a,b\nc,d\0\n");
    assert_eq!((nul.code(), nul.row()), ("sheet_nul", Some(2)));
    let open = fault(b"a,b\n\"c,d\ne,f\n");
    assert_eq!((open.code(), open.row()), ("sheet_open_quote", Some(2)));
    let open = fault(format!("a,b\n\"c,d\n{}", "e,f\n".repeat(10_000)).as_bytes());
    assert_eq!((open.code(), open.row()), ("sheet_open_quote", Some(2)));
    let mut long = b"a,b\n".to_vec();
    long.resize(10 * 1024 * 1024, b'x');
    let long = fault(&long);
    assert_eq!((long.code(), long.row()), ("sheet_cell_too_long", Some(2)));
    let wide = fault(",".repeat(512).as_bytes());
    assert_eq!(
        (wide.code(), wide.row()),
        ("sheet_too_many_columns", Some(1))
    );
    assert_eq!(
        rows_of(format!("a{}", ",".repeat(511)).as_bytes()).unwrap()[0]
            .cells
            .len(),
        512
    );

    let mut broken = gb18030("姓名,性别\n张,男\n");
    broken.extend_from_slice(b"\xFF,x\n");
    let broken = fault(&broken);
    assert_eq!((broken.code(), broken.row()), ("sheet_encoding", Some(3)));
    let mut cut = "姓名,性别\n张三李四王五赵六钱七,男\n孙".as_bytes().to_vec();
    cut.pop();
    assert_eq!(fault(&cut).row(), Some(3));
    assert_eq!(fault(b"").code(), "sheet_empty");
}

#[test]
fn errors_end_the_rows() {
    let bytes: &[u8] = b"a,b\nc\0,d\ne,f\n";
    let sheet = Sheet::open(&bytes).unwrap();
    let mut rows = sheet.rows();
    assert!(rows.next().unwrap().is_ok());
    assert!(rows.next().unwrap().is_err());
    assert!(rows.next().is_none());
}

#[test]
fn hostile_workbooks_are_refused_before_they_are_parsed() {
    let workbook = {
        let mut all = Vec::new();
        births().open().unwrap().read_to_end(&mut all).unwrap();
        all
    };
    assert_eq!(
        fault(&workbook[..workbook.len() / 2]).code(),
        "sheet_unreadable"
    );

    let zeros = vec![0_u8; 220 * 1024 * 1024];
    let bomb = zipped(&[("xl/workbook.xml", b"<a/>"), ("xl/media/a.bin", &zeros)]);
    assert_eq!(fault(&bomb).code(), "sheet_too_large");

    let mut sized = vec![b'P'; 21 * 1024 * 1024];
    sized[..4].copy_from_slice(b"PK\x03\x04");
    assert_eq!(fault(&sized).code(), "sheet_too_large");

    let mut shared = Workbook::new();
    shared.add_worksheet().write(0, 0, "共").unwrap();
    let greedy = altered(
        &shared.save_to_buffer().unwrap(),
        "xl/sharedStrings.xml",
        |xml| xml.replacen("uniqueCount=\"", "uniqueCount=\"9999999999", 1),
    );
    assert_eq!(fault(&greedy).code(), "sheet_unreadable");

    // One cell in the furthest corner must not cost a rectangle.
    let corner = altered(&workbook, "xl/worksheets/sheet1.xml", |xml| {
        let row = r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>"#;
        xml.replace("</sheetData>", row)
    });
    assert_eq!(rows_of(&corner).unwrap().last().unwrap().number, 1_048_576);
    let wide = altered(&workbook, "xl/worksheets/sheet1.xml", |xml| {
        let row = r#"<row r="200"><c r="XFD200"><v>1</v></c></row></sheetData>"#;
        xml.replace("</sheetData>", row)
    });
    let wide = fault(&wide);
    assert_eq!(
        (wide.code(), wide.row()),
        ("sheet_too_many_columns", Some(200))
    );
    let absurd = altered(&workbook, "xl/worksheets/sheet1.xml", |xml| {
        let row = r#"<row r="99999999999999"><c r="ZZZZZZZZZZZZ1"><v>1</v></c></row></sheetData>"#;
        xml.replace("</sheetData>", row)
    });
    assert!(rows_of(&absurd).is_err());
}

#[test]
fn a_workbook_with_too_many_rows_is_refused() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..100_031 {
        sheet.write_number(row, 0, 1).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(fault(&bytes).code(), "sheet_too_many_rows");
}

/// A CSV file that is made while it is read, a line at a time.
struct Endless {
    lines: u64,
}

const LINE: &[u8] = "152526196802205650,锡林浩特市,\"a,b\"\r\n".as_bytes();

impl Bytes for Endless {
    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + '_>> {
        assert_eq!(start, 0);
        Ok(Box::new(Repeated {
            left: self.lines,
            line: b"",
        }))
    }

    fn size(&self) -> u64 {
        self.lines * 47
    }
}

struct Repeated {
    left: u64,
    line: &'static [u8],
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(
            buffer.len() <= 64 * 1024,
            "a stream is read in small pieces"
        );
        if self.line.is_empty() && self.left > 0 {
            self.left -= 1;
            self.line = LINE;
        }
        self.line.read(buffer)
    }
}

#[test]
fn sixty_megabytes_stream_past() {
    let bytes = Endless { lines: 1_350_000 };
    let sheet = Sheet::open(&bytes).unwrap();
    let mut count = 0;
    for row in sheet.rows() {
        count += 1;
        assert_eq!(row.unwrap().cells.len(), 3);
    }
    assert_eq!(count, 1_350_000);
    let vast = Endless { lines: 12_000_000 };
    assert_eq!(Sheet::open(&vast).err().unwrap().code(), "sheet_too_large");
}
