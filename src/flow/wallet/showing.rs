//! How a showing stands: open, read by somebody, or ended; and what it shows.

use serde::Serialize;

use crate::domain::caller::Caller;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::choice::KeptChoice;
use crate::flow::show::choice::Showing;
use crate::flow::wallet::face::Face;
use crate::flow::wallet::fields::CardField;
use crate::flow::wallet::fields::field;
use crate::flow::wallet::fields::place;
use crate::store::Rx;
use crate::store::show_sessions::SessionRow;
use crate::store::stored::read_number;

/// The records among which the one of the reading is looked for.
const MOST: i64 = 50;

/// How a showing stands, for whoever shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ShowStanding {
    /// `open`, `read` when its code was used, or `ended`.
    pub state: &'static str,
    /// When it was read or ended.
    pub at: Option<String>,
    /// The agency that read it.
    pub reader: Option<String>,
}

/// What a showing shows, and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ShowingView {
    /// How it stands.
    pub standing: ShowStanding,
    /// Whether it was held still once.
    pub is_held: bool,
    /// Whether it is good for one case only.
    pub is_for_case: bool,
    /// The cards; none for a code that says whom to ask.
    pub cards: Vec<ShownCard>,
}

/// A card that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownCard {
    /// The card.
    pub face: Face,
    /// What is shown of it.
    pub fields: Vec<CardField>,
    /// How many fields are not.
    pub kept_back: usize,
}

/// How a showing of the caller's stands.
///
/// # Errors
///
/// [`Reason::NotFound`], whether there is none or it is somebody else's.
pub fn show_standing(office: &Office, session: i64, by: &Caller) -> Result<ShowStanding, Failure> {
    office.store.read(|rx| {
        let row = own(rx, session, by)?;
        standing(office, rx, &row)
    })
}

/// What a showing of the caller's shows, and how it stands. Draws no code.
///
/// # Errors
///
/// Those of [`show_standing`].
pub fn showing(
    office: &Office,
    session: i64,
    lang: Lang,
    by: &Caller,
) -> Result<ShowingView, Failure> {
    let (row, standing) = office.store.read(|rx| {
        let row = own(rx, session, by)?;
        let standing = standing(office, rx, &row)?;
        Ok::<_, Failure>((row, standing))
    })?;
    let showing = Showing::open(office, &row)?;
    let register = Register::of(office);
    let cards = showing.choices().iter();
    let cards = cards.map(|choice| shown(office, &register, choice, lang));
    Ok(ShowingView {
        standing,
        is_held: row.held,
        is_for_case: showing.bound().is_some(),
        cards: cards.collect::<Result<_, Failure>>()?,
    })
}

fn shown(
    office: &Office,
    register: &Register<'_>,
    choice: &KeptChoice,
    lang: Lang,
) -> Result<ShownCard, Failure> {
    let row = office.store.read(|rx| rx.certificate(choice.certificate))?;
    let row = row.ok_or_else(|| Failure::Broken("a chosen card is gone".to_owned()))?;
    let of = register.definition(&row)?;
    let all = register.facts(&row)?.len();
    let mut fields: Vec<CardField> = choice
        .fields
        .iter()
        .map(|key| field(of, key, lang))
        .collect();
    fields.sort_by_key(|field| place(of, &field.key));
    Ok(ShownCard {
        face: Face::of(office, register, &row)?,
        kept_back: all.saturating_sub(fields.len()),
        fields,
    })
}

fn own(rx: &mut Rx<'_>, session: i64, by: &Caller) -> Result<SessionRow, Failure> {
    let hidden = || Failure::refused(Reason::NotFound);
    let holder = by.holder.ok_or_else(hidden)?;
    let subject = rx.subject_of(&holder)?.ok_or_else(hidden)?;
    let row = rx.show_session(session)?;
    row.filter(|row| row.subject == subject).ok_or_else(hidden)
}

/// Whoever spends a session leaves a record of the same moment: of an agency if it was read, of
/// none if its holder ended it.
fn standing(office: &Office, rx: &mut Rx<'_>, row: &SessionRow) -> Result<ShowStanding, Failure> {
    let Some(spent_at) = row.spent_at else {
        return Ok(ShowStanding {
            state: "open",
            at: None,
            reader: None,
        });
    };
    let subject = row.subject.as_slice().try_into();
    let subject = subject.map_err(|_why| Failure::Broken(format!("session {}", row.id)))?;
    let kinds = [
        EventKind::Verified,
        EventKind::Fetched,
        EventKind::Used,
        EventKind::ConsentChanged,
    ]
    .map(|kind| kind.number());
    let records = rx.ledger_of_subject(&subject, &kinds, (i64::MAX, MOST))?;
    let mut agencies = records
        .iter()
        .filter(|record| record.at == spent_at && Some(&record.actor) == row.spent_by.as_ref())
        .filter_map(|record| record.agency);
    let known = office.known();
    let agency = agencies.find_map(|number| known.agencies.get(&read_number(number)));
    Ok(ShowStanding {
        state: if agency.is_some() { "read" } else { "ended" },
        at: Some(Timestamp::from_millis(spent_at).to_string()),
        reader: agency.map(|agency| agency.name.clone()),
    })
}
