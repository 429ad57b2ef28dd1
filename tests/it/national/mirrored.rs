//! What the platform last gave, while it does not answer.

use std::fs;

use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::sourced::SourceCause;
use mianzheng::domain::sourced::SourceWord;
use mianzheng::flow::erase;
use mianzheng::flow::source;
use mianzheng::flow::source::Outcome;
use mianzheng::flow::source::Question;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use super::desk::PERSON;
use super::upstream::Two;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::operator;

impl Two {
    fn pulled(&self) -> source::Pulled {
        let test = &self.ours.server.test;
        let question = Question {
            holder_code: Some(HolderCode::read(&format!("111:{PERSON}")).unwrap()),
            ..Question::default()
        };
        source::pull(
            &test.office,
            &test.type_named(HEALTH),
            &question,
            &operator(),
        )
        .unwrap()
    }

    fn mirrors(&self) -> usize {
        let test = &self.ours.server.test;
        let rows = test.office.store.read(|rx| rx.mirror_rows(0, 10));
        rows.unwrap().len()
    }
}

#[rstest]
fn a_platform_that_is_down_is_told_by_what_it_last_gave_with_its_age(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let mut two = Two::on(database);
    // Nothing was ever asked: nothing can be told.
    two.platform.server.stop();
    let told = two.asks("1");
    assert_eq!(
        (&told["total"], &told["source"]["outcome"]),
        (&json!(0), &json!("down"))
    );
    two.platform.server.start();
    two.ours.server.test.load_source(&two.configuration());
    let fresh = two.asks("2");
    assert_eq!(fresh["source"]["outcome"], "found");
    assert_eq!(two.mirrors(), 1);

    two.platform.server.stop();
    let clock = &two.ours.server.test.clock;
    clock.advance(600);
    // Down, down, and then left alone: each time the same.
    for slip in ["3", "4", "5"] {
        let told = two.asks(slip);
        let source = &told["source"];
        assert_eq!(source["outcome"], "mirrored", "{told}");
        assert_eq!(source["age_s"], 600);
        assert_eq!(source["at"], fresh["source"]["at"]);
        assert_eq!(source["upstream"], fresh["source"]["upstream"]);
        assert!(
            source["what"]["zh"].as_str().unwrap().contains("10 分钟前"),
            "{source}"
        );
        assert_eq!(
            told["list"][0]["KZ_EXAM_RESULT"],
            fresh["list"][0]["KZ_EXAM_RESULT"]
        );
        assert_eq!(told["list"][0]["evidence"], Value::Null);
    }
    let why = |pulled: &source::Pulled| pulled.found().and_then(|found| found.mirrored);
    assert_eq!(why(&two.pulled()), Some(SourceCause::Resting));
    assert_eq!(two.issued(), 0);
    // Too old, it is told no more.
    clock.advance(30 * 86_400 - 601);
    assert!(why(&two.pulled()).is_some());
    clock.advance(1);
    assert_eq!(two.pulled().outcome.word(), SourceWord::Down);
    // Of another platform nothing was kept.
    clock.advance(-86_400);
    let other = two.configuration().replace("localhost", "127.0.0.1");
    two.ours.server.test.load_source(&other);
    assert_eq!(
        two.pulled().outcome,
        Outcome::Not(SourceCause::NoConnection)
    );
    assert!(two.is_whole());
}

#[rstest]
fn what_is_refused_or_gone_there_is_not_told_from_here(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let two = Two::on(database);
    assert_eq!(two.asks("1")["total"], 1);
    // Refused: without a grant there, and under another's account.
    let token = two
        .ours
        .server
        .test
        .office
        .settings
        .path("sources/platform/token");
    let other = two.platform.server.token(Role::System, Some(CDC), None);
    fs::write(&token, other).unwrap();
    let told = two.asks("2");
    assert_eq!(
        (&told["total"], &told["source"]["outcome"]),
        (&json!(0), &json!("refused"))
    );
    let account = &two.platform.server.test.agency(CDC).code;
    let hall = &two.platform.server.test.agency(HALL).code;
    let mine = two
        .configuration()
        .replace(&hall.to_string(), &account.to_string());
    two.ours.server.test.load_source(&mine);
    let told = two.asks("3");
    assert_eq!(
        (&told["total"], &told["source"]["outcome"]),
        (&json!(0), &json!("refused"))
    );
    assert_eq!(two.mirrors(), 1, "a refusal says nothing of the record");
    // She has it erased, and it is kept again when it is asked for again.
    fs::write(&token, &two.platform.system).unwrap();
    two.ours.server.test.load_source(&two.configuration());
    let office = &two.ours.server.test.office;
    let code = HolderCode::read(&format!("111:{PERSON}")).unwrap();
    let shown = erase::show(office, (&code, true), &operator())
        .unwrap()
        .shown;
    erase::run(office, (&code, true), &shown, &operator()).unwrap();
    assert_eq!(two.mirrors(), 0);
    assert_eq!(two.asks("4")["total"], 1);
    assert_eq!(two.mirrors(), 1);
    // The platform has it no more: then nobody has.
    two.platform
        .server
        .test
        .sql("DELETE FROM certificate_holders");
    let told = two.asks("5");
    assert_eq!(
        (&told["total"], &told["source"]["outcome"]),
        (&json!(0), &json!("not_found"))
    );
    assert_eq!(two.mirrors(), 0);
    assert!(two.ours.is_whole());
}
