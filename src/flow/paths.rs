//! Where things lie in an office's folder.

use std::path::PathBuf;

use crate::domain::settings::Settings;

impl Settings {
    /// The keyring with the service's own secrets.
    #[must_use]
    pub fn keyring(&self) -> PathBuf {
        self.path("keys/keyring.json")
    }

    /// The agencies' keys.
    #[must_use]
    pub fn agency_keys(&self) -> PathBuf {
        self.path("keys/agencies")
    }

    /// The roots of trust. In production they are moved to where no network reaches.
    #[must_use]
    pub fn root_keys(&self) -> PathBuf {
        self.path("root")
    }

    /// The pinned roots, for this office and for every offline verifier.
    #[must_use]
    pub fn anchors(&self) -> PathBuf {
        self.path("anchors.json")
    }

    /// The signed heads of the ledger.
    #[must_use]
    pub fn heads(&self) -> PathBuf {
        self.path("heads")
    }
}
