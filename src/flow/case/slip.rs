//! 现场授权: authorise in person without a phone, by identity card, the officer's face check
//! and a signed slip.

use super::acting::answering;
use super::answer::answered;
use super::ask::row;
use super::asked::asked;
use super::consent::Content;
use super::kept::Kept;
use super::kept::refused;
use super::person::opened;
use super::refusal::noted;
use super::view::CaseView;
use super::view::look_after;
use crate::codec::presented::LIVE_LENGTH;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::consent::Asked;
use crate::domain::consent::ConsentMode;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::flow::acting::Answering;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::show::live::alphanumeric;
use crate::store::Rx;
use crate::store::Tx;

/// What the officer did and read while somebody stood before her.
#[derive(Clone, Debug)]
pub struct Slip {
    /// The number on the slip that was signed.
    pub number: String,
    /// The name on the card.
    pub name: String,
    /// The number on the card, as the reader gave it or as it was typed.
    pub code: HolderCode,
    /// Typed a second time, where no reader read it.
    pub typed_again: Option<HolderCode>,
    /// Whether a reader read the card.
    pub card_was_read: bool,
    /// Whether the officer compared face and card.
    pub face_checked: bool,
}

/// Takes the authorisation of somebody who is there in person: the slip says who asks, why,
/// which fields and until when, as a phone would, and what she signs serves at once.
///
/// # Errors
///
/// [`Reason::BadSlip`] without a number, with one that the agency has used, or when the card is
/// not of the person who is asked; [`Reason::NeedsMatch`] without the face check;
/// [`Reason::NotFound`], [`Reason::CaseClosed`], [`Reason::Unproven`], [`Reason::OverAsking`].
/// Nothing was disclosed then, and that it was tried is recorded for whom it concerns.
pub fn authorise_in_person(
    office: &Office,
    number: &str,
    (person, places): (usize, &[usize]),
    slip: &Slip,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CaseView, Failure> {
    let signed = sign(office, number, (person, places), slip, by, once);
    noted(office, number, (person, places), signed, by)?;
    look_after(office, number, by)
}

/// What the slip says that somebody signs in person: who asks, why, which fields of what, until
/// when. Nothing is asked by it.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`], [`Reason::Unproven`], [`Reason::OverAsking`].
pub fn slip_says(
    office: &Office,
    number: &str,
    (person, places): (usize, &[usize]),
    by: &Caller,
) -> Result<Asked, Failure> {
    let kept = office.store.read(|rx| Kept::read(office, rx, number, by))?;
    if kept.case.is_closed() {
        return Err(Failure::refused(Reason::CaseClosed));
    }
    kept.reading("case", 1, office).record(office, by)?;
    asked(office, &kept, person, places, &by.id)
}

fn sign(
    office: &Office,
    number: &str,
    (person, places): (usize, &[usize]),
    slip: &Slip,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    let now = office.clock.now();
    let slip_number = slip.number.trim();
    if !(1..=64).contains(&slip_number.chars().count()) {
        return Err(Failure::because(Reason::BadSlip, "the slip has no number"));
    }
    if !slip.face_checked {
        return Err(Failure::refused(Reason::NeedsMatch));
    }
    if !slip.card_was_read && slip.typed_again.as_ref() != Some(&slip.code) {
        let what = "a number that is typed is typed twice alike";
        return Err(Failure::because(Reason::BadSlip, what));
    }
    let rights = right_of_card(office, number, (person, places), slip, by)?;
    let work = |tx: &mut Tx<'_>| {
        let mut kept = opened(office, tx, number, by)?;
        let asked = asked(office, &kept, person, places, &by.id)?;
        let id = tx.reserve("consent", 1)?;
        for place in places {
            kept.case.act(*place, &Act::Ask(id), now).map_err(refused)?;
        }
        let content = Content {
            person,
            asked,
            record: None,
            served: Vec::new(),
            acted: Vec::new(),
            offer: None,
            for_use: None,
            code: None,
        };
        let index = kept
            .indexes(office)
            .get(person)
            .copied()
            .unwrap_or_default();
        // Nobody is led to it: it was answered on paper.
        let code = alphanumeric(LIVE_LENGTH, &*office.randomness);
        let mode = ConsentMode::InPerson;
        let row = row(
            office,
            &kept,
            id,
            (&code, index),
            mode,
            Some(slip_number),
            &content,
        )?;
        tx.insert_consent(&row)?;
        answered(office, tx, kept, row, (true, &rights), by)?;
        Ok(((), number.to_owned()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, |_| Ok(()), work))
        .map_err(|why: Failure| if why.is_taken() { used() } else { why })
}

/// By what right the person with the card signs: for herself, as a guardian or by a mandate.
fn right_of_card(
    office: &Office,
    number: &str,
    (person, places): (usize, &[usize]),
    slip: &Slip,
    by: &Caller,
) -> Result<Vec<Answering>, Failure> {
    let kept = office.store.read(|rx| Kept::read(office, rx, number, by))?;
    let who = kept.case.people.get(person);
    let who = who.ok_or(Failure::refused(Reason::NotFound))?;
    if who.code == slip.code && who.name != slip.name.trim() {
        let what = "the name on the card is another";
        return Err(Failure::because(Reason::BadSlip, what));
    }
    let types = places.iter().filter_map(|place| kept.case.material(*place));
    let types: Vec<&str> = types
        .filter_map(|m| m.certificate_type.as_deref())
        .collect();
    let acting = holder_index(office.store.vault(), &slip.code);
    let of = |rx: &mut Rx<'_>| answering(office, rx, &kept, (person, &types), &acting);
    let found = office.store.read(of).map_err(|why| {
        if why.problem().reason == Reason::OtherHolder {
            let what = "the card is not of the person who is asked";
            return Failure::because(Reason::BadSlip, what);
        }
        why
    });
    Ok(vec![found?])
}

fn used() -> Failure {
    Failure::because(Reason::BadSlip, "a slip with this number was used before")
}
