//! The two sides of a mandate, sealed beside it, and the row as the domain has it.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::holder::HolderCode;
use crate::domain::holder::masked_name;
use crate::domain::mandate::Listed;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateKind;
use crate::domain::mandate::MandateStanding;
use crate::domain::mandate::MandateState;
use crate::domain::mandate::Scope;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::store::mandates::CONFIRMED;
use crate::store::mandates::MandateRow;
use crate::store::mandates::PARTIES;
use crate::store::mandates::PROPOSED;
use crate::store::mandates::REVOKED;
use crate::store::stored::sealed;

/// Somebody in a mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Their code.
    pub code: HolderCode,
    /// Their name, as the side that proposed wrote it.
    pub name: String,
}

/// What a row keeps sealed.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Sealed {
    pub(super) principal: SealedParty,
    pub(super) agent: SealedParty,
    /// What an officer relied on.
    pub(super) basis: Option<String>,
}

#[derive(Clone, Deserialize, Serialize)]
pub(super) struct SealedParty {
    code: String,
    name: String,
}

impl SealedParty {
    pub(super) fn of(party: &Party) -> Self {
        Self {
            code: party.code.written(),
            name: party.name.trim().to_owned(),
        }
    }

    /// As others may read it: an organisation's name, a person's masked.
    pub(super) fn displayed(&self) -> Result<String, Failure> {
        Ok(if self.read()?.kind().is_organisation() {
            self.name.clone()
        } else {
            masked_name(&self.name)
        })
    }

    fn read(&self) -> Result<HolderCode, Failure> {
        let code = HolderCode::read(&self.code);
        code.map_err(|_why| Failure::Broken("a party without a code".to_owned()))
    }
}

/// The parties of a mandate.
pub(super) fn opened(office: &Office, row: &MandateRow) -> Result<Sealed, Failure> {
    let value = sealed(row.key_id, row.sealed.clone());
    let text = office.store.vault().open(&PARTIES, row.id, &value)?;
    serde_json::from_slice(&text)
        .map_err(|_why| Failure::Broken(format!("mandate {} cannot be read", row.id)))
}

/// Who is acted for and who acts, as others may read it: organisations' names, people's masked.
pub(crate) fn displayed(office: &Office, row: &MandateRow) -> Result<(String, String), Failure> {
    let parties = opened(office, row)?;
    Ok((parties.principal.displayed()?, parties.agent.displayed()?))
}

/// How a mandate stands by itself.
pub(crate) fn standing(row: &MandateRow, now: Timestamp) -> Result<MandateStanding, Failure> {
    Ok(read(row)?.standing(now))
}

/// Whether the sealed parties are those whose indexes stand beside them.
pub(crate) fn parties_fit(office: &Office, row: &MandateRow) -> bool {
    let index = |party: &SealedParty| {
        let code = party.read().ok()?;
        Some(holder_index(office.store.vault(), &code).to_vec())
    };
    opened(office, row).is_ok_and(|parties| {
        index(&parties.principal).as_ref() == Some(&row.principal_index)
            && index(&parties.agent).as_ref() == Some(&row.agent_index)
    })
}

/// A list of codes as a row keeps it.
pub(super) fn written(listed: &Listed) -> String {
    match listed {
        Listed::All => "*".to_owned(),
        Listed::Only(codes) => serde_json::json!(codes).to_string(),
    }
}

fn listed(text: &str) -> Option<Listed> {
    if text == "*" {
        return Some(Listed::All);
    }
    serde_json::from_str(text).ok().map(Listed::Only)
}

/// A row as the domain has it.
pub(super) fn read(row: &MandateRow) -> Result<Mandate, Failure> {
    let index = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).ok();
    let at = |ms: Option<i64>| ms.map(Timestamp::from_millis);
    let state = match row.state {
        PROPOSED => Some(MandateState::Proposed),
        CONFIRMED => at(row.confirmed_at).map(|at| MandateState::Confirmed { at }),
        REVOKED => at(row.ended_at).map(|at| MandateState::Revoked { at }),
        _ => None,
    };
    let whole = || {
        Some(Mandate {
            id: row.id,
            kind: MandateKind::from_stored(row.kind)?,
            parent: row.parent,
            principal: index(&row.principal_index)?,
            agent: index(&row.agent_index)?,
            scope: Scope {
                items: listed(&row.items)?,
                types: listed(&row.types)?,
            },
            from: Timestamp::from_millis(row.valid_from),
            until: Timestamp::from_millis(row.until),
            state: state?,
        })
    };
    whole().ok_or_else(|| Failure::Broken(format!("mandate {} cannot be read", row.id)))
}
