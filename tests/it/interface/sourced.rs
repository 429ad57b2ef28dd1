//! A type whose records live in a department's own system: relayed, or issued and then as any
//! other; and whatever befalls the department, the answer says so and the case goes on.

use std::fs;

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
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
    let issuer = match issue {
        "never" => String::new(),
        _ => format!("issuer = \"{POLICE}\""),
    };
    system.window.test.load_source(&format!(
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
    ));
    path
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
