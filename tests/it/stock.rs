//! Old records: digitised as they are, marked as such, and never passed off as new.

use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::batch::Task;
use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use mianzheng::flow::ledger_check;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::How;
use crate::support::office::Sheet;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::draft;
use crate::support::office::operator;

const PREDECESSOR: &str = "锡林浩特市卫生防疫站";

fn codes(why: &mianzheng::flow::failure::Failure) -> Vec<(String, &'static str)> {
    let findings = why.problem().findings.into_iter();
    findings.map(|f| (f.column, f.code)).collect()
}

fn succeed(test: &TestOffice) {
    let files = CatalogueFiles {
        successions: Some(format!(
            "predecessor,successor,basis\n{PREDECESSOR},{CDC},锡编发〔2003〕7号\n"
        )),
        ..CatalogueFiles::default()
    };
    catalogue::load(&test.office, &files, &operator()).unwrap();
}

#[rstest]
fn an_old_record_says_what_it_lacks(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let (of, hospital) = (test.type_named(BIRTH), test.agency(HOSPITAL));
    // No weight, and a number from before the pattern.
    let mut fields = birth_fields();
    fields.retain(|(key, _)| *key != "birth_weight_g");
    fields[0].1 = "锡医1996-017";
    let draft = draft(&fields);
    let refused = test.issue_draft(&of, &hospital, &draft, How::default());
    let refused = codes(&refused.unwrap_err());
    assert_eq!(
        refused,
        [
            ("certificate_number".to_owned(), "pattern"),
            ("birth_weight_g".to_owned(), "missing"),
        ]
    );
    let how = How {
        stock: true,
        ..How::default()
    };
    let issued = test.issue_draft(&of, &hospital, &draft, how).unwrap();
    assert!(issued.warnings.iter().all(|w| w.warning));
    let signed = Forgery::of(&test.record(&issued.identifier)).payload;
    assert_eq!(signed["stock"], true);
    let incomplete = signed["incomplete"].as_array().unwrap();
    assert_eq!(incomplete.len(), 2, "{incomplete:?}");
    for column in ["certificate_number", "birth_weight_g"] {
        assert!(incomplete.contains(&column.into()));
    }
    let verdict = test.verify(&test.record(&issued.identifier));
    assert_eq!(verdict.verdict, Outcome::Valid);
    assert!(verdict.certificates[0].stock);
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn what_another_body_issued_needs_a_succession(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let (of, cdc) = (test.type_named(HEALTH), test.agency(CDC));
    let code = crate::support::people::citizen(1);
    let mut fields = crate::support::office::health_fields(&code, "锡市健〔2026〕1700001号");
    fields.push(("original_issuer", PREDECESSOR));
    let ask = |stock| {
        let how = How {
            stock,
            ..How::default()
        };
        test.issue_draft(&of, &cdc, &draft(&fields), how)
    };
    let none = codes(&ask(true).unwrap_err());
    assert_eq!(none, [("original_issuer".to_owned(), "no_succession")]);
    succeed(&test);
    // Never for a new one, succession or not.
    let refused = ask(false).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::BadDraft);
    assert_eq!(
        codes(&refused),
        [("original_issuer".to_owned(), "unknown_field")]
    );
    let issued = ask(true).unwrap();
    let signed = Forgery::of(&test.record(&issued.identifier)).payload;
    assert_eq!(signed["original_issuer"], PREDECESSOR);
    assert_eq!(signed["issuing_agency"], CDC);
    let verdict = test.verify(&test.record(&issued.identifier));
    assert_eq!(
        verdict.certificates[0].fields["original_issuer"],
        PREDECESSOR
    );
    // The successor of one body is not that of another.
    let hospital = test.agency(HOSPITAL);
    let mut others = fields.clone();
    others[2].1 = "锡市健〔2026〕1700002号";
    let how = How {
        stock: true,
        ..How::default()
    };
    let refused = test.issue_draft(&of, &hospital, &draft(&others), how);
    assert_eq!(
        codes(&refused.unwrap_err()),
        [("original_issuer".to_owned(), "no_succession")]
    );
}

#[rstest]
fn a_file_of_old_records_is_judged_as_such(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    succeed(&test);
    let code = crate::support::people::citizen(1);
    let file = format!(
        "姓名,性别,身份证号码,从业类别,体检日期,体检单位,体检结论,发证日期,证件编号,原发证机关\n\
         巴特尔,男,{code},,2001-10-07,{PREDECESSOR},合格,2001-10-09,锡防健00017,{PREDECESSOR}\n\
         巴特尔,男,{code},餐饮服务,2001-10-07,某站,合格,2001-10-09,锡防健00018,某站\n"
    );
    let work = |stock| {
        let bytes = file.as_bytes();
        let sheet = Sheet {
            bytes: &bytes,
            photos: None,
            stock,
            all_or_nothing: false,
        };
        let worked = test.work(sheet, (HEALTH, CDC), Task::Issue, &mut |_| Ok(()));
        worked.unwrap().report
    };
    let new = work(false);
    assert_eq!((new.counts.issued, new.counts.refused), (0, 2));
    let old = work(true);
    assert_eq!((old.counts.issued, old.counts.refused), (1, 1));
    assert_eq!(old.refused[0].row, 3);
    let found = &old.refused[0].findings;
    let fault = found.iter().find(|f| !f.warning).unwrap();
    assert_eq!(
        (fault.code, fault.label.as_str()),
        ("no_succession", "原发证机关")
    );
}
