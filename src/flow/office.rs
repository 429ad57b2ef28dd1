//! The office: everything a flow is handed, and nothing global.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use crate::codec::trust_list::KeyUse;
use crate::crypto::key_file::FileKeyStore;
use crate::crypto::key_store::KeyStore;
use crate::crypto::keyring::Keyring;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::random;
use crate::crypto::random::Randomness;
use crate::crypto::signer::Signer;
use crate::crypto::trust::Anchors;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::crypto::types::Types;
use crate::domain::agency::Agency;
use crate::domain::definition::CertificateType;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::settings::Settings;
use crate::domain::time::Clock;
use crate::domain::type_facts::TypeFacts;
use crate::domain::uscc::Uscc;
use crate::flow::failure::Failure;
use crate::flow::status::StatusDesk;
use crate::store::Rx;
use crate::store::Store;
use crate::store::stored::read_number;

/// The office.
pub struct Office {
    /// How it is set up.
    pub settings: Settings,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub randomness: Arc<dyn Randomness>,
    /// The register.
    pub store: Store,
    /// The service's own keys.
    pub keyring: Keyring,
    /// The agencies' keys.
    pub agency_keys: FileKeyStore,
    /// The pinned roots.
    pub anchors: Anchors,
    /// The status lists it has read of late.
    pub status: StatusDesk,
    known: RwLock<Arc<Known>>,
}

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
    /// Predecessor's name and successor's number.
    pub successions: Vec<(String, u32)>,
    /// Whom we trust; none before the first trust list.
    pub trust: Option<Arc<Trust>>,
}

/// The setting that changes whenever catalogue or trust do.
pub const GENERATION: &str = "generation";

impl Office {
    /// Puts an office together; what it knows is read from the register.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the register cannot be read or does not fit this program.
    pub fn new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        store: Store,
        (keyring, agency_keys, anchors): (Keyring, FileKeyStore, Anchors),
    ) -> Result<Self, Failure> {
        let known = RwLock::new(Arc::new(Known::default()));
        let office = Self {
            settings,
            clock,
            randomness,
            store,
            keyring,
            agency_keys,
            anchors,
            status: StatusDesk::default(),
            known,
        };
        office.refresh()?;
        Ok(office)
    }

    /// What the office knows now.
    #[must_use]
    pub fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads catalogue and trust again if they changed; true if they did.
    ///
    /// # Errors
    ///
    /// [`Failure`]; what was known stays.
    pub fn refresh(&self) -> Result<bool, Failure> {
        let before = self.known();
        let generation = self
            .store
            .read(|rx| rx.setting(GENERATION))?
            .unwrap_or_default();
        if !before.newest.is_empty() && generation == before.generation {
            return Ok(false);
        }
        let seen = before.trust.as_ref();
        let seen = (
            seen.map_or(0, |t| t.sequence),
            seen.and_then(|t| t.revocations),
        );
        let known = self
            .store
            .snapshot(|rx| Known::read(rx, &self.anchors, seen))?;
        let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *place = Arc::new(known);
        Ok(true)
    }

    /// The key with which an agency issues now: the newest that the trust list names, so that
    /// nothing is signed that nobody could verify yet.
    ///
    /// # Errors
    ///
    /// [`Reason::NoIssuingKey`], or the key store's own failure.
    pub fn issuing_key(&self, agency: u32) -> Result<Arc<dyn Signer>, Failure> {
        let now = self.clock.now();
        let trust = self.known().trust.clone();
        let trusted = |kid: &str| {
            let key = trust.as_ref().and_then(|t| t.key(kid, KeyUse::Issue));
            key.is_some_and(|key| key.at(now) == KeyFinding::Good)
        };
        let keys = self.store.read(|rx| rx.keys())?;
        let own = keys.into_iter().filter(|key| {
            u32::try_from(key.agency) == Ok(agency)
                && key.key_use == KeyUse::Issue.name()
                && key.state == 0
                && key.not_before <= now.millis()
                && now.millis() < key.not_after
                && trusted(&key.kid)
        });
        let newest = own.max_by_key(|key| key.not_before);
        let Some(key) = newest else {
            return Err(Failure::refused(Reason::NoIssuingKey));
        };
        let Ok(name) = key.name.parse() else {
            return Err(Failure::Broken(format!(
                "the key name {} is not one",
                key.name
            )));
        };
        Ok(self.agency_keys.open(&name)?)
    }

    /// A random number, for ids that need not be secret.
    #[must_use]
    pub fn random_number(&self) -> u64 {
        u64::from_be_bytes(random::array(&*self.randomness))
    }

    /// One of the service's own keys.
    #[must_use]
    pub fn service_key(&self, purpose: ServicePurpose) -> Arc<dyn Signer> {
        self.keyring.signer(purpose)
    }

    /// Whom we trust.
    ///
    /// # Errors
    ///
    /// [`Reason::Setup`] before the first trust list.
    pub fn trust(&self) -> Result<Arc<Trust>, Failure> {
        self.known().trust.clone().ok_or_else(|| {
            Failure::saying(
                Reason::Setup,
                "no trust list yet: run `mianzheng trust publish`",
                Said::of("doctor", "trust_missing"),
            )
        })
    }
}

impl Known {
    /// Reads the register; lists older than those `seen` before are refused.
    fn read(rx: &mut Rx<'_>, anchors: &Anchors, seen: (u64, Option<u64>)) -> Result<Self, Failure> {
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
        let successions = rx.successions()?;
        known.successions = successions
            .into_iter()
            .map(|s| (s.predecessor, s.successor))
            .collect();
        if let Some((_, token)) = rx.latest_trust_list()? {
            let mut trust = Trust::open(&token, anchors, seen.0)
                .map_err(|why| Failure::Broken(why.to_string()))?;
            match (rx.latest_revocation_list()?, seen.1) {
                (Some((_, token)), seen) => trust
                    .revoke(&token, seen.unwrap_or(0))
                    .map_err(|why| Failure::Broken(why.to_string()))?,
                (None, None) => {}
                (None, Some(seen)) => {
                    let what = format!("the revocation list {seen} is gone");
                    return Err(Failure::Broken(what));
                }
            }
            known.trust = Some(Arc::new(trust));
        }
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
