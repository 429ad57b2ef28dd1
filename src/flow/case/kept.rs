//! A case as it is kept: opened from the register, changed, and put back whole.

use serde_json::Value;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::case::Case;
use crate::domain::case::PaperReason;
use crate::domain::case::State;
use crate::domain::case::WrongAct;
use crate::domain::event::EventKind;
use crate::domain::item::Route;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::store::Rx;
use crate::store::Tx;
use crate::store::case_sides::CaseItemRow;
use crate::store::case_sides::CaseMaterialRow;
use crate::store::case_sides::CaseSides;
use crate::store::cases::CASE;
use crate::store::cases::CaseRow;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

/// A case with the row it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) row: CaseRow,
    pub(crate) case: Case,
    people: usize,
}

/// Whether a caller works at the windows of an agency.
pub(crate) fn window_of(by: &Caller) -> Result<u32, Failure> {
    match (by.role, by.agency) {
        (Role::Window | Role::System, Some(agency)) => Ok(agency),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

impl Kept {
    /// The case with this number, if a caller's own agency has it.
    ///
    /// # Errors
    ///
    /// [`Reason::NotFound`], whether there is none or it is another agency's.
    pub(crate) fn read(
        office: &Office,
        rx: &mut Rx<'_>,
        number: &str,
        by: &Caller,
    ) -> Result<Self, Failure> {
        let agency = window_of(by)?;
        let row = rx.case(number)?;
        let own = row.filter(|row| read_number(row.agency) == agency);
        Self::opened(office, own.ok_or(Failure::refused(Reason::NotFound))?)
    }

    /// The case of a row.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it cannot be read.
    pub(crate) fn opened(office: &Office, row: CaseRow) -> Result<Self, Failure> {
        let text = office.store.vault().open(&CASE, row.id, &row.sealed())?;
        let case: Case = serde_json::from_slice(&text)
            .map_err(|why| Failure::Broken(format!("case {}: {why}", row.id)))?;
        let people = case.people.len();
        Ok(Self { row, case, people })
    }

    /// A case that was not written yet.
    pub(crate) fn new(office: &Office, row: CaseRow, case: Case) -> Result<Self, Failure> {
        let mut kept = Self {
            people: case.people.len(),
            row,
            case,
        };
        kept.seal(office)?;
        Ok(kept)
    }

    fn seal(&mut self, office: &Office) -> Result<(), Failure> {
        let text =
            serde_json::to_vec(&self.case).map_err(|why| Failure::Broken(why.to_string()))?;
        let sealed = office
            .store
            .vault()
            .seal(&CASE, self.row.id, &text, &*office.randomness);
        self.row.key_id = stored_key_id(sealed.key_id);
        self.row.sealed = sealed.bytes;
        self.row.closed_at = self.case.closed_at;
        Ok(())
    }

    /// Puts the case back as it is now, with all that stands beside it.
    ///
    /// # Errors
    ///
    /// [`Reason::Unavailable`] if somebody else changed the case meanwhile: ask again.
    pub(crate) fn put(&mut self, office: &Office, tx: &mut Tx<'_>) -> Result<(), Failure> {
        let was = self.row.revision;
        self.row.revision = was.saturating_add(1);
        self.seal(office)?;
        if !tx.update_case(&self.row, &self.sides(office), (was, self.people))? {
            let what = "somebody else changed the case";
            return Err(Failure::because(Reason::Unavailable, what));
        }
        self.people = self.case.people.len();
        Ok(())
    }

    /// The blind index of each of its people, by place.
    pub(crate) fn indexes(&self, office: &Office) -> Vec<[u8; 32]> {
        let vault = office.store.vault();
        let people = self.case.people.iter();
        people.map(|p| holder_index(vault, &p.code)).collect()
    }

    /// All that stands beside it.
    pub(crate) fn sides(&self, office: &Office) -> CaseSides {
        let places = (0_i16..).zip(&self.case.items);
        let items = places.map(|(position, item)| CaseItemRow {
            case_id: self.row.id,
            position,
            item: item.code.clone(),
            agency: stored_number(item.agency),
        });
        let materials = (0_i16..).zip(&self.case.materials);
        let wants = materials.flat_map(|(material, of)| {
            let items = of.wants.iter();
            items.map(move |want| (material, i16::try_from(want.item).unwrap_or(i16::MAX)))
        });
        let mut wants: Vec<(i16, i16)> = wants.collect();
        // As they are read again: the ledger vouches for them in this order.
        wants.sort_unstable();
        CaseSides {
            people: self.indexes(office),
            items: items.collect(),
            materials: self.material_rows(office),
            wants,
        }
    }

    /// How its materials stand, as figures count them.
    fn material_rows(&self, office: &Office) -> Vec<CaseMaterialRow> {
        let known = office.known();
        let places = (0_i16..).zip(&self.case.materials);
        let row = |(position, material): (i16, &crate::domain::case::CaseMaterial)| {
            let of = material.certificate_type.as_ref();
            let of = of.and_then(|code| known.newest.get(code));
            CaseMaterialRow {
                case_id: self.row.id,
                position,
                type_number: of.map(|of| stored_number(of.number)),
                state: material.state.number(),
                route: match material.state {
                    State::Waived { route } => Some(route.number()),
                    State::Promised => Some(Route::Promise.number()),
                    _ => None,
                },
                reason: match material.state {
                    State::NeedsPaper { reason } => Some(reason.number()),
                    // Whatever is wrong with the certificate, it could not have been waived.
                    State::Disputed { .. } if !material.is_waivable() => {
                        Some(PaperReason::of_rule(material.return_paper).number())
                    }
                    _ => None,
                },
                decided_at: material.decided_at,
            }
        };
        places.map(row).collect()
    }

    /// That somebody is about to be told of it, or of something in it.
    pub(super) fn reading(&self, what: &'static str, records: usize, office: &Office) -> Reading {
        let applicant = self.case.people.first();
        let index = applicant.map(|person| holder_index(office.store.vault(), &person.code));
        Reading::of(what, records)
            .whom(index)
            .about("case", &self.row.number)
    }

    /// An event of this case, to be filled in.
    pub(crate) fn event(
        &self,
        office: &Office,
        kind: EventKind,
        by: &Caller,
        what: &Value,
    ) -> Event {
        let mut event = Event::new(kind, office.clock.now(), &by.id);
        event.agency = Some(read_number(self.row.agency));
        event.details = Some(json!({"case": self.row.number, "what": what}));
        event
    }
}

/// The reason that an officer gives for undoing something, trimmed.
///
/// # Errors
///
/// [`Reason::BadCause`] for one that is blank or longer than 200 characters.
pub(super) fn cause(reason: &str) -> Result<&str, Failure> {
    let reason = reason.trim();
    if (1..=200).contains(&reason.chars().count()) {
        Ok(reason)
    } else {
        Err(Failure::refused(Reason::BadCause))
    }
}

/// What is said of a step that cannot be taken.
pub(crate) fn refused(why: WrongAct) -> Failure {
    let reason = match why {
        WrongAct::Closed => Reason::CaseClosed,
        WrongAct::NoSuchMaterial => Reason::NotFound,
        WrongAct::WaivedBefore => Reason::WaivedBefore,
        WrongAct::NotFromHere => Reason::WrongStep,
        WrongAct::NotAllowed => Reason::NotAllowed,
    };
    Failure::because(reason, why.to_string())
}
