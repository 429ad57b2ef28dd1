//! Records that become certificates: never, on demand, always.

use std::fs;
use std::path::PathBuf;

use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::ledger_check;
use mianzheng::flow::source;
use mianzheng::flow::source::Issuing;
use mianzheng::flow::source::Pulled;
use rstest::rstest;

use crate::sources::BATU;
use crate::sources::by_code;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::operator;

fn source_with(path: &str, issue: &str) -> String {
    let issuer = if issue == "never" {
        ""
    } else {
        &format!("issuer = \"{CDC}\"")
    };
    format!(
        r#"
[source]
name = "drop"
type = "{HEALTH}"
ask_by = ["holder_code"]
issue = "{issue}"
{issuer}
[source.file]
path = "{path}"
holder_code = "证件号"
[source.fields]
holder_name = "姓名"
holder_code = "证件号"
certificate_number = "编号"
sex = "性别"
trade_class = "类别"
exam_date = "体检日期"
exam_unit = "体检单位"
exam_result = "结论"
issue_date = "发证日期"
"#
    )
}

struct Drop {
    test: TestOffice,
    path: PathBuf,
}

impl Drop {
    fn on(database: Database) -> Self {
        let test = TestOffice::on(database);
        let path = test.folder.path("drop.csv");
        let this = Self { test, path };
        this.says("餐饮服务");
        this
    }

    fn rule(&self, issue: &str) {
        let text = source_with(self.path.to_str().unwrap(), issue);
        self.test.load_source(&text);
    }

    fn says(&self, class: &str) {
        let text = format!(
            "姓名,证件号,编号,性别,类别,体检日期,体检单位,结论,发证日期\n\
             巴特尔,{BATU},锡市健〔2026〕7号,男,{class},2026-10-07,{CDC},合格,2026-10-09\n"
        );
        fs::write(&self.path, text).unwrap();
    }

    fn issues(&self) -> Pulled {
        let of = self.test.type_named(HEALTH);
        source::issue(&self.test.office, &of, &by_code(BATU), &operator()).unwrap()
    }
}

fn done(pulled: &Pulled) -> (String, CertificateIdentifier) {
    match &pulled.found().unwrap().issuing {
        Issuing::Done(done) => (done.outcome.clone(), done.identifier.clone()),
        other => panic!("{other:?}"),
    }
}

#[rstest]
fn what_is_always_issued_is_issued_once_and_corrected_when_it_changed(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let drop = Drop::on(database);
    drop.rule("always");
    let (outcome, first) = done(&drop.test.pulls(&by_code(BATU), None));
    assert_eq!((outcome.as_str(), first.version.number()), ("issued", 1));
    assert_eq!(
        drop.test.verify(&drop.test.record(&first)).verdict,
        Outcome::Valid
    );
    let again = done(&drop.test.pulls(&by_code(BATU), None));
    assert_eq!(again, ("same".to_owned(), first.clone()));
    drop.says("食品销售");
    let (outcome, second) = done(&drop.test.pulls(&by_code(BATU), None));
    assert_eq!(
        (outcome.as_str(), second.version.number()),
        ("corrected", 2)
    );
    assert_eq!(second.serial, first.serial);
    assert_eq!(
        drop.test.verify(&drop.test.record(&first)).verdict,
        Outcome::Superseded
    );
    let report = ledger_check::check(&drop.test.office, None).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn on_demand_is_issued_when_asked_for_and_never_is_never() {
    let drop = Drop::on(Sqlite);
    drop.rule("on_demand");
    let pulled = drop.test.pulls(&by_code(BATU), None);
    assert_eq!(pulled.found().unwrap().issuing, Issuing::No);
    assert_eq!(done(&drop.issues()).0, "issued");
    drop.rule("never");
    let of = drop.test.type_named(HEALTH);
    let refused = source::issue(&drop.test.office, &of, &by_code(BATU), &operator());
    assert_eq!(refused.unwrap_err().problem().reason, Reason::NoSource);
}

#[test]
fn what_was_ended_here_is_not_issued_again_by_its_source() {
    let drop = Drop::on(Sqlite);
    drop.rule("always");
    let (_, identifier) = done(&drop.test.pulls(&by_code(BATU), None));
    let request = ChangeRequest {
        identifier: &identifier,
        change: Change::End(EndWord::Cancelled),
        reason: "持证人申请注销",
        by: &operator(),
        key: None,
    };
    change_status(&drop.test.office, &request).unwrap();
    let pulled = drop.test.pulls(&by_code(BATU), None);
    let Issuing::Refused(problem) = &pulled.found().unwrap().issuing else {
        panic!("it was ended");
    };
    assert_eq!(problem.reason, Reason::Ended);
}
