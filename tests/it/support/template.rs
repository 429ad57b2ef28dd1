//! An office that is made once and copied for every test that begins with one like it, since making
//! it (keys, the catalogue, a list of trust) costs far more than most of what is tested on it.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use mianzheng::domain::settings::Settings;
use mianzheng::flow::office::Office;
use mianzheng::flow::surroundings::Surroundings;

use crate::support::database::Database;
use crate::support::database::Ground;
use crate::support::postgres::Postgres;
use crate::support::scratch::Scratch;

/// A whole office that nobody has open.
pub(crate) struct Template {
    folder: Scratch,
    ground: Ground,
}

impl Template {
    /// The one on a database, made by whoever asks first.
    pub(crate) fn on(
        database: Database,
        make: impl FnOnce() -> (Scratch, Ground),
    ) -> &'static Self {
        static SQLITE: OnceLock<Template> = OnceLock::new();
        static POSTGRES: OnceLock<Template> = OnceLock::new();
        let place = match database {
            Database::Sqlite => &SQLITE,
            Database::Postgres => &POSTGRES,
        };
        place.get_or_init(|| {
            let (folder, ground) = make();
            Self { folder, ground }
        })
    }

    /// A database like it.
    pub(crate) fn ground(&self) -> Ground {
        if let Some(file) = self.ground.url.strip_prefix("sqlite://") {
            let copy = Database::Sqlite.ground();
            let to = copy.url.strip_prefix("sqlite://").unwrap();
            fs::copy(file, to).unwrap();
            copy
        } else {
            // Nobody has it open, or the server would refuse to copy it.
            let mut parts = self.ground.url.split(['/', '?']);
            let name = parts.find(|part| part.starts_with("test_")).unwrap();
            Ground::at(Postgres::of_this_run().create(&format!(" TEMPLATE {name}")))
        }
    }

    /// An office like it in the folder of these settings, on the database that they name.
    pub(crate) fn open(&self, surroundings: &Surroundings, settings: Settings) -> Office {
        copy(&self.folder.path("office"), &settings.folder);
        surroundings.open(settings).unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            // With its permissions, by which private files are known.
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
