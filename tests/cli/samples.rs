//! The three sample files: issued, sent again, changed, corrected, mended.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use calamine::Reader;
use serde_json::Value;
use serde_json::json;

use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::HOSPITAL;
use crate::office::MARKET;
use crate::office::Office;
use crate::office::counts;
use crate::office::example;
use crate::office::gb18030;
use crate::office::refused;

const HEALTH_FILE: &str = "健康证明-2026年10月.csv";
const ORDER: (&str, &str) = (HEALTH, CDC);

/// Checks, issues and sends again one file, against the answers.
fn every_good_row(office: &Office, name: &str, issuer: &str) {
    let answers = fs::read_to_string(example("samples/answers.json")).unwrap();
    let answers: Value = serde_json::from_str(&answers).unwrap();
    let answer = &answers[name];
    let order = (answer["type"].as_str().unwrap(), issuer);
    let bad: Vec<(u64, String)> = answer["bad"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| (b[0].as_u64().unwrap(), b[1].as_str().unwrap().to_owned()))
        .collect();
    let rows = answer["rows"].as_u64().unwrap();
    let good = rows - bad.len() as u64;
    let file = office.sample(name);

    let (code, report) = office.batch("check", &file, order, &[]);
    assert_eq!((code, &report["written"]), (2, &json!(false)));
    assert_eq!(refused(&report), bad, "{name}");
    assert_eq!(report["counts"]["issued"], good);
    assert_eq!(report["result_file"], Value::Null);

    let (code, report) = office.batch("issue", &file, order, &[]);
    assert_eq!(code, 2);
    assert_eq!(refused(&report), bad, "{name}");
    assert_eq!(report["counts"]["issued"], good);

    let (_, report) = office.batch("issue", &file, order, &[]);
    assert_eq!(report["counts"]["issued"], 0);
    assert_eq!(report["counts"]["same"], good);
    assert_eq!(refused(&report), bad, "{name}");
}

#[test]
fn every_good_row_is_issued_and_exactly_the_bad_ones_are_named() {
    let office = Office::open();
    every_good_row(&office, HEALTH_FILE, CDC);
    every_good_row(&office, "出生医学证明-2026年三季度.xlsx", HOSPITAL);
    every_good_row(&office, "营业执照.csv", MARKET);

    let results = office.path("健康证明-2026年10月.结果.csv");
    let errors = office.path("健康证明-2026年10月.错误.csv");
    for path in [&results, &errors] {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
    assert_eq!(fs::read_to_string(&results).unwrap().lines().count(), 984);
    let title_header_and_17 = 2 + 17;
    assert_eq!(gb18030(&errors).lines().count(), title_header_and_17);
    let workbook = office.path("出生医学证明-2026年三季度.错误.xlsx");
    let mut workbook = calamine::open_workbook_auto(workbook).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    let reasons = sheet.rows().filter(|r| {
        let last = r.last().unwrap().to_string();
        last.contains('“')
    });
    assert_eq!(reasons.count(), 6);
    assert!(!fs::exists(office.path("健康证明-2026年10月.错误.csv.tmp")).unwrap());
}

#[test]
fn changed_rows_are_told_and_only_as_a_correction_written() {
    let office = Office::open();
    let file = office.sample(HEALTH_FILE);
    office.batch("issue", &file, ORDER, &[]);
    let text = gb18030(&file);
    let mut changed = text.clone();
    for n in [3, 4, 5] {
        let row = text.lines().nth(n - 1).unwrap();
        let new = row.replace("锡林浩特市疾病预防控制中心", "锡林浩特市医院");
        assert_ne!(row, new);
        changed = changed.replace(row, &new);
    }
    let changed = office.write("更正.csv", &changed);

    let (code, report) = office.batch("issue", &changed, ORDER, &[]);
    assert_eq!(code, 2);
    assert_eq!(counts(&report), "differs=3 refused=17 rows=1000 same=980");
    for (row, number) in report["differs"].as_array().unwrap().iter().zip(3..) {
        assert_eq!(row["row"], number);
        let change = json!([{"column": "exam_unit", "heading": "体检单位",
            "old": "锡林浩特市疾病预防控制中心", "new": "锡林浩特市医院"}]);
        assert_eq!(row["changes"], change);
    }
    let mended = gb18030_or_utf8(&office.path("更正.错误.csv"));
    let told = "体检单位 锡林浩特市疾病预防控制中心 → 锡林浩特市医院";
    assert_eq!(mended.matches(told).count(), 3, "{mended}");

    let correction = ["--as", "correction"];
    let (code, rehearsed) = office.batch("check", &changed, ORDER, &correction);
    assert_eq!((code, &rehearsed["written"]), (2, &json!(false)));
    let (code, report) = office.batch("issue", &changed, ORDER, &correction);
    assert_eq!((code, &report["written"]), (2, &json!(true)));
    assert_eq!(counts(&report), "corrected=3 refused=17 rows=1000 same=980");
    for told in ["counts", "refused", "corrected"] {
        assert_eq!(rehearsed[told], report[told], "{told}");
    }
    assert_eq!(report["corrected"][0]["row"], 3);
    assert_eq!(
        report["corrected"][0]["changes"][0]["new"],
        "锡林浩特市医院"
    );
    let results = fs::read_to_string(office.path("更正.结果.csv")).unwrap();
    let second: Vec<&str> = results.lines().filter(|l| l.contains("已更正")).collect();
    assert_eq!(second.len(), 3);
    for line in second {
        assert_eq!(
            line.split(',').nth(2).unwrap().split('.').nth(8),
            Some("002"),
            "{line}"
        );
    }
}

fn gb18030_or_utf8(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|_| gb18030(path))
}

#[test]
fn another_holder_voids_the_old_certificate_and_gets_a_new_one() {
    let office = Office::open();
    let file = office.sample(HEALTH_FILE);
    let text = gb18030(&file);
    let mut lines = text.lines();
    let head: Vec<&str> = lines.by_ref().take(2).collect();
    let row = lines.next().unwrap();
    let before = office.write("前.csv", &[head[1], row].join("\n"));
    office.batch("issue", &before, ORDER, &[]);
    let other = row.replace("152526196802205650", "152528197911010470");
    let after = office.write("后.csv", &[head[1], &other].join("\n"));

    let (code, report) = office.batch("check", &after, ORDER, &[]);
    assert_eq!((code, counts(&report).as_str()), (2, "differs=1 rows=1"));
    let (code, report) = office.batch("issue", &after, ORDER, &["--as", "correction"]);
    assert_eq!((code, counts(&report).as_str()), (0, "reissued=1 rows=1"));
    assert_eq!(report["error_file"], Value::Null);
    assert!(!fs::exists(office.path("后.错误.csv")).unwrap());
    let results = fs::read_to_string(office.path("后.结果.csv")).unwrap();
    assert!(results.contains("原证作废，已另发"), "{results}");
    let (_, report) = office.batch("check", &after, ORDER, &[]);
    assert_eq!(counts(&report), "rows=1 same=1");
}

#[test]
fn the_error_file_is_mended_in_place_and_sent_again() {
    let office = Office::open();
    let file = office.sample(HEALTH_FILE);
    office.batch("issue", &file, ORDER, &[]);
    let errors = office.path("健康证明-2026年10月.错误.csv");
    let text = gb18030(&errors);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let header = rows[1].clone();
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for (at, row) in rows.iter().enumerate() {
        let reason = row.iter().next_back().unwrap();
        let mended = header.iter().zip(row).map(|(heading, cell)| {
            let short = reason.contains("单元格") && cell.is_empty();
            if at > 1 && (short || reason.contains(&format!("“{heading}”"))) {
                good(heading, cell, at)
            } else {
                cell.to_owned()
            }
        });
        writer.write_record(mended.collect::<Vec<_>>()).unwrap();
    }
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let (bytes, ..) = encoding_rs::GB18030.encode(&text);
    fs::write(&errors, bytes).unwrap();

    // A number mended by its check digit alone does not fit the sex beside it.
    let (code, report) = office.batch("issue", &errors, ORDER, &[]);
    assert_eq!(counts(&report), "issued=17 rows=17 warned=1", "{report:#}");
    assert_eq!((code, &report["error_file"]), (0, &Value::Null));
}

/// A good value in the place of a bad cell.
fn good(heading: &str, cell: &str, at: usize) -> String {
    match heading {
        "姓名" => "乌云".to_owned(),
        "性别" => "男".to_owned(),
        "身份证号码" => with_check_digit(cell),
        "从业类别" => "餐饮服务".to_owned(),
        "体检日期" => "2026-09-01".to_owned(),
        "体检单位" => CDC.to_owned(),
        "体检结论" => "合格".to_owned(),
        "发证日期" => "2026-09-03".to_owned(),
        "证件编号" => format!("锡市健〔2026〕{}号", 1_800_000 + at),
        other => panic!("{other} was not expected to be wrong"),
    }
}

pub(crate) fn with_check_digit(cell: &str) -> String {
    let digits: Vec<u32> = cell
        .chars()
        .take(17)
        .map(|c| c.to_digit(10).unwrap())
        .collect();
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.iter().zip(weights).map(|(d, w)| d * w).sum();
    let last = b"10X98765432"[(sum % 11) as usize];
    let body: String = cell.chars().take(17).collect();
    body + &char::from(last).to_string()
}

#[test]
fn all_or_nothing_writes_nothing_beside_a_bad_row() {
    let office = Office::open();
    let file = office.sample(HEALTH_FILE);
    let (code, report) = office.batch("issue", &file, ORDER, &["--all-or-nothing"]);
    assert_eq!((code, &report["written"]), (2, &json!(false)));
    let results = fs::read_to_string(office.path("健康证明-2026年10月.结果.csv")).unwrap();
    assert!(results.contains("可签发") && !results.contains("已签发"));
    let (_, report) = office.batch("check", &file, ORDER, &[]);
    assert_eq!(counts(&report), "issued=983 refused=17 rows=1000");
}
