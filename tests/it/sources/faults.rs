//! Everything that a department's system can do wrong, over real TLS: each its own word, and
//! afterwards a good answer again.

use mianzheng::domain::sourced::SourceCause;
use mianzheng::domain::words::Lang;

use crate::sources::BATU;
use crate::sources::QIQIGE;
use crate::sources::by_code;
use crate::sources::cause;
use crate::sources::example;
use crate::sources::named;
use crate::sources::timed;
use crate::support::database::Database::Sqlite;
use crate::support::department::Department;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;

/// The published example for this department; nothing is kept, and one try is all.
pub(super) fn configuration(department: &Department) -> String {
    let text = example("health-http.toml")
        .replace("https://health.example:8443", &department.address)
        .replace("cache = { age_s = 300, records = 500 }", "")
        .replace("time_limit_ms = 3000", "time_limit_ms = 1000")
        .replace("failures = 5, rest_s = 30", "failures = 100, rest_s = 30")
        .replace("issue = \"always\"", "issue = \"never\"")
        .replace("issuer = \"锡林浩特市疾病预防控制中心\"", "");
    assert!(text.contains(&department.address));
    text
}

#[test]
fn every_fault_has_its_own_word_and_the_next_answer_is_good_again() {
    let (test, department) = (TestOffice::on(Sqlite), Department::over_tls());
    department.befriend(&test);
    test.load_source(&configuration(&department));
    let pulled = test.pulls(&named(BATU, "巴特尔"), None);
    let facts = &pulled
        .found()
        .unwrap()
        .content
        .facts(&test.type_named(HEALTH));
    assert_eq!(facts["exam_unit"], "锡林浩特市疾病预防控制中心体检科");
    assert_eq!(facts["issue_date"], "2026-10-09");
    let faults = [
        ("late", SourceCause::TimeLimit),
        ("drip", SourceCause::TimeLimit),
        ("server_error", SourceCause::ServerError(503)),
        ("hang_up", SourceCause::NoConnection),
        ("cut_off", SourceCause::NoConnection),
        ("duplicate", SourceCause::Records(2)),
        ("wrong_person", SourceCause::OtherCode),
        ("garbage", SourceCause::NotJson),
        ("twice_a_member", SourceCause::NotJson),
        ("deep", SourceCause::NotJson),
        ("no_http", SourceCause::NotHttp),
        ("huge", SourceCause::TooLarge(65_536)),
        ("refused", SourceCause::NotAllowed(403)),
        ("refused_by_code", SourceCause::CodeRefused),
        ("odd_code", SourceCause::UnknownCode),
        ("redirect", SourceCause::Redirected(302)),
        ("bad_record", SourceCause::BadRecord),
        ("wrong_tls", SourceCause::Tls),
    ];
    let mut failed = Vec::new();
    for (fault, wanted) in faults {
        department.order(fault);
        let (pulled, passed) = timed(|| test.pull(&by_code(BATU)));
        if cause(&pulled) != Some(wanted) || passed > 2500 {
            failed.push((fault, cause(&pulled), passed));
        }
        for lang in [Lang::Zh, Lang::En] {
            assert!(!pulled.what(lang).is_empty() && !pulled.act(lang).is_empty());
            // Whatever happened, nobody is named.
            let told = format!("{pulled:?} {}", wanted.said().what(lang));
            assert!(!told.contains(BATU) && !told.contains("巴特尔"), "{told}");
        }
        department.order("none");
        test.pulls(&by_code(BATU), None);
    }
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(department.seen().1, 0, "nobody followed a redirection");
    // Of whom nothing is known, nothing is told.
    test.pulls(&by_code("152525198501010027"), Some(SourceCause::NoRecord));
    // Faults that lie in the data of one person are hers alone.
    test.pulls(&by_code("152502194501010024"), Some(SourceCause::OtherCode));
    test.pulls(&by_code(QIQIGE), None);
    test.pulls(&named(QIQIGE, "苏和"), Some(SourceCause::OtherName));
    drop(department);
    test.pulls(&by_code(BATU), Some(SourceCause::NoConnection));
}

#[test]
fn what_broke_on_the_way_is_asked_again_and_nothing_else() {
    let (test, department) = (TestOffice::on(Sqlite), Department::over_tls());
    department.befriend(&test);
    test.load_source(
        &configuration(&department).replace("tries = 2\nwait_ms = 200", "tries = 4\nwait_ms = 10"),
    );
    for (fault, asked) in [
        ("server_error", 4),
        ("refused", 1),
        ("garbage", 1),
        ("late", 1),
    ] {
        department.order(fault);
        let before = department.seen().0;
        test.pull(&by_code(BATU));
        assert_eq!(department.seen().0 - before, asked, "{fault}");
    }
}
