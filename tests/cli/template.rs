//! A template, filled in and issued.

use std::fs;
use std::io::Cursor;
use std::io::Read;
use std::io::Write;

use mianzheng::domain::contract::example::example as example_of;
use mianzheng::domain::definition::CertificateType;
use mianzheng::domain::definition::CodeFields;
use mianzheng::domain::definition::Definition;
use mianzheng::domain::value::Raw;
use rust_xlsxwriter::utility::column_number_to_name;
use zip::ZipArchive;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::HOSPITAL;
use crate::office::MARKET;
use crate::office::Office;
use crate::office::counts;
use crate::office::example;

/// The example of a type, in the order of a template's headings.
fn filled(name: &str, headings: &[String]) -> Vec<String> {
    let text = fs::read_to_string(example("catalogue/certificate-types.json")).unwrap();
    let all: Vec<Definition> = serde_json::from_str(&text).unwrap();
    let definition = all.into_iter().find(|d| d.name == name).unwrap();
    let numbers = CodeFields::default().extended(&definition).unwrap();
    let of = CertificateType::new(1, 1, definition, numbers).unwrap();
    let draft = example_of(&of);
    let cell = |heading: &String| {
        let key = of
            .definition
            .column_of(heading)
            .unwrap_or_else(|| panic!("{heading}"));
        match draft.0.get(key) {
            Some(Raw::Text(text)) => text.clone(),
            other => panic!("{key}: {other:?}"),
        }
    };
    headings.iter().map(cell).collect()
}

fn headings(office: &Office, name: &str, path: &str) -> Vec<String> {
    let args = ["--json", "catalogue", "template", name, "--out", path];
    let told = office.does(&args).json();
    assert_eq!(told["file"], path);
    let columns = told["columns"].as_array().unwrap().iter();
    columns.map(|c| c.as_str().unwrap().to_owned()).collect()
}

/// Fills in the second row of a workbook's first sheet.
fn fill_workbook(path: &str, cells: &[String]) {
    let mut book = ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..book.len() {
        let mut part = book.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            let cell = |(at, text): (usize, &String)| {
                let column = column_number_to_name(u16::try_from(at).unwrap());
                format!("<c r=\"{column}2\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
            };
            let row: String = cells.iter().enumerate().map(cell).collect();
            let text = String::from_utf8(bytes).unwrap();
            let row = format!("</row><row r=\"2\">{row}</row></sheetData>");
            bytes = text.replace("</row></sheetData>", &row).into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    fs::write(path, out.finish().unwrap().into_inner()).unwrap();
}

#[test]
fn a_template_filled_with_the_types_example_is_issued() {
    let office = Office::open();
    for (name, issuer) in [
        (HEALTH, CDC),
        ("出生医学证明", HOSPITAL),
        ("营业执照", MARKET),
        ("食品经营许可证", MARKET),
        ("药品经营许可证", MARKET),
    ] {
        for ending in ["csv", "xlsx"] {
            let path = office.path(&format!("{name}.{ending}"));
            let headings = headings(&office, name, &path);
            let cells = filled(name, &headings);
            if ending == "csv" {
                let mut writer = csv::Writer::from_writer(fs::read(&path).unwrap());
                writer.write_record(&cells).unwrap();
                fs::write(&path, writer.into_inner().unwrap()).unwrap();
            } else {
                fill_workbook(&path, &cells);
            }
            let (code, report) = office.batch("issue", &path, (name, issuer), &[]);
            let wanted = if ending == "csv" {
                "issued=1 rows=1"
            } else {
                "rows=1 same=1"
            };
            let found = counts(&report)
                .replace(" warned=1", "")
                .replace(" pictures=1", "");
            assert_eq!((code, found.as_str()), (0, wanted), "{name}: {report:#}");
        }
    }
}

#[test]
fn a_template_is_a_workbook_or_csv_and_of_a_known_type() {
    let office = Office::open();
    let out = office.path("t.pdf");
    let refused = office.runs(&["--json", "catalogue", "template", HEALTH, "--out", &out]);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &"bad_request".into())
    );
    let out = office.path("t.csv");
    let refused = office.runs(&["--json", "catalogue", "template", "x", "--out", &out]);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &"unknown_type".into())
    );
    let text = {
        office.does(&["catalogue", "template", HEALTH, "--out", &out]);
        fs::read_to_string(&out).unwrap()
    };
    assert!(text.starts_with("\u{feff}持证主体,"), "{text}");
}
