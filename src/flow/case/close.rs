//! Close a case, and sign its receipt 回执: what was waived by which certificate, what was handed
//! in and why, by whom, under which rules.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;
use serde_json::json;

use super::act::agency_of;
use super::acting::Acted;
use super::consent::Content;
use super::kept::Kept;
use super::kept::refused;
use super::person::opened;
use super::view::CaseView;
use super::view::look;
use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signer::Signer;
use crate::crypto::status_seal::service_did;
use crate::domain::caller::Caller;
use crate::domain::case::CaseMaterial;
use crate::domain::case::State;
use crate::domain::event::EventKind;
use crate::domain::item::Route;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::ledger::stored_key_id;
use crate::store::receipts::RECEIPT;
use crate::store::receipts::ReceiptRow;

/// The version of what a receipt says. From 2 on a certificate that somebody else than its holder
/// authorised says in `authorised` who did, in which capacity and by what.
const FORMAT: u8 = 2;

/// Closes a case and signs its receipt, in one transaction.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`]; [`Reason::MaterialsOpen`] while something is
/// not settled. Nothing was changed then.
pub fn close(office: &Office, number: &str, by: &Caller) -> Result<CaseView, Failure> {
    close_once(office, number, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`close`], and [`Reason::KeyReused`].
pub fn close_once(
    office: &Office,
    number: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CaseView, Failure> {
    let now = office.clock.now();
    let signer = office.service_key(ServicePurpose::Receipt)?;
    let work = |tx: &mut Tx<'_>| {
        let mut kept = opened(office, tx, number, by)?;
        if !kept.case.unsettled().is_empty() {
            return Err(Failure::refused(Reason::MaterialsOpen));
        }
        kept.case.close(now).map_err(refused)?;
        kept.put(office, tx)?;
        sign(office, tx, &kept, &*signer, by)?;
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look(office, number, by)
}

/// Signs a receipt of a closed case and keeps it.
fn sign(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    signer: &dyn Signer,
    by: &Caller,
) -> Result<(), Failure> {
    let now = office.clock.now();
    let before = tx.receipts_of(kept.row.id)?.into_iter().next_back();
    let version = before
        .as_ref()
        .map_or(1, |last| last.version.saturating_add(1));
    let replaces = before.map(|last| base64url::encode(&last.digest));
    let authorised = authorised(office, tx, kept)?;
    let numbered = (version, replaces.as_deref());
    let content = content(office, kept, numbered, &authorised, by);
    let signed = signed_json::seal(signer, Message::Receipt, &content)?;
    let digest = sha256(signed.as_bytes());
    let id = tx.reserve("receipt", 1)?;
    let vault = office.store.vault();
    let sealed = vault.seal(&RECEIPT, id, signed.as_bytes(), &*office.randomness);
    tx.insert_receipt(&ReceiptRow {
        id,
        case_id: kept.row.id,
        version,
        digest: digest.to_vec(),
        issued_at: now.millis(),
        voided_at: None,
        key_id: stored_key_id(sealed.key_id),
        sealed: sealed.bytes,
    })?;
    let what = json!({"receipt": version, "waived": kept.case.waived()});
    let mut event = kept.event(office, EventKind::ReceiptChanged, by, &what);
    event.digest = Some(digest);
    let applicant = kept.indexes(office).first().copied();
    let subjects = tx.subjects(applicant.as_slice())?;
    event.subject = applicant.and_then(|index| subjects.get(&index).copied());
    tx.record(event);
    Ok(())
}

/// Who authorised what, by consent.
type Authorised = BTreeMap<i64, Vec<Acted>>;

/// Who gave each consent under which something served.
fn authorised(office: &Office, tx: &mut Tx<'_>, kept: &Kept) -> Result<Authorised, Failure> {
    let mut all = BTreeMap::new();
    let uses = kept.case.materials.iter().flat_map(|m| &m.uses);
    for consent in uses.filter_map(|used| used.consent) {
        if let Entry::Vacant(free) = all.entry(consent)
            && let Some(row) = tx.consent(consent)?
        {
            free.insert(Content::open(office, &row)?.acted);
        }
    }
    Ok(all)
}

/// What a receipt says. People are named as on any paper that lies about: masked.
fn content(
    office: &Office,
    kept: &Kept,
    (version, replaces): (i16, Option<&str>),
    authorised: &Authorised,
    by: &Caller,
) -> Value {
    let known = office.known();
    let agency = |number: u32| {
        let found = known.agencies.get(&number);
        found.map(|agency| json!({"code": agency.code.to_string(), "name": agency.name}))
    };
    let case = &kept.case;
    let items = case.items.iter().map(|item| {
        json!({
            "code": item.code,
            "name": item.name,
            "scenario": item.scenario,
            "agency": agency(item.agency),
            "rule_version": item.rule_version,
        })
    });
    let people = case.people.iter().map(|person| {
        json!({
            "roles": person.roles,
            "name": person.shown_name(),
            "code_type": person.code.kind().to_string(),
            "code_last4": person.code.last4(),
            "proof": person.proof,
        })
    });
    let left_out = |material: &&CaseMaterial| material.state != State::NotAsked;
    let materials = case.materials.iter().filter(left_out);
    let materials = materials.map(|of| material(of, authorised));
    json!({
        "format": FORMAT,
        "iss": service_did(&office.settings.authority),
        "iat": office.clock.now().secs(),
        "case": kept.row.number,
        "foreign_number": kept.row.foreign_number,
        "receipt": version,
        "replaces": replaces,
        "agency": agency(agency_of(kept)),
        "officer": by.id,
        "opened_at": Timestamp::from_millis(kept.row.opened_at).to_string(),
        "closed_at": case.closed_at.map(|at| Timestamp::from_millis(at).to_string()),
        "items": items.collect::<Vec<_>>(),
        "people": people.collect::<Vec<_>>(),
        "materials": materials.collect::<Vec<_>>(),
        "waived": case.waived(),
    })
}

fn material(material: &CaseMaterial, authorised: &Authorised) -> Value {
    let uses = material.uses.iter().map(|used| {
        let acted = used.consent.and_then(|consent| authorised.get(&consent));
        let mut acted = acted.into_iter().flatten();
        let other = acted.find(|acted| acted.person == used.person && acted.by_another);
        json!({
            "authorised": other.map(|acted| &acted.told),
            "identifier": used.identifier,
            "digest": used.digest,
            "verdict": used.verdict,
            "at": Timestamp::from_millis(used.at).to_string(),
            "shown_by": used.shown_by,
            "person": used.person,
            "use_record": used.record,
        })
    });
    let route = match material.state {
        State::Waived { route } => Some(route),
        State::Promised => Some(Route::Promise),
        _ => None,
    };
    json!({
        "name": material.name,
        "items": material.wants.iter().map(|want| want.item).collect::<Vec<_>>(),
        "state": material.state.name(),
        "route": route.map(Route::name),
        "exempt": material.exempt,
        "reason": match material.state {
            State::NeedsPaper { reason } => Some(reason.name()),
            _ => None,
        },
        "until": match material.state {
            State::Tolerant { until } => Some(until.to_string()),
            _ => None,
        },
        "note": material.note,
        "certificates": uses.collect::<Vec<_>>(),
    })
}
