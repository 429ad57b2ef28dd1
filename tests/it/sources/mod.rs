//! Records that live in departments' own systems.

mod faults;
mod files;
mod issuing;
mod proofs;
mod register;
mod slow;
mod told;
mod views;

use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::sourced::SourceCause;
use mianzheng::domain::sourced::SourceWord;
use mianzheng::domain::time::Clock;
use mianzheng::domain::time::SystemClock;
use mianzheng::flow::source;
use mianzheng::flow::source::Outcome;
use mianzheng::flow::source::Pulled;
use mianzheng::flow::source::Question;
use mianzheng::flow::source::SourceLoaded;

use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::operator;

/// Everybody here is made up.
pub(super) const BATU: &str = "152502199003070019";
pub(super) const QIQIGE: &str = "152502199206120020";

/// The fields of a health certificate, by the columns of the department.
pub(super) const FIELDS: &str = r#"
[source.fields]
holder_name = { from = "xm", clean = "name" }
holder_code = { from = "sfzh", clean = "code" }
certificate_number = { from = "zsbh", clean = "number" }
sex = { from = "xb", codes = { M = "1", F = "2" } }
trade_class = { constant = "03" }
exam_date = { from = "tjrq", date = "yyyyMMdd" }
exam_unit = { join = ["jgmc", "ksmc"], with = "" }
exam_result = { from = "jg", codes = { "合格" = "1" } }
issue_date = { from = "fzrq", date = "yyyy-MM-dd" }
"#;

pub(super) fn by_code(code: &str) -> Question {
    Question {
        holder_code: Some(HolderCode::read(&format!("111:{code}")).unwrap()),
        ..Question::default()
    }
}

pub(super) fn by_number(number: &str) -> Question {
    Question {
        number: Some(number.to_owned()),
        ..Question::default()
    }
}

pub(super) fn named(code: &str, name: &str) -> Question {
    Question {
        holder_name: Some(name.to_owned()),
        ..by_code(code)
    }
}

pub(super) fn cause(pulled: &Pulled) -> Option<SourceCause> {
    match &pulled.outcome {
        Outcome::Found(_) => None,
        Outcome::Not(cause) => Some(*cause),
    }
}

/// What something came to, and how many milliseconds it really took.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> (T, i64) {
    let begun = SystemClock.now().millis();
    let done = work();
    (done, SystemClock.now().millis() - begun)
}

impl TestOffice {
    pub(crate) fn load_source(&self, text: &str) -> SourceLoaded {
        source::load(&self.office, text, &operator()).unwrap()
    }

    pub(super) fn pull(&self, question: &Question) -> Pulled {
        source::pull(
            &self.office,
            &self.type_named(HEALTH),
            question,
            &operator(),
        )
        .unwrap()
    }

    /// Pulls, expects this, and gives what was pulled.
    pub(super) fn pulls(&self, question: &Question, wanted: Option<SourceCause>) -> Pulled {
        let pulled = self.pull(question);
        assert_eq!(cause(&pulled), wanted, "{:?}", pulled.findings);
        let word = wanted.map_or(SourceWord::Found, SourceCause::word);
        assert_eq!(pulled.outcome.word(), word);
        pulled
    }
}

/// A commented example that people begin with.
pub(super) fn example(name: &str) -> String {
    let path = crate::support::office::example(&format!("sources/{name}"));
    std::fs::read_to_string(path).unwrap()
}
