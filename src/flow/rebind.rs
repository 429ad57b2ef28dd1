//! Rebind: a newborn's certificate gets the identity number the child was given later.
//!
//! The signed bytes stay as they are: they say what was known at birth. That the child is now
//! found by its own number is an event of the register.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::citizen_id::CitizenId;
use crate::domain::definition::CertificateType;
use crate::domain::event::EventKind;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::holder::HolderCode;
use crate::domain::holder::HolderCodeType;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::flow::change_status::owned;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::issue::one::in_words;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::ledger::Event;
use crate::store::stored::read_number;

/// A newborn's certificate, and the number the child has now.
pub struct Rebinding<'a> {
    /// The certificate.
    pub identifier: &'a CertificateIdentifier,
    /// The child's citizen number.
    pub child: &'a HolderCode,
    /// The number that it was bound to by mistake, for putting that right. It is named, so that
    /// nobody undoes a binding without knowing which.
    pub instead_of: Option<&'a HolderCode>,
    /// Why, in at most 200 characters, kept sealed.
    pub cause: &'a str,
}

/// Binds a certificate whose holder had no number (type 999) to the citizen number it has now.
///
/// # Errors
///
/// [`Reason::NotFound`]; [`Reason::WrongStep`] when it is not in force, its holder has a number
/// on its face, or was bound to one before; [`Reason::BadDraft`] with a finding when day of
/// birth or sex are not those of the number; [`Reason::BadRequest`] when the code is no citizen
/// number.
pub fn rebind(
    office: &Office,
    identifier: &CertificateIdentifier,
    child: &HolderCode,
    cause: &str,
    by: &Caller,
) -> Result<(), Failure> {
    let rebinding = Rebinding {
        identifier,
        child,
        instead_of: None,
        cause,
    };
    rebind_once(office, &rebinding, by, None)
}

/// The same for a request that may come twice: the second time nothing is done. It also puts a
/// binding to a wrong number right; both are events of the register.
///
/// # Errors
///
/// Those of [`rebind`], [`Reason::WrongStep`] when it was never bound to the number that is to
/// be replaced, and [`Reason::KeyReused`].
pub fn rebind_once(
    office: &Office,
    rebinding: &Rebinding<'_>,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    let Some(citizen) = rebinding.child.citizen() else {
        return Err(Failure::because(
            Reason::BadRequest,
            "only to a citizen identity number",
        ));
    };
    let cause = rebinding.cause.trim();
    if cause.is_empty() || cause.chars().count() > 200 {
        let said = Said::of("fault", "reason_needed");
        return Err(Failure::saying(
            Reason::BadCause,
            "no cause, or a long one",
            said,
        ));
    }
    let row = owned(office, rebinding.identifier, by)?;
    let register = Register::of(office);
    let facts = register.facts(&row)?;
    let kind = facts.get("holder_code_type").and_then(Value::as_str);
    if kind != Some(HolderCodeType::OTHER_PERSON.to_string().as_str()) {
        return Err(Failure::saying(
            Reason::WrongStep,
            "its holder has a number of their own",
            Said::of("fault", "holder_has_number"),
        ));
    }
    let of = register.definition(&row)?;
    let findings = in_words(&differing(&facts, of, &citizen), of);
    if !findings.is_empty() {
        return Err(Failure::Refused(Problem {
            findings,
            ..Problem::new(Reason::BadDraft)
        }));
    }
    let vault = office.store.vault();
    let index = holder_index(vault, rebinding.child);
    let wrong_one = rebinding.instead_of.map(|code| holder_index(vault, code));
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        let status = tx.certificate(row.id)?.map(|row| row.status);
        if status != Some(Standing::InForce.stored()) {
            return wrong("only a certificate in force, in its newest version, is bound");
        }
        bind(tx, &row, (index, wrong_one))?;
        let subjects = tx.subjects(&[index])?;
        let mut event = Event::new(EventKind::Rebound, now, &by.id);
        event.agency = Some(read_number(row.issuer));
        event.certificate = Some(row.id);
        event.subject = subjects.get(&index).copied();
        // A rebinding is replayed by `ledger verify`: the index it made stands in the chain.
        event.digest = Some(index);
        event.details = Some(json!({"cause": cause, "puts_right": wrong_one.is_some()}));
        tx.record(event);
        Ok(())
    })
}

fn wrong<T>(why: &str) -> Result<T, Failure> {
    Err(Failure::because(Reason::WrongStep, why))
}

/// Adds the number it has now, or puts it in the place of the wrong one.
fn bind(
    tx: &mut Tx<'_>,
    row: &CertificateRow,
    (index, wrong_one): ([u8; 32], Option<[u8; 32]>),
) -> Result<(), Failure> {
    let role = HolderRole::Rebound;
    let people = tx.holders_of(row.id)?;
    let bound = people.iter().find(|p| p.role == role.stored());
    match (bound, wrong_one) {
        (None, None) => Ok(tx.add_holder(row.id, read_number(row.type_number), role, &index)?),
        (Some(_), None) => wrong("it was bound to a number before"),
        (Some(bound), Some(from)) if bound.holder_index == from && from != index => {
            tx.change_holder(row.id, bound.position, &index)?;
            Ok(())
        }
        (_, Some(_)) => wrong("it is not bound to the number that is to be replaced"),
    }
}

/// What the certificate says of the child and the number says otherwise.
fn differing(
    facts: &BTreeMap<String, Value>,
    of: &CertificateType,
    citizen: &CitizenId,
) -> Vec<Finding> {
    let text = |key: &str| facts.get(key).and_then(Value::as_str);
    let mut findings = Vec::new();
    for key in ["birth_time", "birth_date"] {
        let day = text(key).map(|said| said.get(..10).and_then(|day| day.parse::<Day>().ok()));
        if day.is_some_and(|day| day != Some(citizen.birth_date())) {
            findings.push(Finding::error(key, Fault::BirthDiffers));
        }
    }
    let codes = of.definition.field("sex").map(|field| &field.codes);
    let label = text("sex").and_then(|code| codes?.get(code));
    if label.is_some_and(|label| label != citizen.sex().label()) {
        findings.push(Finding::error("sex", Fault::SexDiffers));
    }
    findings
}
