//! Why a flow did not come to an answer.

use std::io;
use std::path::Path;

use crate::crypto::key_store::KeyStoreError;
use crate::crypto::signer::SignError;
use crate::crypto::vault::VaultError;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::store::StoreError;

/// A refusal that is told, or an error whose cause is for the log.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A refusal.
    #[error("{}", .0.detail.as_deref().unwrap_or_else(|| .0.reason.code()))]
    Refused(Problem),
    /// The register.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key store.
    #[error(transparent)]
    KeyStore(#[from] KeyStoreError),
    /// Signing.
    #[error("signing failed: {0}")]
    Sign(#[from] SignError),
    /// Opening sealed personal data.
    #[error("sealed data cannot be opened: {0}")]
    Vault(#[from] VaultError),
    /// Something that must not be.
    #[error("{0}")]
    Broken(String),
}

impl Failure {
    /// A refusal without particulars.
    #[must_use]
    pub const fn refused(reason: Reason) -> Self {
        Self::Refused(Problem::new(reason))
    }

    /// A refusal with a detail, which must not carry personal data.
    #[must_use]
    pub fn because(reason: Reason, detail: impl Into<String>) -> Self {
        Self::Refused(Problem::with(reason, detail))
    }

    /// A refusal with a detail for programs and words for people, neither with personal data.
    #[must_use]
    pub fn saying(reason: Reason, detail: impl Into<String>, said: Said) -> Self {
        Self::Refused(Problem::said(reason, detail, said))
    }

    /// A file or folder that could not be read or written.
    #[must_use]
    pub fn of_file(reason: Reason, path: &Path, why: &io::Error) -> Self {
        let name = match why.kind() {
            io::ErrorKind::NotFound => "missing",
            io::ErrorKind::PermissionDenied => "not_allowed",
            io::ErrorKind::AlreadyExists => "exists",
            io::ErrorKind::IsADirectory => "is_folder",
            io::ErrorKind::NotADirectory => "no_folder",
            io::ErrorKind::InvalidData => "not_text",
            io::ErrorKind::StorageFull => "disk_full",
            _ => "failed",
        };
        let path = path.display();
        let said = Said::of("file", name).with("path", &path).with("why", why);
        Self::saying(reason, format!("{path}: {why}"), said)
    }

    /// What is told: a refusal as it is, an error without its cause.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(problem) => problem.clone(),
            Self::KeyStore(_) => Problem::new(Reason::NoIssuingKey),
            Self::Store(_) | Self::Sign(_) | Self::Vault(_) | Self::Broken(_) => {
                Problem::new(Reason::Unavailable)
            }
        }
    }

    /// Whether a unique constraint was met: somebody else was faster, so look again.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Store(why) if why.is_taken())
    }
}
