//! A window at which holders with their phones stand.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::item::Whose;
use mianzheng::domain::usage::Purpose;
use mianzheng::domain::usage::UseMode;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::ConsentAsked;
use mianzheng::flow::case::OpenRequest;
use mianzheng::flow::case::PersonNamed;
use mianzheng::flow::interface;
use mianzheng::flow::interface::UseRequest;

use crate::support::cases;
use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::CIVIL;
use crate::support::cases::FATHER;
use crate::support::cases::HOUSEHOLD;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::OLD_AGE;
use crate::support::cases::POLICE;
use crate::support::database::Database;
use crate::support::office::HALL;
use crate::support::server::TestServer;
use crate::support::system::PENSIONER;
use crate::support::system::whose;

pub(crate) struct Counter {
    pub(crate) server: TestServer,
    pub(crate) officer: Caller,
}

impl Counter {
    pub(crate) fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        cases::load_items(&server.test);
        let agencies = [POLICE, CIVIL].map(|name| server.test.agency(name));
        server.test.give_keys(&agencies);
        Self {
            officer: server.test.caller(Role::Window, HALL),
            server,
        }
    }

    pub(crate) fn open(&self, item: &str, name: &str, code: &str) -> CaseView {
        let request = OpenRequest {
            items: vec![cases::item(item)],
            name: name.to_owned(),
            code: HolderCode::read(code).unwrap(),
            foreign_number: None,
        };
        case::open(&self.server.test.office, &request, &self.officer).unwrap()
    }

    /// The registration of 其其格's newborn, with the certificates that it needs.
    pub(crate) fn newborn(&self) -> CaseView {
        let test = &self.server.test;
        cases::birth(test);
        cases::household(test, "其其格", MOTHER, "蒙户152502-000123");
        cases::marriage(test);
        let case = self.open(BIRTH_REGISTRATION, "其其格", MOTHER);
        for (role, name, code) in [
            (Whose::Child, "萨仁", NEWBORN),
            (Whose::Parent, "苏和", FATHER),
        ] {
            let named = PersonNamed {
                role,
                name: name.to_owned(),
                code: HolderCode::read(code).unwrap(),
            };
            let office = &test.office;
            case::name_person(office, &case.number, &named, &self.officer, None).unwrap();
        }
        case
    }

    /// A request of the window to the phone of 其其格, for her household register.
    pub(crate) fn ask(&self) -> ConsentAsked {
        cases::household(&self.server.test, "其其格", MOTHER, "蒙户152502-000123");
        let case = self.open(OLD_AGE, "其其格", MOTHER);
        let office = &self.server.test.office;
        // The household register stands third in the old-age allowance.
        case::ask(office, &case.number, (0, &[2]), &self.officer).unwrap()
    }

    /// A system's request to a pensioner, for her household register.
    pub(crate) fn ask_by_system(&self) -> ConsentAsked {
        let test = &self.server.test;
        cases::household(test, "敖登", PENSIONER, "蒙户1234567");
        let fields = ["birth_date", "holder_name", "home_address"];
        test.give(HALL, HOUSEHOLD, &cases::item(OLD_AGE), &fields);
        let purpose = Purpose {
            mode: UseMode::Online,
            item: cases::item(OLD_AGE),
            item_name: OLD_AGE.to_owned(),
            case: None,
            cause: "核对户籍地址".to_owned(),
            operator: None,
            legal_basis: None,
            consent: None,
            slip: None,
            present: None,
            mandate: None,
        };
        let request = UseRequest {
            of: &test.type_named(HOUSEHOLD),
            wanted: &whose(PENSIONER),
            purpose: &purpose,
            fields: &fields.map(str::to_owned),
            body: b"asked",
        };
        let by = test.caller(Role::System, HALL);
        interface::ask(&test.office, &request, &by).unwrap()
    }
}
