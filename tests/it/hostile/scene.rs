//! An office with one certificate, whose doors hostile input comes to.

use std::time::Duration;

use mianzheng::crypto::bundle::Bundle;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::signer::Signer;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::show::compact;
use mianzheng::flow::verify::offline::verify_offline;
use mianzheng::flow::verify::online::verify_from_memory;

use crate::support::database::Database;
use crate::support::forge::Forgery;
use crate::support::office::TestOffice;

const PERSON: &str = "152502199003070019";

/// An office with one certificate, and what hangs on it.
pub(crate) struct Scene {
    pub(crate) test: TestOffice,
    pub(crate) bundle: Bundle,
    pub(crate) record: String,
    pub(crate) offline: String,
    pub(crate) printed: String,
}

impl Scene {
    pub(crate) fn on(database: Database) -> Self {
        let test = TestOffice::on(database);
        let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
        let holder = test.holder(&format!("111:{PERSON}"));
        let offline = compact::offline(&test.office, &identifier, &[], 15, &holder).unwrap();
        let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
        Self {
            bundle: test.bundle(),
            record: test.record(&identifier),
            offline: offline.text,
            printed: printed.text,
            test,
        }
    }

    pub(crate) fn forgery(&self) -> Forgery {
        Forgery::of(&self.record)
    }

    /// The real issuing key of an agency, as if it were stolen.
    pub(crate) fn key_of(&self, agency: &str) -> std::sync::Arc<dyn Signer> {
        let agency = self.test.agency(agency).number;
        self.test.office.issuing_key(agency).unwrap()
    }

    pub(crate) fn show_key(&self) -> std::sync::Arc<dyn Signer> {
        self.test.office.keyring.signer(ServicePurpose::Show)
    }

    /// The same verdict at every door, and in good time.
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a check takes is what is asked here"
    )]
    pub(crate) fn expect(&self, name: &str, text: &str, expected: Outcome) {
        let began = std::time::Instant::now();
        let offline = verify_offline(text, &self.bundle, self.test.now());
        assert_eq!(offline.verdict, expected, "{name}, offline: {offline:?}");
        let online = self.test.verify(text);
        assert_eq!(online.verdict, expected, "{name}, online: {online:?}");
        if let Some(memory) = verify_from_memory(&self.test.office, text) {
            assert_eq!(memory.verdict, expected, "{name}, from memory");
        }
        let window = self.test.verify_at_window(text);
        // What the register never issued it never calls valid.
        let at_window = match expected {
            Outcome::Valid if text.contains('~') && !self.record.starts_with(jwt(text)) => {
                Outcome::Undetermined
            }
            other => other,
        };
        assert_eq!(window.verdict, at_window, "{name}, at a window: {window:?}");
        assert!(began.elapsed() < Duration::from_secs(8), "{name} is slow");
    }
}

/// The token of a record, without its disclosures.
pub(crate) fn jwt(text: &str) -> &str {
    text.split('~').next().unwrap()
}
