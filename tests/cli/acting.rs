//! Acting for others, from the command line.

use crate::card::HALL;
use crate::card::day;
use crate::office::Office;

const COMPANY: &str = "001:91152502MA0000001L";
const BATU: &str = "111:152502199003070019";
const CLERK: &str = "111:152522198804150036";

fn token(office: &Office, name: &str, more: &[&str]) -> String {
    let file = office.path(name);
    let args = [&["token", "create", "--out", &file], more].concat();
    office.does(&args);
    file
}

#[test]
fn a_chain_is_given_asked_and_ended() {
    let office = Office::open();
    let (last, next) = (day(30), day(20));
    let propose = |kind: &str, agent: &str, until: &str, more: &[&str]| {
        let args = [
            "--json",
            "mandate",
            "propose",
            "--kind",
            kind,
            "--principal",
            COMPANY,
            "--principal-name",
            "示例商贸有限公司",
            "--agent",
            agent,
            "--agent-name",
            "巴特尔",
            "--until",
            until,
        ];
        office.runs(&[args.as_slice(), more].concat())
    };
    let basis = ["--basis", "营业执照、身份证、登记机关记录"];
    let first = propose("representative", BATU, &last, &basis).json();
    assert_eq!(first["mandate"], 1);
    let alone = office.runs(&["mandate", "confirm", "1"]);
    assert!(alone.err.contains("错误 second_person"), "{}", alone.err);
    let window = token(&office, "window", &["--role", "window", "--agency", HALL]);
    let waiting = office
        .does(&["mandate", "list", "--token-file", &window])
        .out;
    assert!(
        waiting.contains("待确认") && waiting.contains("巴*尔"),
        "{waiting}"
    );
    office.does(&["mandate", "confirm", "1", "--token-file", &window]);
    let batu = token(&office, "batu", &["--role", "holder", "--holder", BATU]);
    let clerk = token(&office, "clerk", &["--role", "holder", "--holder", CLERK]);
    let by = ["--token-file", &batu, "--items", "150723903000"];
    let second = propose("clerk", CLERK, &next, &by).json();
    assert_eq!(second["mandate"], 2);
    let may = [
        "--json",
        "mandate",
        "may",
        "--principal",
        COMPANY,
        "--agent",
        CLERK,
    ];
    let asks = |item: &str| {
        let done = office.runs(&[may.as_slice(), &["--item", item]].concat());
        (done.code, done.json())
    };
    let (code, told) = asks("150723903000");
    assert_eq!((code, &told["why"]), (2, &"not_confirmed".into()));
    office.does(&["mandate", "confirm", "2", "--token-file", &clerk]);
    let (code, told) = asks("150723903000");
    assert_eq!((code, told["chain"].as_array().unwrap().len()), (0, 2));
    let (code, told) = asks("000131016000");
    assert_eq!((code, &told["why"]), (2, &"out_of_scope".into()));
    office.does(&["mandate", "end", "2", "--token-file", &batu]);
    let (code, told) = asks("150723903000");
    assert_eq!((code, &told["why"]), (2, &"mandate_ended".into()));
    let bad = propose("clerk", CLERK, "someday", &by);
    assert_eq!((bad.code, &bad.json()["code"]), (1, &"bad_request".into()));
    let listed = office.does(&["--json", "mandate", "list", "--token-file", &batu]);
    assert_eq!(listed.json()["mandates"][0]["standing"], "revoked");
    assert!(office.does(&["ledger", "verify"]).out.contains("账本完好"));
}

#[test]
fn nobody_is_the_guardian_of_a_stranger() {
    let office = Office::open();
    let none = office.runs(&["--json", "guardian", "list", BATU]);
    assert_eq!((none.code, &none.json()["code"]), (1, &"not_found".into()));
    let order = [
        "--json",
        "guardian",
        "order",
        "--child",
        BATU,
        "--guardian",
        CLERK,
        "--what",
        "custody",
        "--reference",
        "x",
    ];
    let none = office.runs(&order);
    assert_eq!(
        (none.code, &none.json()["code"]),
        (1, &"no_guardian".into())
    );
    let none = office.does(&["--json", "guardian", "waiting"]).json();
    assert_eq!(none["orders"], serde_json::json!([]));
    for step in ["confirm", "withdraw"] {
        let none = office.runs(&["--json", "guardian", step, "1"]);
        assert_eq!((none.code, &none.json()["code"]), (1, &"not_found".into()));
    }
}
