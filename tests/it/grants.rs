//! Grants: nothing by default, two persons to widen, and a report of what each agency can see.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::usage::Grant;
use mianzheng::domain::usage::UseMode;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::grants;
use mianzheng::flow::grants::Proposed;
use mianzheng::flow::grants::report;
use mianzheng::flow::ledger_check;
use rstest::rstest;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::granting::second_operator;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// The item of the demonstration, a base item that the catalogue publishes.
const ITEM: &str = "152014904000";

fn small(test: &TestOffice) -> Grant {
    Grant {
        modes: vec![UseMode::Duty],
        quota_per_day: 10,
        ..test.grant(HALL, HEALTH, ITEM, &["holder_name", "exam_result"])
    }
}

fn waits(proposed: Result<Proposed, Failure>) -> i64 {
    match proposed.unwrap() {
        Proposed::Waits(id) => id,
        Proposed::InForce(id) => panic!("grant {id} is in force"),
    }
}

fn reason<T: std::fmt::Debug>(done: Result<T, Failure>) -> Reason {
    done.unwrap_err().problem().reason
}

#[rstest]
fn what_widens_waits_for_a_second_operator(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let office = &test.office;
    let (first, second) = (operator(), second_operator());
    assert_eq!(grants::list(office).unwrap(), []);
    let grant = small(&test);
    let id = waits(grants::propose(office, &grant, &first));
    assert_eq!(grants::list(office).unwrap(), []);
    assert_eq!(
        reason(grants::confirm(office, id, &first)),
        Reason::SecondPerson
    );
    let given = grants::confirm(office, id, &second).unwrap();
    assert_eq!(grants::list(office).unwrap()[0].grant, grant);
    assert_eq!(
        reason(grants::confirm(office, id, &second)),
        Reason::GrantSettled
    );

    // One more of anything waits, and changes nothing until it is confirmed.
    let one_more: [fn(&mut Grant); 4] = [
        |g| g.fields.push("sex".to_owned()),
        |g| g.modes.push(UseMode::Shown),
        |g| g.quota_per_day += 1,
        |g| g.until = g.until.plus_secs(1),
    ];
    for change in one_more {
        let mut wider = grant.clone();
        change(&mut wider);
        let id = waits(grants::propose(office, &wider, &first));
        assert_eq!(grants::list(office).unwrap()[0].grant, grant);
        grants::withdraw(office, id, &second).unwrap();
        assert_eq!(
            reason(grants::withdraw(office, id, &first)),
            Reason::GrantSettled
        );
    }
    // Less is at once, under the same number, by one.
    let less = Grant {
        fields: vec!["holder_name".to_owned()],
        quota_per_day: 9,
        ..grant.clone()
    };
    let done = grants::propose(office, &less, &second).unwrap();
    assert_eq!(done, Proposed::InForce(given));
    assert_eq!(grants::list(office).unwrap()[0].grant, less);
    // What ran out is nothing to be narrowed.
    test.clock.advance(3601);
    let again = Grant {
        until: test.now().plus_secs(60),
        ..less
    };
    waits(grants::propose(office, &again, &first));
    grants::take(office, given, &second).unwrap();
    assert_eq!(grants::list(office).unwrap(), []);
    assert_eq!(
        reason(grants::take(office, given, &second)),
        Reason::NotFound
    );
    let waiting = grants::waiting(office, &second).unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].waits_for_you);
    assert!(!grants::waiting(office, &first).unwrap()[0].waits_for_you);
    assert_eq!(ledger_check::check(office, None).unwrap().findings, []);
}

#[rstest]
fn a_proposal_is_confirmed_only_against_what_it_was_proposed_against(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let office = &test.office;
    let (first, second) = (operator(), second_operator());
    let grant = small(&test);
    let two = [0, 1].map(|_| waits(grants::propose(office, &grant, &first)));
    let given = grants::confirm(office, two[0], &second).unwrap();
    // The other one was proposed against nothing.
    assert_eq!(
        reason(grants::confirm(office, two[1], &second)),
        Reason::GrantMoved
    );
    let wider = Grant {
        quota_per_day: 99,
        ..grant.clone()
    };
    let id = waits(grants::propose(office, &wider, &first));
    let narrower = Grant {
        quota_per_day: 1,
        ..grant.clone()
    };
    grants::propose(office, &narrower, &first).unwrap();
    assert_eq!(
        reason(grants::confirm(office, id, &second)),
        Reason::GrantMoved
    );
    // Nor after the grant was taken.
    let id = waits(grants::propose(office, &wider, &first));
    grants::take(office, given, &first).unwrap();
    assert_eq!(
        reason(grants::confirm(office, id, &second)),
        Reason::GrantMoved
    );
    // Nor once its own time is over.
    let id = waits(grants::propose(office, &grant, &first));
    test.clock.advance(3600);
    assert_eq!(
        reason(grants::confirm(office, id, &second)),
        Reason::BadRequest
    );
    assert_eq!(grants::list(office).unwrap(), []);
    assert_eq!(ledger_check::check(office, None).unwrap().findings, []);
}

#[rstest]
fn only_what_is_there_is_granted_and_only_by_operators(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    test.load_items_with(ITEM);
    let office = &test.office;
    let grant = small(&test);
    let changed = |change: fn(&mut Grant)| {
        let mut other = grant.clone();
        change(&mut other);
        reason(grants::propose(office, &other, &operator()))
    };
    assert_eq!(changed(|g| g.agency = 999_999), Reason::UnknownAgency);
    assert_eq!(changed(|g| g.type_number = 999_999), Reason::UnknownType);
    assert_eq!(
        changed(|g| g.fields.push("photo_of_a_horse".to_owned())),
        Reason::NoSuchField
    );
    for item in ["152014904999", "1", "11152502MY0000426E415070990200099"] {
        let other = Grant {
            item: item.to_owned(),
            ..grant.clone()
        };
        let refused = grants::propose(office, &other, &operator());
        assert_eq!(reason(refused), Reason::UnknownItem, "{item}");
    }
    assert_eq!(changed(|g| g.modes.clear()), Reason::BadRequest);
    assert_eq!(changed(|g| g.quota_per_day = 0), Reason::BadRequest);
    // An item by its own code will do, too.
    let own = Grant {
        item: "11152501MY0000805H415201490400001".to_owned(),
        ..grant.clone()
    };
    let id = waits(grants::propose(office, &own, &operator()));
    let others: [Caller; 3] = [
        Caller::public(),
        test.caller(Role::System, HALL),
        test.caller(Role::Window, HALL),
    ];
    for by in others {
        let forbidden = [
            reason(grants::propose(office, &grant, &by)),
            reason(grants::confirm(office, id, &by)),
            reason(grants::withdraw(office, id, &by)),
            reason(grants::take(office, 1, &by)),
            reason(grants::waiting(office, &by)),
        ];
        assert_eq!(forbidden, [Reason::Forbidden; 5]);
    }
}

#[rstest]
fn the_report_says_what_each_agency_can_see(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let test = &server.test;
    let operators = [(); 2].map(|()| server.token(Role::Operator, None, None));
    let grant = json!({
        "agency": HALL, "type": HEALTH, "item": ITEM,
        "fields": ["holder_name", "holder_code", "exam_result"],
        "modes": ["online", "duty"], "quota_per_day": 20, "until": "2026-11-23T10:00:00+08:00",
    });
    let id = server.give((&operators[0], &operators[1]), &grant);
    test.give(CDC, HEALTH, ITEM, &["sex"]);
    let ask = |path: &str, token: &str| server.ask(&Ask::new("GET", path).token(token));
    let all = ask("/api/v1/grants", &operators[0]).json();
    assert_eq!(all["agencies"].as_array().unwrap().len(), 2);
    let system = server.token(Role::System, Some(HALL), None);
    let own = ask("/api/v1/grants", &system).json();
    assert_eq!(own["agencies"].as_array().unwrap().len(), 1);
    assert_eq!(own["agencies"][0]["agency_name"], HALL);
    let one = &own["agencies"][0]["grants"][0];
    assert_eq!(one["grant"], id);
    assert_eq!(one["type_name"], HEALTH);
    assert_eq!(one["modes"], json!(["online", "duty"]));
    assert_eq!(one["quota_per_day"], 20);
    assert_eq!(one["expired"], false);
    let classes = one["fields"].as_array().unwrap().iter();
    let classes: Vec<_> = classes.map(|field| &field["class"]).collect();
    assert_eq!(classes[1], "sensitive", "{one}");
    test.clock.advance(3600);
    let own = ask("/api/v1/grants", &system).json();
    assert_eq!(own["agencies"][0]["grants"][0]["expired"], true);
    let csv = ask("/api/v1/grants.csv", &system);
    let text = String::from_utf8(csv.body).unwrap();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(
        text.contains("已过期限") && text.contains("持证人授权、依职能"),
        "{text}"
    );
    let window = server.token(Role::Window, Some(HALL), None);
    assert_eq!(ask("/api/v1/grants", &window).code(), "forbidden");
    let nobody = test.caller(Role::Window, HALL);
    assert_eq!(
        reason(report::report(&test.office, &nobody)),
        Reason::Forbidden
    );
}
