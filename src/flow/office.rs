//! The office: everything a flow is handed, and nothing global.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::RwLock;

use crate::codec::paper::Fonts;
use crate::codec::trust_list::KeyUse;
use crate::crypto::key_store::KeyStore;
use crate::crypto::keyring::Keyring;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::random;
use crate::crypto::random::Randomness;
use crate::crypto::signer::Signer;
use crate::crypto::trust::Anchors;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::settings::Settings;
use crate::domain::time::Clock;
use crate::flow::failure::Failure;
use crate::flow::items::ItemShelf;
use crate::flow::known::Known;
use crate::flow::overview::ActivityDesk;
use crate::flow::paper_fonts;
use crate::flow::seen_lists;
use crate::flow::service_key;
use crate::flow::source::SourceDesk;
use crate::flow::status::StatusDesk;
use crate::store::Store;

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
    pub agency_keys: Arc<dyn KeyStore>,
    /// The pinned roots.
    pub anchors: Anchors,
    /// The status lists it has read of late.
    pub status: StatusDesk,
    /// How the sources are, and what they gave of late.
    pub sources: SourceDesk,
    /// The published items it has read.
    pub items: ItemShelf,
    /// How often certificates were used of late.
    pub activity: ActivityDesk,
    known: RwLock<Arc<Known>>,
    fonts: OnceLock<Fonts>,
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
        (keyring, agency_keys, anchors): (Keyring, Arc<dyn KeyStore>, Anchors),
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
            sources: SourceDesk::default(),
            items: ItemShelf::default(),
            activity: ActivityDesk::default(),
            known,
            fonts: OnceLock::new(),
        };
        office.refresh()?;
        Ok(office)
    }

    /// What the office knows now.
    #[must_use]
    pub fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads catalogue and trust again if they changed; true if they were read. Data keys that
    /// another process has added to the keyring are taken in, too.
    ///
    /// Lists that are missing, older than those seen before, or cannot be opened are no error:
    /// the trust is [in doubt](Known::doubt) then, and read again each time.
    ///
    /// # Errors
    ///
    /// [`Failure`]; what was known stays, unless it was only the note of the lists seen that
    /// could not be written.
    pub fn refresh(&self) -> Result<bool, Failure> {
        self.store.vault().renew();
        let before = self.known();
        let generation = self
            .store
            .read(|rx| rx.setting(GENERATION))?
            .unwrap_or_default();
        let same = !before.newest.is_empty() && generation == before.generation;
        if same && before.doubt.is_none() {
            return Ok(false);
        }
        let seen = seen_lists::read(&self.settings, self.store.ledger_key());
        let known = self.store.snapshot(|rx| {
            let seen = seen.as_ref().map_err(String::as_str);
            Known::read(rx, &self.anchors, seen, before.trust.as_deref())
        })?;
        let noted = match (&seen, &known.doubt) {
            (Ok(seen), None) => seen_lists::note(self, *seen, known.trust.as_deref()),
            _ => Ok(()),
        };
        let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *place = Arc::new(known);
        noted?;
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

    /// The service's own key that signs for a purpose now: one that the trust in force calls
    /// good, so that nothing is signed that nobody would accept.
    ///
    /// # Errors
    ///
    /// [`Reason::Setup`] when none is left, with the commands to run.
    pub fn service_key(&self, purpose: ServicePurpose) -> Result<Arc<dyn Signer>, Failure> {
        let known = self.known();
        let signers = self.keyring.signers(purpose);
        service_key::choose(signers, purpose, known.trust.as_deref(), self.clock.now())
    }

    /// The fonts to print in, read when first asked for and kept: a server asks at its start.
    ///
    /// # Errors
    ///
    /// [`Reason::BadFile`] if a font that the settings name cannot be read or used.
    pub fn fonts(&self) -> Result<&Fonts, Failure> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(fonts);
        }
        let read = paper_fonts::read(&self.settings)?;
        Ok(self.fonts.get_or_init(|| read))
    }

    /// Whom we trust.
    ///
    /// # Errors
    ///
    /// [`Reason::Setup`] before the first trust list.
    pub fn trust(&self) -> Result<Arc<Trust>, Failure> {
        let known = self.known();
        known.trust.clone().ok_or_else(|| match &known.doubt {
            Some(doubt) => Failure::because(Reason::Setup, doubt.as_str()),
            None => Failure::saying(
                Reason::Setup,
                "no trust list yet: run `mianzheng trust publish`",
                Said::of("doctor", "trust_missing"),
            ),
        })
    }
}
