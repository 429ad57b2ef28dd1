//! Files that an office drops.

use std::fs;
use std::time::Duration;

use mianzheng::domain::sourced::SourceCause;
use rust_xlsxwriter::Workbook;

use crate::sources::BATU;
use crate::sources::QIQIGE;
use crate::sources::by_code;
use crate::sources::by_number;
use crate::support::database::Database::Sqlite;
use crate::support::office::TestOffice;

const HEADER: [&str; 8] = [
    "姓 名",
    "身份证号",
    "健康证编号",
    "性别",
    "体检日期",
    "体检单位",
    "结论",
    "发证日期",
];

fn source(path: &str, ask_by: &str, column: &str) -> String {
    format!(
        r#"
[source]
name = "drop"
type = "食品从业人员健康证明"
ask_by = ["{ask_by}"]
[source.file]
path = "{path}"
{ask_by} = "{column}"
[source.fields]
holder_name = {{ from = "姓名", clean = "name" }}
holder_code = "身份证号"
certificate_number = "健康证编号"
sex = "性别"
trade_class = {{ constant = "03" }}
exam_date = {{ from = "体检日期", date = "chinese" }}
exam_unit = "体检单位"
exam_result = "结论"
issue_date = {{ from = "发证日期", date = "yyyy-MM-dd" }}
"#
    )
}

fn rows() -> Vec<[&'static str; 8]> {
    let row = |name, code, number| {
        let (sex, day) = ("男", "二〇二六年十月七日");
        [name, code, number, sex, day, "某医院", "合格", "2026-10-09"]
    };
    vec![
        row("巴特尔", BATU, "锡市健〔2026〕1号"),
        row("苏和", "152522198804150036", "锡市健〔2026〕2号"),
        row("苏和", "152522198804150036", "锡市健〔2026〕3号"),
    ]
}

fn csv(rows: &[[&str; 8]]) -> String {
    let line = |cells: &[&str; 8]| cells.join(",") + "\r\n";
    let body: String = rows.iter().map(line).collect();
    "2026年健康证明\r\n".to_owned() + &line(&HEADER) + &body
}

#[test]
fn a_dropped_csv_is_asked_by_code_or_number() {
    let test = TestOffice::on(Sqlite);
    let path = test.folder.path("jkz.csv");
    let place = path.to_str().unwrap();
    test.load_source(&source(place, "holder_code", "身份证号"));
    test.pulls(&by_code(BATU), Some(SourceCause::NoFile));
    // As spreadsheet programs of offices write it.
    let text = csv(&rows());
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    fs::write(&path, gb).unwrap();
    let pulled = test.pulls(&by_code(BATU), None);
    let found = pulled.found().unwrap();
    assert_eq!(found.content.certificate_number, "锡市健〔2026〕1号");
    test.pulls(&by_code(QIQIGE), Some(SourceCause::NoRecord));
    test.pulls(
        &by_code("152522198804150036"),
        Some(SourceCause::Records(2)),
    );
    test.load_source(&source(place, "number", "健康证编号"));
    let pulled = test.pulls(&by_number("锡市健〔２０２６〕 3号"), None);
    assert_eq!(pulled.found().unwrap().content.holders[0].name, "苏和");
    fs::write(&path, csv(&rows()).replace("结论", "结果")).unwrap();
    test.pulls(&by_number("锡市健〔2026〕3号"), Some(SourceCause::NoColumn));
    fs::write(&path, csv(&rows()).replace("体检单位", "身份证号")).unwrap();
    test.pulls(&by_number("锡市健〔2026〕3号"), Some(SourceCause::NoColumn));
    fs::write(&path, b"%PDF-1.4").unwrap();
    test.pulls(&by_number("锡市健〔2026〕3号"), Some(SourceCause::BadSheet));
}

#[test]
fn of_a_folder_the_newest_sheet_counts() {
    let test = TestOffice::on(Sqlite);
    let folder = test.folder.path("drops");
    fs::create_dir(&folder).unwrap();
    test.load_source(&source(folder.to_str().unwrap(), "holder_code", "身份证号"));
    test.pulls(&by_code(BATU), Some(SourceCause::NoFile));
    let old = folder.join("10月.csv");
    fs::write(&old, csv(&[])).unwrap();
    let hour = fs::metadata(&old).unwrap().modified().unwrap() - Duration::from_hours(1);
    fs::File::options()
        .write(true)
        .open(&old)
        .unwrap()
        .set_modified(hour)
        .unwrap();
    test.pulls(&by_code(BATU), Some(SourceCause::NoRecord));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip([&HEADER].into_iter().chain(&rows())) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, *cell).unwrap();
        }
    }
    book.save(folder.join("11月.xlsx")).unwrap();
    fs::write(folder.join("~$11月.xlsx"), "open").unwrap();
    fs::write(folder.join("说明.txt"), "not a sheet").unwrap();
    test.pulls(&by_code(BATU), None);
}
