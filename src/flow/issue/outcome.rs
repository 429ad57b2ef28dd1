//! What became of a content.

use super::Foreseen;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::standing::Standing;
use crate::flow::issue::decide::FieldChange;

/// What became of a content.
#[derive(Clone, Debug, PartialEq)]
pub enum Issued {
    /// A new certificate.
    New(CertificateIdentifier),
    /// A new version; the old one is superseded.
    Corrected {
        /// The new version.
        identifier: CertificateIdentifier,
        /// The version it replaces.
        replaced: CertificateIdentifier,
        /// Field by field.
        changes: Vec<FieldChange>,
    },
    /// The holder changed: the old one is void 作废 and a new one issued.
    Reissued {
        /// The new certificate.
        identifier: CertificateIdentifier,
        /// The one that is void.
        voided: CertificateIdentifier,
        /// Field by field.
        changes: Vec<FieldChange>,
    },
    /// The register has just this already.
    Same(CertificateIdentifier),
    /// The register has other content under this number; nothing was written.
    Differs {
        /// What the register has.
        identifier: CertificateIdentifier,
        /// Field by field.
        changes: Vec<FieldChange>,
    },
    /// The certificate with this number ended; it is neither issued again nor corrected.
    Ended {
        /// Which.
        identifier: CertificateIdentifier,
        /// How it stands.
        standing: Standing,
    },
    /// The certificate with this number is suspended; it cannot be corrected until resumed.
    Suspended(CertificateIdentifier),
}

impl Issued {
    /// The stable name of the outcome.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::New(_) => "issued",
            Self::Corrected { .. } => "corrected",
            Self::Reissued { .. } => "reissued",
            Self::Same(_) => "same",
            Self::Differs { .. } => "differs",
            Self::Ended { .. } => "ended",
            Self::Suspended(_) => "suspended",
        }
    }

    /// The identifier of the certificate that stands for the content, or against it.
    #[must_use]
    pub const fn identifier(&self) -> &CertificateIdentifier {
        match self {
            Self::New(identifier)
            | Self::Corrected { identifier, .. }
            | Self::Reissued { identifier, .. }
            | Self::Same(identifier)
            | Self::Differs { identifier, .. }
            | Self::Ended { identifier, .. }
            | Self::Suspended(identifier) => identifier,
        }
    }

    /// What is told of it, as what was foreseen is told.
    #[must_use]
    pub fn told(self) -> Foreseen {
        let name = self.name();
        let identifier = Some(self.identifier().clone());
        let mut told = Foreseen {
            name,
            identifier,
            replaces: None,
            changes: Vec::new(),
            standing: None,
        };
        match self {
            Self::Corrected {
                replaced: before,
                changes,
                ..
            }
            | Self::Reissued {
                voided: before,
                changes,
                ..
            } => {
                told.replaces = Some(before);
                told.changes = changes;
            }
            Self::Differs { changes, .. } => told.changes = changes,
            Self::Ended { standing, .. } => told.standing = Some(standing),
            _ => {}
        }
        told
    }

    /// Whether something was written.
    #[must_use]
    pub const fn wrote(&self) -> bool {
        matches!(
            self,
            Self::New(_) | Self::Corrected { .. } | Self::Reissued { .. }
        )
    }
}
