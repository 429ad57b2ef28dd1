//! A type whose records live in a department's own system: relayed, or issued and then as any
//! other; and whatever befalls the department, the answer says so and the case goes on.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::settings::UseLimits;
use mianzheng::domain::verdict::Outcome;
use rstest::rstest;
use serde_json::json;

use crate::support::cases::HOUSEHOLD;
use crate::support::cases::MOTHER;
use crate::support::cases::OLD_AGE;
use crate::support::cases::POLICE;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::system::System;
use crate::support::system::whose;

/// The register of households lives in a file that the police drop.
fn dropped(system: &System, issue: &str) -> std::path::PathBuf {
    let path = system.window.test.folder.path("households.csv");
    system.window.test.load_source(&text(&path, issue));
    path
}

fn text(path: &Path, issue: &str) -> String {
    let issuer = match issue {
        "never" => String::new(),
        _ => format!("issuer = \"{POLICE}\""),
    };
    format!(
        r#"
[source]
name = "households"
type = "{HOUSEHOLD}"
ask_by = ["holder_code"]
issue = "{issue}"
{issuer}
[source.file]
path = "{}"
holder_code = "证件号"
[source.fields]
holder_name = "姓名"
holder_code = "证件号"
certificate_number = "户口簿号"
household_kind = "户别"
head_name = "户主"
household_no = "户号"
home_address = "住址"
head_relation = "关系"
sex = "性别"
ethnic_group = "民族"
birth_date = "出生日期"
issue_date = "登记日期"
"#,
        path.to_str().unwrap()
    )
}

const ROWS: &str = "姓名,证件号,户口簿号,户别,户主,户号,住址,关系,性别,民族,出生日期,登记日期\n\
     其其格,152502199206120020,蒙户8888888,家庭户,其其格,152502000888,锡林浩特市杭盖路2号,户主,女,蒙古族,1992-06-12,2020-05-06\n";

#[rstest]
fn what_a_department_tells_is_relayed_and_no_more(#[values(Sqlite, Postgres)] database: Database) {
    let mut system = System::on(database);
    system.case = system.window.open(&[OLD_AGE], "其其格", MOTHER);
    let path = dropped(&system, "never");
    fs::write(&path, ROWS).unwrap();
    let answer = system
        .query((HOUSEHOLD, &whose(MOTHER)), &system.duty(), &[])
        .unwrap();
    let [one] = answer.certificates.as_slice() else {
        panic!("{answer:?}");
    };
    assert_eq!((&one.identifier, &one.evidence), (&None, &None));
    assert_eq!(one.verdict, Outcome::Valid);
    assert_eq!(one.fields["home_address"], "锡林浩特市杭盖路2号");
    assert_eq!(one.fields.len(), 3, "{:?}", one.fields.keys());
    assert_eq!(answer.source.as_ref().unwrap().word, "found");
    // This service vouches that it was told so, and for nothing else.
    let trust = system.window.test.office.trust().unwrap();
    let keys = trust.keys_for(KeyUse::Receipt).map(|key| &key.public);
    let envelope = signed_json::open(&answer.envelope, Message::Envelope, keys).unwrap();
    assert_eq!(envelope["relayed"], json!([one.fields]));
    assert_eq!(envelope["evidence_hashes"], json!([]));
    assert_eq!(system.details(answer.use_record)["outcome"], "valid");
    // Values are compared with it as with a certificate.
    let values = [
        ("head_name", json!("其其格")),
        ("birth_date", json!("19920612")),
    ];
    assert_eq!(system.verify(&whose(MOTHER), &values).unwrap().result, 0);
    let values = [("head_name", json!("别人"))];
    assert_eq!(system.verify(&whose(MOTHER), &values).unwrap().result, 4);
}

#[rstest]
fn what_is_issued_comes_with_its_issuers_signature(#[values(Sqlite, Postgres)] database: Database) {
    let mut system = System::on(database);
    system.case = system.window.open(&[OLD_AGE], "其其格", MOTHER);
    let path = dropped(&system, "always");
    fs::write(&path, ROWS).unwrap();
    let ask = || {
        system
            .query((HOUSEHOLD, &whose(MOTHER)), &system.duty(), &[])
            .unwrap()
    };
    let answer = ask();
    assert_eq!(answer.certificates.len(), 1);
    assert!(answer.certificates[0].evidence.is_some());
    assert_eq!(ask().certificates, answer.certificates);
    // The department is gone: what the register has stays, and the answer says what happened.
    fs::remove_file(&path).unwrap();
    let answer = ask();
    assert_eq!(answer.certificates.len(), 1);
    let source = answer.source.unwrap();
    assert_ne!(source.word, "found");
    assert!(source.act.iter().all(|act| !act.is_empty()));
}

#[rstest]
fn no_department_is_asked_for_a_use_that_cannot_be(#[values(Sqlite, Postgres)] database: Database) {
    let department = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = department.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    std::thread::spawn({
        let asked = Arc::clone(&asked);
        // It hangs up at once: what the register has is told.
        move || {
            for _caller in department.incoming() {
                asked.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let system = System::with(database, |settings| {
        settings.limits = UseLimits {
            per_operator_day: 2,
            ..UseLimits::default()
        };
    });
    let path = dropped(&system, "never");
    let file = format!(
        "[source.file]\npath = \"{}\"\nholder_code = \"证件号\"",
        path.to_str().unwrap()
    );
    let http = format!(
        "[source.http]\naddress = \"http://{address}\"\npath = \"/?id={{holder_code}}\"\nrecords = \"data\""
    );
    let text = text(&path, "never");
    assert!(text.contains(&file));
    let text = text
        .replace(&file, &http)
        .replace("issue = \"never\"", "issue = \"never\"\ntries = 1");
    system.window.test.load_source(&text);
    let ask = |slip: &str| {
        let answer = system.ask(&system.in_person(slip));
        let refused = answer.map(|answer| answer.certificates.len());
        (refused, asked.load(Ordering::SeqCst))
    };
    assert_eq!(ask("1"), (Ok(1), 1));
    assert_eq!(ask("1"), (Err(Reason::BadSlip), 1));
    assert_eq!(ask("2"), (Ok(1), 2));
    assert_eq!(ask("3"), (Err(Reason::OperatorLimit), 2));
}
