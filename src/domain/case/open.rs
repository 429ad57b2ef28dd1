//! Opening a case: what several items ask for, each material once.

use super::Case;
use super::CaseItem;
use super::CaseMaterial;
use super::PaperReason;
use super::Person;
use super::State;
use super::Want;
use crate::domain::item::Material;
use crate::domain::item::Necessity;
use crate::domain::item::Route;

/// The most items of one package.
pub const MOST_ITEMS: usize = 20;

/// Why items make no case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPackage {
    /// None, or more than [`MOST_ITEMS`].
    #[error("a case has 1 to 20 items")]
    HowMany,
    /// One of them twice.
    #[error("an item stands twice")]
    Twice,
}

impl Case {
    /// Opens a case for items and the rows that each asks for in its situation.
    ///
    /// A material that several items ask for of the same person is one: it is asked for once
    /// and counted once, though each item sees only its own fields of it.
    ///
    /// # Errors
    ///
    /// [`BadPackage`].
    pub fn open(
        items: Vec<(CaseItem, Vec<&Material>)>,
        applicant: Person,
    ) -> Result<Self, BadPackage> {
        if items.is_empty() || items.len() > MOST_ITEMS {
            return Err(BadPackage::HowMany);
        }
        let mut case = Self {
            items: Vec::with_capacity(items.len()),
            people: vec![applicant],
            materials: Vec::new(),
            closed_at: None,
            withdrawn: None,
        };
        for (item, rows) in items {
            if case.items.iter().any(|other| other.code == item.code) {
                return Err(BadPackage::Twice);
            }
            let place = case.items.len();
            case.items.push(item);
            for row in rows {
                case.ask_for(place, row);
            }
        }
        Ok(case)
    }

    fn ask_for(&mut self, item: usize, row: &Material) {
        let want = Want {
            item,
            seq: row.seq,
            fields: row.fields_needed.clone(),
            alternatives: row.alternatives.clone(),
        };
        let shared = |known: &&mut CaseMaterial| {
            let of_items = known.wants.iter().all(|want| want.item != item);
            of_items && is_same(known, row)
        };
        match self.materials.iter_mut().find(shared) {
            Some(known) => {
                known.wants.push(want);
                known.necessity = stricter(known.necessity, row.necessity);
            }
            None => self.materials.push(material(want, row)),
        }
    }
}

/// Whether a row of another item asks for a material that the case has already.
fn is_same(known: &CaseMaterial, row: &Material) -> bool {
    let same_thing = match (&known.certificate_type, &row.certificate_type) {
        (Some(one), Some(other)) => one == other,
        // Forms are of one item each, whatever they are called.
        _ => false,
    };
    same_thing
        && known.whose == row.whose
        && known.how_many == row.how_many
        && known.route == row.route
        && known.identity == row.identity
        && known.return_paper == row.return_paper
}

const fn stricter(one: Necessity, other: Necessity) -> Necessity {
    match (one, other) {
        (Necessity::Required, _) | (_, Necessity::Required) => Necessity::Required,
        (Necessity::Tolerant, _) | (_, Necessity::Tolerant) => Necessity::Tolerant,
        (Necessity::Conditional, Necessity::Conditional) => Necessity::Conditional,
    }
}

fn material(want: Want, row: &Material) -> CaseMaterial {
    CaseMaterial {
        name: row.name.clone(),
        wants: vec![want],
        necessity: row.necessity,
        certificate_type: row.certificate_type.clone(),
        route: row.route,
        exempt: row.exempt,
        whose: row.whose,
        how_many: row.how_many,
        return_paper: row.return_paper,
        identity: row.identity,
        state: first_state(row),
        uses: Vec::new(),
        decided_at: None,
        note: None,
    }
}

/// What the rule itself decides: nobody else can. Of alternatives somebody chooses one.
fn first_state(row: &Material) -> State {
    let must = row.necessity == Necessity::Required && row.alternatives.is_none();
    match row.route {
        Some(Route::Cancelled) => State::Cancelled,
        None if must && !row.identity => State::NeedsPaper {
            reason: PaperReason::of_rule(row.return_paper),
        },
        _ => State::NotAsked,
    }
}
