//! Another department's system before the interface: a grant, a case at the window, and a purpose
//! in which nothing is missing, of which tests take away one piece.

use std::collections::BTreeMap;

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::settings::Settings;
use mianzheng::domain::usage::Operator;
use mianzheng::domain::usage::Present;
use mianzheng::domain::usage::Purpose;
use mianzheng::domain::usage::UseMode;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::interface;
use mianzheng::flow::interface::Answer;
use mianzheng::flow::interface::Matched;
use mianzheng::flow::interface::UseRequest;
use mianzheng::flow::interface::Wanted;
use mianzheng::store::ledger::DETAILS;
use mianzheng::store::ledger::LedgerRow;
use serde_json::Value;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::HOUSEHOLD;
use crate::support::cases::OLD_AGE;
use crate::support::cases::Window;
use crate::support::cases::household;
use crate::support::cases::item;
use crate::support::database::Database;
use crate::support::office::BIRTH;
use crate::support::office::HALL;

/// The pensioner whose household register is asked for.
pub(crate) const PENSIONER: &str = "111:152502194501010024";

/// A system of the hall that may see three fields of household registers for 高龄津贴.
pub(crate) struct System {
    pub(crate) window: Window,
    pub(crate) identifier: CertificateIdentifier,
    pub(crate) case: CaseView,
    pub(crate) by: Caller,
}

/// What is fetched of a household register.
pub(crate) const FIELDS: [&str; 3] = ["birth_date", "holder_name", "home_address"];

impl System {
    pub(crate) fn on(database: Database) -> Self {
        Self::with(database, |_| {})
    }

    /// The same with settings of its own.
    pub(crate) fn with(database: Database, change: impl FnOnce(&mut Settings)) -> Self {
        let window = Window::with(database, change);
        let identifier = household(&window.test, "敖登", PENSIONER, "蒙户1234567");
        window.test.give(HALL, HOUSEHOLD, &item(OLD_AGE), &FIELDS);
        let child = ["newborn_name", "birth_time"];
        window
            .test
            .give(HALL, BIRTH, &item(BIRTH_REGISTRATION), &child);
        Self {
            identifier,
            case: window.open(&[OLD_AGE], "敖登", PENSIONER),
            by: window.test.caller(Role::System, HALL),
            window,
        }
    }

    /// By duty, in the pensioner's case: nothing is missing.
    pub(crate) fn duty(&self) -> Purpose {
        Purpose {
            mode: UseMode::Duty,
            item: item(OLD_AGE),
            item_name: OLD_AGE.to_owned(),
            case: Some(self.case.number.clone()),
            cause: "核对户籍地址".to_owned(),
            operator: Some(wang()),
            legal_basis: Some("中华人民共和国老年人权益保障法 第三十三条".to_owned()),
            consent: None,
            slip: None,
            present: None,
            mandate: None,
        }
    }

    /// In person: the pensioner is there with her card and signed.
    pub(crate) fn in_person(&self, slip: &str) -> Purpose {
        Purpose {
            mode: UseMode::InPerson,
            slip: Some(slip.to_owned()),
            present: Some(present("敖登", PENSIONER)),
            ..self.duty()
        }
    }

    pub(crate) fn query(
        &self,
        (of, wanted): (&str, &Wanted),
        purpose: &Purpose,
        fields: &[&str],
    ) -> Result<Answer, Reason> {
        let fields: Vec<String> = fields.iter().map(|f| (*f).to_owned()).collect();
        let request = UseRequest {
            of: &self.window.test.type_named(of),
            wanted,
            purpose,
            fields: &fields,
            body: b"the request",
        };
        interface::query(&self.window.test.office, &request, &self.by)
            .map_err(|why| why.problem().reason)
    }

    /// Queries the pensioner's household register.
    pub(crate) fn ask(&self, purpose: &Purpose) -> Result<Answer, Reason> {
        self.query((HOUSEHOLD, &whose(PENSIONER)), purpose, &[])
    }

    pub(crate) fn verify(
        &self,
        wanted: &Wanted,
        values: &[(&str, Value)],
    ) -> Result<Matched, Reason> {
        let values: BTreeMap<String, Value> = values
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        let request = UseRequest {
            of: &self.window.test.type_named(HOUSEHOLD),
            wanted,
            purpose: &self.duty(),
            fields: &[],
            body: b"the request",
        };
        interface::verify(&self.window.test.office, &request, &values, &self.by)
            .map_err(|why| why.problem().reason)
    }

    pub(crate) fn last_row(&self) -> LedgerRow {
        let row = self
            .window
            .test
            .office
            .store
            .read(|rx| rx.last_ledger_row());
        row.unwrap().unwrap()
    }

    pub(crate) fn details(&self, seq: i64) -> Value {
        let store = &self.window.test.office.store;
        let details = store.read(|rx| rx.ledger_details(seq, seq)).unwrap();
        let (_, sealed) = details.first().unwrap();
        let text = store.vault().open(&DETAILS, seq, sealed).unwrap();
        serde_json::from_slice(&text).unwrap()
    }
}

/// Those of one holder.
pub(crate) fn whose(code: &str) -> Wanted {
    Wanted::Holders(HolderCode::read(code).unwrap(), None)
}

/// Somebody with her card, face compared.
pub(crate) fn present(name: &str, code: &str) -> Present {
    Present {
        name: name.to_owned(),
        code: HolderCode::read(code).unwrap(),
        face_checked: true,
    }
}

/// An officer of the system's agency.
pub(crate) fn wang() -> Operator {
    Operator {
        account: "wang.m".to_owned(),
        name: "王敏".to_owned(),
        organisation: HALL.to_owned(),
        window: "3号窗口".to_owned(),
    }
}
