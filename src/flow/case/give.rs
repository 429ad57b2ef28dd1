//! Say yes once to all that a case asks, and get one live code that carries it to the window.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::acting::tell;
use super::answer::of_case;
use super::answer::own;
use super::ask::lapse;
use super::consent::ANSWER_S;
use super::consent::Answer;
use super::consent::Content;
use super::consent::Piece;
use super::consent::USE_MINUTES;
use super::consent::is_late;
use super::consent::record;
use super::kept::Kept;
use super::pending::holder;
use super::wanted::is_open;
use crate::domain::caller::Caller;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::flow::acting::Answering;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::choice::ForCase;
use crate::flow::show::choice::KeptChoice;
use crate::flow::show::choice::Showing;
use crate::flow::show::choice::open_session;
use crate::flow::show::live::LiveShown;
use crate::flow::show::live::draw_first_or_next;
use crate::flow::verify::stands;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::consents::ConsentRow;

/// Gives a case what it was shown to ask, and draws the code that the window scans. `also` names
/// the materials that may be left out and are given all the same.
///
/// # Errors
///
/// [`Reason::NotFound`] and [`Reason::OtherHolder`] for a code that is not hers;
/// [`Reason::ConsentLate`] after two minutes, [`Reason::WrongStep`] when it was answered,
/// [`Reason::CaseClosed`], [`Reason::OverAsking`] for a material that was not shown,
/// [`Reason::NothingAsked`] when all of it was settled meanwhile, [`Reason::NotGoodNow`] when a
/// certificate is no longer good, [`Reason::KeyReused`]. Nothing was given then.
pub fn give_by_code(
    office: &Office,
    code: &str,
    also: &[usize],
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<LiveShown, Failure> {
    let now = office.clock.now();
    let (row, rights) = own(office, code, by)?;
    let again = |session: &str| {
        let session = session.parse();
        let session = session.map_err(|_why| Failure::Broken("no session".to_owned()))?;
        Ok(Ok((session, false)))
    };
    let work = |tx: &mut Tx<'_>| {
        let mut kept = of_case(office, tx, &row)?;
        if is_late(&row, now) {
            lapse(office, tx, &mut kept, row.clone(), by)?;
            return Ok((Err(Reason::ConsentLate), String::new()));
        }
        let session = given(office, tx, &kept, row.clone(), (also, rights), by)?;
        Ok((Ok((session, true)), session.to_string()))
    };
    let once_only = once.filter(|_| !is_late(&row, now));
    let (session, fresh) = office
        .store
        .write(|tx| idempotency::once(tx, once_only, now, again, work))?
        .map_err(Failure::refused)?;
    draw_first_or_next(office, (session, fresh), by)
}

/// Takes her yes in: signed, and a show session that is good for this case only.
fn given(
    office: &Office,
    tx: &mut Tx<'_>,
    kept: &Kept,
    mut row: ConsentRow,
    (also, mut rights): (&[usize], Vec<Answering>),
    by: &Caller,
) -> Result<i64, Failure> {
    let now = office.clock.now();
    if kept.case.is_closed() {
        return Err(Failure::refused(Reason::CaseClosed));
    }
    let mut content = Content::open(office, &row)?;
    let chosen = chosen(kept, &content, also)?;
    for piece in &chosen {
        still_good(office, tx, piece)?;
    }
    let Some(offer) = content.offer.as_mut() else {
        return Err(Failure::refused(Reason::WrongStep));
    };
    offer.pieces.clone_from(&chosen);
    // Whom nothing was given for, nobody acted for.
    let persons: BTreeSet<usize> = chosen.iter().map(|piece| piece.person).collect();
    rights.retain(|answering| persons.contains(&answering.told().person));
    let showing = Showing::ForCase(ForCase {
        case: kept.row.id,
        consent: row.id,
        choices: choices(kept, &chosen),
    });
    let session = open_session(office, tx, &showing, (holder(by)?, by))?;
    for answering in &rights {
        tell(office, tx, kept, (answering, &by.id))?;
    }
    row.state = ConsentState::Given.number();
    row.answered_at = Some(now.millis());
    row.expires_at = now.plus_secs(USE_MINUTES * 60).millis();
    let subject = record(office, tx, kept, &row, ConsentState::Given, by)?;
    let answer = Answer {
        state: ConsentState::Given,
        subject,
        rights: &rights,
    };
    content.sign(office, &row, &answer)?;
    content.seal(office, &mut row)?;
    if !tx.update_consent(&row, ConsentState::Asked.number())? {
        return Err(Failure::refused(Reason::WrongStep));
    }
    Ok(session)
}

/// The pieces that are given: all that is required and whatever else she chose, but for what was
/// settled since she was shown it.
fn chosen(kept: &Kept, content: &Content, also: &[usize]) -> Result<Vec<Piece>, Failure> {
    let offer = content.offer.as_ref();
    let offer = offer.ok_or(Failure::refused(Reason::WrongStep))?;
    let shown = content.places();
    if also.iter().any(|place| !shown.contains(place)) {
        let what = "a material that was not shown";
        return Err(Failure::because(Reason::OverAsking, what));
    }
    let asked = content.asked.materials.iter();
    let required = asked.filter(|asked| asked.required).map(|a| a.material);
    let wanted: Vec<usize> = required.chain(also.iter().copied()).collect();
    if wanted.is_empty() {
        let what = "nothing is required and nothing was chosen";
        return Err(Failure::because(Reason::BadRequest, what));
    }
    let open = |piece: &&Piece| {
        let material = kept.case.material(piece.material);
        wanted.contains(&piece.material)
            && material.is_some_and(|material| is_open(kept, piece.material, material))
    };
    let chosen: Vec<Piece> = offer.pieces.iter().filter(open).cloned().collect();
    if chosen.is_empty() {
        return Err(Failure::refused(Reason::NothingAsked));
    }
    Ok(chosen)
}

fn still_good(office: &Office, tx: &mut Tx<'_>, piece: &Piece) -> Result<(), Failure> {
    let row = tx.certificate(piece.certificate)?;
    let row = row.ok_or_else(|| Failure::Broken("a chosen card is gone".to_owned()))?;
    if stands(office, &Register::of(office), &row)? == Outcome::Valid {
        Ok(())
    } else {
        Err(Failure::refused(Reason::NotGoodNow))
    }
}

/// Each certificate once, with just the fields that the items need of it.
fn choices(kept: &Kept, pieces: &[Piece]) -> Vec<KeptChoice> {
    let mut all: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for piece in pieces {
        let fields = all.entry(piece.certificate).or_default();
        let material = kept.case.material(piece.material);
        for key in material.map(|m| m.fields()).unwrap_or_default() {
            if !fields.iter().any(|field| field == key) {
                fields.push(key.to_owned());
            }
        }
    }
    let all = all.into_iter();
    all.map(|(certificate, fields)| KeptChoice {
        certificate,
        fields,
    })
    .collect()
}

/// Whether what was given for a case may still be brought there: it was not taken back, whoever
/// gave it still may, and the case is open. `fresh` also asks whether two minutes are over. Asked
/// in the transaction that relies on it.
///
/// # Errors
///
/// [`Failure`] if it could not be found out.
pub(crate) fn still_given(
    office: &Office,
    rx: &mut Rx<'_>,
    bound: &ForCase,
    fresh: bool,
) -> Result<Result<(), Reason>, Failure> {
    let row = rx.consent(bound.consent)?;
    let row = row.ok_or_else(|| Failure::Broken("a code without its consent".to_owned()))?;
    let kept = of_case(office, rx, &row)?;
    if row.state != ConsentState::Given.number()
        || ConsentMode::from_number(row.mode) != ConsentMode::CaseCode
    {
        return Ok(Err(Reason::ConsentRefused));
    }
    if kept.case.is_closed() {
        return Ok(Err(Reason::CaseClosed));
    }
    let answered = row.answered_at.unwrap_or_default();
    if fresh && office.clock.now().millis() >= answered.saturating_add(ANSWER_S * 1000) {
        return Ok(Err(Reason::ConsentLate));
    }
    let content = Content::open(office, &row)?;
    let Some(offer) = &content.offer else {
        return Ok(Err(Reason::ConsentRefused));
    };
    match content.rights(office, rx, &kept, &offer.acting) {
        Ok(_) => Ok(Ok(())),
        Err(Failure::Refused(why)) => Ok(Err(why.reason)),
        Err(why) => Err(why),
    }
}
