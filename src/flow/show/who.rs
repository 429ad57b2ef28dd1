//! Who may show a certificate: whoever holds it, and a child's guardians.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::definition::Definition;
use crate::domain::guardian::Stage;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::guardians::GuardianAuthority;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;

/// Whether somebody may show a certificate, and for which child as its guardian; why not, if
/// they have a part in it at all.
pub(super) fn who_shows(
    office: &Office,
    row: &CertificateRow,
    (of, facts): (&Definition, &BTreeMap<String, Value>),
    me: &[u8; 32],
) -> Result<Result<Option<GuardianAuthority>, Reason>, Failure> {
    let people = office.store.read(|rx| rx.holders_of(row.id))?;
    let mine = people.iter().filter(|p| p.holder_index == me);
    let roles: Vec<i16> = mine.map(|p| p.role).collect();
    let now = office.clock.now();
    if roles
        .iter()
        .any(|role| *role != HolderRole::Guardian.stored())
    {
        // Of several holders nothing says which was born when; no child is among them.
        let birth = guardians::birth(facts).filter(|_| !facts.contains_key("holders"));
        let guarded = birth.is_some_and(|day| !Stage::on(day, now.day()).acts_alone());
        return Ok(if guarded {
            Err(Reason::GuardianNeeded)
        } else {
            Ok(None)
        });
    }
    if roles.is_empty() {
        return Ok(Err(Reason::NotFound));
    }
    let child = office
        .store
        .read(|rx| guardians::on_certificate(office, rx, row, (of, facts), now))?;
    Ok(match child.authority_of(me) {
        Ok(authority) => Ok(Some(authority)),
        // Who never was a guardian and who no longer is learn the same when the child is 18.
        Err(Reason::NoGuardian) => Err(Reason::NotFound),
        Err(why) => Err(why),
    })
}

/// Whether a holder may go on showing what they once chose: a guardian's right may have ended
/// meanwhile, a holder's does not.
pub(super) fn still_shows(office: &Office, certificate: i64, me: &[u8; 32]) -> Result<(), Failure> {
    let (row, people) = office.store.read(|rx| {
        let people = rx.holders_of(certificate)?;
        Ok::<_, Failure>((rx.certificate(certificate)?, people))
    })?;
    let row = row.ok_or_else(|| Failure::Broken("a chosen card is gone".to_owned()))?;
    let own = people
        .iter()
        .any(|person| person.holder_index == me && person.role != HolderRole::Guardian.stored());
    if own {
        return Ok(());
    }
    let register = Register::of(office);
    let (of, facts) = (register.definition(&row)?, register.facts(&row)?);
    let allowed = who_shows(office, &row, (&of.definition, &facts), me)?;
    allowed.map(drop).map_err(Failure::refused)
}
