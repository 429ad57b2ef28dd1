//! What a clerk reads: words in Chinese, not codes, and what to do next.

use std::fs;
use std::io::Cursor;
use std::io::Write;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::card::Card;
use crate::card::HALL;
use crate::card::day;
use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::Office;

const HEADER: &str = "姓名,身份证号码,性别,从业类别,体检日期,体检单位,体检结论,发证日期,证照编号";
const ORDER: [&str; 4] = ["--type", HEALTH, "--issuer", CDC];

/// A sheet with one row: a person, the person's sex and a certificate number.
fn sheet(person: &str, sex: &str, number: &str) -> String {
    let (examined, issued) = (day(-3), day(-1));
    format!(
        "{HEADER}\n{person},{sex},餐饮服务,{examined},x,合格,{issued},锡市健〔2026〕{number}号\n"
    )
}

/// What is said about something that cannot be done.
fn refused(office: &Office, args: &[&str]) -> String {
    let done = office.runs(args);
    assert_eq!((done.code, done.out.as_str()), (1, ""), "{}", done.err);
    done.err
}

#[test]
fn a_step_that_leads_nowhere_says_where_the_certificate_stands() {
    let card = Card::issued();
    let office = &card.office;
    let told = refused(office, &["resume", &card.id, "--reason", "x"]);
    assert!(told.contains("证照现在是“有效”，不能再办“恢复”"), "{told}");
    let told = refused(office, &["suspend", &card.id, "--reason", " "]);
    assert!(
        told.contains("没有写明原因") && told.contains("--reason"),
        "{told}"
    );
    let told = refused(office, &["suspend", "abc", "--reason", "x"]);
    assert!(told.contains("“abc”不是证照标识"), "{told}");
    let end = ["revoke", &card.id, "--word", "revoked", "--reason", "x"];
    office.does(&end);
    let printed = ["show", "printed", &card.id, "--token-file", &card.holder];
    let told = refused(office, &printed);
    assert!(told.contains("“吊销”，不再出纸质码"), "{told}");
}

#[test]
fn wrong_usage_is_chinese_first_and_an_object_for_programs() {
    let office = Office::nowhere();
    let wrong = office.runs(&["keys", "burn"]);
    assert_eq!(wrong.code, 3);
    assert!(
        wrong.err.starts_with("错误 wrong_usage: 命令写得不对"),
        "{}",
        wrong.err
    );
    let wrong = office.runs(&["--json", "keys", "burn"]);
    assert_eq!((wrong.code, wrong.err.as_str()), (3, ""));
    let told = wrong.json();
    assert_eq!(told["code"], "wrong_usage");
    assert!(told["detail"].as_str().unwrap().contains("burn"));
    for (args, says) in [
        (&["verify", "--help"][..], "Exit code 2: a verdict is not"),
        (&["query", "--help"], "Exit code 2: there is no record"),
        (&["ledger", "verify", "--help"], "Exit code 2: something"),
        (&["ledger", "verify", "--help"], "4 ask again"),
        (&["ledger", "--help"], "mianzheng ledger head"),
    ] {
        let help = office.does(args).out;
        assert!(help.contains(says), "{args:?}: {help}");
    }
}

#[test]
fn what_differs_is_told_in_labels_and_a_strangers_number_is_a_warning() {
    let office = Office::open();
    let yang = "杨敏,152526196802205650";
    let first = office.write("一.csv", &sheet(yang, "男", "1"));
    office.does(&[&["batch", "issue", &first], ORDER.as_slice()].concat());
    let mended = office.write("二.csv", &sheet(yang, "女", "1"));
    let told = office.runs(&[&["batch", "issue", &mended], ORDER.as_slice()].concat());
    assert_eq!(told.code, 2);
    assert!(told.out.contains("性别：男 → 女"), "{}", told.out);
    let other = office.write("三.csv", &sheet("苏和,152528197911010470", "男", "1"));
    let told = office.runs(&[&["batch", "issue", &other], ORDER.as_slice()].concat());
    assert_eq!(told.code, 2);
    assert!(
        told.out.contains("第 2 行  注意") && told.out.contains("作废"),
        "{}",
        told.out
    );
    let errors = fs::read_to_string(office.path("三.错误.csv")).unwrap();
    assert!(
        errors.contains("第 2 行的编号已用于另一个人的证照"),
        "{errors}"
    );
    let again = office.path("三.错误.csv");
    let told = office.runs(&[&["batch", "issue", &again], ORDER.as_slice()].concat());
    assert!(told.out.contains("三.错误2.csv"), "{}", told.out);
    assert!(!fs::exists(office.path("三.错误.错误.csv")).unwrap());
}

#[test]
fn one_field_twice_is_refused_and_a_lost_card_needs_none() {
    let card = Card::issued();
    let office = &card.office;
    let twice = ["--field", "姓名=甲", "--field", "姓名=乙"];
    let told = refused(office, &[&["issue"], ORDER.as_slice(), &twice].concat());
    assert!(told.contains("“姓名”写了两次"), "{told}");
    assert_eq!(office.runs(&["renew", &card.id]).code, 3);
    office.does(&["renew", &card.id, "--keep"]);
}

#[test]
fn a_picture_without_a_code_is_a_verdict() {
    let card = Card::issued();
    let blank = card.office.path("blank.png");
    image::GrayImage::new(64, 64).save(&blank).unwrap();
    assert_eq!(card.verdict(&["--picture", &blank]), "unreadable");
}

#[test]
fn fields_go_by_heading_and_grants_are_listed_in_words() {
    let card = Card::issued();
    card.show("live", &["--fields", "性别"]);
    card.office.gives(HALL, "1", "sex");
    let listed = card.office.does(&["grant", "list"]).out;
    for text in [HALL, HEALTH, "性别", "依职能"] {
        assert!(listed.contains(text), "{listed}");
    }
}

#[test]
fn an_edited_status_is_told_in_words() {
    let card = Card::issued();
    let office = &card.office;
    office.sql("UPDATE certificates SET status = 2");
    let told = office.runs(&["ledger", "verify"]);
    assert_eq!(told.code, 2);
    assert!(
        told.out.contains("的状态被改成“暂扣”，记录的是“有效”"),
        "{}",
        told.out
    );
    assert!(!told.out.contains('{'), "{}", told.out);
}

#[test]
fn pictures_that_find_no_row_are_named() {
    let office = Office::open();
    let file = office.write("一.csv", &sheet("杨敏,152526196802205650", "男", "1"));
    let zip = |name: &str, names: &[&str]| {
        let mut picture = Cursor::new(Vec::new());
        let blank = image::GrayImage::new(30, 40);
        blank
            .write_to(&mut picture, image::ImageFormat::Png)
            .unwrap();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(picture.get_ref()).unwrap();
        }
        let path = office.path(name);
        fs::write(&path, zip.finish().unwrap().into_inner()).unwrap();
        path
    };
    let stray = zip("stray.zip", &["152528197911010470.png"]);
    let check = [&["batch", "check", &file], ORDER.as_slice()].concat();
    let told = office.runs(&[check.as_slice(), &["--photos", &stray]].concat());
    assert_eq!(told.code, 2, "{}{}", told.out, told.err);
    assert!(told.out.contains("第 2 行  没有照片"), "{}", told.out);
    assert!(
        told.out.contains("多出的照片：152528197911010470.png"),
        "{}",
        told.out
    );
    let good = zip("good.zip", &["152526196802205650.png"]);
    let issue = [&["batch", "issue", &file], ORDER.as_slice()].concat();
    let told = office.does(&[issue.as_slice(), &["--photos", &good]].concat());
    assert!(told.out.contains("配上照片：1"), "{}", told.out);
}
