//! Cases of other systems, for tests.

use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::usage::Applicant;
use mianzheng::domain::usage::ForeignCase;
use mianzheng::domain::usage::Operator;
use mianzheng::flow::foreign_cases;
use mianzheng::flow::foreign_cases::ForeignCaseView;

use crate::support::office::HALL;
use crate::support::office::TestOffice;

impl TestOffice {
    /// A case of the hall's own system, opened now.
    pub(crate) fn foreign_case(&self, number: &str, applicant: &str) -> ForeignCase {
        let text = |text: &str| text.to_owned();
        ForeignCase {
            number: text(number),
            item: text("152014904000"),
            item_name: text("失业保险待遇申领"),
            scenario: text("失业保险金申领"),
            applicant: Applicant {
                name: text("其其格"),
                code: HolderCode::read(applicant).unwrap(),
            },
            opened: self.now().millis(),
            operator: Operator {
                account: text("wang.m"),
                name: text("王敏"),
                organisation: text("锡林浩特市政务服务与数据管理局"),
                window: text("3号窗口"),
            },
        }
    }

    /// Registers such a case, for an item that is published here if any is.
    pub(crate) fn registers(&self, number: &str, applicant: &str) -> ForeignCaseView {
        let mut case = self.foreign_case(number, applicant);
        if let Some(item) = self.office.items().unwrap().iter().next() {
            case.item = item.code.to_string();
            case.scenario.clone_from(&item.scenario);
        }
        let by = self.caller(Role::System, HALL);
        foreign_cases::register(&self.office, &case, number.as_bytes(), &by).unwrap()
    }
}
