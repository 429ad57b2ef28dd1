//! What a consent holds: what was asked, the signed record of the answer, what served by it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use super::acting::answering;
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
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::flow::acting::Acted;
use crate::flow::acting::Answering;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::consents::CONSENT;
use crate::store::consents::ConsentRow;
use crate::store::ledger::stored_key_id;

/// The version of what the signed record of an answer says. 1 had in `acting` no more than `by`
/// and the numbers of mandates, and not whom it was for; 2 has a line for each person with who
/// answered, in which capacity and by what, and in `chosen` what was given of what was shown.
const FORMAT: u8 = 2;

/// Seconds in which a holder answers at a window.
pub(crate) const ANSWER_S: i64 = 120;

/// Minutes for which what she gave may be used.
pub(crate) const USE_MINUTES: i64 = 30;

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
    /// Who gave it, for each person who was asked.
    #[serde(default)]
    pub(crate) acted: Vec<Acted>,
    /// What is given by one live code, where she was asked so.
    #[serde(default)]
    pub(crate) offer: Option<CaseOffer>,
    /// What a system asks it for, where it is for no case of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) for_use: Option<ForUse>,
    /// The code that leads a phone to it, where a window shows it until it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// The use that a system asks a holder for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForUse {
    /// The code of the item.
    pub(crate) item: String,
    /// The fields, and no others.
    pub(crate) fields: Vec<String>,
    /// Whose certificates, as her code is written; none where she was asked by a code that she
    /// showed.
    pub(crate) whose: Option<String>,
    /// The code that leads to the request: its holder finds it without scanning anything.
    pub(crate) code: String,
}

/// What somebody gives a case by one live code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseOffer {
    /// Who answers: the blind index of her code.
    pub(crate) acting: [u8; 32],
    /// Each material, by place, with the certificate for it.
    #[serde(rename = "parts")]
    pub(crate) pieces: Vec<Piece>,
}

/// A material of a case, whose it is, and the certificate that is given for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Piece {
    /// The material, by place.
    pub(crate) material: usize,
    /// Who of the case, by place.
    pub(crate) person: usize,
    /// The register's number of the certificate.
    pub(crate) certificate: i64,
}

impl Content {
    /// Seals it into its row, whose state and times are as they will be.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it makes no JSON.
    pub(crate) fn seal(&self, office: &Office, row: &mut ConsentRow) -> Result<(), Failure> {
        let text = serde_json::to_vec(self).map_err(|why| Failure::Broken(why.to_string()))?;
        let vault = office.store.vault();
        let sealed = vault.seal(&CONSENT, row.id, &text, &*office.randomness);
        row.key_id = stored_key_id(sealed.key_id);
        row.sealed = sealed.bytes;
        let waits = row.state == ConsentState::Asked.number() || self.has_fields();
        row.due_at = waits.then_some(row.expires_at);
        Ok(())
    }

    /// Whether fields that it brought are still kept.
    pub(crate) fn has_fields(&self) -> bool {
        self.served.iter().any(|one| !one.fields.is_empty())
    }

    /// Takes the fields out of what it brought; that it served stays.
    pub(crate) fn forget_fields(&mut self) {
        for served in &mut self.served {
            served.fields.clear();
        }
    }

    pub(crate) fn open(office: &Office, row: &ConsentRow) -> Result<Self, Failure> {
        let text = office.store.vault().open(&CONSENT, row.id, &row.sealed())?;
        serde_json::from_slice(&text)
            .map_err(|why| Failure::Broken(format!("consent {}: {why}", row.id)))
    }

    /// By what right somebody answers for everybody who is asked.
    pub(super) fn rights(
        &self,
        office: &Office,
        rx: &mut Rx<'_>,
        kept: &Kept,
        acting: &[u8; 32],
    ) -> Result<Vec<Answering>, Failure> {
        let mut asked: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for material in &self.asked.materials {
            let of_type = material.type_code.as_str();
            let Some(offer) = &self.offer else {
                asked.entry(self.person).or_default().push(of_type);
                continue;
            };
            let pieces = offer.pieces.iter();
            for piece in pieces.filter(|piece| piece.material == material.material) {
                asked.entry(piece.person).or_default().push(of_type);
            }
        }
        let asked = asked.into_iter();
        asked
            .map(|(place, types)| answering(office, rx, kept, (place, &types), acting))
            .collect()
    }

    /// The places of the materials that were asked for.
    pub(crate) fn places(&self) -> Vec<usize> {
        self.asked.materials.iter().map(|m| m.material).collect()
    }

    /// Signs what was shown and answered, by whom, and by what right.
    pub(crate) fn sign(
        &mut self,
        office: &Office,
        row: &ConsentRow,
        answer: &Answer<'_>,
    ) -> Result<(), Failure> {
        let signer = office.service_key(ServicePurpose::Receipt)?;
        let acting = answer.rights.iter().map(Answering::told);
        if answer.state == ConsentState::Given {
            self.acted = acting.clone().cloned().collect();
        }
        let given = self.offer.iter().flat_map(|offer| &offer.pieces);
        let given = given.filter(|_| answer.state == ConsentState::Given);
        let given: Vec<usize> = given.map(|piece| piece.material).collect();
        let record = json!({
            "format": FORMAT,
            "iss": service_did(&office.settings.authority),
            "iat": office.clock.now().secs(),
            "consent": row.id,
            "subject": base64url::encode(&answer.subject),
            "mode": ConsentMode::from_number(row.mode).name(),
            "slip": row.slip,
            "acting": acting.map(|acted| &acted.told).collect::<Vec<_>>(),
            "asked": self.asked,
            "chosen": self.offer.is_some().then_some(given),
            "answer": answer.state.name(),
        });
        self.record = Some(signed_json::seal(&*signer, Message::Consent, &record)?);
        Ok(())
    }
}

/// An answer, as its signed record has it.
pub(crate) struct Answer<'a> {
    /// What was answered.
    pub(crate) state: ConsentState,
    /// Whom it concerns, as the ledger knows her.
    pub(crate) subject: [u8; 16],
    /// By what right.
    pub(crate) rights: &'a [Answering],
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
pub(crate) fn is_late(row: &ConsentRow, now: Timestamp) -> bool {
    row.state == ConsentState::Asked.number() && now.millis() >= row.expires_at
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn what_was_sealed_before_there_were_signers_is_still_read() {
        let sealed = r#"{"person": 1, "asked": {"case": "15250220261123000017",
            "agency": "示例", "agency_code": "11152502MY0000143N", "officer": "c7",
            "items": ["出生登记"], "materials": [{"material": 0, "name": "出生医学证明",
                "type_code": "11152500MY0000012D001", "type_name": "出生医学证明",
                "fields": []}],
            "answer_by": "2026-11-23T09:02:00+08:00", "use_minutes": 30},
            "record": "e30.e30.c2ln", "served": []}"#;
        let content: Content = serde_json::from_str(sealed).unwrap();
        assert!(content.asked.materials[0].required && content.acted.is_empty());
        assert!(content.offer.is_none());
        assert_eq!(content.places(), [0]);
    }
}
