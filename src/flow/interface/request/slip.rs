//! 现场授权: what somebody signed at a window of another system, kept as the consent that it is.

use super::super::UseRequest;
use super::super::gate::Claimed;
use super::ask::asked;
use crate::codec::presented::LIVE_LENGTH;
use crate::domain::consent::ConsentMode;
use crate::domain::consent::ConsentState;
use crate::domain::problem::Reason;
use crate::flow::case::ask::request_digest;
use crate::flow::case::consent::Answer;
use crate::flow::case::consent::Content;
use crate::flow::case::consent::ForUse;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::show::live::alphanumeric;
use crate::store::Tx;
use crate::store::consents::ConsentRow;
use crate::store::stored::stored_number;

/// What is said of a slip that served.
pub(in crate::flow::interface) const SLIP_USED: &str = "a slip with this number was used before";

/// Keeps a slip that was signed, in the transaction of the use that it authorises: it says what a
/// phone would have shown, and serves once.
///
/// # Errors
///
/// [`Reason::BadSlip`] when the agency has used a slip with this number.
pub(in crate::flow::interface) fn in_person(
    office: &Office,
    tx: &mut Tx<'_>,
    (request, claimed): (&UseRequest<'_>, &Claimed),
    (slip, card): (&str, &[u8; 32]),
) -> Result<(), Failure> {
    let now = office.clock.now();
    let present = request.purpose.present.as_ref();
    // Nobody is led to it: it was answered on paper.
    let code = alphanumeric(LIVE_LENGTH, &*office.randomness);
    let mut content = Content {
        person: 0,
        asked: asked(
            office,
            request,
            claimed,
            (present.map(|present| &present.code), now.to_string()),
        )?,
        record: None,
        served: Vec::new(),
        acted: Vec::new(),
        offer: None,
        for_use: Some(ForUse {
            item: claimed.item.code.to_string(),
            fields: claimed.fields.clone(),
            whose: None,
            code: code.clone(),
        }),
        code: None,
    };
    let mut row = ConsentRow {
        id: tx.reserve("consent", 1)?,
        code_digest: request_digest(&code).to_vec(),
        case_id: None,
        agency: stored_number(claimed.agency),
        slip: Some(slip.to_owned()),
        holder_index: card.to_vec(),
        mode: ConsentMode::InPerson.number(),
        state: ConsentState::Given.number(),
        asked_at: now.millis(),
        // It authorised this use, and no other.
        expires_at: now.millis(),
        answered_at: Some(now.millis()),
        key_id: 0,
        sealed: Vec::new(),
        due_at: None,
    };
    let answer = Answer {
        state: ConsentState::Given,
        subject: tx.subject_of(card)?.unwrap_or_default(),
        rights: &[],
    };
    content.sign(office, &row, &answer)?;
    content.seal(office, &mut row)?;
    tx.insert_consent(&row).map_err(|why| {
        let failure = Failure::from(why);
        if failure.is_taken() {
            return Failure::because(Reason::BadSlip, SLIP_USED);
        }
        failure
    })
}
