//! Sources at the command line: tried and explained, loaded, asked, removed.

use std::fs;

use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::Office;
use crate::office::example;

const SOMEBODY: &str = "111:152526196802205650";

#[test]
fn a_configuration_is_tried_loaded_asked_and_removed() {
    let office = Office::open();
    let file = example("sources/health-file.toml");
    let told = office.does(&["source", "check", &file]).out;
    assert!(told.contains("配置可用：health-drop"), "{told}");
    assert!(told.contains("--holder-code"), "{told}");
    // Nothing was dropped yet: the case can go on all the same.
    let try_it = ["source", "check", &file, "--holder-code", SOMEBODY];
    let tried = office.runs(&try_it);
    assert_eq!(tried.code, 2);
    assert!(tried.out.contains("文件不在，或读不了"), "{}", tried.out);
    assert!(tried.out.contains("部门核验"), "{}", tried.out);
    let drops = office.data().join("drops");
    fs::create_dir(&drops).unwrap();
    let sample = example("samples/健康证明-2026年10月.csv");
    fs::copy(sample, drops.join("10月.csv")).unwrap();
    let told = office.does(&try_it).out;
    assert!(told.contains("查到一条记录"), "{told}");
    assert!(told.contains("持证主体（holder_name）← 姓名：**"), "{told}");
    assert!(
        !told.contains("杨敏") && !told.contains("152526196802205650"),
        "{told}"
    );
    let shown = office.does(&[&try_it[..], &["--show-personal"]].concat());
    assert!(shown.out.contains("杨敏"), "{}", shown.out);
    let json = office.does(&[&["--json"], &try_it[..]].concat()).json();
    assert_eq!(
        (&json["outcome"], &json["cause"]),
        (&"found".into(), &().into())
    );

    let issues = office.path("issues.toml");
    let text = fs::read_to_string(&file).unwrap();
    let rule = format!("ask_by = [\"holder_code\"]\nissue = \"on_demand\"\nissuer = \"{CDC}\"");
    fs::write(&issues, text.replace("ask_by = [\"holder_code\"]", &rule)).unwrap();
    office.does(&["source", "load", &issues]);
    assert!(office.does(&["source", "list"]).out.contains("health-drop"));
    let told = office.does(&["source", "check", HEALTH, "--holder-code", SOMEBODY]);
    assert!(told.out.contains("查到一条记录"), "{}", told.out);
    let issue = ["source", "issue", HEALTH, "--holder-code", SOMEBODY];
    let first = office.does(&issue).out;
    assert!(first.contains("1.2.156.3005.2."), "{first}");
    let again = office.does(&[&["--json"], &issue[..]].concat()).json();
    assert_eq!(again["issued"]["outcome"], "same");
    office.does(&["source", "remove", HEALTH]);
    let gone = office.runs(&issue);
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains("no_source"), "{}", gone.err);
    assert_eq!(office.does(&["ledger", "verify"]).code, 0);
}

#[test]
fn an_unseen_type_and_its_source_are_one_file_and_one_command() {
    let office = Office::open();
    let told = office.does(&["source", "load", &example("sources/unseen.toml")]);
    assert!(
        told.out.contains("新的证照类型“骑乘搭档合格证”"),
        "{}",
        told.out
    );
    let shown = office.does(&["catalogue", "show", "骑乘搭档合格证"]).out;
    assert!(shown.contains("步法"), "{shown}");
    let sheet = office.path("sheet.xlsx");
    office.does(&["catalogue", "template", "骑乘搭档合格证", "--out", &sheet]);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let office = Office::open();
    let bad = office.path("bad.toml");
    let text = fs::read_to_string(example("sources/health-file.toml")).unwrap();
    fs::write(&bad, text.replace("time_limit_ms", "time_limit")).unwrap();
    let told = office.runs(&["source", "load", &bad]);
    assert_eq!(told.code, 1);
    assert!(
        told.err.contains("bad_source") && told.err.contains("time_limit"),
        "{}",
        told.err
    );
    let missing = office.runs(&["source", "load", "nowhere.toml"]);
    assert!(missing.err.contains("nowhere.toml"), "{}", missing.err);
    let missing = office.runs(&["source", "check", "nowhere.toml"]);
    assert!(missing.err.contains("nowhere.toml"), "{}", missing.err);
}
