//! Change a certificate's status: suspend, resume, or end it with its legal word.

use serde_json::json;

use crate::codec::digest::sha256_parts;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::standing::Change;
use crate::domain::standing::Standing;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::status;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::idempotency::RequestKey;
use crate::store::ledger::Event;
use crate::store::stored::read_number;

/// The longest reason for a change, in characters.
pub const LONGEST_REASON: usize = 200;

/// A change that somebody asks for.
pub struct ChangeRequest<'a> {
    /// Which certificate.
    pub identifier: &'a CertificateIdentifier,
    /// What change.
    pub change: Change,
    /// Why, in the officer's words; at most 200 characters, kept sealed.
    pub reason: &'a str,
    /// On whose behalf.
    pub by: &'a Caller,
    /// The idempotency key, if one was sent.
    pub key: Option<RequestKey<'a>>,
}

/// Changes the status of a certificate. It shows in the status list within 60 seconds, and in
/// the register at once.
///
/// Only the agency that issued it, or an operator, may; to others it does not exist.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::WrongStep`], [`Reason::BadCause`] without a reason or with
/// one too long, [`Reason::KeyReused`]. Nothing was changed then.
pub fn change_status(office: &Office, request: &ChangeRequest<'_>) -> Result<Standing, Failure> {
    let reason = request.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let said = Said::of("fault", "reason_needed");
        return Err(Failure::saying(
            Reason::BadCause,
            "no reason, or a long one",
            said,
        ));
    }
    let row = owned(office, request.identifier, request.by)?;
    let digest = sha256_parts(&[
        request.identifier.to_string().as_bytes(),
        request.change.name().as_bytes(),
        reason.as_bytes(),
    ]);
    let now = office.clock.now();
    let once = request.key.map(|key| Once::of_digest(key, digest));
    let work = |tx: &mut Tx<'_>| {
        let from = current(tx.certificate(row.id)?.as_ref())?;
        let to = from.after(request.change).map_err(|why| {
            let said = Said::of("fault", "wrong_step")
                .with_word("from", format!("word.{}", why.from.name()))
                .with_word("step", format!("change.{}", why.change.name()));
            Failure::saying(Reason::WrongStep, why.to_string(), said)
        })?;
        if !tx.change_standing(row.id, from.stored(), to.stored(), now)? {
            return Err(Failure::because(
                Reason::Unavailable,
                "another change came first",
            ));
        }
        let holders = tx.holders_of(row.id)?;
        let first = holders
            .into_iter()
            .find(|h| h.role == HolderRole::Holder.stored());
        let index: Option<[u8; 32]> = first.and_then(|h| h.holder_index.try_into().ok());
        let subjects = tx.subjects(index.as_slice())?;
        let mut event = Event::new(EventKind::StatusChanged, now, &request.by.id);
        event.agency = Some(read_number(row.issuer));
        event.certificate = Some(row.id);
        event.subject = index.and_then(|i| subjects.get(&i).copied());
        event.status = Some(to.stored());
        event.details = Some(json!({"reason": reason, "word": to.name()}));
        tx.record(event);
        Ok((to, to.stored().to_string()))
    };
    let standing = office
        .store
        .write(|tx| idempotency::once(tx, once, now, read, work))?;
    status::forget(office, read_number(row.list_number));
    Ok(standing)
}

/// The row of a certificate that a caller may change: its own agency's, or any for an operator.
///
/// # Errors
///
/// [`Reason::NotFound`], whether it does not exist or belongs to another agency.
pub(crate) fn owned(
    office: &Office,
    identifier: &CertificateIdentifier,
    by: &Caller,
) -> Result<CertificateRow, Failure> {
    let row = Register::of(office).find(identifier)?;
    let may = |row: &CertificateRow| match by.role {
        Role::Operator => true,
        Role::Issuer => by.agency == Some(read_number(row.issuer)),
        _ => false,
    };
    row.filter(may).ok_or(Failure::refused(Reason::NotFound))
}

/// What the same request came to before, whatever the certificate has come to since.
fn read(reference: &str) -> Result<Standing, Failure> {
    let standing = reference.parse().ok().and_then(Standing::from_stored);
    standing.ok_or_else(|| Failure::Broken("a change without its standing".to_owned()))
}

fn current(row: Option<&CertificateRow>) -> Result<Standing, Failure> {
    let standing = row.and_then(|row| Standing::from_stored(row.status));
    standing.ok_or_else(|| Failure::Broken("a certificate without a standing".to_owned()))
}
