//! Close a case, and sign its receipt 回执: what was waived by which certificate, what was handed
//! in and why, by whom, under which rules.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::json;

use super::consent::Content;
use super::kept::Kept;
use super::kept::refused;
use super::outdated::clear_case;
use super::person::opened;
use super::says::content;
use super::view::CaseView;
use super::view::look_after;
use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::signer::Signer;
use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::flow::acting::Acted;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::ledger::stored_key_id;
use crate::store::receipts::RECEIPT;
use crate::store::receipts::ReceiptRow;

/// Closes a case and signs its receipt, in one transaction; fields that were disclosed for it are
/// kept no longer.
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
        clear_case(office, tx, &kept)?;
        sign(office, tx, &kept, &*signer, by)?;
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))?;
    look_after(office, number, by)
}

/// Signs a receipt of a closed case and keeps it.
pub(crate) fn sign(
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
    let content = content(office, kept, (version, replaces), &authorised, by);
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
    let (waived, not_waived) = (kept.case.waived(), kept.case.not_waived());
    let what = json!({"receipt": version, "waived": waived, "not_waived": not_waived});
    let mut event = kept.event(office, EventKind::ReceiptChanged, by, &what);
    event.digest = Some(digest);
    let applicant = kept.indexes(office).first().copied();
    let subjects = tx.subjects(applicant.as_slice())?;
    event.subject = applicant.and_then(|index| subjects.get(&index).copied());
    tx.record(event);
    Ok(())
}

/// Who authorised what, by consent.
pub(super) type Authorised = BTreeMap<i64, Vec<Acted>>;

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
