//! People who log in, as operators keep them at the machine.

use crate::card::HALL;
use crate::card::PERSON;
use crate::office::Office;

const PASSWORD: &str = "七匹马 过河 三只羊\n";

#[test]
fn accounts_are_made_listed_changed_and_disabled() {
    let office = Office::open();
    let window = [
        "--json",
        "account",
        "add",
        "wang.min",
        "--display-name",
        "王敏",
        "--role",
        "window",
        "--agency",
        HALL,
        "--place",
        "3号窗口",
    ];
    let made = office.reads(&window, PASSWORD);
    assert_eq!(made.code, 0, "{}", made.out);
    let made = made.json();
    assert!(made["code_secret"].is_null());
    let window_id = made["account"].as_str().unwrap().to_owned();
    let again = office.reads(&window, PASSWORD);
    assert_eq!(
        (again.code, &again.json()["code"]),
        (1, &"account_taken".into())
    );
    let file = office.write("password", PASSWORD);
    let holder = [
        "account",
        "add",
        "batar",
        "--display-name",
        "巴特尔",
        "--role",
        "holder",
        "--holder",
        PERSON,
        "--password-file",
        &file,
    ];
    assert!(office.does(&holder).out.contains("已开账号"));
    // An operator's has codes, whoever asks for them or not.
    let chief = [
        "account",
        "add",
        "chief",
        "--display-name",
        "值班",
        "--role",
        "operator",
    ];
    let told = office.reads(&chief, PASSWORD);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.contains("otpauth://totp/") && told.out.contains("█"),
        "{}",
        told.out
    );
    let told = office
        .does(&["--json", "account", "totp", &window_id])
        .json();
    assert_eq!(told["code_secret"].as_str().unwrap().len(), 32);

    let listed = office.does(&["account", "list"]).out;
    for line in ["wang.min  window  在用  王敏", "chief  operator  在用"] {
        assert!(listed.contains(line), "{listed}");
    }
    assert!(!listed.contains("argon2"));
    let change = ["account", "password", &window_id];
    assert_eq!(office.reads(&change, "另一个 很长的 密码 啊\n").code, 0);
    let short = office.reads(&change, "short\n");
    assert_eq!(short.code, 1);
    assert!(!short.err.contains("short"), "{}", short.err);
    office.does(&["account", "disable", &window_id]);
    let gone = office.runs(&["--json", "account", "disable", &window_id]);
    assert_eq!((gone.code, &gone.json()["code"]), (1, &"not_found".into()));
    let listed = office.does(&["--json", "account", "list"]).json();
    let listed = listed["accounts"].as_array().unwrap();
    let states: Vec<_> = listed.iter().map(|line| line["state"].as_str()).collect();
    assert_eq!(states, [Some("disabled"), Some("active"), Some("active")]);
    office.does(&["ledger", "verify"]);
}

#[test]
fn what_is_no_account_is_refused_and_no_password_is_taken_from_the_command_line() {
    let office = Office::open();
    for (args, input, code) in [
        (
            &["li", "--display-name", "李", "--role", "auditor"][..],
            PASSWORD,
            "bad_request",
        ),
        (
            &["li.hua", "--display-name", "李", "--role", "king"],
            PASSWORD,
            "bad_request",
        ),
        (
            &["li.hua", "--display-name", "李", "--role", "window"],
            PASSWORD,
            "bad_request",
        ),
        (
            &["li.hua", "--display-name", "李", "--role", "auditor"],
            "",
            "bad_password",
        ),
        (
            &[
                "li.hua",
                "--display-name",
                "李",
                "--role",
                "auditor",
                "--password-file",
                "no-such-file",
            ],
            "",
            "bad_file",
        ),
    ] {
        let all = [&["--json", "account", "add"], args].concat();
        let done = office.reads(&all, input);
        assert_eq!(
            (done.code, &done.json()["code"]),
            (1, &code.into()),
            "{args:?}"
        );
    }
    let typed = [
        "account",
        "add",
        "li.hua",
        "--role",
        "auditor",
        "--password",
        "secret",
    ];
    let refused = office.runs(&typed);
    assert_eq!(refused.code, 3);
}
