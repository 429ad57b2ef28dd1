//! A department that takes the question and never answers: whoever waits for a copy waits aside.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use mianzheng::domain::caller::Role;
use rstest::rstest;
use serde_json::json;

use super::desk::Desk;
use super::desk::PERSON;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::server::Ask;
use crate::support::server::TestServer;

#[rstest]
#[case::our_interface(false)]
#[case::the_national_one(true)]
fn copies_of_a_type_with_a_hanging_source_hold_up_nobody_else(#[case] national: bool) {
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = TestServer::with(Sqlite, |set| {
        // As few threads as there can be: two who waited on them would stop the server.
        set.workers = 1;
        set.database_connections = 2;
    });
    let desk = Desk::of(server);
    desk.server.test.load_source(&format!(
        r#"
[source]
name = "hanging"
type = "{HEALTH}"
ask_by = ["holder_code"]
issue = "never"
time_limit_ms = 6000
tries = 1
[source.http]
address = "http://{}"
path = "/records?id={{holder_code}}"
records = "data"
[source.fields]
holder_name = "name"
holder_code = "id_no"
certificate_number = "number"
exam_result = {{ constant = "1" }}
exam_date = "examined"
issue_date = "issued"
sex = {{ constant = "1" }}
exam_unit = "unit"
trade_class = {{ constant = "01" }}
"#,
        hanging.local_addr().unwrap()
    ));
    let code = |of: &str| desk.server.test.type_named(of).definition.code.clone();
    let path = format!("/api/v1/interfaces/{}/file", code(HEALTH));
    let copy = &|slip: &str| {
        if national {
            return desk.asks("files/by-holder", &Desk::whose(slip));
        }
        let request = json!({
            "holder": {"type": "111", "code": PERSON}, "purpose": Desk::purpose(slip),
        });
        let ask = Ask::new("POST", &path).token(&desk.system).json(&request);
        desk.server.ask(&ask)
    };
    let other = desk.server.token(Role::System, Some(HALL), None);
    let contract = format!("/api/v1/interfaces/{}", code(BIRTH));
    thread::scope(|scope| {
        let copies = ["1", "2", "3"].map(|slip| scope.spawn(move || copy(slip)));
        // They are before the department now, which takes what comes and says nothing.
        thread::sleep(Duration::from_millis(1500));
        assert!(copies.iter().all(|copied| !copied.is_finished()));
        let answer = desk.server.ask(&Ask::new("GET", &contract).token(&other));
        assert_eq!(answer.status, 200);
        // They wait still: whoever needs none of it did not wait behind them.
        assert!(copies.iter().all(|copied| !copied.is_finished()));
        for copied in copies {
            // The register has it; that its department is silent changes nothing.
            let copied = copied.join().unwrap();
            assert_eq!(copied.status, 200, "{copied:?}");
        }
    });
}
