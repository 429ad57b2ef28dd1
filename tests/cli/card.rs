//! One health certificate, its holder's token and a window's.

use mianzheng::domain::time::Clock;
use mianzheng::domain::time::SystemClock;
use serde_json::Value;

use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::Office;

pub(crate) const HALL: &str = "锡林浩特市政务服务与数据管理局";
pub(crate) const PERSON: &str = "111:152526196802205650";

/// The day so many days from today.
pub(crate) fn day(from_today: i64) -> String {
    let then = SystemClock.now().plus_secs(from_today * 86_400);
    then.day().to_string()
}

/// An office that has issued a card to [`PERSON`].
pub(crate) struct Card {
    pub(crate) office: Office,
    pub(crate) id: String,
    pub(crate) holder: String,
    pub(crate) window: String,
}

impl Card {
    pub(crate) fn issued() -> Self {
        let office = Office::open();
        let id = issue(&office, "1", &[]);
        let (holder, window) = (office.path("holder.token"), office.path("window.token"));
        let person = ["--role", "holder", "--holder", PERSON, "--out", &holder];
        office.does(&[&["token", "create"], person.as_slice()].concat());
        let hall = ["--role", "window", "--agency", HALL, "--out", &window];
        office.does(&[&["token", "create"], hall.as_slice()].concat());
        Self {
            office,
            id,
            holder,
            window,
        }
    }

    /// What `show` makes of the card, for programs.
    pub(crate) fn show(&self, how: &str, more: &[&str]) -> Value {
        let args = [
            "--json",
            "show",
            how,
            &self.id,
            "--token-file",
            &self.holder,
        ];
        self.office.does(&[args.as_slice(), more].concat()).json()
    }

    /// The text of the code that `show` makes.
    pub(crate) fn code(&self, how: &str, more: &[&str]) -> String {
        self.show(how, more)["text"].as_str().unwrap().to_owned()
    }

    /// The outcome of `verify`, which its exit code must fit.
    pub(crate) fn verdict(&self, more: &[&str]) -> String {
        outcome(&self.office, more)
    }
}

/// Issues a health certificate of this number; the identifier.
pub(crate) fn issue(office: &Office, number: &str, more: &[&str]) -> String {
    let (examined, issued) = (
        format!("体检日期={}", day(-3)),
        format!("发证日期={}", day(-1)),
    );
    let number = format!("证照编号=锡市健〔2026〕{number}号");
    let mut args = vec!["--json", "issue", "--type", HEALTH, "--issuer", CDC];
    let fields = [
        "姓名=杨敏",
        "身份证号码=152526196802205650",
        "性别=男",
        "从业类别=餐饮服务",
        "体检单位=锡林浩特市疾病预防控制中心",
        "体检结论=合格",
        &examined,
        &issued,
        &number,
    ];
    for field in fields.iter().chain(more) {
        args.extend(["--field", field]);
    }
    let done = office.does(&args).json();
    done["identifier"].as_str().unwrap().to_owned()
}

/// The outcome of `verify` in an office, which its exit code must fit.
pub(crate) fn outcome(office: &Office, more: &[&str]) -> String {
    let done = office.runs(&[&["--json", "verify"], more].concat());
    let told = done.json();
    let outcome = told["verdicts"][0]["verdict"].as_str();
    let outcome = outcome.unwrap_or_else(|| panic!("{told:#}")).to_owned();
    assert_eq!(
        done.code,
        if outcome == "valid" { 0 } else { 2 },
        "{told:#}"
    );
    outcome
}
