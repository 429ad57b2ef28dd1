//! Show: a holder picks a certificate and fields and gets a code for them.

pub mod choice;
pub mod compact;
mod fields;
pub mod live;
mod who;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::codec::qr::Code;
use crate::codec::qr::QrError;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::certificate::common_disclosure;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Disclosure;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::guardians::GuardianAuthority;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::register::facts_of;
use crate::flow::show::who::who_shows;
use crate::flow::verify::stands;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::stored::read_number;

/// A certificate that a caller may show, opened.
pub(crate) struct Card {
    /// The child for whom a guardian shows it.
    pub(crate) for_child: Option<GuardianAuthority>,
    pub(crate) row: CertificateRow,
    pub(crate) identifier: CertificateIdentifier,
    pub(crate) record: String,
    pub(crate) facts: BTreeMap<String, Value>,
    pub(crate) of: std::sync::Arc<CertificateType>,
}

/// A certificate of a holder, as a list of cards has it: nothing a passer-by may not read.
#[derive(Clone, Debug, PartialEq)]
pub struct CardLine {
    /// Its identifier.
    pub identifier: String,
    /// Its type's name.
    pub type_name: String,
    /// The agency that issued it.
    pub issuer_name: String,
    /// `holder`, `guardian` or `rebound`.
    pub role: &'static str,
    /// How it stands now.
    pub standing: crate::domain::verdict::Outcome,
    /// The last day it is good for.
    pub valid_to: Option<Day>,
}

/// The certificates a holder can show, newest first; superseded ones are left out.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller that is no holder.
pub fn cards(office: &Office, by: &Caller) -> Result<Vec<CardLine>, Failure> {
    let index = by.holder.ok_or(Failure::refused(Reason::Forbidden))?;
    let found = office
        .store
        .read(|rx| rx.certificates_of_holder(&index, None, 200))?;
    let register = Register::of(office);
    let now = office.clock.now();
    let mut lines = Vec::with_capacity(found.len());
    for (row, role) in found {
        if row.status == crate::domain::standing::Standing::Superseded.stored() {
            continue;
        }
        if role == HolderRole::Guardian {
            let of = &register.definition(&row)?.definition;
            let facts = register.facts(&row)?;
            let child = office
                .store
                .read(|rx| guardians::on_certificate(office, rx, &row, (of, &facts), now))?;
            let mut mine = child.guardians.iter().filter(|g| g.index == index);
            if !mine.any(|g| g.standing.may_act()) {
                continue;
            }
        }
        lines.push(CardLine {
            identifier: register.identifier(&row)?.to_string(),
            type_name: register.definition(&row)?.definition.name.clone(),
            issuer_name: register.issuer(&row)?.name.clone(),
            role: match role {
                HolderRole::Holder => "holder",
                HolderRole::Guardian => "guardian",
                HolderRole::Rebound => "rebound",
            },
            standing: stands(office, &register, &row)?,
            valid_to: row.valid_to.map(Day::from_number),
        });
    }
    Ok(lines)
}

/// Opens a certificate that a caller may show: its holder from the age of 14, a child's guardian
/// as long as [`guardians`] says, or the agency that issued it (printed codes only; the caller
/// checks that).
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is somebody else's; to those whose it is
/// [`Reason::GuardianNeeded`] below 14, and to a child's guardian [`Reason::GuardianEnded`].
pub(crate) fn card(
    office: &Office,
    identifier: &CertificateIdentifier,
    by: &Caller,
) -> Result<Card, Failure> {
    let hidden = || Failure::refused(Reason::NotFound);
    let register = Register::of(office);
    let row = register.find(identifier)?.ok_or_else(hidden)?;
    let mut card = Card::of_row(&register, row)?;
    let (row, of, facts) = (&card.row, &card.of, &card.facts);
    let allowed = match by.role {
        Role::Operator => Ok(None),
        Role::Issuer if by.agency == Some(read_number(row.issuer)) => Ok(None),
        Role::Holder => {
            let me = by.holder.ok_or_else(hidden)?;
            who_shows(office, row, (&of.definition, facts), &me)?
        }
        _ => Err(Reason::NotFound),
    };
    card.for_child = allowed.map_err(Failure::refused)?;
    Ok(card)
}

impl Card {
    /// A certificate of the register, opened. Whether anybody may see it is the caller's to ask.
    ///
    /// # Errors
    ///
    /// [`Failure`] if its record cannot be opened or read.
    pub(crate) fn of_row(register: &Register<'_>, row: CertificateRow) -> Result<Self, Failure> {
        let record = register.record(&row)?;
        let facts = facts_of(&record)
            .ok_or_else(|| Failure::Broken(format!("certificate {} cannot be read", row.id)))?;
        Ok(Self {
            for_child: None,
            identifier: register.identifier(&row)?,
            of: std::sync::Arc::clone(register.definition(&row)?),
            row,
            record,
            facts,
        })
    }

    /// Tells the other guardians that one of them shows the child's card.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub(crate) fn tell_others(
        &self,
        tx: &mut Tx<'_>,
        office: &Office,
        by: (Timestamp, &str),
    ) -> Result<(), StoreError> {
        match &self.for_child {
            Some(authority) => {
                let what = &self.of.definition.name;
                authority.tell_others(tx, office, what, by)
            }
            None => Ok(()),
        }
    }

    /// The fields that are shown: those chosen, and those every showing discloses.
    ///
    /// # Errors
    ///
    /// [`Reason::NoSuchField`] when a chosen one is not on the certificate.
    pub(crate) fn chosen(&self, fields: &[String]) -> Result<Vec<String>, Failure> {
        if let Some(unknown) = fields.iter().find(|f| !self.facts.contains_key(*f)) {
            return Err(Failure::because(Reason::NoSuchField, unknown.as_str()));
        }
        let keys = self
            .facts
            .keys()
            .filter(|key| fields.contains(key) || disclosure(&self.of, key) == Disclosure::Always);
        Ok(keys.cloned().collect())
    }
}

/// When a field or common claim of a type is disclosed.
#[must_use]
pub fn disclosure(of: &CertificateType, key: &str) -> Disclosure {
    match of.definition.field(key) {
        Some(field) => field.disclosure,
        None => common_disclosure(of, key),
    }
}

/// A code as a picture, in the three forms it is shown in.
#[derive(Clone, Debug)]
pub struct DrawnCode(Code);

impl DrawnCode {
    pub(crate) fn of(drawn: Result<Code, QrError>) -> Result<Self, Failure> {
        drawn
            .map(Self)
            .map_err(|why| Failure::because(Reason::CodeTooLarge, why.to_string()))
    }

    /// The version of its QR code, 1 to 15.
    #[must_use]
    pub fn version(&self) -> i16 {
        self.0.version()
    }

    /// As SVG.
    #[must_use]
    pub fn svg(&self) -> String {
        self.0.svg()
    }

    /// As PNG with so many pixels a module.
    #[must_use]
    pub fn png(&self, scale: u32) -> Vec<u8> {
        self.0.png(scale)
    }

    /// As half blocks for a terminal.
    #[must_use]
    pub fn terminal(&self) -> String {
        self.0.terminal()
    }
}
