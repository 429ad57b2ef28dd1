//! Renewals 换发 and corrections.

use std::fs;

use serde_json::Value;
use serde_json::json;

use crate::card::Card;
use crate::card::day;
use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::counts;

/// What a printed code of the card in force says.
fn fields(card: &Card, id: &str) -> Value {
    let args = [
        "--json",
        "show",
        "offline",
        id,
        "--token-file",
        &card.holder,
    ];
    let wanted = ["--fields", "holder_name,holder_code,exam_unit"];
    let shown = card
        .office
        .does(&[args.as_slice(), wanted.as_slice()].concat())
        .json();
    let text = shown["text"].as_str().unwrap();
    let told = card.office.does(&["--json", "verify", text]).json();
    told["verdicts"][0]["certificates"][0]["fields"].clone()
}

#[test]
fn what_is_kept_is_kept_and_the_term_counts_anew() {
    let card = Card::issued();
    let (examined, issued) = (
        format!("体检日期={}", day(-2)),
        format!("发证日期={}", day(0)),
    );
    let args = ["--json", "renew", &card.id, "--keep", "--field", &examined];
    let more = [
        "--field",
        &issued,
        "--field",
        "工作单位=新单位",
        "--key",
        "r1",
    ];
    let args = [args.as_slice(), more.as_slice()].concat();
    let before = fields(&card, &card.id);
    let first = card.office.does(&args).json();
    let new = first["identifier"].as_str().unwrap();
    assert!(new.contains(".002."), "{new}");
    let again = card.office.does(&args).json();
    assert_eq!(
        again["identifier"], new,
        "the same request renews nothing again"
    );
    let after = fields(&card, new);
    for kept in [
        "holder_name",
        "holder_code",
        "exam_unit",
        "certificate_number",
    ] {
        assert_eq!(before[kept], after[kept], "{kept}");
    }
    let employer = ["--fields", "employer"];
    let args_of = [
        "--json",
        "show",
        "offline",
        new,
        "--token-file",
        &card.holder,
    ];
    let shown = card
        .office
        .does(&[args_of.as_slice(), &employer].concat())
        .json();
    let told = card
        .office
        .does(&["verify", shown["text"].as_str().unwrap()])
        .out;
    assert!(told.contains("工作单位: 新单位"), "{told}");
    assert_eq!(after["issue_date"], day(0));
    assert_ne!(before["valid_to"], after["valid_to"]);
    let ended = card.office.runs(&args[..args.len() - 2]);
    assert_eq!((ended.code, &ended.json()["code"]), (1, &json!("ended")));
    let words = card
        .office
        .does(&["renew", new, "--keep", "--field", "工作单位=又一单位"])
        .out;
    assert!(
        words.starts_with("已换发：") && words.contains(new),
        "{words}"
    );
}

#[test]
fn without_keep_a_draft_is_the_whole_of_it() {
    let card = Card::issued();
    let bare = card
        .office
        .runs(&["--json", "renew", &card.id, "--field", "工作单位=x"]);
    assert_eq!((bare.code, &bare.json()["code"]), (1, &json!("bad_draft")));
    let draft = json!({
        "姓名": "杨敏", "身份证号码": "152526196802205650", "性别": "男", "从业类别": "其他",
        "体检单位": CDC, "体检结论": "合格", "体检日期": day(-1), "发证日期": day(0),
        "证照编号": "锡市健〔2026〕9号",
    });
    let path = card.office.write("new.json", &draft.to_string());
    let done = card
        .office
        .does(&["--json", "renew", &card.id, "--draft", &path])
        .json();
    assert_eq!(done["outcome"], "corrected");
    let other = draft
        .to_string()
        .replace("152526196802205650", "152528197911010470");
    let path = card.office.write("other.json", &other.replace("男", "女"));
    let id = done["identifier"].as_str().unwrap();
    let refused = card.office.runs(&["--json", "renew", id, "--draft", &path]);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &json!("holder_changed"))
    );
}

#[test]
fn a_picture_is_carried_to_the_next_version() {
    let card = Card::issued();
    let picture = card.office.path("photo.png");
    image::GrayImage::new(30, 40).save(&picture).unwrap();
    let photo = format!("照片={picture}");
    let (examined, issued) = (
        format!("体检日期={}", day(-3)),
        format!("发证日期={}", day(-1)),
    );
    let mut args = vec!["--json", "issue", "--type", HEALTH, "--issuer", CDC];
    for field in [
        "姓名=苏和",
        "身份证号码=152528197911010470",
        "性别=男",
        "从业类别=餐饮服务",
        "体检单位=x",
        "体检结论=合格",
        "证照编号=锡市健〔2026〕7号",
        &examined,
        &issued,
    ] {
        args.extend(["--field", field]);
    }
    args.extend(["--picture", &photo]);
    let done = card.office.does(&args).json();
    let id = done["identifier"].as_str().unwrap();
    card.office
        .does(&["renew", id, "--keep", "--field", "工作单位=x"]);
    assert_eq!(
        card.office
            .sql("UPDATE pictures SET field = 'photo' WHERE field = 'photo'"),
        2
    );
}

#[test]
fn a_renewal_takes_a_new_picture_and_nothing_else() {
    let card = Card::issued();
    let photo = |name: &str, shade: u8| {
        let path = card.office.path(name);
        image::GrayImage::from_pixel(30, 40, image::Luma([shade]))
            .save(&path)
            .unwrap();
        format!("照片={path}")
    };
    let (first, second) = (photo("1.png", 10), photo("2.png", 200));
    let renew = |id: &str, photo: &str, more: &[&str]| {
        let args = ["--json", "renew", id, "--keep", "--picture", photo];
        card.office.runs(&[args.as_slice(), more].concat())
    };
    let with = renew(&card.id, &first, &["--key", "k"]).json();
    let id = with["identifier"].as_str().unwrap();
    let again = renew(&card.id, &first, &["--key", "k"]).json();
    assert_eq!(again["identifier"], id, "the same request");
    let other = renew(&card.id, &second, &["--key", "k"]);
    assert_eq!(
        (other.code, &other.json()["code"]),
        (1, &json!("key_reused"))
    );
    let next = renew(id, &second, &[]).json();
    assert!(next["identifier"].as_str().unwrap().contains(".003."));
    // Each version has a picture of its own; the last one was not carried over.
    let of_its_own = "UPDATE pictures SET field = field WHERE 2 = \
                      (SELECT count(DISTINCT sha256) FROM pictures)";
    assert_eq!(card.office.sql(of_its_own), 2);
    let next = next["identifier"].as_str().unwrap();
    let wrong = renew(next, &first.replace("照片", "体检单位"), &[]);
    assert_eq!(
        (wrong.code, &wrong.json()["code"]),
        (1, &json!("bad_picture"))
    );
}

#[test]
fn what_is_suspended_is_neither_renewed_nor_corrected() {
    let card = Card::issued();
    let suspend = ["suspend", &card.id, "--reason", "复查"];
    card.office.does(&suspend);
    let renew = ["renew", &card.id, "--keep", "--field", "工作单位=x"];
    let refused = card.office.runs(&renew);
    assert!(
        refused.code == 1 && refused.err.contains("请先恢复"),
        "{}",
        refused.err
    );
    let (examined, issued) = (day(-3), day(-1));
    let sheet = format!(
        "姓名,身份证号码,性别,从业类别,体检日期,体检单位,体检结论,发证日期,证照编号\n\
         杨敏,152526196802205650,男,餐饮服务,{examined},盟医院,合格,{issued},锡市健〔2026〕1号\n"
    );
    let file = card.office.write("更正.csv", &sheet);
    let correct = [
        "--json", "correct", &file, "--type", HEALTH, "--issuer", CDC,
    ];
    let done = card.office.runs(&correct);
    assert_eq!(done.code, 2);
    assert_eq!(counts(&done.json()), "rows=1 suspended=1");
    card.office.does(&["resume", &card.id, "--reason", "合格"]);
    card.office.does(&renew);
}

#[test]
fn correct_is_the_batch_as_a_correction() {
    let card = Card::issued();
    let header = "姓名,身份证号码,性别,从业类别,体检日期,体检单位,体检结论,发证日期,证照编号";
    let row = |unit: &str| {
        let (examined, issued) = (day(-3), day(-1));
        format!(
            "{header}\n杨敏,152526196802205650,男,餐饮服务,{examined},{unit},合格,{issued},锡市健〔2026〕1号\n"
        )
    };
    let file = card.office.write("更正.csv", &row("锡林浩特市医院"));
    let order = ["--type", HEALTH, "--issuer", CDC];
    // A person reads the rehearsal line by line; then the same is done.
    let check = [
        &["batch", "check", &file, "--as", "correction"],
        order.as_slice(),
    ]
    .concat();
    let told = card.office.does(&check).out;
    let line = told.lines().find(|line| line.contains("体检单位")).unwrap();
    for words in ["第 2 行  可更正", "→ 锡林浩特市医院"] {
        assert!(line.contains(words), "{told}");
    }
    let args = [&["--json", "correct", &file], order.as_slice()].concat();
    let done = card.office.does(&args).json();
    assert_eq!(counts(&done), "corrected=1 rows=1");
    assert!(
        fs::read_to_string(done["result_file"].as_str().unwrap())
            .unwrap()
            .contains(".002.")
    );
    let same = card.office.does(&args).json();
    assert_eq!(counts(&same), "rows=1 same=1");
}
