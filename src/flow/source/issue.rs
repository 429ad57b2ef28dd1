//! Records of a source as certificates of the configured agency.

use super::Outcome;
use super::Pulled;
use super::ask_and_judge;
use super::source_of;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::definition::RegisterKeeper;
use crate::domain::draft::Draft;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::issue::one::OneIssued;
use crate::flow::issue::one::OneRequest;
use crate::flow::issue::one::issue_one;
use crate::flow::office::Office;
use crate::source::config::IssueRule;
use crate::source::config::Source;
use crate::source::question::Question;

/// Whether a record became a certificate.
#[derive(Clone, Debug, PartialEq)]
pub enum Issuing {
    /// Nobody wanted that.
    No,
    /// It is one: new, the same as before, or the next version of what changed.
    Done(OneIssued),
    /// It could not be issued: the certificate under its number has ended or is suspended, the
    /// agency has no key, the register did not answer. The record can be used all the same, unless
    /// the reason speaks against it.
    Refused(Problem),
}

/// Asks the source and issues what is found, where its rule is `on_demand` or `always`.
///
/// Asked twice, the same record is the same certificate; a changed one is its next version, and
/// one with another holder voids it, as with a row of a file that corrects.
///
/// # Errors
///
/// Those of [`pull`](super::pull), and [`Reason::NoSource`] if the source never issues. That it
/// could not be issued stands in [`Found::issuing`](super::Found::issuing).
pub fn issue(
    office: &Office,
    of: &CertificateType,
    wanted: &Question,
    by: &Caller,
) -> Result<Pulled, Failure> {
    let source = source_of(office, of)?;
    if source.source.issue == IssueRule::Never {
        let what = format!("the source {} never issues", source.source.name);
        return Err(Failure::because(Reason::NoSource, what));
    }
    let mut pulled = ask_and_judge(office, (&source, of), wanted, by)?;
    if let Outcome::Found(found) = &mut pulled.outcome {
        found.issuing = issued(office, &source.source, of, &found.draft, by);
    }
    Ok(pulled)
}

pub(super) fn issued(
    office: &Office,
    source: &Source,
    of: &CertificateType,
    draft: &Draft,
    by: &Caller,
) -> Issuing {
    match try_to(office, source, of, draft, by) {
        Ok(done) => Issuing::Done(done),
        Err(failure) => {
            if !matches!(failure, Failure::Refused(_)) {
                tracing::error!(source = source.name, cause = %failure, "a record was not issued");
            }
            Issuing::Refused(failure.problem())
        }
    }
}

fn try_to(
    office: &Office,
    source: &Source,
    of: &CertificateType,
    draft: &Draft,
    by: &Caller,
) -> Result<OneIssued, Failure> {
    // Asked again at every issue: the definition may have changed since the source was loaded.
    if source.platform().is_some() || of.definition.issued_by != RegisterKeeper::Local {
        return Err(Failure::refused(Reason::MayNotIssue));
    }
    let known = office.known();
    let issuer = known.agency_named(source.issuer.as_deref().unwrap_or_default())?;
    issue_one(
        office,
        OneRequest {
            of,
            issuer,
            draft,
            pictures: Vec::new(),
            stock: false,
            as_correction: true,
            by,
            key: None,
        },
    )
}
