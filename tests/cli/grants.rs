//! Grants by two operators, from the command line.

use serde_json::json;

use crate::card::HALL;
use crate::office::HEALTH;
use crate::office::Office;

const ITEM: &str = "150709902000";

impl Office {
    /// The token of a second operator.
    pub(crate) fn second_operator(&self) -> String {
        let file = self.path("second-operator.token");
        if !std::path::Path::new(&file).exists() {
            self.does(&["token", "create", "--role", "operator", "--out", &file]);
        }
        file
    }

    /// Gives a grant for use by duty and in person, proposed at the machine and confirmed by a second operator.
    /// Returns its number.
    pub(crate) fn gives(&self, agency: &str, item: &str, fields: &str) -> String {
        let second = self.second_operator();
        let proposed = self.proposes(
            agency,
            item,
            &["--fields", fields, "--modes", "duty,in_person"],
        );
        let id = proposed["proposal"].to_string();
        let confirm = ["--json", "grant", "confirm", &id, "--token-file", &second];
        self.does(&confirm).json()["grant"].to_string()
    }

    fn proposes(&self, agency: &str, item: &str, more: &[&str]) -> serde_json::Value {
        let base = ["--json", "grant", "propose", "--agency", agency, "--type"];
        let args = [&base[..], &[HEALTH, "--item", item], more].concat();
        self.does(&args).json()
    }
}

#[test]
fn widening_takes_two_and_narrowing_one() {
    let office = Office::open();
    let second = office.second_operator();
    let first = office.gives(HALL, ITEM, "holder_name,exam_result");
    let fields = ["--fields", "holder_name,exam_result"];
    let wider = [&fields[..], &["--modes", "duty,in_person,online"]].concat();
    let proposed = office.proposes(HALL, ITEM, &wider);
    assert_eq!(proposed["grant"], json!(null));
    let id = proposed["proposal"].to_string();
    let waiting = office.does(&["grant", "waiting", "--token-file", &second]);
    for text in [HALL, HEALTH, "持证人授权、现场授权、依职能", "1000", "*"] {
        assert!(waiting.out.contains(text), "{}", waiting.out);
    }
    let alone = office.runs(&["grant", "confirm", &id]);
    assert!(alone.err.contains("错误 second_person"), "{}", alone.err);
    // Whoever makes herself a credential to confirm with is the same person.
    let late = office.path("late.token");
    std::thread::sleep(std::time::Duration::from_millis(5));
    office.does(&["token", "create", "--role", "operator", "--out", &late]);
    let made = office.runs(&["grant", "confirm", &id, "--token-file", &late]);
    assert!(made.err.contains("错误 second_person"), "{}", made.err);

    let fewer = ["--fields", "holder_name", "--modes", "duty", "--days", "30"];
    let narrowed = office.proposes(HALL, ITEM, &fewer);
    assert_eq!(narrowed, json!({"grant": 1, "proposal": null}));
    assert_eq!(first, "1");
    let moved = office.runs(&["grant", "confirm", &id, "--token-file", &second]);
    assert!(moved.err.contains("错误 grant_moved"), "{}", moved.err);
    office.does(&["grant", "withdraw", &id]);
    let over = office.runs(&["grant", "confirm", &id, "--token-file", &second]);
    assert!(over.err.contains("错误 grant_settled"), "{}", over.err);
    assert_eq!(office.does(&["grant", "waiting"]).out, "");
    office.does(&["ledger", "verify"]);
}

#[test]
fn what_an_agency_can_see_is_told_field_by_field() {
    let office = Office::open();
    office.gives(HALL, ITEM, "holder_code,exam_result");
    let told = office.does(&["grant", "report"]).out;
    for text in [HALL, "  1  食品从业人员健康证明", "（敏感）", "依职能"] {
        assert!(told.contains(text), "{text}: {told}");
    }
    let file = office.path("report.csv");
    office.does(&["grant", "report", "--csv", &file]);
    let csv = std::fs::read_to_string(&file).unwrap();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.lines().nth(1).unwrap().contains("holder_code"), "{csv}");
    let own = office.path("system.token");
    let system = ["--role", "system", "--agency", HALL, "--out", &own];
    office.does(&[&["token", "create"], &system[..]].concat());
    let report = ["--json", "grant", "report", "--token-file", &own];
    let report = office.does(&report).json();
    assert_eq!(report["agencies"][0]["agency_name"], HALL);
    let refused = office.runs(&["grant", "propose", "--modes", "by_night"]);
    assert_eq!(refused.code, 3, "{}", refused.err);
}
