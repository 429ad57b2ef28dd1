//! Cases at the command line: a newborn from her mother's phone, a grandmother without one.

use std::fs;

use rstest::rstest;
use serde_json::Value;

use crate::card::HALL;
use crate::card::day;
use crate::office::HOSPITAL;
use crate::office::Office;
use crate::office::example;
use crate::support::pdf::Pdf;

const BIRTH: &str = "出生登记（户口登记）（婚内出生登记）";
const OLD_AGE: &str = "高龄津贴发放（新申请）";
const POLICE: &str = "锡林浩特市公安局";
const MOTHER: &str = "111:152502199206120020";
const BIRTH_FIELDS: &str = "certificate_number,newborn_name,sex,birth_time,birth_place,\
    mother_name,mother_id_no,father_name,father_id_no";
const HOUSEHOLD_FIELDS: &str = "holder_name,holder_code,household_no,head_relation,home_address";
const GRANDMOTHER: &str = "111:152502194501010024";

/// An office at whose window two items of 锡林浩特市 can be opened.
struct Window {
    office: Office,
    token: String,
}

impl Window {
    fn at(office: Office) -> Self {
        load_items(&office, &[BIRTH, OLD_AGE]);
        office.does(&["keys", "create", POLICE]);
        office.does(&["trust", "publish"]);
        let token = office.path("window.token");
        let args = ["token", "create", "--role", "window", "--agency", HALL];
        office.does(&[args.as_slice(), &["--out", &token]].concat());
        Self { office, token }
    }

    /// What a command at the window comes to, for programs.
    fn does(&self, args: &[&str]) -> Value {
        let by = ["--json", "--token-file", &self.token];
        self.office.does(&[args, &by].concat()).json()
    }

    fn says(&self, args: &[&str]) -> String {
        let by = ["--token-file", &self.token];
        self.office.does(&[args, &by].concat()).out
    }

    fn opens(&self, item: &str, name: &str, holder: &str) -> String {
        let item = cell(item, 0);
        let args = ["case", "open", &item, "--name", name, "--holder", holder];
        self.does(&args)["number"].as_str().unwrap().to_owned()
    }

    fn issues(&self, of: &str, issuer: &str, fields: &[String]) -> String {
        let mut args = vec!["--json", "issue", "--type", of, "--issuer", issuer];
        for field in fields {
            args.extend(["--field", field]);
        }
        let issued = self.office.does(&args).json();
        issued["identifier"].as_str().unwrap().to_owned()
    }

    fn household(&self, name: &str, code: &str, sex: &str) -> String {
        let born = format!("{}-{}-{}", &code[6..10], &code[10..12], &code[12..14]);
        let fields = [
            ("holder_name", name),
            ("holder_code", code),
            ("certificate_number", &format!("蒙户{code}")),
            ("household_kind", "家庭户"),
            ("head_name", name),
            ("household_no", "152502000123"),
            ("home_address", "锡林浩特市额尔敦路1号"),
            ("head_relation", "户主"),
            ("sex", sex),
            ("ethnic_group", "蒙古族"),
            ("birth_date", &born),
            ("issue_date", "2020-05-06"),
        ];
        self.issues("居民户口簿", POLICE, &written(&fields))
    }
}

fn written(fields: &[(&str, &str)]) -> Vec<String> {
    let one = |(key, value): &(&str, &str)| format!("{key}={value}");
    fields.iter().map(one).collect()
}

/// Loads items in 锡林浩特市, by name, and what they ask for.
pub(crate) fn load_items(office: &Office, names: &[&str]) {
    let folder = office.path("items");
    fs::create_dir(&folder).unwrap();
    let bases: Vec<String> = names.iter().map(|name| cell(name, 1)).collect();
    let of_base = |line: &str, at: usize| {
        let base = line.split(',').nth(at).unwrap_or_default();
        bases.iter().any(|one| one == base)
    };
    for (name, at) in [("service-items.csv", 1), ("item-materials.csv", 0)] {
        let whole = fs::read_to_string(example(&format!("catalogue/{name}"))).unwrap();
        let here = |line: &&str| at == 0 || line.contains(",152502,");
        let mut lines = whole.lines();
        let header = lines.next();
        let kept = lines.filter(|line| of_base(line, at)).filter(here);
        let kept: Vec<&str> = header.into_iter().chain(kept).collect();
        fs::write(format!("{folder}/{name}"), kept.join("\n")).unwrap();
    }
    office.does(&["catalogue", "load", &folder]);
}

/// A cell of the row of an item in 锡林浩特市.
fn cell(name: &str, at: usize) -> String {
    let whole = fs::read_to_string(example("catalogue/service-items.csv")).unwrap();
    let in_town = |line: &&str| {
        let mut cells = line.split(',');
        cells.nth(2) == Some(name) && cells.nth(1) == Some("152502")
    };
    let line = whole.lines().find(in_town).unwrap();
    line.split(',').nth(at).unwrap().to_owned()
}

#[rstest]
#[case::on_sqlite(Office::open())]
#[case::on_postgres(Office::settled_on_postgres())]
fn a_newborn_is_registered_at_the_command_line(#[case] office: Office) {
    let window = Window::at(office);
    let office = &window.office;
    let (born, issued) = (format!("{}T08:30", day(-3)), day(-1));
    let birth = window.issues(
        "出生医学证明",
        HOSPITAL,
        &written(&[
            ("certificate_number", "A157000001"),
            ("newborn_name", "萨仁"),
            ("sex", "女"),
            ("birth_time", &born),
            ("birth_place", "内蒙古自治区锡林浩特市"),
            ("birth_facility", HOSPITAL),
            ("gestation_weeks", "39"),
            ("birth_weight_g", "3280"),
            ("mother_name", "其其格"),
            ("mother_id_type", "111"),
            ("mother_id_no", "152502199206120020"),
            ("father_name", "苏和"),
            ("father_id_type", "111"),
            ("father_id_no", "152522198804150036"),
            ("issue_date", &issued),
        ]),
    );
    let household = window.household("其其格", "152502199206120020", "女");
    let number = window.opens(BIRTH, "其其格", MOTHER);
    let child = [
        "case", "person", &number, "--role", "child", "--name", "萨仁",
    ];
    let named = window.does(&[child.as_slice(), &["--holder", "999:A157000001"]].concat());
    assert_eq!(
        named["people"][1]["parts"][0]["proof"], "guardian",
        "{named:#}"
    );
    let phone = office.path("phone.token");
    office.does(&[
        "token", "create", "--role", "holder", "--holder", MOTHER, "--out", &phone,
    ]);
    // Two cards, one code each, with just what the item needs.
    for (card, place, fields) in [(&birth, 0, BIRTH_FIELDS), (&household, 1, HOUSEHOLD_FIELDS)] {
        let live = ["--json", "show", "live", card, "--token-file", &phone];
        let live = [live.as_slice(), &["--fields", fields]].concat();
        let live = office.does(&live).json();
        let code = live["text"].as_str().unwrap();
        let came = window.does(&["case", "put", &number, code]);
        assert_eq!(came["verdict"], "valid", "{came:#}");
        assert_eq!(came["case"]["materials"][place]["state"], "verified");
        let spent = ["case", "put", &number, code, "--token-file", &window.token];
        assert_eq!(office.runs(&spent).code, 2);
    }
    let early = ["case", "close", &number, "--token-file", &window.token];
    let early = office.runs(&early);
    assert!(early.err.contains("错误 materials_open"), "{}", early.err);
    let decide = |more: &[&str]| window.does(&[&["case", "decide", &number], more].concat());
    decide(&["waive", "--materials", "0,1"]);
    decide(&["identify", "--materials", "2"]);
    let wrong = ["case", "decide", &number, "paper", "--materials", "3"];
    let by = ["--token-file", &window.token, "--reason", "because"];
    let wrong = office.runs(&[wrong.as_slice(), &by].concat());
    assert!(wrong.err.contains("because"), "{}", wrong.err);
    decide(&["paper", "--materials", "3", "--reason", "preferred_paper"]);
    let closed = window.says(&["case", "close", &number]);
    assert!(closed.contains("已办结，免交 2 份"), "{closed}");
    assert!(closed.contains("申请人选择交纸质"), "{closed}");
    assert!(window.says(&["case", "list"]).contains(&number));
    receipts(&window, &number);
}

/// The receipt of a closed case: shown, printed, read from the page, verified, voided, replaced.
fn receipts(window: &Window, number: &str) {
    let office = &window.office;
    let (jwt, pdf) = (office.path("receipt.jwt"), office.path("receipt.pdf"));
    let show = ["receipt", "show", number, "--token-file", &window.token];
    office.does(&[show.as_slice(), &["--out", &jwt]].concat());
    window.does(&["receipt", "pdf", number, "--out", &pdf]);
    let paper = Pdf::of(&fs::read(&pdf).unwrap());
    assert!(
        paper.words().contains("免提交材料回执"),
        "{}",
        paper.words()
    );
    let scan = office.path("scan.png");
    fs::write(&scan, paper.picture(paper.pages())).unwrap();
    let bundle = office.path("bundle.jwt");
    office.does(&["bundle", "--out", &bundle]);
    let anchors = office.data().join("anchors.json");
    let offline = ["--bundle", &bundle, "--anchors", anchors.to_str().unwrap()];
    let verify = |what: &[&str], more: &[&str]| {
        let args = [&["receipt", "verify"], what, more].concat();
        let done = office.runs(&args);
        (done.code, done.out)
    };
    let from_the_page = ["--picture", scan.as_str()];
    for (what, more) in [
        (&[jwt.as_str()][..], &[][..]),
        (&[&jwt], &offline),
        (&from_the_page, &offline),
    ] {
        let (code, said) = verify(what, more);
        assert_eq!(code, 0, "{said}");
        assert!(said.starts_with("回执有效  [valid]"), "{said}");
        assert!(said.contains("出生医学证明  免交  电子证照"), "{said}");
        let paper = "父母结婚证  交纸质  申请人选择交纸质";
        assert!(said.contains(paper), "{said}");
    }
    let altered = fs::read_to_string(&jwt).unwrap().replacen('y', "z", 3);
    let altered = office.write("altered.jwt", &altered);
    assert_eq!(verify(&[&altered], &[]).0, 2);
    let reason = ["receipt", "void", number, "--reason", "材料原因选错"];
    assert_eq!(window.does(&reason)["closed_at"], Value::Null);
    let (code, said) = verify(&[&jwt], &[]);
    assert_eq!((code, said.contains("[revoked]")), (2, true), "{said}");
    window.does(&["receipt", "reissue", number]);
    let (_, said) = verify(&from_the_page, &[]);
    assert!(said.contains("[superseded]"), "{said}");
    let both = window.does(&["receipt", "show", number]);
    assert_eq!(both["receipts"].as_array().unwrap().len(), 2);
    assert!(office.does(&["ledger", "verify"]).out.contains("账本完好"));
}

#[test]
fn a_grandmother_signs_a_slip_and_takes_her_history_home() {
    let window = Window::at(Office::open());
    let office = &window.office;
    window.household("敖登", "152502194501010024", "女");
    let number = window.opens(OLD_AGE, "敖登", GRANDMOTHER);
    let slip = [
        "case",
        "slip",
        &number,
        "--materials",
        "2",
        "--name",
        "敖登",
    ];
    let slip = [slip.as_slice(), &["--slip", "现授〔2026〕0017"]].concat();
    let typed = ["--holder", GRANDMOTHER, "--typed-again", GRANDMOTHER];
    let slip = [slip.as_slice(), &typed].concat();
    let by = ["--token-file", &window.token];
    let unseen = office.runs(&[slip.as_slice(), &by].concat());
    assert!(unseen.err.contains("错误 needs_match"), "{}", unseen.err);
    let signed = window.does(&[slip.as_slice(), &["--face-checked"]].concat());
    assert_eq!(signed["materials"][2]["state"], "verified", "{signed:#}");
    window.does(&["case", "decide", &number, "waive", "--materials", "2"]);
    let paper = ["--reason", "no_phone", "--materials", "3"];
    window.does(&[&["case", "decide", &number, "paper"], paper.as_slice()].concat());
    assert!(window.does(&["case", "close", &number])["closed_at"].is_string());
    // Another one was opened in error, and is withdrawn.
    let error = window.opens(OLD_AGE, "敖登", GRANDMOTHER);
    let withdraw = ["case", "withdraw", &error, "--reason", "重复开件"];
    assert_eq!(window.does(&withdraw)["withdrawn"], "重复开件");
    let told = window.says(&["case", "show", &error]);
    assert!(told.contains("已撤件：重复开件"), "{told}");
    let uses = ["uses", "--holder", GRANDMOTHER];
    let unseen = office.runs(&[uses.as_slice(), &by].concat());
    assert!(unseen.err.contains("错误 needs_match"), "{}", unseen.err);
    let uses = [uses.as_slice(), &["--face-checked"]].concat();
    let told = window.does(&uses);
    let events = told["uses"].as_array().unwrap().iter();
    let events: Vec<&str> = events.map(|line| line["event"].as_str().unwrap()).collect();
    assert!(
        ["used", "receipt_changed", "case_withdrawn"]
            .iter()
            .all(|event| events.contains(event)),
        "{told:#}"
    );
    let file = office.path("uses.pdf");
    window.says(&[uses.as_slice(), &["--pdf", &file]].concat());
    let paper = Pdf::of(&fs::read(&file).unwrap());
    let words = paper.cells();
    for said in [
        "用证记录",
        "111****0024",
        HALL,
        "居民户口簿",
        &number,
        OLD_AGE,
        "可以代替这份材料",
    ] {
        assert!(words.contains(said), "{said} is not in {words}");
    }
    assert!(!words.contains("敖登") && !words.contains("152502194501010024"));
    // Reading it is in the ledger, too; a holder reads her own on her phone and no one else's.
    let phone = office.path("phone.token");
    let holder = ["token", "create", "--role", "holder", "--holder", MOTHER];
    office.does(&[holder.as_slice(), &["--out", &phone]].concat());
    let others = office.runs(&[uses.as_slice(), &["--token-file", &phone]].concat());
    assert!(others.err.contains("错误 forbidden"), "{}", others.err);
    let none = office.does(&["uses", "--token-file", &phone]);
    assert!(none.out.contains("没有用证记录"), "{}", none.out);
}
