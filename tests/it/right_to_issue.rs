//! Whoever issues is whom verifiers will believe: the trust list is asked as well.

use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::issue::one::OneIssued;
use mianzheng::flow::issue::renew::RenewRequest;
use mianzheng::flow::issue::renew::renew;
use rstest::rstest;
use serde_json::Value;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::draft;
use crate::support::office::example;
use crate::support::office::health_fields;
use crate::support::office::operator;
use crate::support::people::citizen;

/// The health certificate, issued by these departments from now on.
fn moved_to(departments: &[&str]) -> Value {
    let text = std::fs::read_to_string(example("catalogue/certificate-types.json")).unwrap();
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    let health = all.into_iter().find(|of| of["name"] == HEALTH);
    let mut health = health.unwrap();
    health["issuer_departments"] = departments.into();
    serde_json::json!([health])
}

#[rstest]
fn a_type_that_moved_is_not_renewed_by_whom_nobody_believes(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let (code, number) = (citizen(1), "锡市健〔2026〕1700001号");
    let first = test.health(&code, number);
    let record = test.record(&first);
    let by = test.caller(Role::Issuer, CDC);
    let fields = health_fields(&code, "锡市健〔2027〕1700001号");
    let draft = draft(&fields);
    let again = || {
        let request = RenewRequest {
            identifier: &first,
            draft: &draft,
            by: &by,
            pictures: Vec::new(),
            key: None,
        };
        renew(&test.office, request)
    };
    let refused = |done: Result<OneIssued, Failure>| {
        let problem = done.unwrap_err().problem();
        assert_eq!(problem.reason, Reason::MayNotIssue);
        problem.detail.unwrap()
    };
    test.load_types(&moved_to(&["market_regulation"]));
    refused(again());
    refused(test.issue(HEALTH, CDC, &fields));
    assert_eq!(test.verify(&record).verdict, Outcome::Valid);

    // The agency moves after its type, but verifiers still hold the list from before.
    let agency = test.agency(CDC);
    let line = format!("{},{CDC},152502,market_regulation,issuer,1", agency.code);
    let files = CatalogueFiles {
        agencies: Some(format!(
            "code,name,division,department,roles,synthetic\n{line}\n"
        )),
        ..CatalogueFiles::default()
    };
    catalogue::load(&test.office, &files, &operator()).unwrap();
    let why = refused(again());
    assert!(why.contains("trust list"), "{why}");
    refused(test.issue(HEALTH, CDC, &fields));
    assert_eq!(test.verify(&record).verdict, Outcome::Valid);
    test.publish_trust();
    let next = again().unwrap();
    let record = test.record(&next.identifier);
    assert_eq!(test.verify(&record).verdict, Outcome::Valid);
}
