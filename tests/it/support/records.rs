//! A register in which something happened at a window: a newborn registered, a pension asked
//! for, disputed and told of.

use mianzheng::domain::caller::Role;
use mianzheng::domain::guardian::OrderKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::item::Whose;
use mianzheng::domain::mandate::MandateKind;
use mianzheng::domain::mandate::Scope;
use mianzheng::domain::time::Timestamp;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::Decision;
use mianzheng::flow::guardians::orders;
use mianzheng::flow::guardians::orders::NewOrder;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding;
use mianzheng::flow::mandates;
use mianzheng::flow::mandates::Party;
use mianzheng::flow::mandates::Proposal;
use mianzheng::flow::tasks;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::OLD_AGE;
use crate::support::cases::POLICE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::office::operator;

/// A window with records of every kind.
pub(crate) struct Records {
    pub(crate) window: Window,
    /// Case 1: the newborn, closed with a receipt; the birth certificate was used up.
    pub(crate) newborn: CaseView,
    /// Case 2: a pension with a consent, disputed at the police, open.
    pub(crate) pension: CaseView,
    /// The mother's household register.
    pub(crate) household: CertificateIdentifier,
    /// The dispute's task.
    pub(crate) task: i64,
}

const BIRTH_FIELDS: &[&str] = &[
    "certificate_number",
    "newborn_name",
    "sex",
    "birth_time",
    "birth_place",
    "mother_name",
    "mother_id_no",
    "father_name",
    "father_id_no",
];

impl Records {
    pub(crate) fn on(database: Database) -> Self {
        let window = Window::on(database);
        let office = &window.test.office;
        let birth = window.birth();
        let household = window.household("其其格", MOTHER, "蒙户152502-000123");
        let newborn = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
        let newborn = window.name(&newborn, Whose::Child, "萨仁", NEWBORN);
        window.put(&newborn, &window.live(MOTHER, &[(&birth, BIRTH_FIELDS)]));
        let waive = Decision::Waive { matched: false };
        window.decide(&newborn, 0, &waive).unwrap();
        for place in [1, 3] {
            let promise = Decision::Promise {
                text: "承诺".to_owned(),
            };
            let follow = Decision::Tolerate {
                until: window.test.now().day(),
            };
            let settled = window.decide(&newborn, place, &promise);
            let settled = settled.or_else(|_| window.decide(&newborn, place, &follow));
            settled.or_else(|_| window.paper(&newborn, place)).unwrap();
        }
        let newborn = case::close(office, &newborn.number, &window.officer).unwrap();
        let pension = window.open(&[OLD_AGE], "其其格", MOTHER);
        let asked = case::ask(office, &pension.number, (0, &[2]), &window.officer).unwrap();
        case::answer(office, &asked.code, true, &window.test.holder(MOTHER)).unwrap();
        let dispute = Decision::Dispute {
            note: "住址已变更".to_owned(),
        };
        let pension = window.decide(&pension, 2, &dispute).unwrap();
        let police = window.test.caller(Role::Issuer, POLICE);
        let task = tasks::list(office, &police).unwrap()[0].id;
        let records = Self {
            window,
            newborn,
            pension,
            household,
            task,
        };
        records.acting();
        records
    }

    /// A mandate of the mother to the father for a day, an order, and the notices of both.
    fn acting(&self) {
        let test = &self.window.test;
        let party = |code: &str, name: &str| Party {
            code: HolderCode::read(code).unwrap(),
            name: name.to_owned(),
        };
        let (principal, agent) = (party(MOTHER, "其其格"), party(FATHER, "苏和"));
        let proposal = Proposal {
            kind: MandateKind::Agent,
            principal: &principal,
            agent: &agent,
            under: None,
            scope: &Scope::ALL,
            from: None,
            until: test.now().plus_secs(86_400),
            basis: None,
        };
        mandates::propose(&test.office, &proposal, &test.holder(MOTHER)).unwrap();
        mandates::confirm(&test.office, 1, &test.holder(FATHER)).unwrap();
        let child = HolderCode::read(NEWBORN).unwrap();
        let order = NewOrder {
            child: &child,
            guardian: &agent.code,
            kind: OrderKind::Revocation,
            from: None,
            reference: "（2026）内2502民初1号",
        };
        orders::propose_once(&test.office, &order, &self.window.officer, None).unwrap();
        orders::confirm_once(&test.office, 1, &operator(), None).unwrap();
    }

    /// What the check of the ledger finds.
    pub(crate) fn findings(&self) -> Vec<LedgerFinding> {
        let report = ledger_check::check(&self.window.test.office, None);
        report.unwrap().findings
    }

    /// How many rows a table has, of those that a condition names.
    pub(crate) fn count(&self, table: &str, of: &str) -> i64 {
        self.window
            .test
            .number(&format!("SELECT COUNT(*) FROM {table} WHERE {of}"))
    }

    /// Settles the dispute and closes the pension's case.
    pub(crate) fn settle(&self) {
        let (window, office) = (&self.window, &self.window.test.office);
        let police = window.test.caller(Role::Issuer, POLICE);
        tasks::answer(office, self.task, (true, "已更正"), &police, None).unwrap();
        for material in 0..self.pension.materials.len() {
            drop(window.paper(&self.pension, material));
        }
        case::close(office, &self.pension.number, &window.officer).unwrap();
    }

    /// Lets years and days go by.
    pub(crate) fn later(&self, years: i64, days: i64) -> Timestamp {
        let leap = years / 4 + 1;
        let days = years * 365 + leap + days;
        let then = self.window.test.now().plus_secs(days * 86_400);
        self.window.test.clock.set(then);
        then
    }
}
