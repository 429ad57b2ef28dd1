//! What an office knows by heart.

use std::collections::HashMap;
use std::sync::Arc;

use crate::crypto::trust::Anchors;
use crate::crypto::trust::Trust;
use crate::crypto::types::Types;
use crate::domain::agency::Agency;
use crate::domain::definition::CertificateType;
use crate::domain::problem::Reason;
use crate::domain::type_facts::TypeFacts;
use crate::domain::uscc::Uscc;
use crate::flow::failure::Failure;
use crate::flow::lists_in_force;
use crate::flow::office::GENERATION;
use crate::flow::seen_lists::SeenLists;
use crate::flow::source::LoadedSource;
use crate::store::Rx;
use crate::store::stored::read_number;

/// What the office knows by heart: catalogue and trust, read together.
///
/// A snapshot: whoever holds one sees one state to the end.
#[derive(Default)]
pub struct Known {
    /// Counts the changes of catalogue and trust in the register.
    pub generation: String,
    /// Agencies by number.
    pub agencies: HashMap<u32, Agency>,
    /// Agency numbers by code.
    pub agency_numbers: HashMap<Uscc, u32>,
    /// The newest version of each type, by code.
    pub newest: HashMap<String, Arc<CertificateType>>,
    /// Every version of each type, by number and version.
    pub versions: HashMap<(u32, u32), Arc<CertificateType>>,
    /// The facts of every version, as verifiers use them.
    pub types: Types,
    /// The source of each type that has one, by the type's number.
    pub sources: HashMap<u32, Arc<LoadedSource>>,
    /// Sources whose configuration cannot be read any more, by name, with the reason: they are
    /// not asked.
    pub unreadable_sources: Vec<(String, String)>,
    /// Predecessor's name and successor's number.
    pub successions: Vec<(String, u32)>,
    /// Whom we trust; none before the first trust list.
    pub trust: Option<Arc<Trust>>,
    /// Why the lists in the register are not what they should be, if so: verdicts are
    /// undetermined until the next list is published.
    pub doubt: Option<String>,
}

impl Known {
    /// Reads the register. Lists that are not good leave the trust in doubt; `before` is what
    /// was trusted until now.
    pub(crate) fn read(
        rx: &mut Rx<'_>,
        anchors: &Anchors,
        seen: Result<&SeenLists, &str>,
        before: Option<&Trust>,
    ) -> Result<Self, Failure> {
        let mut known = Self {
            generation: rx.setting(GENERATION)?.unwrap_or_default(),
            ..Self::default()
        };
        for agency in rx.agencies()? {
            known.agency_numbers.insert(agency.code, agency.number);
            known.agencies.insert(agency.number, agency);
        }
        for row in rx.certificate_types()? {
            let broken = |why: String| Failure::Broken(format!("type {}: {why}", row.code));
            let definition =
                serde_json::from_str(&row.definition).map_err(|why| broken(why.to_string()))?;
            let code_fields =
                serde_json::from_str(&row.code_fields).map_err(|why| broken(why.to_string()))?;
            let of = CertificateType::new(
                read_number(row.number),
                read_number(row.version),
                definition,
                code_fields,
            )
            .map_err(|why| broken(why.to_string()))?;
            let of = Arc::new(of);
            known.newest.insert(row.code.clone(), Arc::clone(&of));
            known.versions.insert((of.number, of.version), of);
        }
        known.types = Types::new(known.versions.values().map(|of| TypeFacts::of(of)));
        for row in rx.sources()? {
            match LoadedSource::read(&row) {
                Ok(source) => {
                    let number = read_number(row.type_number);
                    known.sources.insert(number, Arc::new(source));
                }
                // One that was spoilt by hand must not keep a server from starting.
                Err(why) => known.unreadable_sources.push((row.name, why.to_string())),
            }
        }
        let successions = rx.successions()?;
        known.successions = successions
            .into_iter()
            .map(|s| (s.predecessor, s.successor))
            .collect();
        let (trust, doubt) = lists_in_force::read(rx, anchors, seen, before)?;
        known.trust = trust.map(Arc::new);
        known.doubt = doubt;
        Ok(known)
    }

    /// The newest version of a type, by code or Chinese name.
    ///
    /// # Errors
    ///
    /// [`Reason::UnknownType`].
    pub fn type_named(&self, name: &str) -> Result<Arc<CertificateType>, Failure> {
        let by_name = || self.newest.values().find(|of| of.definition.name == name);
        let found = self.newest.get(name).or_else(by_name);
        found
            .cloned()
            .ok_or_else(|| Failure::because(Reason::UnknownType, name))
    }

    /// The newest version of a type, by number.
    #[must_use]
    pub fn type_numbered(&self, number: u32) -> Option<&Arc<CertificateType>> {
        self.newest.values().find(|of| of.number == number)
    }

    /// An agency, by code or Chinese name.
    ///
    /// # Errors
    ///
    /// [`Reason::UnknownAgency`].
    pub fn agency_named(&self, name: &str) -> Result<&Agency, Failure> {
        let by_code = name
            .parse()
            .ok()
            .and_then(|code: Uscc| self.agency_numbers.get(&code));
        let by_name = || self.agencies.values().find(|a| a.name == name);
        let found = by_code.and_then(|n| self.agencies.get(n)).or_else(by_name);
        found.ok_or_else(|| Failure::because(Reason::UnknownAgency, name))
    }
}
