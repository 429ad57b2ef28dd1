//! What a department's own system tells: asked before the register is, and passed on where it is
//! no certificate of ours.

use super::query::Gathered;
use super::subset::Fetched;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::usage::Purpose;
use crate::domain::verdict::Outcome;
use crate::domain::words::Lang;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::source;
use crate::flow::source::Found;
use crate::flow::source::Issuing;
use crate::flow::source::Pulled;
use crate::flow::source::Question;
use crate::flow::source::Upstream;

/// What a source said, in words for whoever has somebody waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The source's name.
    pub name: String,
    /// `found`, `mirrored`, `not_found`, `several`, `wrong_person`, `malformed`, `late`, `refused` or `down`.
    pub word: &'static str,
    /// What happened, in Chinese and in English.
    pub what: [String; 2],
    /// What can be done now, in Chinese and in English: the case goes on whatever it was.
    pub act: [String; 2],
    /// When the source gave it.
    pub at: String,
    /// Seconds since then, where it was kept for a while.
    pub age_s: i64,
    /// The answer of the platform of the region or the nation that it comes from.
    pub upstream: Option<Upstream>,
}

impl Told {
    pub(super) fn of(pulled: &Pulled) -> Self {
        Self {
            name: pulled.source.clone(),
            word: pulled.outcome.word().name(),
            what: [Lang::Zh, Lang::En].map(|lang| pulled.what(lang)),
            act: [Lang::Zh, Lang::En].map(|lang| pulled.act(lang)),
            at: pulled.at.to_string(),
            age_s: pulled.age_s,
            upstream: pulled.found().and_then(|found| found.upstream.clone()),
        }
    }
}

/// Asks the source of a type, where it has one. A source that is asked by numbers alone has
/// nothing to say of a holder.
pub(super) fn pulled(
    office: &Office,
    of: &CertificateType,
    (holder, purpose): (&HolderCode, &Purpose),
    by: &Caller,
) -> Result<Option<Pulled>, Failure> {
    if !source::has(office, of) {
        return Ok(None);
    }
    let question = Question {
        holder_code: Some(holder.clone()),
        purpose: Some(purpose.clone()),
        ..Question::default()
    };
    match source::pull(office, of, &question, by) {
        Ok(pulled) => Ok(Some(pulled)),
        Err(Failure::Refused(why)) if why.reason == Reason::BadRequest => Ok(None),
        Err(why) => Err(why),
    }
}

/// The granted fields of a record that a source gave and that is no certificate of ours.
pub(super) fn relayed(
    office: &Office,
    of: &CertificateType,
    gathered: &Gathered,
) -> Result<Option<Fetched>, Failure> {
    let granted = &gathered.permit.claimed.fields;
    let whole = relayed_whole(office, of, gathered)?;
    Ok(whole.map(|mut one| {
        one.fields.retain(|key, _| granted.contains(key));
        one
    }))
}

/// The same with every field, to be compared.
pub(super) fn relayed_whole(
    office: &Office,
    of: &CertificateType,
    gathered: &Gathered,
) -> Result<Option<Fetched>, Failure> {
    let found = gathered.pulled.as_ref().and_then(Pulled::found);
    let Some(found) = found.filter(|found| may_be_told(found)) else {
        return Ok(None);
    };
    let facts = found.content.facts(of);
    let number = facts.get("certificate_number");
    let register = Register::of(office);
    for one in &gathered.found {
        // As a certificate it is there already, with its issuer's signature.
        if register.facts(&one.row)?.get("certificate_number") == number {
            return Ok(None);
        }
    }
    let today = office.clock.now().day();
    Ok(Some(Fetched {
        identifier: None,
        verdict: in_date(found, today),
        fields: facts,
        evidence: None,
    }))
}

/// Whether it stands beside what the register says: not where the certificate under its number has
/// ended or is suspended, which is then what is told.
fn may_be_told(found: &Found) -> bool {
    match &found.issuing {
        Issuing::No => true,
        Issuing::Done(_) => false,
        Issuing::Refused(why) => !matches!(why.reason, Reason::Ended | Reason::Suspended),
    }
}

/// How it stands by its own days, and by what its platform says. Whether it was revoked only its
/// department knows; one that does not say how it stands tells by no longer giving it.
fn in_date(found: &Found, today: Day) -> Outcome {
    let content = &found.content;
    if let Some(said) = found.standing.filter(|said| *said != Outcome::Valid) {
        return said;
    }
    if today < content.valid_from {
        Outcome::NotYetValid
    } else if content.valid_to.is_some_and(|to| to < today) {
        Outcome::Expired
    } else {
        Outcome::Valid
    }
}
