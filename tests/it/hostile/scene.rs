//! A server of an office with one certificate: what forgers start from.

use std::cell::RefCell;
use std::sync::Arc;

use mianzheng::crypto::bundle::Bundle;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::signer::Signer;
use mianzheng::domain::caller::Role;
use mianzheng::flow::show::compact;

use crate::support::database::Database;
use crate::support::forge::Forgery;
use crate::support::line::Line;
use crate::support::office::HALL;
use crate::support::server::TestServer;

const PERSON: &str = "152502199003070019";

/// A server of an office with one certificate, and what hangs on it.
pub(crate) struct Scene {
    pub(crate) server: TestServer,
    pub(crate) bundle: Bundle,
    pub(crate) record: String,
    pub(crate) offline: String,
    pub(crate) printed: String,
    /// A window's bearer token.
    pub(crate) window: String,
    pub(crate) line: RefCell<Line>,
}

impl Scene {
    pub(crate) fn on(database: Database) -> Self {
        let server = TestServer::on(database);
        let test = &server.test;
        let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
        let holder = test.holder(&format!("111:{PERSON}"));
        let offline = compact::offline(&test.office, &identifier, &[], 15, &holder).unwrap();
        let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
        Self {
            bundle: test.bundle(),
            record: test.record(&identifier),
            offline: offline.text,
            printed: printed.text,
            window: server.token(Role::Window, Some(HALL), None),
            line: RefCell::default(),
            server,
        }
    }

    pub(crate) fn forgery(&self) -> Forgery {
        Forgery::of(&self.record)
    }

    /// The real issuing key of an agency, as if it were stolen.
    pub(crate) fn key_of(&self, agency: &str) -> Arc<dyn Signer> {
        let agency = self.server.test.agency(agency).number;
        self.server.test.office.issuing_key(agency).unwrap()
    }

    pub(crate) fn show_key(&self) -> Arc<dyn Signer> {
        self.server.test.office.keyring.signer(ServicePurpose::Show)
    }
}

/// The token of a record, without its disclosures.
pub(crate) fn jwt(text: &str) -> &str {
    text.split('~').next().unwrap()
}
