//! What a proposal must be by itself, whatever it hangs on.

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::guardian::GROWN_AT;
use crate::domain::guardian::Stage;
use crate::domain::holder::HolderCode;
use crate::domain::mandate::MandateKind;
use crate::domain::mandate::Scope;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::mandates::parties::Party;
use crate::flow::mandates::propose::Proposal;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::verify::stands;
use crate::store::holders::HolderRole;

/// The most codes a list of a scope has.
const MOST_CODES: usize = 100;

/// Certificates of an organisation that are looked through for its registration.
const MOST: i64 = 200;

fn bad<T>(what: &str) -> Result<T, Failure> {
    Err(Failure::because(Reason::BadRequest, what))
}

pub(super) fn proposal(
    office: &Office,
    new: &Proposal<'_>,
    by: &Caller,
    now: Timestamp,
) -> Result<(), Failure> {
    for party in [new.principal, new.agent] {
        let name = party.name.trim();
        let plain = |c: char| c.is_alphanumeric() || " ·•.-—&'()（）〔〕、《》".contains(c);
        if name.is_empty() || name.chars().count() > 100 || !name.chars().all(plain) {
            return bad("a party has a name of at most 100 letters");
        }
    }
    if new.agent.code.kind().is_organisation() {
        return bad("a person acts, not an organisation");
    }
    let grown = |code: &HolderCode| {
        let citizen = code.citizen();
        citizen.is_none_or(|id| id.birth_date().age_on(now.day()) >= GROWN_AT)
    };
    if !grown(&new.agent.code) {
        return bad("who acts for others is 18 or older");
    }
    let organisation = new.principal.code.kind().is_organisation();
    if new.kind != MandateKind::Agent && !organisation {
        return bad("an organisation has a representative and clerks, a person an agent");
    }
    if organisation && new.kind == MandateKind::Agent && by.role != Role::Holder {
        return bad("an organisation's agent is given by its representative or clerk");
    }
    let child = new.principal.code.citizen();
    let guarded = |birth| Stage::on(birth, now.day()) == Stage::Guarded;
    if child.is_some_and(|id| guarded(id.birth_date())) {
        return Err(Failure::refused(Reason::GuardianNeeded));
    }
    times(new, now)?;
    scope(office, new.scope)?;
    match by.role {
        Role::Window | Role::Operator => basis(new.basis),
        Role::Holder if new.kind == MandateKind::Representative => {
            if registered(office, new.principal, &new.agent.name)? {
                Ok(())
            } else {
                Err(Failure::refused(Reason::NoProof))
            }
        }
        Role::Holder => Ok(()),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

fn times(new: &Proposal<'_>, now: Timestamp) -> Result<(), Failure> {
    let from = new.from.unwrap_or(now);
    if from.day() < now.day() || from >= now.plus_secs(366 * 86_400) {
        return bad("it begins today or within a year");
    }
    let longest = new.kind.longest_days();
    // First and last day count.
    let more = i32::try_from(longest - 1).unwrap_or(i32::MAX);
    let latest = from.day().plus(0, 0, more);
    if new.until <= from.max(now) || new.until > latest.end() {
        return Err(Failure::because(
            Reason::BadRequest,
            format!("it ends after it begins, and lasts at most {longest} days"),
        ));
    }
    Ok(())
}

fn scope(office: &Office, scope: &Scope) -> Result<(), Failure> {
    let items: Vec<&str> = scope.items.codes().collect();
    let types: Vec<&str> = scope.types.codes().collect();
    if items.len() > MOST_CODES || types.len() > MOST_CODES {
        return bad("a list has at most 100 codes");
    }
    let good = |code: &&str| {
        (1..=64).contains(&code.len()) && code.bytes().all(|c| c.is_ascii_alphanumeric())
    };
    if !items.iter().all(good) {
        return bad("an item is named by its code");
    }
    let known = office.known();
    match types.iter().find(|code| !known.newest.contains_key(**code)) {
        Some(unknown) => Err(Failure::because(Reason::UnknownType, *unknown)),
        None => Ok(()),
    }
}

fn basis(basis: Option<&str>) -> Result<(), Failure> {
    let text = basis.unwrap_or_default().trim();
    if text.is_empty() || text.chars().count() > 200 {
        let said = Said::of("fault", "basis_needed");
        return Err(Failure::saying(
            Reason::BadCause,
            "no basis, or a long one",
            said,
        ));
    }
    Ok(())
}

/// Whether a registration certificate of the organisation, valid now, names them. Which types
/// are one is a fact of their newest definition, however long ago the certificate was issued.
fn registered(office: &Office, organisation: &Party, name: &str) -> Result<bool, Failure> {
    let index = holder_index(office.store.vault(), &organisation.code);
    let register = Register::of(office);
    let known = office.known();
    let found = office
        .store
        .read(|rx| rx.certificates_of_holder(&index, None, MOST))?;
    for (row, role) in found {
        let code = &register.definition(&row)?.definition.code;
        let newest = known.newest.get(code);
        let Some(field) = newest.and_then(|of| of.definition.representative.as_deref()) else {
            continue;
        };
        if role != HolderRole::Holder {
            continue;
        }
        if stands(office, &register, &row)? != Outcome::Valid {
            continue;
        }
        let facts = register.facts(&row)?;
        let says = |key: &str, text: &str| facts.get(key).is_some_and(|v| v == text.trim());
        if says(field, name) && says("holder_name", &organisation.name) {
            return Ok(true);
        }
    }
    Ok(false)
}
