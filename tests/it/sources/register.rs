//! Sources in the register: loaded, listed, vouched for, known to a running server.

use mianzheng::domain::contract::json_schema::draft_schema;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::sourced::SourceCause;
use mianzheng::domain::sourced::SourceWord;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding;
use mianzheng::flow::source;
use rstest::rstest;

use crate::sources::BATU;
use crate::sources::by_code;
use crate::sources::by_number;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::operator;

fn findings(test: &TestOffice) -> Vec<LedgerFinding> {
    ledger_check::check(&test.office, None).unwrap().findings
}

#[rstest]
fn a_source_is_loaded_replaced_and_removed_and_the_ledger_vouches_for_it(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let text = super::example("health-http.toml");
    let loaded = test.load_source(&text);
    assert_eq!(
        (loaded.type_name.as_str(), loaded.replaced),
        (HEALTH, false)
    );
    assert!(!loaded.new_type);
    let other = test.another_process();
    assert!(source::has(&other, &test.type_named(HEALTH)));
    assert!(test.load_source(&text).replaced);
    assert_eq!(findings(&test), []);
    // Another address, by hand.
    test.sql("UPDATE sources SET configuration = replace(configuration, 'health.example', 'evil.example')");
    let number = test.type_named(HEALTH).number.to_string();
    let edited = LedgerFinding::EntryEdited {
        table: "sources",
        entry: number.clone(),
    };
    assert_eq!(findings(&test), [edited]);
    assert!(test.load_source(&text).replaced);
    assert_eq!(findings(&test), []);
    test.sql("DELETE FROM sources");
    let deleted = LedgerFinding::EntryDeleted {
        table: "sources",
        entry: number,
    };
    assert_eq!(findings(&test), [deleted]);
    test.load_source(&text);
    let of = test.type_named(HEALTH);
    source::remove(&test.office, &of, &operator()).unwrap();
    assert!(!source::has(&test.office, &of));
    assert!(source::list(&test.office).is_empty());
    assert_eq!(findings(&test), []);
    let again = source::remove(&test.office, &of, &operator()).unwrap_err();
    assert_eq!(again.problem().reason, Reason::NoSource);
    let nothing = source::pull(&test.office, &of, &by_code(BATU), &operator()).unwrap_err();
    assert_eq!(nothing.problem().reason, Reason::NoSource);
}

#[test]
fn what_cannot_be_used_is_not_loaded() {
    let test = TestOffice::on(Sqlite);
    let text = super::example("health-http.toml");
    for (from, to, reason) in [
        (
            "type = \"食品从业人员健康证明\"",
            "type = \"没有的证\"",
            Reason::UnknownType,
        ),
        (
            "issue = \"always\"",
            "issue = \"always\"\ntimeout = 3",
            Reason::BadSource,
        ),
        (
            "锡林浩特市疾病预防控制中心",
            "没有的机构",
            Reason::UnknownAgency,
        ),
        (
            "锡林浩特市疾病预防控制中心",
            "锡林郭勒盟市场监督管理局",
            Reason::MayNotIssue,
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let wrong = source::load(&test.office, &text.replacen(from, to, 1), &operator());
        assert_eq!(wrong.unwrap_err().problem().reason, reason, "{to}");
    }
    assert!(source::list(&test.office).is_empty());
    // A name is one source's.
    test.load_source(&text);
    let other = super::example("unseen.toml").replace("\"riding\"", "\"health-system\"");
    let wrong = source::load(&test.office, &other, &operator()).unwrap_err();
    assert_eq!(wrong.problem().reason, Reason::BadSource);
    assert!(test.office.known().type_named("骑乘搭档合格证").is_err());
}

#[test]
fn one_that_was_spoilt_by_hand_is_not_asked_and_stops_nothing() {
    let mut test = TestOffice::on(Sqlite);
    test.load_source(&super::example("health-http.toml"));
    test.sql("UPDATE sources SET configuration = '[source]'");
    test.reopen();
    assert!(!source::has(&test.office, &test.type_named(HEALTH)));
    let lines = source::list(&test.office);
    assert!(lines[0].unreadable.is_some(), "{lines:?}");
}

#[test]
fn a_question_must_be_what_the_source_is_asked_by() {
    let test = TestOffice::on(Sqlite);
    test.load_source(&super::example("health-http.toml"));
    let of = test.type_named(HEALTH);
    let wrong = source::pull(&test.office, &of, &by_number("1"), &operator()).unwrap_err();
    assert_eq!(wrong.problem().reason, Reason::BadRequest);
}

#[test]
fn trying_a_configuration_explains_and_masks() {
    let test = TestOffice::on(Sqlite);
    let text = super::example("health-file.toml");
    let tried = source::check(&test.office, &text, None, false, &operator()).unwrap();
    assert_eq!(tried.word, None);
    let question = by_code("152502194501010024");
    let tried = source::check(&test.office, &text, Some(&question), false, &operator()).unwrap();
    assert_eq!(tried.word, Some(SourceWord::Down));
    assert_eq!(tried.cause, Some(SourceCause::NoFile));
    let drop = test.office.settings.path("drops");
    std::fs::create_dir(&drop).unwrap();
    let sample = crate::support::office::example("samples/健康证明-2026年10月.csv");
    std::fs::copy(sample, drop.join("10月.csv")).unwrap();
    let question = by_code("152526196802205650");
    let tried = source::check(&test.office, &text, Some(&question), false, &operator()).unwrap();
    assert_eq!(tried.word, Some(SourceWord::Found), "{tried:?}");
    assert!(!format!("{tried:?}").contains("152526196802205650"));
    let shown = source::check(&test.office, &text, Some(&question), true, &operator()).unwrap();
    let code = shown
        .fields
        .iter()
        .find(|f| f.key == "holder_code")
        .unwrap();
    assert_eq!(code.became.as_deref(), Some("152526196802205650"));
    assert!(source::list(&test.office).is_empty(), "nothing was loaded");
}

#[test]
fn an_unseen_type_and_its_source_are_one_file() {
    let test = TestOffice::on(Sqlite);
    let loaded = test.load_source(&super::example("unseen.toml"));
    assert!(loaded.new_type);
    let of = test.type_named("骑乘搭档合格证");
    assert!(source::has(&test.office, &of));
    let schema = draft_schema("mz.example", &of).to_string();
    assert!(schema.contains("gait"), "{schema}");
    // The same again changes no type.
    let again = test.load_source(&super::example("unseen.toml"));
    assert!(!again.new_type && !again.changed_type && again.replaced);
}
