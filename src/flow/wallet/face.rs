//! The face of a card: what lies open when the phone does, so nothing a passer-by may not read.

use crate::domain::certificate::masked_number;
use crate::domain::definition::Definition;
use crate::domain::definition::HolderKind;
use crate::domain::standing::EndWord;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::value::plain_text;
use crate::domain::verdict::Outcome;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::verify::stands;
use crate::store::certificates::CertificateRow;

/// Days before its last one from which a card says that it runs out.
const SOON: i64 = 30;

/// Days for which a card that came is new.
const NEW: i64 = 7;

/// The departments whose certificates are about land.
const OF_LAND: [&str; 3] = [
    "agriculture_animal_husbandry",
    "forestry_grassland",
    "natural_resources",
];

/// Which family a card belongs to, which its colour shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Of a person.
    Person,
    /// Of a business.
    Business,
    /// Of land.
    Land,
}

/// The face of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// The register's number of the certificate, which says nothing to anybody.
    pub id: i64,
    /// Its type's Chinese name.
    pub type_name: String,
    /// Its type's English name.
    pub type_name_en: String,
    /// The agency that issued it.
    pub issuer: String,
    /// Its number, but for the middle.
    pub number: String,
    /// Its family.
    pub family: Family,
    /// How it stands now.
    pub standing: Outcome,
    /// The legal word, where it ended.
    pub word: Option<EndWord>,
    /// Since when its status is what it is.
    pub since: Day,
    /// The first day it is good for.
    pub valid_from: Day,
    /// The last day it is good for; none for a long-term one.
    pub valid_to: Option<Day>,
    /// How many days it is good for after today, where those are few.
    pub days_left: Option<i64>,
    /// Whether it came a few days ago.
    pub is_new: bool,
}

impl Face {
    /// The face of a certificate, and what it says of itself.
    ///
    /// # Errors
    ///
    /// [`Failure`] if its record cannot be opened, or there is no trust list to ask.
    pub(crate) fn of(
        office: &Office,
        register: &Register<'_>,
        row: &CertificateRow,
    ) -> Result<Self, Failure> {
        let of = &register.definition(row)?.definition;
        let facts = register.facts(row)?;
        let number = facts.get("certificate_number").map(plain_text);
        let standing = stands(office, register, row)?;
        let today = office.clock.now().day();
        let valid_to = row.valid_to.map(Day::from_number);
        let left = valid_to.map(|day| day.number() - today.number());
        let came = Timestamp::from_millis(row.issued_at).day();
        let word = match Standing::from_stored(row.status) {
            Some(Standing::Ended(word)) => Some(word),
            _ => None,
        };
        Ok(Self {
            id: row.id,
            type_name: of.name.clone(),
            type_name_en: of.name_en.clone(),
            issuer: register.issuer(row)?.name.clone(),
            number: masked_number(&number.unwrap_or_default(), of.number_embeds_id),
            family: family(of),
            standing,
            word,
            since: Timestamp::from_millis(row.status_at).day(),
            valid_from: Day::from_number(row.valid_from),
            valid_to,
            days_left: left.filter(|left| standing == Outcome::Valid && (0..=SOON).contains(left)),
            is_new: standing == Outcome::Valid
                && (0..NEW).contains(&(today.number() - came.number())),
        })
    }

    /// Whether it is over for good, so that it stands behind the others.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(
            self.standing,
            Outcome::Revoked | Outcome::Superseded | Outcome::Tampered
        )
    }
}

fn family(of: &Definition) -> Family {
    if OF_LAND.contains(&of.department.as_str()) {
        return Family::Land;
    }
    match of.holder {
        HolderKind::Organisation => Family::Business,
        HolderKind::Person | HolderKind::Either => Family::Person,
    }
}
