//! Sheets through the front door: the sample files, there and back, and hostile input.

mod hostile;
mod photographs;
mod round_trip;
mod samples;

use std::io::Cursor;
use std::io::Read;
use std::io::Write;
use std::path::Path;

use zip::CompressionMethod;
use zip::ZipArchive;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn sample(name: &str) -> FileBytes {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/samples");
    FileBytes::at(folder.join(name)).unwrap()
}

fn health() -> FileBytes {
    sample("健康证明-2026年10月.csv")
}

fn births() -> FileBytes {
    sample("出生医学证明-2026年三季度.xlsx")
}

fn licences() -> FileBytes {
    sample("营业执照.csv")
}

fn known(key: &str) -> bool {
    [
        "姓名",
        "性别",
        "身份证号码",
        "证件编号",
        "体检日期",
        "名称",
        "类型",
        "经营范围",
    ]
    .contains(&key)
        || [
            "出生证编号",
            "新生儿姓名",
            "出生时间",
            "母亲姓名",
            "出生体重(克)",
        ]
        .contains(&key)
}

/// The header and all data rows.
fn read(bytes: &dyn Bytes) -> (Format, HeaderAt, Vec<Row>) {
    let sheet = Sheet::open(bytes).unwrap();
    let header = sheet.find_header(&known).unwrap();
    let rows = sheet.rows_below(&header).collect::<Result<_, _>>().unwrap();
    (sheet.format().clone(), header, rows)
}

fn rows_of(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
    Sheet::open(&bytes)?.rows().collect()
}

/// The error that opening or reading meets.
fn fault(bytes: &[u8]) -> SheetError {
    match rows_of(bytes) {
        Ok(rows) => panic!("{} rows were read", rows.len()),
        Err(fault) => fault,
    }
}

fn texts(row: &Row) -> Vec<String> {
    row.cells.iter().map(Cell::text).collect()
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let method = if bytes.is_empty() {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The workbook with one part changed.
fn altered(workbook: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut old = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut parts = Vec::new();
    for index in 0..old.len() {
        let mut entry = old.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if name == part {
            bytes = change(String::from_utf8(bytes).unwrap()).into_bytes();
        }
        parts.push((name, bytes));
    }
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    zipped(&parts)
}
