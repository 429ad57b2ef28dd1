//! Flows sign through the interface of a key store and know no other: an office whose agencies'
//! and root keys never lie in a file issues, shows, verifies and changes its keys all the same.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::Mutex;

use mianzheng::crypto::key_store::KeyName;
use mianzheng::crypto::key_store::KeyStore;
use mianzheng::crypto::key_store::KeyStoreError;
use mianzheng::crypto::keyring::Keyring;
use mianzheng::crypto::public_key::PublicKey;
use mianzheng::crypto::random::Randomness;
use mianzheng::crypto::signer::Ed25519Signer;
use mianzheng::crypto::signer::Signer;
use mianzheng::crypto::trust::Anchors;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::anchors::NEXT_ROOT;
use mianzheng::flow::anchors::ROOT;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::identity;
use mianzheng::flow::keys;
use mianzheng::flow::office::Office;
use mianzheng::flow::surroundings::Surroundings;
use mianzheng::flow::trust_list;
use mianzheng::flow::verify::offline::verify_offline;
use mianzheng::store::Store;
use mianzheng::store::StoreSecrets;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::MORNING;
use crate::support::office::TestOffice;
use crate::support::office::health_fields;
use crate::support::office::operator;
use crate::support::office::settings;
use crate::support::scratch::Scratch;

const PERSON: &str = "152502199003070019";

/// Keys that live as long as the test, as a module's slots would.
#[derive(Debug, Default)]
struct Slots(Mutex<BTreeMap<KeyName, Arc<dyn Signer>>>);

impl Slots {
    fn lose(&self, name: &KeyName) {
        self.0.lock().unwrap().remove(name).unwrap();
    }
}

impl KeyStore for Slots {
    fn create(
        &self,
        name: &KeyName,
        randomness: &dyn Randomness,
    ) -> Result<PublicKey, KeyStoreError> {
        let mut slots = self.0.lock().unwrap();
        if slots.contains_key(name) {
            return Err(KeyStoreError::AlreadyExists(name.clone()));
        }
        let signer = Ed25519Signer::generate(randomness);
        let public = signer.public_key().clone();
        slots.insert(name.clone(), Arc::new(signer));
        Ok(public)
    }

    fn open(&self, name: &KeyName) -> Result<Arc<dyn Signer>, KeyStoreError> {
        let slots = self.0.lock().unwrap();
        let missing = || KeyStoreError::Missing(name.clone());
        slots.get(name).cloned().ok_or_else(missing)
    }

    fn list(&self) -> Result<Vec<KeyName>, KeyStoreError> {
        Ok(self.0.lock().unwrap().keys().cloned().collect())
    }
}

/// An office whose agencies and roots sign with what is in the slots.
fn office(database: Database, slots: &Arc<Slots>) -> TestOffice {
    let (ground, folder) = (database.ground(), Scratch::new());
    let (surroundings, clock) = Surroundings::frozen(MORNING.parse().unwrap(), b"slots");
    let randomness = surroundings.randomness;
    let settings = settings(folder.path("office"), &ground.url);
    fs::create_dir(&settings.folder).unwrap();
    let root = |name: &str| slots.create(&name.parse().unwrap(), &*randomness).unwrap();
    let anchors = Anchors {
        authority: settings.authority.clone(),
        roots: vec![root(ROOT), root(NEXT_ROOT)],
    };
    let keyring = Keyring::create(&*randomness, 2026).unwrap();
    let secrets = StoreSecrets {
        ledger: keyring.ledger_key(),
        vault: keyring.vault(),
        randomness: Arc::clone(&randomness),
    };
    let store = Store::open(&ground.url, 4, Arc::new(secrets)).unwrap();
    let kept: Arc<dyn KeyStore> = Arc::<Slots>::clone(slots);
    let office = Office::new(
        settings,
        surroundings.clock,
        randomness,
        store,
        (keyring, kept, anchors),
    )
    .unwrap();
    keys::enter_service_keys(&office, &office.keyring, &operator()).unwrap();
    TestOffice {
        office: Arc::new(office),
        clock,
        folder,
        ground,
    }
}

fn publish(test: &TestOffice, slots: &Slots) {
    trust_list::publish_with(&test.office, slots, 30, &operator()).unwrap();
}

#[rstest]
fn an_office_needs_no_key_file(#[values(Sqlite, Postgres)] database: Database) {
    let slots = Arc::new(Slots::default());
    let test = office(database, &slots);
    test.load_catalogue();
    let cdc = test.agency(CDC);
    let first = keys::create(&test.office, &cdc, &operator()).unwrap();
    publish(&test, &slots);

    let identifier = test.health(PERSON, "蒙152502〔2026〕000001号");
    let record = test.record(&identifier);
    assert_eq!(test.verify(&record).verdict, Outcome::Valid);
    let offline = verify_offline(&record, &test.bundle(), test.now());
    assert_eq!(offline.verdict, Outcome::Valid);

    let document = identity::agency_document(&test.office, &cdc.code).unwrap();
    let method = &document["verificationMethod"][0];
    assert_eq!(method["publicKeyJwk"], first.jwk());

    test.clock.advance(60);
    keys::create(&test.office, &cdc, &operator()).unwrap();
    publish(&test, &slots);
    keys::retire(&test.office, &first.kid().to_string(), &operator()).unwrap();
    publish(&test, &slots);
    let later = test.record(&test.health(PERSON, "蒙152502〔2026〕000002号"));
    for record in [&record, &later] {
        assert_eq!(test.verify(record).verdict, Outcome::Valid);
    }

    let names = slots.list().unwrap();
    let of_cdc = |number| format!("{}-issue-2026-{number}", cdc.code);
    let expected = [of_cdc(1), of_cdc(2), ROOT.to_owned(), NEXT_ROOT.to_owned()];
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    assert_eq!(names, expected);
    let settings = &test.office.settings;
    assert!(!settings.agency_keys().exists() && !settings.root_keys().exists());
}

#[rstest]
fn a_key_that_its_store_has_lost_issues_nothing(#[values(Sqlite, Postgres)] database: Database) {
    let slots = Arc::new(Slots::default());
    let test = office(database, &slots);
    test.load_catalogue();
    let cdc = test.agency(CDC);
    keys::create(&test.office, &cdc, &operator()).unwrap();
    publish(&test, &slots);
    let record = test.record(&test.health(PERSON, "蒙152502〔2026〕000001号"));
    slots.lose(&format!("{}-issue-2026-1", cdc.code).parse().unwrap());

    let fields = health_fields(PERSON, "蒙152502〔2026〕000002号");
    let Err(Failure::KeyStore(why)) = test.issue(HEALTH, CDC, &fields) else {
        panic!("there is no key to issue with");
    };
    assert!(matches!(why, KeyStoreError::Missing(_)));
    let problem = Failure::KeyStore(why).problem();
    assert_eq!(problem.reason, Reason::NoIssuingKey);
    assert_eq!(test.verify(&record).verdict, Outcome::Valid);
}
