//! Whose cards somebody has in her phone: her own, her children's, and those of whom she acts for.

use std::collections::HashMap;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::mandate::MandateKind;
use crate::domain::mandate::MandateStanding;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::value::plain_text;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::guardians::Guarded;
use crate::flow::mandates;
use crate::flow::mandates::MandateLine;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::flow::register::Register;
use crate::flow::wallet::face::Face;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;

/// The most certificates that are looked through.
const MOST: i64 = 200;

/// The most records of showing by which cards are put in order.
const MOST_SHOWN: i64 = 200;

/// The cards in somebody's phone.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    /// Whose cards: the caller first, then her children, then whom she acts for.
    pub people: Vec<Person>,
    /// The one whose cards are here.
    pub chosen: usize,
    /// The cards, those used last before others, those that are over behind.
    pub cards: Vec<Face>,
}

/// Somebody whose cards the caller has.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// What names her in addresses: it says nothing to anybody.
    pub key: String,
    /// Her name: the caller's own and organisations' whole, others' masked; empty where no
    /// certificate says it.
    pub name: String,
    /// What the caller is to her.
    pub part: Part,
}

/// What a caller is to somebody whose cards she has.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// She is herself.
    Own,
    /// Her guardian, until the day before this one.
    Guardian(Option<Day>),
    /// By a mandate, whose number, kind and end these are.
    Agent(i64, MandateKind, Timestamp),
}

/// The cards of the caller, or of the person that `who` names among those she acts for.
///
/// Of whom she acts for by a mandate, only cards of types that the mandate names are there, and
/// that they were looked at is recorded; which of them an item needs, a case asks.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder, [`Reason::NotFound`] for a person who is
/// none of hers.
pub fn home(office: &Office, who: Option<&str>, by: &Caller) -> Result<Home, Failure> {
    let (Role::Holder, Some(me)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    let register = Register::of(office);
    let (own, children) = hers(office, &register, &me)?;
    let mandates = acting(office, by)?;
    let mut people = vec![Person {
        key: "me".to_owned(),
        name: name(&register, own.first())?,
        part: Part::Own,
    }];
    people.extend(children.iter().map(|child| Person {
        key: child.key(),
        name: child.guarded.name.clone(),
        part: Part::Guardian(child.guarded.ends_on()),
    }));
    people.extend(mandates.iter().map(|line| Person {
        key: format!("m{}", line.mandate.id),
        name: line.principal.clone(),
        part: Part::Agent(line.mandate.id, line.mandate.kind, line.mandate.until),
    }));
    let chosen = who.map_or(Some(0), |who| people.iter().position(|one| one.key == who));
    let chosen = chosen.ok_or(Failure::refused(Reason::NotFound))?;
    let rows = match people.get(chosen).map(|person| &person.part) {
        Some(Part::Guardian(_)) => {
            let child = children.into_iter().nth(chosen - 1);
            child.map(|child| child.rows).unwrap_or_default()
        }
        Some(Part::Agent(mandate, ..)) => {
            let line = mandates.iter().find(|line| line.mandate.id == *mandate);
            match line {
                Some(line) => of_principal(office, &register, line, by)?,
                None => Vec::new(),
            }
        }
        Some(Part::Own) | None => own,
    };
    let cards = in_order(office, &register, &rows, &me)?;
    Ok(Home {
        people,
        chosen,
        cards,
    })
}

/// The caller's own cards and her children's that are not over, those shown last before others.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who is no holder.
pub fn hers_to_show(office: &Office, by: &Caller) -> Result<Vec<Face>, Failure> {
    let (Role::Holder, Some(me)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    let register = Register::of(office);
    let (mut rows, children) = hers(office, &register, &me)?;
    rows.extend(children.into_iter().flat_map(|child| child.rows));
    let mut faces = in_order(office, &register, &rows, &me)?;
    faces.retain(|face| !face.is_over());
    Ok(faces)
}

/// The certificates of somebody that were not replaced, and those of her children.
fn hers(
    office: &Office,
    register: &Register<'_>,
    me: &[u8; 32],
) -> Result<(Vec<CertificateRow>, Vec<Child>), Failure> {
    let found = office
        .store
        .read(|rx| rx.certificates_of_holder(me, None, MOST))?;
    let (mut own, mut children) = (Vec::new(), Vec::new());
    for (row, role) in found {
        if row.status == Standing::Superseded.stored() {
            continue;
        }
        if role == HolderRole::Guardian {
            add_child(office, register, (row, me), &mut children)?;
        } else {
            own.push(row);
        }
    }
    Ok((own, children))
}

/// A child of the caller's, and its certificates.
struct Child {
    guarded: Guarded,
    rows: Vec<CertificateRow>,
}

impl Child {
    /// By the oldest of its certificates, which stays what it is when others come.
    fn key(&self) -> String {
        let oldest = self.rows.iter().map(|row| row.id).min();
        format!("c{}", oldest.unwrap_or_default())
    }
}

/// Puts a certificate that names the caller as a guardian beside the others of that child, if she
/// still may act for it.
fn add_child(
    office: &Office,
    register: &Register<'_>,
    (row, me): (CertificateRow, &[u8; 32]),
    children: &mut Vec<Child>,
) -> Result<(), Failure> {
    let of = &register.definition(&row)?.definition;
    let facts = register.facts(&row)?;
    let now = office.clock.now();
    let child = office
        .store
        .read(|rx| guardians::on_certificate(office, rx, &row, (of, &facts), now))?;
    if child.authority_of(me).is_err() {
        return Ok(());
    }
    let same = |known: &&mut Child| {
        let codes = &known.guarded.codes;
        child.codes.iter().any(|code| codes.contains(code))
    };
    match children.iter_mut().find(same) {
        Some(known) => {
            known.guarded.codes.extend(child.codes);
            known.rows.push(row);
        }
        None => children.push(Child {
            guarded: child,
            rows: vec![row],
        }),
    }
    Ok(())
}

/// The mandates by which the caller acts now, one for each of whom she acts for and each kind.
fn acting(office: &Office, by: &Caller) -> Result<Vec<MandateLine>, Failure> {
    let mut all: Vec<MandateLine> = Vec::new();
    for line in mandates::list(office, by)? {
        let acts = line.received && line.chain_stands && line.standing == MandateStanding::InForce;
        if acts {
            all.push(line);
        }
    }
    Ok(all)
}

/// The certificates of whom somebody acts for, of the types that the mandate names.
fn of_principal(
    office: &Office,
    register: &Register<'_>,
    line: &MandateLine,
    by: &Caller,
) -> Result<Vec<CertificateRow>, Failure> {
    let principal = line.mandate.principal;
    let types: Vec<&str> = line.mandate.scope.types.codes().collect();
    let mut rows = Vec::new();
    for (row, role) in office
        .store
        .read(|rx| rx.certificates_of_holder(&principal, None, MOST))?
    {
        let named = types.contains(&register.definition(&row)?.definition.code.as_str());
        let stands = row.status != Standing::Superseded.stored();
        if named && stands && role != HolderRole::Guardian {
            rows.push(row);
        }
    }
    Reading::of("cards", rows.len())
        .whom(Some(principal))
        .record(office, by)?;
    Ok(rows)
}

/// The name on a certificate, as far as one person holds it.
fn name(register: &Register<'_>, row: Option<&CertificateRow>) -> Result<String, Failure> {
    let Some(row) = row else {
        return Ok(String::new());
    };
    let facts = register.facts(row)?;
    Ok(facts.get("holder_name").map(plain_text).unwrap_or_default())
}

/// The faces of certificates: those shown last before others, those that are over behind.
fn in_order(
    office: &Office,
    register: &Register<'_>,
    rows: &[CertificateRow],
    me: &[u8; 32],
) -> Result<Vec<Face>, Failure> {
    let shown = office.store.read(|rx| {
        let Some(subject) = rx.subject_of(me)? else {
            return Ok(Vec::new());
        };
        let kinds = [EventKind::Shown.number()];
        rx.ledger_of_subject(&subject, &kinds, (i64::MAX, MOST_SHOWN))
    })?;
    let mut last: HashMap<i64, i64> = HashMap::new();
    for record in shown {
        if let Some(certificate) = record.certificate_id {
            last.entry(certificate).or_insert(record.seq);
        }
    }
    let faces = rows.iter().map(|row| Face::of(office, register, row));
    let mut faces: Vec<Face> = faces.collect::<Result<_, Failure>>()?;
    // Newest first is how they come.
    faces.sort_by_key(|face| {
        let shown = last.get(&face.id).copied().unwrap_or_default();
        (face.is_over(), std::cmp::Reverse(shown))
    });
    Ok(faces)
}
