//! What a receipt says of a case. People are named as on any paper that lies about: masked.

use super::act::agency_of;
use super::close::Authorised;
use super::kept::Kept;
use crate::crypto::status_seal::service_did;
use crate::domain::caller::Caller;
use crate::domain::case::CaseMaterial;
use crate::domain::case::Person;
use crate::domain::case::State;
use crate::domain::case::Use;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;
use crate::domain::item::Route;
use crate::domain::receipt::FORMAT;
use crate::domain::receipt::Named;
use crate::domain::receipt::Receipt;
use crate::domain::receipt::ReceiptCertificate;
use crate::domain::receipt::ReceiptItem;
use crate::domain::receipt::ReceiptMaterial;
use crate::domain::receipt::ReceiptPart;
use crate::domain::receipt::ReceiptPerson;
use crate::domain::time::Timestamp;
use crate::flow::known::Known;
use crate::flow::office::Office;

/// What the next receipt of a closed case says.
pub(super) fn content(
    office: &Office,
    kept: &Kept,
    (version, replaces): (i16, Option<String>),
    authorised: &Authorised,
    by: &Caller,
) -> Receipt {
    let known = office.known();
    let case = &kept.case;
    let items = case.items.iter().map(|item| ReceiptItem {
        code: item.code.clone(),
        name: item.name.clone(),
        scenario: item.scenario.clone(),
        agency: agency(&known, item.agency),
        rule_version: item.rule_version,
    });
    let touched = |material: &&CaseMaterial| material.state != State::NotAsked;
    let materials = case.materials.iter().filter(touched);
    Receipt {
        format: FORMAT,
        iss: service_did(&office.settings.authority),
        iat: office.clock.now().secs(),
        case: kept.row.number.clone(),
        foreign_number: kept.row.foreign_number.clone(),
        receipt: version,
        replaces,
        agency: agency(&known, agency_of(kept)),
        officer: by.id.clone(),
        opened_at: Timestamp::from_millis(kept.row.opened_at).to_string(),
        closed_at: case
            .closed_at
            .map(|at| Timestamp::from_millis(at).to_string()),
        items: items.collect(),
        people: case.people.iter().map(person).collect(),
        materials: materials
            .map(|one| material(&known, one, authorised))
            .collect(),
        waived: case.waived(),
    }
}

fn agency(known: &Known, number: u32) -> Option<Named> {
    known.agencies.get(&number).map(|agency| Named {
        code: agency.code.to_string(),
        name: agency.name.clone(),
        name_en: None,
    })
}

fn person(person: &Person) -> ReceiptPerson {
    let parts = person.parts.iter().map(|part| ReceiptPart {
        role: part.role,
        proof: part.proof.clone(),
    });
    ReceiptPerson {
        parts: parts.collect(),
        name: person.shown_name(),
        code_type: person.code.kind().to_string(),
        code_last4: person.code.last4(),
    }
}

fn material(known: &Known, material: &CaseMaterial, authorised: &Authorised) -> ReceiptMaterial {
    let route = match material.state {
        State::Waived { route } => Some(route),
        State::Promised => Some(Route::Promise),
        _ => None,
    };
    let reason = match material.state {
        State::NeedsPaper { reason } => Some(reason),
        _ => None,
    };
    let until = match material.state {
        State::Tolerant { until } => Some(until),
        _ => None,
    };
    let uses = material.uses.iter();
    ReceiptMaterial {
        name: material.name.clone(),
        items: material.wants.iter().map(|want| want.item).collect(),
        state: material.state.name().to_owned(),
        route: route.map(|route| route.name().to_owned()),
        exempt: material.exempt,
        reason: reason.map(|reason| reason.name().to_owned()),
        until: until.map(|day| day.to_string()),
        note: material.note.clone(),
        certificates: uses
            .map(|used| certificate(known, used, authorised))
            .collect(),
    }
}

fn certificate(known: &Known, used: &Use, authorised: &Authorised) -> ReceiptCertificate {
    let read = CertificateIdentifier::read(&used.identifier);
    let read = read.ok().map(|read| read.identifier);
    let of = read.as_ref().and_then(|read| {
        let of = known.newest.get(&read.type_code.to_string())?;
        Some(Named {
            code: of.definition.code.clone(),
            name: of.definition.name.clone(),
            name_en: Some(of.definition.name_en.clone()),
        })
    });
    let issuer = read.as_ref().and_then(|read| match &read.issuer {
        IssuerCode::Uscc(code) => agency(known, *known.agency_numbers.get(code)?),
        IssuerCode::Division(_) => None,
    });
    let acted = used.consent.and_then(|consent| authorised.get(&consent));
    let mut acted = acted.into_iter().flatten();
    let other = acted.find(|acted| acted.person == used.person && acted.by_another);
    ReceiptCertificate {
        authorised: other.map(|acted| acted.told.clone()),
        identifier: used.identifier.clone(),
        of,
        issuer,
        digest: used.digest.clone(),
        verdict: used.verdict.clone(),
        at: Timestamp::from_millis(used.at).to_string(),
        shown_by: used.shown_by.clone(),
        person: used.person,
        use_record: used.record,
    }
}
