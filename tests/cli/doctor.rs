//! The doctor names each fault that is planted, and gets as far as it can.

use std::fs;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use rcgen::CertificateParams;
use rcgen::KeyPair;
use rcgen::date_time_ymd;

use crate::office::CDC;
use crate::office::Office;

/// What a demonstration that was never served has to say for itself.
const USUAL: &[&str] = &["roots_demo"];

/// Exit code, and the codes of everything that is not well beside the usual.
pub(crate) fn complaints(office: &Office) -> (i32, Vec<String>) {
    let done = office.runs(&["--json", "doctor"]);
    let told = done.json();
    let mut found = Vec::new();
    for check in told["checks"].as_array().unwrap() {
        let text = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
        let (code, outcome) = (text("code"), text("outcome"));
        assert!(!text("what").contains(['{', '}']), "{check}");
        assert!(!text("what").starts_with("doctor."), "{check}");
        assert_eq!(outcome == "ok", check["advice"].is_null(), "{check}");
        if outcome != "ok" {
            assert!(!text("advice").contains(['{', '}']), "{check}");
            assert!(!text("advice").starts_with("advice."), "{check}");
            if !USUAL.contains(&code.as_str()) && !found.contains(&code) {
                found.push(code);
            }
        }
    }
    (done.code, found)
}

pub(crate) fn ails(office: &Office, code: i32, wanted: &[&str]) {
    let wanted: Vec<String> = wanted.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(complaints(office), (code, wanted));
}

/// A file taken away for as long as `look` takes.
pub(crate) fn without(office: &Office, name: &str, look: impl FnOnce()) {
    let (path, aside) = (office.data().join(name), office.path("aside"));
    fs::rename(&path, &aside).unwrap();
    look();
    fs::rename(&aside, &path).unwrap();
}

/// A file with other content for as long as `look` takes.
pub(crate) fn with(office: &Office, name: &str, content: &str, look: impl FnOnce()) {
    let path = office.data().join(name);
    let before = fs::read(&path).unwrap();
    fs::write(&path, content).unwrap();
    look();
    fs::write(&path, before).unwrap();
}

pub(crate) fn read(office: &Office, name: &str) -> String {
    fs::read_to_string(office.data().join(name)).unwrap()
}

fn with_mode(office: &Office, name: &str, mode: u32, look: impl FnOnce()) {
    let path = office.data().join(name);
    let before = fs::metadata(&path).unwrap().permissions();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    look();
    fs::set_permissions(&path, before).unwrap();
}

#[test]
fn an_office_under_way_says_what_comes_next() {
    let office = Office::nowhere();
    ails(&office, 2, &["settings_bad", "folder_unreadable"]);
    office.does(&["init"]);
    let next = ["trust_missing", "agency_keys_none", "ledger_head_missing"];
    ails(&office, 2, &next);
    let words = office.runs(&["--lang", "en", "doctor"]).out;
    assert!(
        words.contains("error  There is no trust list yet"),
        "{words}"
    );
    let words = office.runs(&["doctor"]).out;
    assert!(words.contains("错误  还没有信任清单"), "{words}");
    assert!(words.contains("→ 运行 mianzheng trust publish"), "{words}");
}

#[test]
fn faults_of_files_and_settings_are_named() {
    let office = Office::open();
    office.does(&["ledger", "head"]);
    ails(&office, 1, &[]);
    with_mode(&office, "keys", 0o755, || {
        ails(&office, 1, &["folder_open"]);
    });
    with_mode(&office, "keys/keyring.json", 0o640, || {
        ails(&office, 2, &["file_open", "keyring_bad"]);
    });
    with_mode(&office, "tls/server.key", 0o644, || {
        ails(&office, 2, &["file_open"]);
    });
    without(&office, "passphrase", || {
        ails(&office, 2, &["passphrase_bad"]);
    });
    with(&office, "passphrase", "another", || {
        ails(&office, 2, &["keyring_bad"]);
    });
    without(&office, "anchors.json", || ails(&office, 2, &["roots_bad"]));
    without(&office, "register.sqlite", || {
        ails(&office, 2, &["database_unreachable"]);
    });

    let settings = read(&office, "mianzheng.toml");
    let changed = |from: &str, to: &str, wanted: &[&str], code: i32| {
        assert!(settings.contains(from), "{from}");
        let text = settings.replace(from, to);
        with(&office, "mianzheng.toml", &text, || {
            ails(&office, code, wanted);
        });
    };
    changed("mode =", "modes =", &["settings_bad"], 2);
    let other = "authority = \"mz.example\"";
    let wanted = ["authority_differs", "tls_other_host"];
    changed("authority = \"localhost:8443\"", other, &wanted, 2);
    let url = "database_url = \"sqlite://register.sqlite\"";
    changed(
        url,
        "database_url = \"mysql://x\"",
        &["database_address"],
        2,
    );
    let code_host = "# code_host = \"localhost:8443\"";
    changed(
        code_host,
        "code_host = \"m.example\"",
        &["tls_other_host"],
        2,
    );
    changed(
        "mode = \"demo\"",
        "mode = \"production\"",
        &[
            "roots_demo_production",
            "root_keys_here",
            "algorithm_undecided",
            "trust_test_production",
        ],
        2,
    );
}

#[test]
fn faults_of_tls_are_named() {
    let office = Office::open();
    office.does(&["ledger", "head"]);
    without(&office, "tls/server.pem", || {
        ails(&office, 2, &["tls_unreadable"]);
    });
    with(&office, "tls/server.key", "nothing", || {
        ails(&office, 2, &["tls_unreadable"]);
    });
    with(
        &office,
        "tls/server.key",
        &read(&office, "tls/ca.key"),
        || {
            ails(&office, 2, &["tls_no_pair"]);
        },
    );
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2021, 1, 1);
    let old = params.self_signed(&key).unwrap().pem();
    with(&office, "tls/server.pem", &old, || {
        with(&office, "tls/server.key", &key.serialize_pem(), || {
            ails(&office, 2, &["tls_expired"]);
        });
    });
    let settings = read(&office, "mianzheng.toml");
    let roots = settings.replace("# client_roots", "client_roots");
    with(&office, "mianzheng.toml", &roots, || ails(&office, 1, &[]));
    let none = roots.replace("tls/ca.pem", "tls/none.pem");
    with(&office, "mianzheng.toml", &none, || {
        ails(&office, 2, &["client_roots_unreadable"]);
    });
    let plain = settings.split_once("[tls]").unwrap().0;
    with(&office, "mianzheng.toml", plain, || ails(&office, 1, &[]));
    let open = plain.replace("127.0.0.1:8443", "0.0.0.0:8443");
    with(&office, "mianzheng.toml", &open, || {
        ails(&office, 2, &["plain_refused"]);
    });
    let asked = open.replace("# plain_http", "plain_http");
    with(&office, "mianzheng.toml", &asked, || {
        ails(&office, 1, &["plain_http"]);
    });
}

#[test]
fn a_production_office_can_be_quite_well() {
    let office = Office::nowhere();
    office.does(&["init", "--mode", "production", "--authority", "mz.example"]);
    let wanted = ["root_keys_here", "algorithm_undecided", "trust_missing"];
    let (code, found) = complaints(&office);
    assert_eq!(code, 2);
    assert_eq!(found[..3], wanted.map(str::to_owned));
    let settings = read(&office, "mianzheng.toml");
    let decided = settings.replace("# accept_non_sm", "accept_non_sm");
    fs::write(office.data().join("mianzheng.toml"), decided).unwrap();
    office.does(&["catalogue", "load", &crate::office::example("catalogue")]);
    office.does(&["keys", "create", CDC]);
    let safe = office.path("safe");
    fs::rename(office.data().join("root"), &safe).unwrap();
    office.does(&["trust", "publish", "--root", &safe]);
    office.does(&["ledger", "head"]);
    ails(&office, 0, &[]);
    let told = office.does(&["--json", "doctor"]).json();
    assert_eq!(told["outcome"], "ok");
}
