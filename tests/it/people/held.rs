//! What is held of people who log in: given to them, erased, sealed anew, ended with a phone.

use mianzheng::crypto::vault::Sealed;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::flow::erase;
use mianzheng::flow::export;
use mianzheng::flow::people;
use mianzheng::flow::retention;
use mianzheng::flow::rotate_data::rotate_data;
use rstest::rstest;
use serde_json::json;

use super::PERSON;
use super::World;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::operator;
use crate::support::server::Ask;

#[rstest]
fn a_lost_phone_ends_its_sessions(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let [phone, tablet] = [0; 2].map(|_| world.log_in("batar"));
    let officer = world.log_in("wang.min");
    // From another device: that one stays.
    let ask = Ask::new("POST", "/api/v1/phone-losses").key("k");
    let ask = ask.header("cookie", tablet.as_str());
    let ended = world
        .server
        .ask(&ask.header("sec-fetch-site", "same-origin"));
    assert_eq!(
        ended.json(),
        json!({"credentials": 0, "sessions": 1, "showings": 0, "codes": 0})
    );
    assert!(!world.is_in(&phone) && world.is_in(&tablet) && world.is_in(&officer));
    // At a window: all of them.
    let window = world.server.token(Role::Window, Some(HALL), None);
    let body = json!({
        "holder": {"type": "111", "code": "152502199003070019"}, "face_checked": true,
    });
    let ask = Ask::new("POST", "/api/v1/phone-losses/window").key("w");
    let ended = world.server.ask(&ask.token(&window).json(&body));
    assert_eq!(ended.json()["sessions"], 1);
    assert!(!world.is_in(&tablet) && world.is_in(&officer));
    world.ledger_is_whole();
}

#[rstest]
fn what_she_shows_is_made_under_her_session(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let card = world
        .server
        .test
        .health("152502199003070019", "锡市健〔2026〕1700001号");
    let cookie = world.log_in("batar");
    let body = json!({"choices": [{"identifier": card.to_string(), "fields": ["holder_name"]}]});
    let ask = Ask::new("POST", "/api/v1/shows").key("k").json(&body);
    let ask = ask.header("cookie", cookie.as_str());
    let shown = world
        .server
        .ask(&ask.header("sec-fetch-site", "same-origin"));
    assert!(shown.status < 300, "{shown:?}");
    // A request that came in before the session ended makes nothing after it.
    let by = people::by_cookie(&world.server.test.office, cookie.split_once('=').unwrap().1);
    let by = by.unwrap().unwrap();
    people::end(&world.server.test.office, &by).unwrap();
    let choice = mianzheng::flow::show::choice::Choice {
        identifier: card,
        fields: vec!["holder_name".to_owned()],
    };
    let late = mianzheng::flow::show::live::show(&world.server.test.office, &[choice], &by);
    let why = late.err().unwrap().problem().reason;
    assert_eq!(why, mianzheng::domain::problem::Reason::Unauthenticated);
}

#[rstest]
fn an_export_has_her_accounts_and_nothing_that_lets_in(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let world = World::on(database);
    world.log_in("batar");
    let test = &world.server.test;
    let told = export::mine(&test.office, &test.holder(PERSON)).unwrap();
    assert_eq!(
        told["accounts"],
        json!([{
            "account": world.holder, "name": "batar", "display_name": "王敏",
            "with_code": false, "created_at": "2026-11-23T09:00:00+08:00", "disabled_at": null,
            "sessions": [{
                "session": 1, "device": "", "way": "password",
                "begun_at": "2026-11-23T09:00:00+08:00",
                "seen_at": "2026-11-23T09:00:00+08:00",
            }],
        }])
    );
    assert!(!told.to_string().contains("argon2"));
}

#[rstest]
fn an_account_is_erased_and_forgotten_after_its_term(
    #[values(Sqlite, Postgres)] database: Database,
    #[values(false, true)] by_term: bool,
) {
    let world = World::on(database);
    let office = &world.server.test.office;
    let code = HolderCode::read(PERSON).unwrap();
    let whose = (&code, true);
    let kept = || {
        let shown = erase::show(office, whose, &operator()).unwrap();
        let line = shown
            .lines
            .iter()
            .find(|line| line.kind.name() == "accounts");
        let line = line.unwrap();
        let why = line.kept.iter().map(|(why, _)| why.name());
        (line.records, why.collect::<Vec<_>>(), shown.shown)
    };
    assert_eq!((kept().0, kept().1), (0, vec!["in_use"]));
    people::disable(office, &world.holder, &operator()).unwrap();
    assert_eq!((kept().0, kept().1), (0, vec!["term"]));
    world.later(3 * 366 * 86_400);
    let (records, why, shown) = kept();
    assert_eq!((records, why), (1, vec![]));
    if by_term {
        let due = retention::show(office, None, &operator()).unwrap();
        retention::run(office, (due.until, &due.shown), &operator()).unwrap();
    } else {
        erase::run(office, whose, &shown, &operator()).unwrap();
    }
    let left = office.store.read(|rx| rx.account_rows(0, 9)).unwrap();
    assert_eq!(left.iter().map(|row| row.id).collect::<Vec<_>>(), [1]);
    world.ledger_is_whole();
}

#[rstest]
fn names_and_secrets_come_under_a_new_key(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let (_, secret) = world.operator();
    let office = &world.server.test.office;
    let sealed = || -> Vec<Sealed> {
        let rows = office.store.read(|rx| rx.account_rows(0, 9)).unwrap();
        rows.iter()
            .map(mianzheng::store::accounts::AccountRow::sealed)
            .collect()
    };
    let before = sealed();
    rotate_data(office, &operator(), &mut |_| Ok(())).unwrap();
    for (old, new) in before.iter().zip(sealed()) {
        assert_ne!(old.key_id, new.key_id);
    }
    let code = secret.code_at(world.server.test.now());
    let answer = world.try_in("chief", super::PASSWORD, Some(&code));
    assert_eq!(answer.status, 201);
    world.ledger_is_whole();
}
