//! Put a code before the case: whatever it carries serves for every material it fits.

use serde::Serialize;

use super::brought::Given;
use super::fit::Offer;
use super::fit::shown_by_name;
use super::kept::Kept;
use super::served::Served;
use super::served::misfit;
use super::served::offer_one;
use super::view::CaseView;
use super::view::look_after;
use crate::domain::caller::Caller;
use crate::domain::case::Misfit;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Shown;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Step;
use crate::domain::verdict::Verdict;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::verify::online::Also;
use crate::flow::verify::online::verify_and;
use crate::flow::verify::stands;
use crate::store::Tx;

/// What came of a code.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct CodeOutcome {
    /// What verifying it came to; none when the request was repeated.
    pub verdict: Option<Outcome>,
    /// The steps that were checked.
    pub steps: Vec<Step>,
    /// What the officer must still do or know.
    pub not_checked: Vec<&'static str>,
    /// When it was verified.
    pub at: Option<String>,
    /// The certificates it carried, and what each served for.
    pub offered: Vec<Offered>,
    /// The case as it stands now.
    pub case: CaseView,
}

/// A certificate that was put before an officer.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Offered {
    /// Its identifier.
    pub identifier: String,
    /// Its type's code.
    pub type_code: String,
    /// Its type's name.
    pub type_name: String,
    /// The name of the agency that issued it.
    pub issuer_name: String,
    /// The legal word of its end, if it ended.
    pub end_word: Option<&'static str>,
    /// How it was shown.
    pub shown_by: &'static str,
    /// What came of it.
    pub served: Vec<Served>,
}

/// Verifies a code for a case and lets what it carries serve.
///
/// A live code is spent, an offline one noted, each in the transaction that changes the case.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CaseClosed`], and those of
/// [`verify`](crate::flow::verify::online::verify): nothing was spent or written then.
pub fn put_code(
    office: &Office,
    number: &str,
    code: &str,
    by: &Caller,
) -> Result<CodeOutcome, Failure> {
    put_code_once(office, number, code, by, None)
}

/// The same for a request that may come twice: the second time the case is told as it stands.
///
/// # Errors
///
/// Those of [`put_code`], and [`Reason::KeyReused`].
pub fn put_code_once(
    office: &Office,
    number: &str,
    code: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CodeOutcome, Failure> {
    let done = || {
        let before = once.map(|once| office.store.read(|rx| once.before(rx)));
        Ok::<_, Failure>(before.transpose()?.flatten().is_some())
    };
    if done()? {
        return told(office, number, by, None, Vec::new());
    }
    let kept = office.store.read(|rx| Kept::read(office, rx, number, by))?;
    if kept.case.is_closed() {
        return Err(Failure::refused(Reason::CaseClosed));
    }
    let mut offered = Vec::new();
    let mut work = |tx: &mut Tx<'_>, verdict: &Verdict, consent: Option<i64>| {
        let now = office.clock.now();
        if idempotency::claim(tx, once, Some(number), now)?
            .before()
            .is_some()
        {
            return Err(Failure::because(Reason::Unavailable, "sent twice at once"));
        }
        offered = serve_all(office, tx, kept.clone(), (verdict, consent), by)?;
        Ok(())
    };
    let also = Also {
        case: Some(kept.row.id),
        work: &mut work,
    };
    let verdict = verify_and(office, code, by, also);
    // Sent twice at once, the other one has spent the code, and is the answer.
    if offered.is_empty() && done()? {
        return told(office, number, by, None, Vec::new());
    }
    let verdict = verdict?;
    if offered.is_empty() {
        // A bare number opens nothing: what it names is told, and that it does not serve.
        offered = verdict
            .certificates
            .iter()
            .map(|one| bare(one, verdict.shown_by))
            .collect();
    }
    told(office, number, by, Some(verdict), offered)
}

fn told(
    office: &Office,
    number: &str,
    by: &Caller,
    verdict: Option<Verdict>,
    offered: Vec<Offered>,
) -> Result<CodeOutcome, Failure> {
    let (mut steps, mut not_checked) = (Vec::new(), Vec::new());
    let (outcome, at) = match verdict {
        None => (None, None),
        Some(verdict) => {
            (steps, not_checked) = (verdict.steps, verdict.not_checked);
            (Some(verdict.verdict), Some(verdict.at))
        }
    };
    Ok(CodeOutcome {
        verdict: outcome,
        steps,
        not_checked,
        at,
        offered,
        case: look_after(office, number, by)?,
    })
}

fn bare(one: &Shown, shown_by: ShownBy) -> Offered {
    offered_as(one, shown_by, vec![misfit(None, &Misfit::Bare)])
}

fn offered_as(one: &Shown, shown_by: ShownBy, served: Vec<Served>) -> Offered {
    Offered {
        identifier: one.identifier.clone(),
        type_code: one.type_code.clone(),
        type_name: one.type_name.clone(),
        issuer_name: one.issuer_name.clone(),
        end_word: one.end_word,
        shown_by: shown_by_name(shown_by),
        served,
    }
}

/// Lets every certificate of a verdict serve, and puts the case back. What was given for the
/// case by a consent serves for just the materials that it was given for.
fn serve_all(
    office: &Office,
    tx: &mut Tx<'_>,
    mut kept: Kept,
    (verdict, consent): (&Verdict, Option<i64>),
    by: &Caller,
) -> Result<Vec<Offered>, Failure> {
    let mut offered = Vec::new();
    let given = consent.map(|id| Given::of(office, tx, id)).transpose()?;
    for shown in &verdict.certificates {
        let register = Register::of(office);
        let read = CertificateIdentifier::read(&shown.identifier).ok();
        let row = read.map(|read| register.find_in(tx, &read.identifier));
        let row = row.transpose()?.flatten();
        let Some(row) = row else { continue };
        let outcome = match verdict.certificates.as_slice() {
            [_] => verdict.verdict,
            _ if verdict.verdict == Outcome::Valid => Outcome::Valid,
            _ => stands(office, &register, &row)?,
        };
        let offer = Offer {
            identifier: &shown.identifier,
            row: &row,
            outcome,
            shown_by: verdict.shown_by,
            fields: &shown.fields,
            consent,
            single_use_for: &register.definition(&row)?.definition.single_use_for,
            people: &kept.indexes(office),
        };
        let served = match &given {
            None => offer_one(office, tx, &mut kept, &shown.type_code, &offer, by)?,
            Some(given) => given.serve(office, tx, &mut kept, &offer, by)?,
        };
        offered.push(offered_as(shown, verdict.shown_by, served));
    }
    kept.put(office, tx)?;
    if let Some(given) = given {
        let served = offered.iter().flat_map(|one| one.served.iter().cloned());
        given.keep(office, tx, served.collect())?;
    }
    Ok(offered)
}
