//! What a consent holds: what was asked, the signed record of the answer, what served by it.

use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use super::acting::Right;
use super::acting::right;
use super::kept::Kept;
use super::served::Served;
use crate::codec::base64url;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::status_seal::service_did;
use crate::domain::caller::Caller;
use crate::domain::case::PaperReason;
use crate::domain::consent::Asked;
use crate::domain::consent::AskedField;
use crate::domain::consent::AskedMaterial;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::definition::CertificateType;
use crate::domain::event::EventKind;
use crate::domain::item::PREDICATES;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::consents::CONSENT;
use crate::store::consents::ConsentRow;
use crate::store::ledger::stored_key_id;

/// Seconds in which a holder answers at a window.
pub(super) const ANSWER_S: i64 = 120;

/// Minutes for which what she gave may be used.
pub(super) const USE_MINUTES: i64 = 30;

/// What is sealed of a consent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    /// Who of the case is asked, by place.
    pub(crate) person: usize,
    pub(crate) asked: Asked,
    /// The signed record of the answer.
    pub(crate) record: Option<String>,
    /// What came of it, for the officer to see until it may no longer be used.
    pub(crate) served: Vec<Served>,
}

impl Content {
    pub(crate) fn seal(&self, office: &Office, row: &mut ConsentRow) -> Result<(), Failure> {
        let text = serde_json::to_vec(self).map_err(|why| Failure::Broken(why.to_string()))?;
        let vault = office.store.vault();
        let sealed = vault.seal(&CONSENT, row.id, &text, &*office.randomness);
        row.key_id = stored_key_id(sealed.key_id);
        row.sealed = sealed.bytes;
        Ok(())
    }

    pub(crate) fn open(office: &Office, row: &ConsentRow) -> Result<Self, Failure> {
        let text = office.store.vault().open(&CONSENT, row.id, &row.sealed())?;
        serde_json::from_slice(&text)
            .map_err(|why| Failure::Broken(format!("consent {}: {why}", row.id)))
    }

    /// By what right somebody answers.
    pub(super) fn right(
        &self,
        office: &Office,
        kept: &Kept,
        acting: &[u8; 32],
    ) -> Result<Right, Failure> {
        let person = kept.case.people.get(self.person);
        let person = person.ok_or_else(|| Failure::Broken("nobody was asked".to_owned()))?;
        let types = self.asked.materials.iter().map(|m| m.type_code.as_str());
        let types: Vec<&str> = types.collect();
        right(office, kept, (person, &types), acting)
    }

    /// The places of the materials that were asked for.
    pub(crate) fn places(&self) -> Vec<usize> {
        self.asked.materials.iter().map(|m| m.material).collect()
    }

    /// Signs what was shown and answered.
    pub(super) fn sign(
        &mut self,
        office: &Office,
        row: &ConsentRow,
        state: ConsentState,
        (mode, subject, right): (ConsentMode, [u8; 16], &Right),
    ) -> Result<(), Failure> {
        let signer = office.service_key(ServicePurpose::Receipt)?;
        let record = json!({
            "format": 1,
            "iss": service_did(&office.settings.authority),
            "iat": office.clock.now().secs(),
            "consent": row.id,
            "subject": base64url::encode(&subject),
            "mode": mode.name(),
            "slip": row.slip,
            "acting": right.told(),
            "asked": self.asked,
            "answer": state.name(),
        });
        self.record = Some(signed_json::seal(&*signer, Message::Consent, &record)?);
        Ok(())
    }
}

/// What somebody is to be asked for materials of a case: just what the items need of them.
///
/// # Errors
///
/// [`Reason::Unproven`] when nothing proves yet what she is in the case; [`Reason::OverAsking`]
/// for a material that is not hers or that no certificate serves; [`Reason::NotFound`].
pub(super) fn asked(
    office: &Office,
    kept: &Kept,
    person: usize,
    places: &[usize],
    by: &Caller,
) -> Result<Asked, Failure> {
    let known = office.known();
    let agency = known.agencies.get(&super::act::agency_of(kept));
    let agency = agency.ok_or(Failure::refused(Reason::UnknownAgency))?;
    let who = kept.case.people.get(person);
    let who = who.ok_or(Failure::refused(Reason::NotFound))?;
    if places.is_empty() {
        return Err(Failure::because(Reason::BadRequest, "no material"));
    }
    let mut materials = Vec::with_capacity(places.len());
    for place in places {
        let material = kept.case.material(*place);
        let material = material.ok_or(Failure::refused(Reason::NotFound))?;
        let hers = kept.case.people_of(material).contains(&person);
        let of = material.certificate_type.as_ref();
        let of = of.and_then(|code| known.newest.get(code));
        let Some(of) = of.filter(|_| hers && material.is_waivable()) else {
            let what = "the items do not need this of this person";
            return Err(Failure::because(Reason::OverAsking, what));
        };
        if !who.is_proven(material.whose) {
            return Err(Failure::refused(Reason::Unproven));
        }
        let field = |key: &str| {
            let wants = material.wants.iter();
            let needing = wants.filter(|want| want.fields.iter().any(|f| f == key));
            let items = needing.filter_map(|want| kept.case.items.get(want.item));
            AskedField {
                key: key.to_owned(),
                label: label(of, key),
                needed_for: items.map(|item| item.name.clone()).collect(),
            }
        };
        materials.push(AskedMaterial {
            material: *place,
            name: material.name.clone(),
            type_code: of.definition.code.clone(),
            type_name: of.definition.name.clone(),
            fields: material.fields().into_iter().map(field).collect(),
        });
    }
    let now = office.clock.now();
    Ok(Asked {
        case: kept.row.number.clone(),
        agency: agency.name.clone(),
        agency_code: agency.code.to_string(),
        officer: by.id.clone(),
        items: kept
            .case
            .items
            .iter()
            .map(|item| item.name.clone())
            .collect(),
        materials,
        answer_by: now.plus_secs(ANSWER_S).to_string(),
        use_minutes: USE_MINUTES,
    })
}

fn label(of: &CertificateType, key: &str) -> String {
    match of.definition.field(key) {
        Some(field) => field.label.clone(),
        None if PREDICATES.contains(&key) => say(Lang::Zh, &format!("predicate.{key}"), &[]),
        None => say(Lang::Zh, &format!("claim.{key}"), &[]),
    }
}

/// The reason for paper that is left when what she gave does not serve.
pub(super) fn left(served: &Served) -> PaperReason {
    let suggested = served.suggests.as_deref().and_then(PaperReason::from_name);
    suggested.unwrap_or(PaperReason::Mismatch)
}

/// Records a step of a consent for whom it concerns.
pub(super) fn record(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    row: &ConsentRow,
    what: ConsentState,
    by: &Caller,
) -> Result<[u8; 16], Failure> {
    let index: Option<[u8; 32]> = row.holder_index.as_slice().try_into().ok();
    let subjects = tx.subjects(index.as_slice())?;
    let subject = index.and_then(|index| subjects.get(&index).copied());
    let told = json!({"consent": row.id, "step": what.name()});
    let mut event = kept.event(office, EventKind::ConsentChanged, by, &told);
    event.subject = subject;
    tx.record(event);
    Ok(subject.unwrap_or_default())
}

/// Whether a consent can still be answered.
pub(super) fn is_late(row: &ConsentRow, now: Timestamp) -> bool {
    row.state == ConsentState::Asked.number() && now.millis() >= row.expires_at
}
