//! The restaurant: five cooks, five health certificates, one of them run out.

use mianzheng::domain::case::PaperReason;
use mianzheng::domain::item::Whose;
use mianzheng::flow::case;
use mianzheng::flow::case::Decision;
use rstest::rstest;

use crate::support::cases::FOOD_PERMIT;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;

const COOKS: [&str; 5] = [
    "152502199003070019",
    "152525198501010027",
    "152502199206120020",
    "152522198804150036",
    "152502194501010024",
];

/// The health certificates in the food permit.
const HEALTH: usize = 3;

const FIELDS: &[&str] = &["holder_name", "exam_date", "exam_result", "valid_to"];

#[rstest]
fn each_cook_serves_and_one_has_run_out(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let mut case = window.open(
        &[FOOD_PERMIT],
        "锡林浩特市草原餐饮有限公司",
        "001:91152502MA0000001L",
    );
    let mut shown = Vec::new();
    for (n, cook) in COOKS.iter().enumerate() {
        let certificate = window
            .test
            .health(cook, &format!("锡市健〔2026〕17000{n}号"));
        let code = format!("111:{cook}");
        case = window.name(&case, Whose::Staff, "巴特尔", &code);
        let office = &window.test.office;
        case = case::confirm_person(office, &case.number, n + 1, &window.second, None).unwrap();
        shown.push((code, certificate));
    }
    assert_eq!(case.materials[HEALTH].wanted, 5);
    for (n, (cook, certificate)) in shown.iter().take(4).enumerate() {
        let came = window.put(&case, &window.live(cook, &[(certificate, FIELDS)]));
        assert_eq!(came.offered[0].served[0].outcome, "serves");
        let material = &came.case.materials[HEALTH];
        assert_eq!((material.uses.len(), material.state), (n + 1, "not_asked"));
    }
    // A year later the fifth comes, too late.
    window.test.clock.advance(366 * 86_400);
    window.test.publish_trust();
    let (cook, certificate) = &shown[4];
    let came = window.put(&case, &window.live(cook, &[(certificate, FIELDS)]));
    let served = &came.offered[0].served[0];
    assert_eq!(
        (served.outcome.as_str(), served.suggests.as_deref()),
        ("not_good", Some("expired"))
    );
    let reason = PaperReason::Expired;
    let note = Some("第五人证明已过期，另行体检".to_owned());
    let now = window
        .decide(&case, HEALTH, &Decision::Paper { reason, note })
        .unwrap();
    // Four of five were seen, and the material as a whole was not waived.
    assert_eq!((now.materials[HEALTH].uses.len(), now.waived), (4, 0));
}
