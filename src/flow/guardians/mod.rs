//! Guardians: who acts for a child now. The one place where that is decided.
//!
//! A birth certificate in force names them; the child's day of birth and the orders that
//! officers recorded say whether they still may. Showing a child's card
//! ([`crate::flow::show`]), consent in a case and every other act for a child ask here.

mod facts;
mod look_up;
pub mod orders;
mod waiting;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::definition::Definition;
use crate::domain::guardian::GROWN_AT;
use crate::domain::guardian::GuardianStanding;
use crate::domain::guardian::Order;
use crate::domain::guardian::OrderKind;
use crate::domain::guardian::Stage;
use crate::domain::holder::HolderCode;
use crate::domain::notice::NoticeFacts;
use crate::domain::notice::NoticeKind;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
pub(crate) use crate::flow::guardians::facts::birth;
use crate::flow::guardians::facts::child_name;
use crate::flow::guardians::facts::named;
pub use crate::flow::guardians::look_up::look_up;
pub use crate::flow::guardians::waiting::OrderLine;
pub use crate::flow::guardians::waiting::waiting;
use crate::flow::notices;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::holders::HolderRow;

/// Certificates of a child that are looked through for its guardians.
const MOST: i64 = 200;

/// A guardian of a child.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guardian {
    /// The blind index of their code.
    pub index: [u8; 32],
    /// Their name, masked.
    pub name: String,
    /// The row of the certificate that names them.
    pub certificate: i64,
    /// How they stand now.
    pub standing: GuardianStanding,
    /// The order that says so, if one does.
    pub order: Option<i64>,
}

/// A child, as its certificates and the recorded orders tell.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Guarded {
    /// Every code under which the register knows it, by blind index: that at birth, and its own
    /// number.
    pub codes: Vec<[u8; 32]>,
    /// Its name, masked.
    pub name: String,
    /// When it was born, if that is known.
    pub birth: Option<Day>,
    /// Those who were ever named as guardians, and how each stands.
    pub guardians: Vec<Guardian>,
}

impl Guarded {
    /// The child's age group on a day; none if nobody knows when it was born.
    #[must_use]
    pub fn stage(&self, today: Day) -> Option<Stage> {
        self.birth.map(|birth| Stage::on(birth, today))
    }

    /// Whether the child is below 14 on a day, and so acts through a guardian alone.
    #[must_use]
    pub fn needs_guardian(&self, today: Day) -> bool {
        self.stage(today) == Some(Stage::Guarded)
    }

    /// The day on which the guardians' right ends: the 18th birthday.
    #[must_use]
    pub fn ends_on(&self) -> Option<Day> {
        self.birth.map(|birth| {
            let day = birth.plus(GROWN_AT, 0, 0);
            // Born on 29 February: 18 on 1 March, as `Day::age_on` counts.
            if birth.age_on(day) < GROWN_AT {
                day.plus(0, 0, 1)
            } else {
                day
            }
        })
    }

    /// That somebody may act for the child as its guardian, or why not.
    pub(crate) fn authority_of(&self, acting: &[u8; 32]) -> Result<GuardianAuthority, Reason> {
        // Two certificates may name the same guardian: they stand the same by the orders.
        let found = self.guardians.iter().find(|g| g.index == *acting);
        let guardian = found.ok_or(Reason::NoGuardian)?;
        match guardian.standing.refusal() {
            Some(reason) => Err(reason),
            None => Ok(GuardianAuthority {
                child: self.clone(),
                guardian: guardian.clone(),
            }),
        }
    }

    /// The guardians who may act now, but for one.
    pub fn others<'g>(&'g self, than: &'g [u8; 32]) -> impl Iterator<Item = [u8; 32]> + 'g {
        let may = self.guardians.iter().filter(|g| g.standing.may_act());
        may.map(|g| g.index).filter(move |index| index != than)
    }
}

/// That a guardian may act for a child. Only the rules of this file make one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub struct GuardianAuthority {
    child: Guarded,
    guardian: Guardian,
}

impl GuardianAuthority {
    /// The child.
    #[must_use]
    pub const fn child(&self) -> &Guarded {
        &self.child
    }

    /// The guardian.
    #[must_use]
    pub const fn guardian(&self) -> &Guardian {
        &self.guardian
    }

    /// Tells the other guardians what this one did for the child, in its transaction. `what` is
    /// the name of an item or type, and never personal data.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn tell_others(
        &self,
        tx: &mut Tx<'_>,
        office: &Office,
        what: &str,
        by: (Timestamp, &str),
    ) -> Result<(), StoreError> {
        let others: Vec<[u8; 32]> = self.child.others(&self.guardian.index).collect();
        let facts = NoticeFacts {
            who: self.guardian.name.clone(),
            whom: self.child.name.clone(),
            what: what.to_owned(),
            ..NoticeFacts::default()
        };
        let told = (NoticeKind::GuardianActed, &facts);
        notices::tell(tx, office, told, &others, by)
    }
}

/// Whether somebody may act for a child now as its guardian. `Ok(Err(..))` says why not:
/// [`Reason::NoGuardian`] or [`Reason::GuardianEnded`].
///
/// # Errors
///
/// [`Failure`] if it could not be found out.
pub fn authority(
    office: &Office,
    child: &[u8; 32],
    acting: &[u8; 32],
    now: Timestamp,
) -> Result<Result<GuardianAuthority, Reason>, Failure> {
    Ok(of(office, child, now)?.authority_of(acting))
}

/// Whether somebody may consent where a holder is concerned, who is named by the blind index of
/// her code and by the code where it is known, which says of a citizen when she was born: the holder from the age of 14, and
/// until 18 a guardian, who is named then. `Ok(Err(..))` says why not: to a holder below 14
/// [`Reason::GuardianNeeded`], to others as [`authority`] does. Asked in the transaction that
/// relies on it. Mandates are another question ([`crate::flow::mandates::authority_in`]).
///
/// # Errors
///
/// [`Failure`] if it could not be found out.
pub fn consents(
    office: &Office,
    rx: &mut Rx<'_>,
    (index, code): (&[u8; 32], Option<&HolderCode>),
    acting: &[u8; 32],
    now: Timestamp,
) -> Result<Result<Option<GuardianAuthority>, Reason>, Failure> {
    let child = of_in(office, rx, index, now)?;
    let own = index == acting || child.codes.contains(acting);
    if !own {
        return Ok(child.authority_of(acting).map(Some));
    }
    let by_number = code.and_then(HolderCode::citizen);
    let by_number = by_number.map(|citizen| citizen.birth_date());
    let stage = by_number
        .or(child.birth)
        .map(|birth| Stage::on(birth, now.day()));
    Ok(match stage {
        Some(Stage::Guarded) => Err(Reason::GuardianNeeded),
        // Whom no certificate calls a child is none.
        Some(Stage::Growing | Stage::Grown) | None => Ok(None),
    })
}

/// Who the guardians of a holder are, and how each stands at a time. A holder whom no
/// certificate in force names guardians for has none.
///
/// # Errors
///
/// [`Failure`] if it could not be found out.
pub fn of(office: &Office, child: &[u8; 32], now: Timestamp) -> Result<Guarded, Failure> {
    office.store.read(|rx| of_in(office, rx, child, now))
}

fn of_in(
    office: &Office,
    rx: &mut Rx<'_>,
    child: &[u8; 32],
    now: Timestamp,
) -> Result<Guarded, Failure> {
    let register = Register::of(office);
    let found = rx.certificates_of_holder(child, None, MOST)?;
    let mut all = Guarded::default();
    for (row, role) in found {
        let definition = &register.definition(&row)?.definition;
        let names = !definition.guardians.is_empty();
        let stands = row.status == Standing::InForce.stored();
        if role == HolderRole::Guardian || !names || !stands {
            continue;
        }
        let facts = register.facts(&row)?;
        let one = on_certificate(office, rx, &row, (definition, &facts), now)?;
        all.birth = all.birth.or(one.birth);
        if all.name.is_empty() {
            all.name = one.name;
        }
        for code in one.codes {
            if !all.codes.contains(&code) {
                all.codes.push(code);
            }
        }
        all.guardians.extend(one.guardians);
    }
    // An order may be known by a code that only another certificate has.
    stand(rx, &mut all, now)?;
    Ok(all)
}

/// The child of one certificate, and the guardians whom it names, whatever became of the
/// certificate.
pub(crate) fn on_certificate(
    office: &Office,
    rx: &mut Rx<'_>,
    row: &CertificateRow,
    (of, facts): (&Definition, &BTreeMap<String, Value>),
    now: Timestamp,
) -> Result<Guarded, Failure> {
    let people = rx.holders_of(row.id)?;
    let names = named(office, of, facts);
    let index = |p: &HolderRow| <[u8; 32]>::try_from(p.holder_index.as_slice()).ok();
    let is_guardian = |p: &&HolderRow| p.role == HolderRole::Guardian.stored();
    let mut child = Guarded {
        codes: people
            .iter()
            .filter(|p| !is_guardian(p))
            .filter_map(index)
            .collect(),
        name: child_name(of, facts),
        birth: birth(facts),
        guardians: Vec::new(),
    };
    for guardian in people.iter().filter(is_guardian).filter_map(index) {
        child.guardians.push(Guardian {
            index: guardian,
            name: names.get(&guardian).cloned().unwrap_or_default(),
            certificate: row.id,
            standing: GuardianStanding::NoBirth,
            order: None,
        });
    }
    stand(rx, &mut child, now)?;
    Ok(child)
}

/// Lets the orders and the calendar say how each guardian stands.
fn stand(rx: &mut Rx<'_>, child: &mut Guarded, now: Timestamp) -> Result<(), Failure> {
    let orders = orders_of(rx, child)?;
    for guardian in &mut child.guardians {
        let own = orders.iter().filter(|(of, _)| *of == guardian.index);
        let own: Vec<Order> = own.map(|(_, order)| *order).collect();
        guardian.standing = GuardianStanding::of(child.birth, &own, now);
        guardian.order = Order::counting(&own, now).map(|order| order.id);
    }
    Ok(())
}

fn orders_of(rx: &mut Rx<'_>, child: &Guarded) -> Result<Vec<([u8; 32], Order)>, StoreError> {
    let codes: Vec<Vec<u8>> = child.codes.iter().map(|code| code.to_vec()).collect();
    let damaged = || StoreError::Damaged {
        table: "guardian_orders",
    };
    let rows = rx.guardian_orders_of(&codes)?;
    let order = |row: crate::store::guardian_orders::OrderRow| {
        let guardian = row.guardian_index.try_into().map_err(|_long| damaged())?;
        let order = Order {
            id: row.id,
            kind: OrderKind::from_stored(row.what).ok_or_else(damaged)?,
            at: Timestamp::from_millis(row.at),
        };
        Ok((guardian, order))
    };
    rows.into_iter().map(order).collect()
}
