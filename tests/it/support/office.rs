//! A whole office on either database: frozen clock, the catalogue loaded, three agencies with
//! keys, a trust list published.

use std::path::PathBuf;
use std::sync::Arc;

use mianzheng::crypto::bundle::Bundle;
use mianzheng::domain::account::PasswordCost;
use mianzheng::domain::agency::Agency;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::definition::CertificateType;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::retention::Terms;
use mianzheng::domain::settings::Mode;
use mianzheng::domain::settings::NationalShape;
use mianzheng::domain::settings::Settings;
use mianzheng::domain::settings::UseLimits;
use mianzheng::domain::time::Clock;
use mianzheng::domain::time::FrozenClock;
use mianzheng::domain::time::Timestamp;
use mianzheng::domain::verdict::Verdict;
use mianzheng::flow::bundle;
use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use mianzheng::flow::catalogue::Loaded;
use mianzheng::flow::issue::holder_index;
use mianzheng::flow::key_stores::root_store;
use mianzheng::flow::keys;
use mianzheng::flow::office::Office;
use mianzheng::flow::register::Register;
use mianzheng::flow::surroundings::Surroundings;
use mianzheng::flow::trust_list;
use mianzheng::flow::verify::online::verify;
use serde_json::Value;

pub(crate) use crate::support::drafts::birth_fields;
pub(crate) use crate::support::drafts::draft;
pub(crate) use crate::support::drafts::health_fields;
pub(crate) use crate::support::issuing::How;
pub(crate) use crate::support::issuing::Sheet;
pub(crate) use crate::support::issuing::Worked;

use crate::support::database::Database;
use crate::support::database::Ground;
use crate::support::scratch::Scratch;
use crate::support::template::Template;

pub(crate) const CDC: &str = "锡林浩特市疾病预防控制中心";
pub(crate) const HOSPITAL: &str = "锡林郭勒盟中心医院";
pub(crate) const MARKET: &str = "锡林郭勒盟市场监督管理局";
pub(crate) const HEALTH: &str = "食品从业人员健康证明";
pub(crate) const BIRTH: &str = "出生医学证明";
pub(crate) const LICENCE: &str = "营业执照";
pub(crate) const HALL: &str = "锡林浩特市政务服务与数据管理局";

/// An office for one test.
pub(crate) struct TestOffice {
    pub(crate) office: Arc<Office>,
    pub(crate) clock: Arc<FrozenClock>,
    pub(crate) folder: Scratch,
    pub(crate) ground: Ground,
}

/// Monday morning, 2026-11-23, nine o'clock.
pub(crate) const MORNING: &str = "2026-11-23T09:00:00+08:00";

/// From what chance begins, unless a test says otherwise.
const USUAL: &[u8] = b"office";

/// Whether an office with these settings is made as the usual one is: the rest of them counts only
/// while it is open.
fn is_made_alike(set: &Settings) -> bool {
    let usual = settings(set.folder.clone(), &set.database_url);
    let made = |set: &Settings| {
        let names = [&set.authority, &set.code_host].map(String::clone);
        (
            names,
            set.mode,
            set.accept_non_sm,
            set.passphrase_file.clone(),
        )
    };
    set.credentials_folder.is_none() && made(set) == made(&usual)
}

impl TestOffice {
    /// An office that is ready to issue.
    pub(crate) fn on(database: Database) -> Self {
        Self::with(database, |_| {})
    }

    /// The same with settings of its own.
    pub(crate) fn with(database: Database, change: impl FnOnce(&mut Settings)) -> Self {
        Self::by(MORNING.parse().unwrap(), USUAL, database, change)
    }

    /// The same, the hour and chance chosen.
    pub(crate) fn by(
        hour: Timestamp,
        seed: &[u8],
        database: Database,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let folder = Scratch::new();
        let mut set = settings(folder.path("office"), "");
        change(&mut set);
        if (hour, seed) == (MORNING.parse().unwrap(), USUAL) && is_made_alike(&set) {
            return Self::like_others(database, folder, set);
        }
        let ground = database.ground();
        set.database_url.clone_from(&ground.url);
        let (surroundings, clock) = Surroundings::frozen(hour, seed);
        let office = Arc::new(surroundings.init(set).unwrap());
        let test = Self {
            office,
            clock,
            folder,
            ground,
        };
        test.load_catalogue();
        for agency in [CDC, HOSPITAL, MARKET] {
            let known = test.office.known();
            keys::create(
                &test.office,
                known.agency_named(agency).unwrap(),
                &operator(),
            )
            .unwrap();
        }
        test.publish_trust();
        test
    }

    /// The same as a copy of an office that was made for all who begin with the usual one.
    fn like_others(database: Database, folder: Scratch, mut set: Settings) -> Self {
        let template = Template::on(database, || {
            let made = Self::by(MORNING.parse().unwrap(), b"template", database, |_| {});
            // With the office its connections are gone, and its files are whole.
            let Self { folder, ground, .. } = made;
            (folder, ground)
        });
        let ground = template.ground();
        set.database_url.clone_from(&ground.url);
        // The template was made by another chance, so nothing is drawn that it drew.
        let (surroundings, clock) = Surroundings::frozen(MORNING.parse().unwrap(), USUAL);
        let office = Arc::new(template.open(&surroundings, set));
        Self {
            office,
            clock,
            folder,
            ground,
        }
    }

    /// What a new process sees: files and database opened again.
    pub(crate) fn reopen(&mut self) {
        self.office = self.another_process();
    }

    /// The same with other settings.
    pub(crate) fn reopen_with(&mut self, settings: Settings) {
        let surroundings = Surroundings {
            clock: Arc::clone(&self.office.clock),
            randomness: Arc::clone(&self.office.randomness),
        };
        self.office = Arc::new(surroundings.open(settings).unwrap());
    }

    /// The office of another process on the same files and the same database: what one keeps
    /// in memory, the other does not know.
    pub(crate) fn another_process(&self) -> Arc<Office> {
        let surroundings = Surroundings {
            clock: Arc::clone(&self.office.clock),
            randomness: Arc::clone(&self.office.randomness),
        };
        let settings = self.office.settings.clone();
        Arc::new(surroundings.open(settings).unwrap())
    }

    /// Loads the catalogue of `examples/`.
    pub(crate) fn load_catalogue(&self) {
        let text = |name: &str| {
            Some(std::fs::read_to_string(example(&format!("catalogue/{name}"))).unwrap())
        };
        let files = CatalogueFiles {
            types: text("certificate-types.json"),
            agencies: text("agencies.csv"),
            divisions: text("divisions.csv"),
            ..CatalogueFiles::default()
        };
        catalogue::load(&self.office, &files, &operator()).unwrap();
    }

    /// Publishes the next trust list with the root.
    pub(crate) fn publish_trust(&self) {
        let roots = root_store(&self.office.settings.root_keys()).unwrap();
        trust_list::publish_with(&self.office, &*roots, 30, &operator()).unwrap();
    }

    pub(crate) fn type_named(&self, name: &str) -> Arc<CertificateType> {
        self.office.known().type_named(name).unwrap()
    }

    pub(crate) fn agency(&self, name: &str) -> Agency {
        self.office.known().agency_named(name).unwrap().clone()
    }

    /// An officer of an agency.
    pub(crate) fn caller(&self, role: Role, agency: &str) -> Caller {
        let agency = Some(self.agency(agency).number);
        Caller {
            id: format!("{}-1", role.name()),
            role,
            agency,
            holder: None,
            person: None,
        }
    }

    /// A holder, by a code such as `111:152502199003070019`.
    pub(crate) fn holder(&self, code: &str) -> Caller {
        let code = HolderCode::read(code).unwrap();
        let index = holder_index(self.office.store.vault(), &code);
        Caller {
            id: "holder-1".to_owned(),
            role: Role::Holder,
            agency: None,
            holder: Some(index),
            person: None,
        }
    }

    /// Makes issuing keys for agencies and names them all in one trust list.
    pub(crate) fn give_keys(&self, agencies: &[Agency]) {
        for agency in agencies {
            keys::create(&self.office, agency, &operator()).unwrap();
        }
        self.publish_trust();
    }

    /// Loads types, or changed definitions of them.
    pub(crate) fn load_types(&self, definitions: &Value) -> Loaded {
        let files = CatalogueFiles {
            types: Some(definitions.to_string()),
            ..CatalogueFiles::default()
        };
        catalogue::load(&self.office, &files, &operator()).unwrap()
    }

    /// The record of a certificate: the SD-JWT as it was issued.
    pub(crate) fn record(&self, identifier: &CertificateIdentifier) -> String {
        let register = Register::of(&self.office);
        let row = register.find(identifier).unwrap().unwrap();
        register.record(&row).unwrap()
    }

    /// A bundle, opened as an offline verifier opens it.
    pub(crate) fn bundle(&self) -> Bundle {
        let token = bundle::make(&self.office, 24).unwrap();
        Bundle::open(&token, &self.office.anchors, 0).unwrap()
    }

    /// What the clock says.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Verifies a text as anybody.
    pub(crate) fn verify(&self, text: &str) -> Verdict {
        verify(&self.office, text, &Caller::public()).unwrap()
    }

    /// Verifies a text as a window officer of the hall.
    pub(crate) fn verify_at_window(&self, text: &str) -> Verdict {
        verify(&self.office, text, &self.caller(Role::Window, HALL)).unwrap()
    }
}

pub(crate) fn operator() -> Caller {
    Caller::at_the_machine()
}

/// A file of `examples/`.
pub(crate) fn example(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

/// The settings of a demonstration in a folder.
pub(crate) fn settings(folder: PathBuf, url: &str) -> Settings {
    Settings {
        passphrase_file: folder.join("passphrase"),
        folder,
        authority: "mz.example".to_owned(),
        code_host: "mz.example".to_owned(),
        database_url: url.to_owned(),
        database_connections: 8,
        mode: Mode::Demo,
        accept_non_sm: false,
        credentials_folder: None,
        listen: "127.0.0.1:0".to_owned(),
        tls: None,
        plain_http: false,
        workers: 2,
        rate: (10_000, 10_000),
        paper_fonts: Vec::new(),
        terms: Terms::default(),
        forgets_daily: false,
        // Every row of the table is there to be tried.
        national: NationalShape { facade: true },
        limits: UseLimits::default(),
        // What protects nobody here would only take time.
        passwords: PasswordCost {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        },
    }
}
