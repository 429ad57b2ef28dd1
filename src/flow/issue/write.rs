//! Commit: certificates, holders, pictures, what they replace, the ledger. One transaction.

use crate::codec::digest::sha256;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::issue::Issued;
use crate::flow::issue::Marks;
use crate::flow::issue::Order;
use crate::flow::issue::Submission;
use crate::flow::issue::decide::Decision;
use crate::flow::issue::reserve::Place;
use crate::flow::issue::seal::SealedCertificate;
use crate::flow::office::Office;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::holders::HolderRow;
use crate::store::idempotency::Claim;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::pictures::PICTURE;
use crate::store::pictures::StoredPicture;
use crate::store::stored::stored_number;

/// Why nothing was written.
#[derive(Debug)]
pub enum Stop {
    /// Another writer changed what was decided on: look again.
    Raced,
    /// It failed.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Stop {
    fn from(why: E) -> Self {
        Self::Failed(why.into())
    }
}

/// Everything that one write needs, side by side.
pub(crate) struct Work<'a> {
    pub(crate) submissions: &'a [Submission],
    pub(crate) marks: &'a [Marks],
    pub(crate) decisions: &'a [Decision],
    pub(crate) places: &'a [Option<Place>],
    pub(crate) sealed: &'a [Option<SealedCertificate>],
}

/// Writes what was decided and sealed.
pub(crate) fn write(office: &Office, order: Order<'_>, work: &Work<'_>) -> Result<(), Stop> {
    let now = office.clock.now();
    office.store.write(|tx| {
        claim(tx, order, work, now)?;
        let replaced = end_replaced(tx, order, work, now)?;
        let (mut rows, mut people) = (Vec::new(), Vec::new());
        let parts = work
            .submissions
            .iter()
            .zip(work.marks)
            .zip(work.places)
            .zip(work.sealed);
        for (((submission, marks), place), sealed) in parts {
            let (Some(place), Some(sealed)) = (place, sealed) else {
                continue;
            };
            rows.push(row(order, submission, marks, place, sealed, now));
            people.extend(people_of(order, marks, place));
        }
        let rebound = carry_rebindings(tx, order, work, &mut people, now)?;
        tx.insert_certificates(&rows)?;
        tx.insert_holders(&people)?;
        put_pictures(office, tx, work)?;
        record(tx, order, work, &replaced, now)?;
        for event in rebound {
            tx.record(event);
        }
        Ok(())
    })
}

/// Whoever was bound to a certificate by a number they got later is bound to its next version.
fn carry_rebindings(
    tx: &mut Tx<'_>,
    order: Order<'_>,
    work: &Work<'_>,
    people: &mut Vec<HolderRow>,
    now: Timestamp,
) -> Result<Vec<Event>, Stop> {
    let mut events = Vec::new();
    for (decision, place) in work.decisions.iter().zip(work.places) {
        let (Decision::Correct(before), Some(place)) = (decision, place) else {
            continue;
        };
        let bound = tx.holders_of(before.row.id)?.into_iter();
        for bound in bound.filter(|p| p.role == HolderRole::Rebound.stored()) {
            let own = people.iter().filter(|p| p.certificate_id == place.id);
            let position = i16::try_from(own.count()).unwrap_or(i16::MAX);
            let index: Option<[u8; 32]> = bound.holder_index.clone().try_into().ok();
            let subjects = tx.subjects(index.as_slice())?;
            let mut event = Event::new(EventKind::Rebound, now, &order.by.id);
            event.agency = Some(order.issuer.number);
            event.certificate = Some(place.id);
            event.subject = index.and_then(|i| subjects.get(&i).copied());
            event.digest = index;
            events.push(event);
            people.push(HolderRow {
                certificate_id: place.id,
                position,
                ..bound
            });
        }
    }
    Ok(events)
}

/// The request's idempotency key, in the same transaction as its effect.
fn claim(tx: &mut Tx<'_>, order: Order<'_>, work: &Work<'_>, now: Timestamp) -> Result<(), Stop> {
    let Some((key, digest)) = order.key else {
        return Ok(());
    };
    let outcomes = work
        .decisions
        .iter()
        .cloned()
        .zip(work.places.iter().cloned());
    let issued: Vec<Issued> = outcomes.filter_map(|(d, p)| d.outcome(p)).collect();
    let reference = issued
        .first()
        .map(|i| format!("{} {}", i.name(), i.identifier()));
    match tx.claim_key(&key, &digest, reference.as_deref(), now)? {
        Claim::Fresh => Ok(()),
        // The same request, twice at the same moment: the other one is done.
        Claim::Same(_) => Err(Stop::Raced),
        Claim::OtherBody => Err(Stop::Failed(Failure::refused(Reason::KeyReused))),
    }
}

/// Supersedes or ends what is replaced, and tells whose it was.
fn end_replaced(
    tx: &mut Tx<'_>,
    order: Order<'_>,
    work: &Work<'_>,
    now: Timestamp,
) -> Result<Vec<Event>, Stop> {
    let mut events = Vec::new();
    for decision in work.decisions {
        let Some((before, after)) = decision.before() else {
            continue;
        };
        if !tx.change_standing(before.row.id, before.row.status, after.stored(), now)? {
            return Err(Stop::Raced);
        }
        let mut event = Event::new(EventKind::StatusChanged, now, &order.by.id);
        event.agency = Some(order.issuer.number);
        event.certificate = Some(before.row.id);
        event.status = Some(after.stored());
        events.push(event);
    }
    Ok(events)
}

fn row(
    order: Order<'_>,
    submission: &Submission,
    marks: &Marks,
    place: &Place,
    sealed: &SealedCertificate,
    now: Timestamp,
) -> CertificateRow {
    let content = &submission.content;
    CertificateRow {
        id: place.id,
        type_number: stored_number(order.of.number),
        type_version: stored_number(order.of.version),
        issuer: stored_number(order.issuer.number),
        serial: place.identifier.serial.to_string(),
        version: i16::try_from(place.identifier.version.number()).unwrap_or(i16::MAX),
        number_index: marks.number.to_vec(),
        content_mac: marks.content.to_vec(),
        issued_at: now.millis(),
        valid_from: content.valid_from.number(),
        valid_to: content.valid_to.map(Day::number),
        list_number: stored_number(place.status.list),
        list_index: stored_number(place.status.index),
        status: Standing::InForce.stored(),
        status_at: now.millis(),
        predecessor: place.predecessor.as_ref().map(|(id, _)| *id),
        digest: sealed.digest.to_vec(),
        key_id: stored_key_id(sealed.sealed.key_id),
        sealed: sealed.sealed.bytes.clone(),
    }
}

fn people_of<'a>(
    order: Order<'a>,
    marks: &'a Marks,
    place: &'a Place,
) -> impl Iterator<Item = HolderRow> + 'a {
    let holders = marks
        .holders
        .iter()
        .map(|index| (HolderRole::Holder, index));
    let guardians = marks
        .guardians
        .iter()
        .map(|index| (HolderRole::Guardian, index));
    holders
        .chain(guardians)
        .enumerate()
        .map(move |(at, (role, index))| HolderRow {
            certificate_id: place.id,
            position: i16::try_from(at).unwrap_or(i16::MAX),
            role: role.stored(),
            holder_index: index.to_vec(),
            type_number: stored_number(order.of.number),
        })
}

fn put_pictures(office: &Office, tx: &mut Tx<'_>, work: &Work<'_>) -> Result<(), StoreError> {
    for (submission, place) in work.submissions.iter().zip(work.places) {
        let Some(place) = place else { continue };
        for (field, bytes) in &submission.pictures {
            let sealed = office
                .store
                .vault()
                .seal(&PICTURE, place.id, bytes, &*office.randomness);
            tx.put_picture(
                place.id,
                field,
                &StoredPicture {
                    sha256: sha256(bytes),
                    sealed,
                },
            )?;
        }
    }
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    order: Order<'_>,
    work: &Work<'_>,
    replaced: &[Event],
    now: Timestamp,
) -> Result<(), StoreError> {
    let first = |marks: &Marks| marks.holders.first().copied();
    let indexes: Vec<[u8; 32]> = work.marks.iter().filter_map(first).collect();
    let subjects = tx.subjects(&indexes)?;
    for event in replaced {
        tx.record(event.clone());
    }
    for ((marks, place), sealed) in work.marks.iter().zip(work.places).zip(work.sealed) {
        let (Some(place), Some(sealed)) = (place, sealed) else {
            continue;
        };
        let mut event = Event::new(EventKind::Issued, now, &order.by.id);
        event.agency = Some(order.issuer.number);
        event.certificate = Some(place.id);
        event.subject = first(marks).and_then(|index| subjects.get(&index).copied());
        event.digest = Some(sealed.digest);
        event.status = Some(Standing::InForce.stored());
        tx.record(event);
    }
    Ok(())
}
