//! What happens to a certificate later: suspended, resumed, ended, bound to a number.

use serde_json::json;

use crate::card::Card;
use crate::office::HOSPITAL;
use crate::office::Office;

#[test]
fn a_standing_changes_as_the_law_allows() {
    let card = Card::issued();
    let step = |args: &[&str]| {
        let done = card.office.runs(&[&["--json"], args].concat());
        let told = done.json();
        let told = told.get("standing").unwrap_or(&told["code"]);
        (done.code, told.as_str().unwrap().to_owned())
    };
    let did = |standing: &str| (0, standing.to_owned());
    let refused = |code: &str| (1, code.to_owned());
    let id = card.id.as_str();
    assert_eq!(
        step(&["resume", id, "--reason", "x"]),
        refused("wrong_step")
    );
    assert_eq!(
        step(&["suspend", id, "--reason", " "]),
        refused("bad_cause")
    );
    assert_eq!(step(&["suspend", id, "--reason", "复查"]), did("suspended"));
    assert_eq!(step(&["resume", id, "--reason", "合格"]), did("in_force"));
    let nobody = id.replace("2026A", "2026B");
    assert_eq!(
        step(&["suspend", &nobody, "--reason", "x"]),
        refused("not_found")
    );
    assert_eq!(
        step(&["suspend", "x", "--reason", "x"]),
        refused("not_found")
    );
    let end = ["revoke", id, "--word", "withdrawn", "--reason", "撤销"];
    assert_eq!(step(&end), did("withdrawn"));
    assert_eq!(step(&end), refused("wrong_step"));
    assert_eq!(
        step(&["resume", id, "--reason", "x"]),
        refused("wrong_step")
    );
    let told = card
        .office
        .runs(&["verify", id, "--token-file", &card.window]);
    assert!(told.out.contains("撤销"), "{}", told.out);
}

#[test]
fn a_newborns_certificate_is_bound_to_the_childs_number() {
    let office = Office::open();
    let file = office.sample("出生医学证明-2026年三季度.xlsx");
    let (_, report) = office.batch("issue", &file, ("出生医学证明", HOSPITAL), &[]);
    assert!(report["counts"]["issued"].as_u64().unwrap() > 0);
    let results = std::fs::read_to_string(report["result_file"].as_str().unwrap()).unwrap();
    let id = results
        .split(',')
        .find(|cell| cell.starts_with("1.2.156."))
        .unwrap();
    let child = "111:152502202609070018";
    let args = ["--json", "rebind", id, "--to", child, "--cause", "出生登记"];
    assert_eq!(office.does(&args).json()["rebound"], true);
    let again = office.runs(&args);
    assert_eq!(
        (again.code, &again.json()["code"]),
        (1, &json!("wrong_step"))
    );
    let token = office.path("child.token");
    let holder = ["--role", "holder", "--holder", child, "--out", &token];
    office.does(&[&["token", "create"], holder.as_slice()].concat());
    let cards = office.does(&["--json", "show", "cards", "--token-file", &token]);
    let cards = cards.json();
    assert_eq!(cards["cards"][0]["identifier"], id);
    assert_eq!(cards["cards"][0]["role"], "rebound");
}
