//! What she holds and shows: certificates, codes, credentials.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Whose;
use crate::codec::base64url;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::value::hex;
use crate::flow::failure::Failure;
use crate::flow::register::Register;
use crate::flow::show::choice::Showing;
use crate::store::Rx;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::pictures::PICTURE;
use crate::store::show_sessions::CHOICE;

type Card = (CertificateRow, HolderRole);

impl Whose<'_> {
    /// Her certificates with all that stands on them; of those of a child whose guardian she
    /// is, which they are.
    pub(super) fn certificates(
        &self,
        rx: &mut Rx<'_>,
        cards: &[Card],
    ) -> Result<Vec<Value>, Failure> {
        let register = Register::of(self.office);
        let mut all = Vec::with_capacity(cards.len());
        for (row, role) in cards {
            let of = register.definition(row)?;
            let mut card = Map::new();
            let named = json!({
                "identifier": register.identifier(row)?.to_string(),
                "type_code": of.definition.code,
                "type_name": of.definition.name,
                "issuer": register.issuer(row)?.name,
                "standing": Standing::from_stored(row.status).map_or("", Standing::name),
                "role": match role {
                    HolderRole::Holder => "holder",
                    HolderRole::Guardian => "guardian",
                    HolderRole::Rebound => "rebound",
                },
            });
            card.extend(named.as_object().cloned().unwrap_or_default());
            if *role != HolderRole::Guardian {
                let used_up = rx.spent(row.id)?.uses;
                let used_up: Vec<String> = used_up.into_iter().map(|(base, _)| base).collect();
                let own = json!({
                    "issued_at": moment(row.issued_at),
                    "valid_from": Day::from_number(row.valid_from).to_string(),
                    "valid_to": row.valid_to.map(|day| Day::from_number(day).to_string()),
                    "facts": register.facts(row)?,
                    "pictures": self.pictures(rx, row.id)?,
                    "used_up_for": used_up,
                });
                card.extend(own.as_object().cloned().unwrap_or_default());
            }
            all.push(Value::Object(card));
        }
        Ok(all)
    }

    fn pictures(&self, rx: &mut Rx<'_>, certificate: i64) -> Result<Vec<Value>, Failure> {
        let pictures = rx.pictures_of(certificate)?.into_iter();
        let told = pictures.map(|(field, picture)| {
            let vault = self.office.store.vault();
            let bytes = vault.open(&PICTURE, certificate, &picture.sealed)?;
            Ok(json!({
                "field": field,
                "sha256": hex(&picture.sha256),
                "base64url": base64url::encode(&bytes),
            }))
        });
        told.collect()
    }

    /// The offline and printed codes that were made of them.
    pub(super) fn codes(&self, rx: &mut Rx<'_>, cards: &[Card]) -> Result<Vec<Value>, Failure> {
        let register = Register::of(self.office);
        let mut all = Vec::new();
        for (row, role) in cards {
            if *role == HolderRole::Guardian {
                continue;
            }
            for code in rx.codes_of(row.id)? {
                all.push(json!({
                    "identifier": register.identifier(row)?.to_string(),
                    "kind": if code.reference.is_some() { "printed" } else { "offline" },
                    "made_at": moment(code.made_at),
                    "expires_at": code.expires_at.map(moment),
                }));
            }
        }
        Ok(all)
    }

    /// What she showed live.
    pub(super) fn shown(&self, rx: &mut Rx<'_>, subject: &[u8; 16]) -> Result<Vec<Value>, Failure> {
        let register = Register::of(self.office);
        let mut all = Vec::new();
        for session in rx.sessions_of(subject)? {
            let vault = self.office.store.vault();
            let text = vault.open(&CHOICE, session.id, &session.sealed_choice())?;
            let shown: Showing =
                serde_json::from_slice(&text).map_err(|why| Failure::Broken(why.to_string()))?;
            let mut chosen = Vec::with_capacity(shown.choices().len());
            for choice in shown.choices() {
                let row = rx.certificate(choice.certificate)?;
                let identifier = row.map(|row| register.identifier(&row)).transpose()?;
                let identifier = identifier.map(|identifier| identifier.to_string());
                chosen.push(json!({"identifier": identifier, "fields": choice.fields}));
            }
            all.push(json!({
                "at": moment(session.created_at),
                "chosen": chosen,
                "held_longer": session.held,
                "spent_at": session.spent_at.map(moment),
                "spent_by": session.spent_by,
            }));
        }
        Ok(all)
    }

    /// What she logs in with.
    pub(super) fn credentials(&self, rx: &mut Rx<'_>) -> Result<Vec<Value>, Failure> {
        let rows = rx.credentials_of(&self.index)?.into_iter();
        let told = rows.map(|row| {
            json!({
                "credential": row.id,
                "label": row.label,
                "created_at": moment(row.created_at),
                "expires_at": moment(row.expires_at),
                "revoked_at": row.revoked_at.map(moment),
            })
        });
        Ok(told.collect())
    }
}

pub(super) fn moment(ms: i64) -> String {
    Timestamp::from_millis(ms).to_string()
}
