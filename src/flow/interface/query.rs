//! Query: the granted fields of certificates, by identifier or by whose they are.

use super::MOST;
use super::UseRequest;
use super::Wanted;
use super::envelope;
use super::gate::Permit;
use super::gate::admit;
use super::gate::agency_of;
use super::limits::Limits;
use super::record;
use super::record::Used;
use super::relayed;
use super::relayed::Told;
use super::subset::Fetched;
use super::subset::subset;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::source;
use crate::flow::source::Pulled;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::stored::stored_number;

/// What a query gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The certificates; none when there is no record that the caller may know of.
    pub certificates: Vec<Fetched>,
    /// Whether there are more of this type, of which these are the newest.
    pub more: bool,
    /// What the source of the type said, where it has one.
    pub source: Option<Told>,
    /// The number of the use record.
    pub use_record: i64,
    /// Request hash, time, use record and evidence hashes, signed by this service.
    pub envelope: String,
}

/// A certificate with those who hold it.
pub(super) struct Found {
    pub(super) row: CertificateRow,
    pub(super) holders: Vec<[u8; 32]>,
}

/// What a request comes to behind the gate.
pub(super) struct Gathered {
    /// What lets it through.
    pub(super) permit: Permit,
    /// The certificates that it covers.
    pub(super) found: Vec<Found>,
    /// Whether there are more.
    pub(super) more: bool,
    /// What the source of the type said, where it has one.
    pub(super) pulled: Option<Pulled>,
    /// A certificate that was named and is not covered, and why: as if there were none, but hers
    /// to read who tried.
    pub(super) hidden: Option<(Found, Reason)>,
}

/// Fetches the granted fields of certificates for a system with a grant and a reason.
///
/// What was asked, by whom and why is in the ledger before anything is returned; a refusal is
/// recorded too, and so is that there was nothing. No record, no data.
///
/// # Errors
///
/// The refusals of the gate, [`Reason::Forbidden`] for a caller that is no system, and
/// [`Failure`]. Nothing was disclosed then.
pub fn query(office: &Office, request: &UseRequest<'_>, by: &Caller) -> Result<Answer, Failure> {
    agency_of(by)?;
    match gather(office, request, by) {
        Ok(gathered) => answered(office, request, ("query", &gathered), by),
        Err(why) => Err(record::refused(office, request, why, by)),
    }
}

/// Says which certificates there are and how they stand, and none of their fields: for whoever
/// has to know an identifier first. It is a use like any other.
///
/// # Errors
///
/// Those of [`query`].
pub fn retrieve(office: &Office, request: &UseRequest<'_>, by: &Caller) -> Result<Answer, Failure> {
    agency_of(by)?;
    match gather(office, request, by) {
        Ok(mut gathered) => {
            gathered.permit.claimed.fields.clear();
            answered(office, request, ("retrieve", &gathered), by)
        }
        Err(why) => Err(record::refused(office, request, why, by)),
    }
}

/// Records what may be told, and tells it.
fn answered(
    office: &Office,
    request: &UseRequest<'_>,
    (what, gathered): (&'static str, &Gathered),
    by: &Caller,
) -> Result<Answer, Failure> {
    let permit = &gathered.permit;
    let register = Register::of(office);
    let trust = office.trust()?;
    let with = (&register, &*trust);
    let told = gathered.found.iter();
    let told = told.map(|one| subset(office, with, &one.row, &permit.claimed.fields));
    let mut certificates = told.collect::<Result<Vec<_>, _>>()?;
    certificates.extend(relayed::relayed(office, request.of, gathered)?);
    let outcome = certificates.first().map(|first| first.verdict);
    let used = Used {
        what,
        outcome: outcome.unwrap_or(Outcome::NotFound).name(),
        gathered,
        copy: None,
    };
    let use_record = record::used(office, request, &used, by)
        .map_err(|why| record::refused(office, request, why, by))?;
    let mut answer = Answer {
        certificates,
        more: gathered.more,
        source: gathered.pulled.as_ref().map(Told::of),
        use_record,
        envelope: String::new(),
    };
    answer.envelope = envelope::seal(office, request, (permit.claimed.agency, &answer))?;
    Ok(answer)
}

/// What a request may be told of.
pub(super) fn gather(
    office: &Office,
    request: &UseRequest<'_>,
    by: &Caller,
) -> Result<Gathered, Failure> {
    let permit = admit(office, request, by)?;
    let mut gathered = Gathered {
        permit,
        found: Vec::new(),
        more: false,
        pulled: None,
        hidden: None,
    };
    match request.wanted {
        Wanted::Holders(one, other) => {
            let other = other
                .as_ref()
                .map(|other| holder_index(office.store.vault(), other));
            let index = holder_index(office.store.vault(), one);
            let named: Vec<[u8; 32]> = [index].into_iter().chain(other).collect();
            // Asked before the register or a source is.
            covers(office, &gathered.permit, &named)?.map_err(Failure::refused)?;
            if other.is_none() {
                before_a_source(office, request, &gathered.permit, by)?;
                gathered.pulled = relayed::pulled(office, request.of, (one, request.purpose), by)?;
            }
            (gathered.found, gathered.more) = by_holders(office, request, (index, other))?;
        }
        Wanted::Shown(_) => {
            let what = "who shows a code is asked first";
            return Err(Failure::because(Reason::BadRequest, what));
        }
        Wanted::Identifier(identifier) => {
            let row = Register::of(office).find(identifier)?;
            let of = stored_number(request.of.number);
            let row = row.filter(|row| row.type_number == of);
            if let Some(one) = with_holders(office, row.into_iter())?.pop() {
                match covers(office, &gathered.permit, &one.holders)? {
                    Ok(()) => gathered.found.push(one),
                    Err(why) => gathered.hidden = Some((one, why)),
                }
            }
        }
    }
    Ok(gathered)
}

/// The certificates that somebody holds, or that two hold together.
fn by_holders(
    office: &Office,
    request: &UseRequest<'_>,
    (index, other): ([u8; 32], Option<[u8; 32]>),
) -> Result<(Vec<Found>, bool), Failure> {
    let one_more = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
    let of = request.of.number;
    let rows = office.store.read(|rx| match &other {
        None => rx.own_certificates(&index, of, one_more),
        Some(other) => rx.joint_certificates([&index, other], of, one_more),
    })?;
    let more = rows.len() > MOST;
    let found = with_holders(office, rows.into_iter().take(MOST))?;
    Ok((found, more))
}

/// Refuses what the transaction of the use record would refuse as things stand, before somebody
/// else's system is asked for it. The transaction stays the judge.
fn before_a_source(
    office: &Office,
    request: &UseRequest<'_>,
    permit: &Permit,
    by: &Caller,
) -> Result<(), Failure> {
    if !source::has(office, request.of) {
        return Ok(());
    }
    let limits = Limits::of(office, request, &permit.claimed, by);
    office.store.read(|rx| {
        limits.look(rx)?;
        permit.ground.look(rx, permit.claimed.agency)
    })
}

/// Whether the ground covers one of those who hold a certificate; the first reason if none.
fn covers(
    office: &Office,
    permit: &Permit,
    holders: &[[u8; 32]],
) -> Result<Result<(), Reason>, Failure> {
    let mut first = None;
    for holder in holders {
        match permit.ground.covers(office, holder)? {
            Ok(()) => return Ok(Ok(())),
            Err(why) => first = first.or(Some(why)),
        }
    }
    Ok(Err(first.unwrap_or(Reason::NotOfCase)))
}

/// Rows with those who hold them; a guardian of a child's card holds nothing.
fn with_holders(
    office: &Office,
    rows: impl Iterator<Item = CertificateRow>,
) -> Result<Vec<Found>, Failure> {
    office.store.read(|rx| {
        let mut all = Vec::new();
        for row in rows {
            let people = rx.holders_of(row.id)?.into_iter();
            let holders = people.filter(|p| p.role != HolderRole::Guardian.stored());
            let holders = holders.filter_map(|p| p.holder_index.try_into().ok());
            all.push(Found {
                holders: holders.collect(),
                row,
            });
        }
        Ok(all)
    })
}
