//! Cases of other systems, and their odd uses, for tests.

use mianzheng::domain::caller::Role;
use mianzheng::domain::event::EventKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::usage::Applicant;
use mianzheng::domain::usage::ForeignCase;
use mianzheng::domain::usage::Operator;
use mianzheng::flow::alarms;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::foreign_cases;
use mianzheng::flow::foreign_cases::ForeignCaseView;
use mianzheng::store::ledger::Event;
use serde_json::json;

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

    /// Somebody of the hall tries so often without a grant; whether each raised an alarm.
    pub(crate) fn odd_uses(&self, operator: &str, times: usize) -> Vec<bool> {
        let hall = self.agency(HALL).number;
        let once = |_| {
            let now = self.now();
            let done: Result<bool, Failure> = self.office.store.write(|tx| {
                let record = tx.next_record()?;
                let mut event = Event::new(EventKind::FetchRefused, now, "c1");
                event.agency = Some(hall);
                event.details = Some(json!({
                    "case": "GJJ-1", "cause": "核验", "reason": "no_grant",
                }));
                tx.record(event);
                let of = (hall, operator, "152014904000");
                alarms::count_odd(&self.office, tx, of, record, now)
            });
            done.unwrap()
        };
        (0..times).map(once).collect()
    }
}
