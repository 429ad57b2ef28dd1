//! Add a picture: the bytes that a certificate already names by their SHA-256.

use crate::codec::digest::sha256;
use crate::domain::caller::Caller;
use crate::domain::definition::FieldKind;
use crate::domain::event::EventKind;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::value::hex;
use crate::flow::change_status::owned;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::ledger::Event;
use crate::store::pictures::PICTURE;
use crate::store::pictures::StoredPicture;
use crate::store::stored::read_number;

/// Adds the picture of a field. Only the bytes whose SHA-256 was signed are taken, so that
/// adding changes nothing of what the certificate says; adding them again does nothing.
///
/// # Errors
///
/// [`Reason::NotFound`]; [`Reason::NoSuchField`] when the field is no picture of the
/// certificate; [`Reason::BadPicture`] for other bytes. Nothing was added then.
pub fn add_picture(
    office: &Office,
    identifier: &CertificateIdentifier,
    (field, bytes): (&str, &[u8]),
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    let row = owned(office, identifier, by)?;
    let register = Register::of(office);
    let definition = &register.definition(&row)?.definition;
    let is_picture = |f: &crate::domain::definition::Field| f.kind == FieldKind::Image;
    if !definition.field(field).is_some_and(is_picture) {
        return Err(Failure::because(Reason::NoSuchField, field));
    }
    let facts = register.facts(&row)?;
    let digest = sha256(bytes);
    let named = facts
        .get(field)
        .and_then(|picture| picture.get("sha256")?.as_str());
    if named != Some(hex(&digest).as_str()) {
        return Err(Failure::because(
            Reason::BadPicture,
            "not the bytes whose SHA-256 the certificate names",
        ));
    }
    let vault = office.store.vault();
    let sealed = vault.seal(&PICTURE, row.id, bytes, &*office.randomness);
    let picture = StoredPicture {
        sha256: digest,
        sealed,
    };
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        if tx.picture(row.id, field)?.is_some() {
            return Ok(());
        }
        tx.put_picture(row.id, field, &picture)?;
        let mut event = Event::new(EventKind::PictureAdded, now, &by.id);
        event.agency = Some(read_number(row.issuer));
        event.certificate = Some(row.id);
        event.digest = Some(digest);
        tx.record(event);
        Ok(())
    })
}
