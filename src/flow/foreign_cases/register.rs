//! Register a case of another system: checked, signed and sealed, one under each number.

use serde_json::Value;
use serde_json::json;

use super::kept::FoundCase;
use super::kept::KeptCase;
use super::kept::find;
use super::system;
use super::view::ForeignCaseView;
use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::status_seal::service_did;
use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::usage::BadForeignCase;
use crate::domain::usage::ForeignCase;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::items::is_published;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::foreign_cases::ForeignCaseRow;
use crate::store::stored::stored_number;

/// The version of what is signed.
const FORMAT: u8 = 1;

/// Registers a case. `body` is the request as it came: what is signed names its digest, and the
/// same body again, under whatever key, gives the same answer.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is no system of an agency that uses certificates;
/// [`Reason::CaseDiffers`] when the agency registered another case under this number;
/// [`Reason::UnknownItem`] and [`Reason::UnknownScenario`] for what is not published, where items
/// are; [`Reason::CaseTimes`], [`Reason::OperatorMissing`], [`Reason::BadRequest`] for what is missing
/// or wrong; [`Reason::Setup`] without a key that signs. Nothing was written then.
pub fn register(
    office: &Office,
    case: &ForeignCase,
    body: &[u8],
    by: &Caller,
) -> Result<ForeignCaseView, Failure> {
    register_once(office, case, body, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`register`], and [`Reason::KeyReused`].
pub fn register_once(
    office: &Office,
    case: &ForeignCase,
    body: &[u8],
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<ForeignCaseView, Failure> {
    let known = office.known();
    let agency = known.agencies.get(&system(by)?);
    let agency = agency.filter(|agency| agency.user);
    let agency = agency.ok_or(Failure::refused(Reason::Forbidden))?;
    let now = office.clock.now();
    let digest = sha256(body);
    let same = |found: FoundCase| {
        if found.row.body_digest == digest {
            Ok(found)
        } else {
            Err(Failure::refused(Reason::CaseDiffers))
        }
    };
    let number = case.number.trim();
    // A case that is there is answered for, however old it is by now.
    let before = office
        .store
        .read(|rx| find(office, rx, agency.number, number))?;
    let found = if let Some(found) = before {
        same(found)?
    } else {
        let case = checked(office, case, now)?;
        let mut new = made(office, agency, (&case, digest), (by, now))?;
        let work = |tx: &mut Tx<'_>| {
            new.row.id = tx.reserve("foreign_case", 1)?;
            new.seal(office)?;
            tx.insert_foreign_case(&new.row)?;
            let told = json!({
                "what": "registered", "case": case.number, "item": case.item,
                "item_name": case.item_name, "scenario": case.scenario,
            });
            new.record(tx, (by, now), told)?;
            let id = new.row.id.to_string();
            Ok((new, id))
        };
        let again = |_: &str| Err(Failure::Broken("a case that was deleted".to_owned()));
        let written = office
            .store
            .write(|tx| idempotency::once(tx, once, now, again, work));
        match written {
            Ok(new) => new,
            // Somebody else was faster: with the same case, or with another.
            Err(why) => {
                let rows = office
                    .store
                    .read(|rx| find(office, rx, agency.number, number))?;
                same(rows.ok_or(why)?)?
            }
        }
    };
    Ok(ForeignCaseView::of(&found, now))
}

/// A case with what stands in it checked.
fn checked(office: &Office, case: &ForeignCase, now: Timestamp) -> Result<ForeignCase, Failure> {
    let case = case.checked(now).map_err(|why| {
        let reason = match why {
            BadForeignCase::Opened => Reason::CaseTimes,
            BadForeignCase::Operator(_) => Reason::OperatorMissing,
            _ => Reason::BadRequest,
        };
        Failure::because(reason, why.to_string())
    })?;
    if !is_published(office, &case.item)? {
        return Err(Failure::because(Reason::UnknownItem, case.item.as_str()));
    }
    let items = office.items()?;
    // A published item is one situation; where the base item is named, the agency says which.
    let mut named = items.iter().filter(|item| {
        item.code.to_string() == case.item || item.code.base().to_string() == case.item
    });
    if items.is_empty() || named.any(|item| item.scenario == case.scenario) {
        Ok(case)
    } else {
        Err(Failure::refused(Reason::UnknownScenario))
    }
}

/// A case that was not written yet, signed.
fn made(
    office: &Office,
    agency: &Agency,
    (case, digest): (&ForeignCase, [u8; 32]),
    (by, now): (&Caller, Timestamp),
) -> Result<FoundCase, Failure> {
    let signer = office.service_key(ServicePurpose::Receipt)?;
    let payload = payload(office, agency, (case, digest), (by, now));
    let index = holder_index(office.store.vault(), &case.applicant.code);
    Ok(FoundCase {
        row: ForeignCaseRow {
            id: 0,
            agency: stored_number(agency.number),
            number: case.number.clone(),
            item: case.item.clone(),
            opened_at: case.opened,
            until: case.until().millis(),
            registered_at: now.millis(),
            registered_by: by.id.clone(),
            closed_at: None,
            closed_by: None,
            result: None,
            holder_index: index.to_vec(),
            body_digest: digest.to_vec(),
            key_id: 0,
            sealed: Vec::new(),
        },
        kept: KeptCase {
            case: case.clone(),
            signed: signed_json::seal(&*signer, Message::ForeignCase, &payload)?,
            note: None,
        },
    })
}

/// What is signed: everything but who applies, who is masked.
fn payload(
    office: &Office,
    agency: &Agency,
    (case, digest): (&ForeignCase, [u8; 32]),
    (by, now): (&Caller, Timestamp),
) -> Value {
    json!({
        "format": FORMAT,
        "iss": service_did(&office.settings.authority),
        "aud": agency.code.to_string(),
        "iat": now.secs(),
        "agency": agency.name,
        "credential": by.id,
        "number": case.number,
        "item": case.item,
        "item_name": case.item_name,
        "scenario": case.scenario,
        "applicant": {
            "name": case.applicant.shown_name(),
            "code": case.applicant.code.to_string(),
        },
        "opened": Timestamp::from_millis(case.opened).to_string(),
        "until": case.until().to_string(),
        "operator": case.operator,
        "request_hash": base64url::encode(&digest),
    })
}
