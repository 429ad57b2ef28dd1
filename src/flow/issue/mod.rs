//! Issue: from checked contents to signed, stored, recorded certificates.
//!
//! One path for one certificate and for a hundred thousand:
//!
//! ```text
//! compare with the register → decide → reserve places → sign and seal → one write
//! ```
//!
//! Signing happens outside any transaction. Reserved places that a crash leaves unused stay
//! unused; a number that somebody else put in force meanwhile makes the whole go round again.

pub mod decide;
mod foresee;
pub mod keep;
mod marks;
pub mod one;
mod outcome;
pub mod renew;
pub mod reserve;
mod rounds;
pub mod seal;
pub mod write;

use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::certificate::Content;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Draft;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::issue::decide::Decision;
use crate::flow::issue::write::Stop;
use crate::flow::office::Office;
use crate::flow::status;
use crate::store::idempotency::RequestKey;
use crate::store::stored::read_number;

pub use foresee::Foreseen;
pub use foresee::foresee;
pub use marks::Marks;
pub use marks::holder_index;
pub use marks::number_index;
pub use outcome::Issued;
pub use rounds::Together;
pub use rounds::issue;
pub use rounds::issue_together;

/// Seconds the clock may lie behind the last ledger row before issuing stops.
const STEP_BACK_S: i64 = 60;

/// Who issues what, and how rows that are there already are taken.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The type.
    pub of: &'a CertificateType,
    /// The issuer.
    pub issuer: &'a Agency,
    /// Whether other content for a number in force is a correction rather than a difference.
    pub as_correction: bool,
    /// On whose behalf.
    pub by: &'a Caller,
    /// The idempotency key of a request for one certificate, with its body's digest.
    pub key: Option<(RequestKey<'a>, [u8; 32])>,
}

/// A content, and the pictures its fields name.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The content.
    pub content: Content,
    /// Field key and bytes of each picture that came along.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// The draft, if it left the day of issue to us: beside a certificate that is there already
    /// it is judged with that one's day, so that it is the same tomorrow as well.
    pub undated: Option<Draft>,
}

/// Refuses an agency that may not issue a type: by the catalogue, and by the trust list in
/// force, which is what verifiers will ask. An agency that the list does not name yet has no
/// key that it names either, and is told so when it signs.
///
/// # Errors
///
/// [`Reason::MayNotIssue`].
pub fn may_issue(office: &Office, issuer: &Agency, of: &CertificateType) -> Result<(), Failure> {
    let refused = |what| Err(Failure::because(Reason::MayNotIssue, what));
    let departments = of.definition.issuing_departments();
    let (name, type_name) = (&issuer.name, &of.definition.name);
    if !issuer.issuer || !departments.contains(&issuer.department.as_str()) {
        return refused(format!("{name} does not issue {type_name}"));
    }
    let known = office.known();
    let party = known.trust.as_ref().and_then(|t| t.party(issuer.number));
    if party.is_some_and(|party| !departments.contains(&party.department.as_str())) {
        return refused(format!(
            "the trust list in force has {name} as a department that does not issue {type_name}: \
             publish the next one first"
        ));
    }
    Ok(())
}

/// Carries decisions out: places, signatures, one write.
pub(crate) fn carry_out(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
    marks: &[Marks],
    decisions: Vec<Decision>,
) -> Result<Vec<Issued>, Stop> {
    if !decisions.iter().any(Decision::writes) {
        let nowhere = decisions.into_iter().map(|decision| decision.outcome(None));
        return Ok(nowhere.flatten().collect());
    }
    let signer = office.issuing_key(order.issuer.number)?;
    check_clock(office)?;
    let places = reserve::reserve(office, order, &decisions)?;
    let sealed = seal::seal_all(office, order, &*signer, submissions, &places)?;
    write::write(
        office,
        order,
        &write::Work {
            submissions,
            marks,
            decisions: &decisions,
            places: &places,
            sealed: &sealed,
        },
    )?;
    for (before, _) in decisions.iter().filter_map(Decision::before) {
        status::forget(office, read_number(before.row.list_number));
    }
    let done = decisions.into_iter().zip(places);
    Ok(done
        .filter_map(|(decision, place)| decision.outcome(place))
        .collect())
}

/// Refuses to issue while the clock lies behind what the ledger has seen.
fn check_clock(office: &Office) -> Result<(), Failure> {
    let last = office.store.read(|rx| rx.last_ledger_row())?;
    let behind = last.map_or(0, |row| row.at - office.clock.now().millis());
    if behind > STEP_BACK_S * 1000 {
        return Err(Failure::refused(Reason::ClockStepped));
    }
    Ok(())
}

/// The finding against an old record of another body, unless a succession record names the
/// issuer as its successor : stock is signed by the successor and never passed off as new issue.
pub(crate) fn succession_finding(
    office: &Office,
    issuer: &Agency,
    content: &Content,
) -> Option<crate::domain::finding::Finding> {
    use crate::domain::finding::Fault;
    use crate::domain::finding::Finding;
    let original = content.stock.as_ref()?.original_issuer.as_ref()?;
    let known = office.known();
    let succeeded = known
        .successions
        .iter()
        .any(|(predecessor, successor)| predecessor == original && *successor == issuer.number);
    let own = *original == issuer.name || *original == issuer.code.as_str();
    (!own && !succeeded).then(|| Finding::error("original_issuer", Fault::NoSuccession))
}
