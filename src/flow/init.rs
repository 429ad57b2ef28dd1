//! Init: an empty folder becomes an office with keys, roots and a TLS authority.

use std::path::Path;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::passphrase::Passphrase;
use crate::crypto::random::Randomness;
use crate::crypto::trust::Anchors;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::settings::Mode;
use crate::domain::settings::Settings;
use crate::domain::time::Clock;
use crate::flow::anchors;
use crate::flow::anchors::NEXT_ROOT;
use crate::flow::anchors::ROOT;
use crate::flow::failure::Failure;
use crate::flow::key_stores;
use crate::flow::keys;
use crate::flow::office::Office;
use crate::flow::open;
use crate::flow::open::Start;
use crate::flow::start_fault;
use crate::flow::traces::Traces;
use crate::store::inspect;

/// The demonstration's root keys, encrypted with [`DEMO_PASSPHRASE`]: known to everybody.
const DEMO_ROOT: &str = include_str!("../../keys/demo-root.pem");
const DEMO_NEXT_ROOT: &str = include_str!("../../keys/demo-root-next.pem");

/// The passphrase of the demonstration's root keys.
pub const DEMO_PASSPHRASE: &[u8] = b"mianzheng demo - never trust";

/// Makes an office in the settings' folder and opens it.
///
/// The roots lie in `root/` with a passphrase of their own in `root/passphrase`. A production
/// office's operator moves that folder to where no network reaches.
///
/// # Errors
///
/// [`Reason::Setup`] when the folder or the database holds an office already, or one of them
/// cannot be written. Nothing of an office that was there is changed, and nothing that this run
/// made is left.
pub fn init(
    settings: Settings,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
) -> Result<Office, Failure> {
    let traces = Traces::before(&settings, &[]);
    let made = make(settings, clock, randomness);
    if made.is_err() {
        traces.undo();
    }
    made
}

fn make(
    settings: Settings,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
) -> Result<Office, Failure> {
    let setup = |what: String| Failure::because(Reason::Setup, what);
    if settings.keyring().exists() || settings.anchors().exists() {
        let folder = settings.folder.display();
        let said = Said::of("fault", "office_there").with("path", &folder);
        let what = format!("{folder} holds an office already");
        return Err(Failure::saying(Reason::Setup, what, said));
    }
    // With new keys beside it, an old register could be neither read nor continued.
    let url = open::database_url(&settings);
    if inspect::is_used(&url).map_err(|why| start_fault::database(&why))? {
        let what = "the database holds an office already";
        let said = Said::of("fault", "database_used");
        return Err(Failure::saying(Reason::Setup, what, said));
    }
    make_folder(&settings.folder)?;
    if !settings.passphrase_file.exists() {
        Passphrase::generate(&*randomness)
            .write_new(&settings.passphrase_file)
            .map_err(|why| start_fault::passphrase(&settings.passphrase_file, &why))?;
    }
    let passphrase = open::passphrase(&settings)?;
    let year = u16::try_from(clock.now().day().year()).unwrap_or(2026);
    let keyring = Keyring::create(&*randomness, year).map_err(|why| setup(format!("{why:?}")))?;
    let Some(keys) = settings.keyring().parent().map(Path::to_path_buf) else {
        return Err(setup("the keyring has no folder".to_owned()));
    };
    make_folder(&keys)?;
    keyring
        .seal_new(&settings.keyring(), &passphrase, &*randomness)
        .map_err(|why| setup(format!("the keyring: {why}")))?;
    let roots = make_roots(&settings, &*randomness)?;
    let pinned = Anchors {
        authority: settings.authority.clone(),
        roots: vec![roots.0.clone(), roots.1.clone()],
    };
    std::fs::write(settings.anchors(), anchors::write(&pinned))
        .map_err(|why| setup(format!("anchors.json: {why}")))?;
    let office = open::open_register(settings, clock, randomness, Start::First)?;
    keys::enter_service_keys(&office, &office.keyring, &Caller::at_the_machine())?;
    Ok(office)
}

type Roots = (
    crate::crypto::public_key::PublicKey,
    crate::crypto::public_key::PublicKey,
);

fn make_roots(settings: &Settings, randomness: &dyn Randomness) -> Result<Roots, Failure> {
    let setup = |what: String| Failure::because(Reason::Setup, what);
    let folder = settings.root_keys();
    make_folder(&folder)?;
    let passphrase = match settings.mode {
        Mode::Demo => Passphrase::new(DEMO_PASSPHRASE).map_err(|why| setup(why.to_string()))?,
        Mode::Production => Passphrase::generate(randomness),
    };
    passphrase
        .write_new(&folder.join("passphrase"))
        .map_err(|why| setup(format!("the root's passphrase: {why}")))?;
    let store = key_stores::of_roots(&folder, passphrase);
    let mut public = Vec::with_capacity(2);
    for (name, demo) in [(ROOT, DEMO_ROOT), (NEXT_ROOT, DEMO_NEXT_ROOT)] {
        let Ok(key) = name.parse() else {
            return Err(Failure::Broken(format!("{name} is no key name")));
        };
        public.push(match settings.mode {
            Mode::Production => store.create(&key, randomness)?,
            Mode::Demo => {
                write_private(&folder.join(format!("{name}.pem")), demo)?;
                store.open(&key)?.public_key().clone()
            }
        });
    }
    match <[_; 2]>::try_from(public) {
        Ok([root, next]) => Ok((root, next)),
        Err(_) => Err(Failure::Broken("there are two roots".to_owned())),
    }
}

/// Makes a folder that its owner alone can enter; one that exists is left as it is.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|why| Failure::of_file(Reason::Setup, folder, &why))
}

/// Writes a new file that its owner alone can read.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|why| Failure::of_file(Reason::Setup, path, &why))
}
