//! The certificate types a verifier knows, by their numbers in codes and their addresses.

use std::collections::HashMap;
use std::sync::Arc;

use crate::crypto::certificate_seal::vct;
use crate::domain::type_facts::TypeFacts;

/// Every version of every type, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Types {
    by_number: HashMap<(u32, u32), Arc<TypeFacts>>,
    by_code: HashMap<(String, u32), Arc<TypeFacts>>,
}

impl Types {
    /// Of a list of facts.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = TypeFacts>) -> Self {
        let mut types = Self::default();
        for facts in all {
            let facts = Arc::new(facts);
            types
                .by_number
                .insert((facts.number, facts.version), Arc::clone(&facts));
            types
                .by_code
                .insert((facts.code.clone(), facts.version), facts);
        }
        types
    }

    /// The type of a number and definition version.
    #[must_use]
    pub fn get(&self, number: u32, version: u32) -> Option<&Arc<TypeFacts>> {
        self.by_number.get(&(number, version))
    }

    /// The type of a `vct`: our own authority's only, spelled as we spell it.
    #[must_use]
    pub fn of_vct(&self, address: &str, authority: &str) -> Option<&Arc<TypeFacts>> {
        let mut parts = address.rsplit('/');
        let (version, code) = (parts.next()?.parse().ok()?, parts.next()?);
        let facts = self.by_code.get(&(code.to_owned(), version))?;
        (vct(authority, &facts.code, facts.version) == address).then_some(facts)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<TypeFacts>> {
        self.by_number.values()
    }
}
