//! Decided and carried out, anew after each race with another writer.

use super::Foreseen;
use super::Issued;
use super::Marks;
use super::Order;
use super::Submission;
use super::carry_out;
use super::decide;
use super::foresee::foreseen;
use super::may_issue;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::issue::decide::Decision;
use crate::flow::issue::write::Stop;
use crate::flow::office::Office;

/// How often a race with another writer makes us look again.
const ROUNDS: usize = 4;

/// Issues contents, in their order; the answer has one outcome for each.
///
/// All that one call writes is one transaction. Contents must have different numbers.
///
/// # Errors
///
/// [`Failure`]: the agency may not issue, has no key, the clock stepped back, or register or
/// key store fail. Nothing was written then.
pub fn issue(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
) -> Result<Vec<Issued>, Failure> {
    match in_rounds(office, order, submissions, |_| false)? {
        Together::Issued(issued) => Ok(issued),
        Together::Not(_) => Err(Failure::Broken("nobody asked to stop".to_owned())),
    }
}

/// What became of contents that are issued together or not at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Together {
    /// They are issued, in their order, or were there already.
    Issued(Vec<Issued>),
    /// Nothing was written: at least one differs, has ended or is suspended. What would become of each.
    Not(Vec<Foreseen>),
}

/// Issues contents as [`issue`] does, all of them or none: also when another writer puts
/// something in the way of one of them meanwhile.
///
/// # Errors
///
/// As [`issue`]; nothing was written then.
pub fn issue_together(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
) -> Result<Together, Failure> {
    let stands_against = |decision: &Decision| {
        matches!(
            decision,
            Decision::Differs(..) | Decision::Ended(..) | Decision::Suspended(..)
        )
    };
    in_rounds(office, order, submissions, stands_against)
}

/// Decides and carries out, anew after each race, unless a decision stops all of them.
fn in_rounds(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
    stops: impl Fn(&Decision) -> bool,
) -> Result<Together, Failure> {
    may_issue(office, order.issuer, order.of)?;
    let vault = office.store.vault();
    let marks: Vec<Marks> = submissions
        .iter()
        .map(|s| Marks::of(&s.content, order.of, vault))
        .collect();
    for _ in 0..ROUNDS {
        let decisions = decide::decide(office, order, submissions, &marks)?;
        if decisions.iter().any(&stops) {
            return Ok(Together::Not(foreseen(decisions)));
        }
        match carry_out(office, order, submissions, &marks, decisions) {
            Err(Stop::Raced) => {}
            Err(Stop::Failed(why)) if why.is_taken() => {}
            Err(Stop::Failed(why)) => return Err(why),
            Ok(issued) => return Ok(Together::Issued(issued)),
        }
    }
    Err(Failure::because(
        Reason::Unavailable,
        "other writers were faster four times",
    ))
}
