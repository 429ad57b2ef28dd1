//! The blind indexes by which the register finds a content and its people.

use crate::crypto::vault::Index;
use crate::crypto::vault::Vault;
use crate::domain::certificate::Content;
use crate::domain::definition::CertificateType;
use crate::domain::holder::Holder;
use crate::store::holders::HolderRole;
use crate::store::holders::HolderRow;

/// The blind indexes of a content.
#[derive(Clone, Debug)]
pub struct Marks {
    /// Of its number.
    pub number: [u8; 32],
    /// Of all its facts.
    pub content: [u8; 32],
    /// Of its holders' codes.
    pub holders: Vec<[u8; 32]>,
    /// Of its guardians' codes.
    pub guardians: Vec<[u8; 32]>,
}

impl Marks {
    /// Computes them.
    #[must_use]
    pub fn of(content: &Content, of: &CertificateType, vault: &Vault) -> Self {
        let facts = serde_json::to_vec(&content.facts(of)).unwrap_or_default();
        let people = |list: &[Holder]| list.iter().map(|h| holder_index(vault, &h.code)).collect();
        Self {
            number: number_index(vault, &content.certificate_number),
            content: vault.index(Index::Content, &facts),
            holders: people(&content.holders),
            guardians: people(&content.guardians),
        }
    }
}

impl Marks {
    /// Whether the register's people of a certificate are just these holders.
    #[must_use]
    pub fn are_held_by(&self, people: &[HolderRow]) -> bool {
        let role = HolderRole::Holder.stored();
        let holders: Vec<&[u8]> = people
            .iter()
            .filter(|p| p.role == role)
            .map(|p| p.holder_index.as_slice())
            .collect();
        holders.len() == self.holders.len()
            && self
                .holders
                .iter()
                .all(|index| holders.contains(&index.as_slice()))
    }
}

/// The blind index of a holder's code.
#[must_use]
pub fn holder_index(vault: &Vault, code: &crate::domain::holder::HolderCode) -> [u8; 32] {
    vault.index(Index::HolderCode, code.written().as_bytes())
}

/// The blind index of a certificate's number.
#[must_use]
pub fn number_index(vault: &Vault, number: &str) -> [u8; 32] {
    vault.index(Index::CertificateNumber, number.as_bytes())
}
