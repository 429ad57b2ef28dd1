//! Why an office cannot be opened, in the words that `doctor` has for it.

use std::path::Path;

use crate::crypto::keyring_file::KeyringError;
use crate::crypto::passphrase::PassphraseError;
use crate::crypto::private_file::PrivateFileError;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::said::one_line;
use crate::flow::failure::Failure;
use crate::store::StoreError;

/// No passphrase: missing, open to others, or not one line.
pub(super) fn passphrase(path: &Path, why: &PassphraseError) -> Failure {
    let said = match why {
        PassphraseError::File(why) => private_file(why, ("passphrase_missing", "passphrase_bad")),
        PassphraseError::Empty | PassphraseError::NotOneLine => {
            Said::of("fault", "passphrase_lines").with("path", path.display())
        }
    };
    Failure::saying(Reason::BadPassphrase, why.to_string(), said)
}

/// The keyring stays shut.
pub(super) fn keyring(path: &Path, why: &KeyringError) -> Failure {
    let (reason, said) = match why {
        KeyringError::WrongPassphrase => {
            let said = Said::of("fault", "passphrase_wrong").with("path", path.display());
            (Reason::WrongPassphrase, said)
        }
        KeyringError::File(why) => {
            let names = ("keyring_missing", "keyring_bad");
            (Reason::BadKeyring, private_file(why, names))
        }
        why => {
            let said = Said::of("doctor", "keyring_bad").with("why", why);
            (Reason::BadKeyring, said)
        }
    };
    Failure::saying(reason, why.to_string(), said)
}

/// The pinned roots cannot be read.
pub(super) fn roots(path: &Path, why: &dyn ToString) -> Failure {
    let why = format!("{}: {}", path.display(), why.to_string());
    let said = Said::of("doctor", "roots_bad").with("why", &why);
    Failure::saying(Reason::BadRoots, why, said)
}

/// There is no register where there must be one.
pub(super) fn register_missing(url: &str) -> Failure {
    // An address of PostgreSQL may hold a password.
    let place = url.strip_prefix("sqlite://").unwrap_or("DATABASE_URL");
    let said = Said::of("fault", "register_missing").with("place", place);
    let what = format!("there is no register at {place}");
    Failure::saying(Reason::RegisterMissing, what, said)
}

/// The database cannot be used.
pub(super) fn database(why: &StoreError) -> Failure {
    let detail = one_line(&why.to_string());
    let (reason, name, hole, text) = match why {
        StoreError::TooNew(migration) => (
            Reason::DatabaseNewer,
            "database_newer",
            "migration",
            migration,
        ),
        StoreError::NoConnection(cause) => (
            Reason::DatabaseUnreachable,
            "database_unreachable",
            "why",
            cause,
        ),
        StoreError::NotDurable(how) => (Reason::Setup, "not_durable", "how", how),
        StoreError::BadUrl => (Reason::Setup, "database_address", "why", &detail),
        StoreError::Database(_)
        | StoreError::Migration(_)
        | StoreError::Damaged { .. }
        | StoreError::Shared(_)
        | StoreError::Abandoned => (Reason::Setup, "database_unreadable", "why", &detail),
    };
    let said = Said::of("doctor", name).with(hole, text);
    Failure::saying(reason, detail.clone(), said)
}

fn private_file(
    why: &PrivateFileError,
    (missing, otherwise): (&'static str, &'static str),
) -> Said {
    match why {
        PrivateFileError::Missing(path) => Said::of("fault", missing).with("path", path.display()),
        PrivateFileError::UnsafePermissions { path, mode } => Said::of("doctor", "file_open")
            .with("path", path.display())
            .with("mode", format!("{mode:03o}")),
        why => Said::of("doctor", otherwise).with("why", why),
    }
}
