//! A whole office on either database: frozen clock, the catalogue loaded, three agencies with
//! keys, a trust list published.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use diesel::Connection;
use diesel::PgConnection;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use mianzheng::crypto::bundle::Bundle;
use mianzheng::crypto::key_store::KeyStore;
use mianzheng::domain::agency::Agency;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::definition::CertificateType;
use mianzheng::domain::draft::Draft;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::settings::Mode;
use mianzheng::domain::settings::Settings;
use mianzheng::domain::time::Clock;
use mianzheng::domain::time::FrozenClock;
use mianzheng::domain::time::Timestamp;
use mianzheng::domain::value::Raw;
use mianzheng::domain::verdict::Verdict;
use mianzheng::flow::anchors::NEXT_ROOT;
use mianzheng::flow::anchors::ROOT;
use mianzheng::flow::batch;
use mianzheng::flow::batch::BatchOrder;
use mianzheng::flow::batch::Outputs;
use mianzheng::flow::batch::Progress;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::report::Report;
use mianzheng::flow::bundle;
use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use mianzheng::flow::catalogue::Loaded;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::init::root_store;
use mianzheng::flow::issue::holder_index;
use mianzheng::flow::issue::one::OneIssued;
use mianzheng::flow::issue::one::OneRequest;
use mianzheng::flow::issue::one::issue_one;
use mianzheng::flow::keys;
use mianzheng::flow::office::Office;
use mianzheng::flow::register::Register;
use mianzheng::flow::surroundings::Surroundings;
use mianzheng::flow::trust_list;
use mianzheng::flow::verify::online::verify;
use mianzheng::source::sheet::Bytes;
use mianzheng::source::sheet::FileBytes;
use mianzheng::store::idempotency::RequestKey;
use serde_json::Value;

use crate::support::database::Database;
use crate::support::database::Ground;
use crate::support::scratch::Scratch;

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

impl TestOffice {
    /// An office that is ready to issue.
    pub(crate) fn on(database: Database) -> Self {
        Self::with(database, |_| {})
    }

    /// The same with settings of its own.
    pub(crate) fn with(database: Database, change: impl FnOnce(&mut Settings)) -> Self {
        Self::by(MORNING.parse().unwrap(), b"office", database, change)
    }

    /// The same, the hour and chance chosen.
    pub(crate) fn by(
        hour: Timestamp,
        seed: &[u8],
        database: Database,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let ground = database.ground();
        let folder = Scratch::new();
        let (surroundings, clock) = Surroundings::frozen(hour, seed);
        let mut settings = settings(folder.path("office"), &ground.url);
        change(&mut settings);
        let office = Arc::new(surroundings.init(settings).unwrap());
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

    /// What a new process sees: files and database opened again.
    pub(crate) fn reopen(&mut self) {
        let surroundings = Surroundings {
            clock: Arc::clone(&self.office.clock),
            randomness: Arc::clone(&self.office.randomness),
        };
        let settings = self.office.settings.clone();
        self.office = Arc::new(surroundings.open(settings).unwrap());
    }

    fn load_catalogue(&self) {
        let text = |name: &str| {
            Some(std::fs::read_to_string(example(&format!("catalogue/{name}"))).unwrap())
        };
        let files = CatalogueFiles {
            types: text("certificate-types.json"),
            agencies: text("agencies.csv"),
            divisions: text("divisions.csv"),
            successions: None,
        };
        catalogue::load(&self.office, &files, &operator()).unwrap();
    }

    /// Publishes the next trust list with the root.
    pub(crate) fn publish_trust(&self) {
        let store = root_store(&self.office.settings.root_keys()).unwrap();
        let root = store.open(&ROOT.parse().unwrap()).unwrap();
        let next = store.open(&NEXT_ROOT.parse().unwrap()).unwrap();
        trust_list::publish(&self.office, &*root, next.public_key(), 30, &operator()).unwrap();
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
        }
    }

    /// Issues one certificate.
    pub(crate) fn issue(
        &self,
        of: &str,
        issuer: &str,
        fields: &[(&str, &str)],
    ) -> Result<OneIssued, Failure> {
        let draft = draft(fields);
        issue_one(
            &self.office,
            OneRequest {
                of: &self.type_named(of),
                issuer: &self.agency(issuer),
                draft: &draft,
                pictures: Vec::new(),
                stock: false,
                as_correction: false,
                by: &self.caller(Role::Issuer, issuer),
                key: None,
            },
        )
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

    /// Issues a draft as it is.
    pub(crate) fn issue_draft(
        &self,
        of: &CertificateType,
        issuer: &Agency,
        draft: &Draft,
        how: How<'_>,
    ) -> Result<OneIssued, Failure> {
        let by = Caller {
            agency: Some(issuer.number),
            ..self.caller(Role::Issuer, CDC)
        };
        issue_one(
            &self.office,
            OneRequest {
                of,
                issuer,
                draft,
                pictures: how.pictures,
                stock: how.stock,
                as_correction: how.as_correction,
                by: &by,
                key: how.key,
            },
        )
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

    /// Changes the database behind the office's back: no foreign key hinders it.
    pub(crate) fn sql(&self, statements: &str) {
        if let Some(path) = self.ground.url.strip_prefix("sqlite://") {
            let mut conn = SqliteConnection::establish(path).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = OFF")
                .unwrap();
            conn.batch_execute(statements).unwrap();
        } else {
            let mut conn = PgConnection::establish(&self.ground.url).unwrap();
            conn.batch_execute("SET session_replication_role = replica")
                .unwrap();
            // The two spell bytes differently.
            let statements = bytes_of_postgres(statements);
            conn.batch_execute(&statements).unwrap();
        }
    }

    /// A health certificate of a person, issued by the CDC.
    pub(crate) fn health(&self, code: &str, number: &str) -> CertificateIdentifier {
        self.issue(HEALTH, CDC, &health_fields(code, number))
            .unwrap()
            .identifier
    }

    /// Works through a file.
    pub(crate) fn batch(&self, path: &Path, of: &str, issuer: &str, task: Task) -> Worked {
        self.batch_of(path, of, issuer, (task, false))
    }

    /// Works through a file, perhaps in a dry run.
    pub(crate) fn batch_of(
        &self,
        path: &Path,
        of: &str,
        issuer: &str,
        how: (Task, bool),
    ) -> Worked {
        let bytes = FileBytes::at(path).unwrap();
        let file = Sheet {
            bytes: &bytes,
            photos: None,
            stock: false,
            all_or_nothing: false,
        };
        self.try_or_do(file, (of, issuer), how, &mut |_| Ok(()))
            .unwrap()
    }

    /// Works through a file that may be stopped.
    pub(crate) fn work(
        &self,
        file: Sheet<'_>,
        of: (&str, &str),
        task: Task,
        progress: &mut dyn FnMut(Progress) -> Result<(), Failure>,
    ) -> Result<Worked, Failure> {
        self.try_or_do(file, of, (task, false), progress)
    }

    /// Works through a file, perhaps in a dry run.
    pub(crate) fn try_or_do(
        &self,
        file: Sheet<'_>,
        (of, issuer): (&str, &str),
        (task, dry_run): (Task, bool),
        progress: &mut dyn FnMut(Progress) -> Result<(), Failure>,
    ) -> Result<Worked, Failure> {
        let (mut results, mut errors) = (Vec::new(), Vec::new());
        let order = BatchOrder {
            of: &self.type_named(of),
            issuer: &self.agency(issuer),
            task,
            dry_run,
            stock: file.stock,
            all_or_nothing: file.all_or_nothing,
            by: &self.caller(Role::Issuer, issuer),
        };
        let outputs = Outputs {
            results: &mut results,
            errors: &mut errors,
            progress,
        };
        let report = batch::run(&self.office, order, file.bytes, file.photos, outputs)?;
        Ok(Worked {
            report,
            results,
            errors,
        })
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

/// A file to be worked through.
#[derive(Clone, Copy)]
pub(crate) struct Sheet<'a> {
    pub(crate) bytes: &'a dyn Bytes,
    pub(crate) photos: Option<&'a dyn Bytes>,
    pub(crate) stock: bool,
    pub(crate) all_or_nothing: bool,
}

/// How a draft is issued.
#[derive(Default)]
pub(crate) struct How<'a> {
    pub(crate) pictures: Vec<(String, Vec<u8>)>,
    pub(crate) stock: bool,
    pub(crate) as_correction: bool,
    pub(crate) key: Option<(RequestKey<'a>, &'a [u8])>,
}

/// What came of a file.
pub(crate) struct Worked {
    pub(crate) report: Report,
    pub(crate) results: Vec<u8>,
    pub(crate) errors: Vec<u8>,
}

pub(crate) fn operator() -> Caller {
    Caller::at_the_machine()
}

/// A draft of raw texts.
pub(crate) fn draft(fields: &[(&str, &str)]) -> Draft {
    let raw = fields
        .iter()
        .map(|(key, text)| ((*key).to_owned(), Raw::Text((*text).to_owned())));
    Draft(raw.collect())
}

/// The fields of a health certificate.
pub(crate) fn health_fields<'a>(code: &'a str, number: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("holder_name", "巴特尔"),
        ("holder_code", code),
        ("certificate_number", number),
        ("sex", "男"),
        ("trade_class", "餐饮服务"),
        ("exam_date", "2026-10-07"),
        ("exam_unit", CDC),
        ("exam_result", "合格"),
        ("issue_date", "2026-10-09"),
    ]
}

/// The fields of a birth certificate with both parents: the mother is 其其格.
pub(crate) fn birth_fields() -> Vec<(&'static str, &'static str)> {
    vec![
        ("certificate_number", "A157000001"),
        ("newborn_name", "萨仁"),
        ("sex", "女"),
        ("birth_time", "2026-11-20T08:30"),
        ("birth_place", "内蒙古自治区锡林浩特市"),
        ("birth_facility", HOSPITAL),
        ("gestation_weeks", "39"),
        ("birth_weight_g", "3280"),
        ("mother_name", "其其格"),
        ("mother_id_type", "111"),
        ("mother_id_no", "152502199206120020"),
        ("father_name", "苏和"),
        ("father_id_type", "111"),
        ("father_id_no", "152522198804150036"),
        ("issue_date", "2026-11-23"),
    ]
}

/// A file of `examples/`.
pub(crate) fn example(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

/// `x'00'` as PostgreSQL writes it.
fn bytes_of_postgres(statements: &str) -> String {
    let mut parts = statements.split("x'");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("'\\x");
        text.push_str(part);
    }
    text
}

fn settings(folder: PathBuf, url: &str) -> Settings {
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
    }
}
