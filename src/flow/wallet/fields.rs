//! What of a card is shown: its holder chooses, by one of three measures or field by field.

use crate::domain::caller::Caller;
use crate::domain::contract::claim::label;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Disclosure;
use crate::domain::item::PREDICATES;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show;
use crate::flow::show::Card;
use crate::flow::show::choice::Choice;
use crate::flow::show::compact;
use crate::flow::show::compact::CompactShown;
use crate::flow::show::live;
use crate::flow::show::live::LiveShown;
use crate::flow::wallet::face::Face;

/// A field of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardField {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// When it is shown.
    pub disclosure: Disclosure,
}

/// A card and what can be shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Showable {
    /// The card.
    pub face: Face,
    /// The child for whom its guardian shows it, masked.
    pub for_child: Option<String>,
    /// What stands on it, that which every showing discloses first.
    pub fields: Vec<CardField>,
}

/// How much of a card is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What every showing discloses, and no more.
    Least,
    /// All that is not sensitive.
    Usual,
    /// All of it.
    All,
    /// These fields, beside what every showing discloses.
    Chosen(Vec<String>),
}

impl Extent {
    /// The fields of a card that are shown so, beside those that always are.
    fn fields(&self, card: &Card) -> Vec<String> {
        let upto = match self {
            Self::Chosen(keys) => return keys.clone(),
            Self::Least => Disclosure::Always,
            Self::Usual => Disclosure::ByNeed,
            Self::All => Disclosure::Sensitive,
        };
        let keys = card.facts.keys();
        let within = keys.filter(|key| show::disclosure(&card.of, key) <= upto);
        within.cloned().collect()
    }
}

/// A card of the caller's, by its number in addresses, and what can be shown of it.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is nobody's of hers; for a card that she
/// may not show, why not.
pub fn showable(office: &Office, id: i64, lang: Lang, by: &Caller) -> Result<Showable, Failure> {
    let card = card(office, id, by)?;
    let register = Register::of(office);
    let mut fields: Vec<CardField> = card
        .facts
        .keys()
        .map(|key| field(&card.of, key, lang))
        .collect();
    fields.sort_by_key(|field| (field.disclosure, place(&card.of, &field.key)));
    Ok(Showable {
        face: Face::of(office, &register, &card.row)?,
        for_child: card
            .for_child
            .as_ref()
            .map(|authority| authority.child().name.clone()),
        fields,
    })
}

/// A field, or a question that is answered with yes or no, as people call it.
pub(super) fn field(of: &CertificateType, key: &str, lang: Lang) -> CardField {
    let label = if PREDICATES.contains(&key) {
        say(lang, &format!("predicate.{key}"), &[])
    } else {
        label(lang, &of.definition, key)
    };
    CardField {
        key: key.to_owned(),
        label,
        disclosure: show::disclosure(of, key),
    }
}

/// Where a field stands on the face: whose it is and its number before what the type adds.
pub(super) fn place(of: &CertificateType, key: &str) -> usize {
    let fields = &of.definition.fields;
    let place = fields.iter().position(|field| field.key == key);
    place.map_or(0, |place| place + 1)
}

/// Shows cards live, as much of each as `extent` says.
///
/// # Errors
///
/// Those of [`live::show_once`].
pub fn show(
    office: &Office,
    ids: &[i64],
    extent: &Extent,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<LiveShown, Failure> {
    let choices = ids.iter().map(|id| {
        let card = card(office, *id, by)?;
        Ok(Choice {
            fields: extent.fields(&card),
            identifier: card.identifier,
        })
    });
    let choices: Vec<Choice> = choices.collect::<Result<_, Failure>>()?;
    live::show_once(office, &choices, by, once)
}

/// Makes a code of a card that needs no network, with these fields.
///
/// # Errors
///
/// Those of [`compact::offline_once`].
pub fn offline(
    office: &Office,
    (id, fields): (i64, &[CardField]),
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CompactShown, Failure> {
    let card = card(office, id, by)?;
    let keys: Vec<String> = fields.iter().map(|field| field.key.clone()).collect();
    let chosen = (keys.as_slice(), compact::OFFLINE_MINUTES);
    compact::offline_once(office, &card.identifier, chosen, by, once)
}

/// A card that the caller may show, by its number in addresses.
pub(super) fn card(office: &Office, id: i64, by: &Caller) -> Result<Card, Failure> {
    let row = office.store.read(|rx| rx.certificate(id))?;
    let row = row.ok_or(Failure::refused(Reason::NotFound))?;
    let identifier = Register::of(office).identifier(&row)?;
    show::card(office, &identifier, by)
}
