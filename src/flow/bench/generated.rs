//! Generated cases: opened, decided by chance and closed, written as the windows write them.
//!
//! The generator writes cases and never figures; what it decided it tells, so that whoever reads
//! the figures can count again.

use crate::crypto::keyring::ServicePurpose;
use crate::crypto::random::Randomness;
use crate::crypto::random::SeededRandomness;
use crate::crypto::random::array;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::case::Case;
use crate::domain::case::PaperReason;
use crate::domain::case::Person;
use crate::domain::check_character::mod_11_2;
use crate::domain::holder::HolderCode;
use crate::domain::item::Item;
use crate::domain::item::Route;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::case::close::sign;
use crate::flow::case::kept::Kept;
use crate::flow::case::kept::window_of;
use crate::flow::case::open::kept_item;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::cases::CaseRow;
use crate::store::stored::stored_number;

/// Cases of one transaction.
const TOGETHER: u32 = 200;

/// Of so many cases one stays open.
const OPEN: u64 = 20;

/// A case that was closed, as the generator decided it.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The day on which it was closed.
    pub day: Day,
    /// The codes of its items, in their order.
    pub items: Vec<String>,
    /// What became of its materials.
    pub materials: Vec<Decided>,
}

/// What became of a material.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The places of the items that ask for it.
    pub items: Vec<usize>,
    /// The code of the certificate type that can stand for it.
    pub type_code: Option<String>,
    /// What was decided last; none where nothing was.
    pub end: Option<End>,
}

/// What was decided about a material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Really waived.
    Waived(Route),
    /// It could have been waived, and was not, for the reason of this name.
    NotWaived(&'static str),
    /// Something that counts neither way.
    Neither,
}

/// Chance that repeats itself.
struct Dice(SeededRandomness);

impl Dice {
    /// A number below `sides`, each about equally likely.
    fn throw(&self, sides: u64) -> u64 {
        let chance: &dyn Randomness = &self.0;
        u64::from_be_bytes(array(chance)) % sides.max(1)
    }

    /// One of some.
    fn one_of<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        let sides = u64::try_from(of.len()).unwrap_or(u64::MAX);
        usize::try_from(self.throw(sides))
            .ok()
            .and_then(|place| of.get(place))
    }
}

/// Writes so many cases of a window for the published items of its place, at the office's hour;
/// tells those that were closed.
///
/// # Errors
///
/// [`Failure`] if they cannot be written; [`Reason::UnknownItem`] if no item is published there.
/// What was written before is there.
pub fn write(
    office: &Office,
    seed: &[u8],
    count: u32,
    by: &Caller,
) -> Result<Vec<Generated>, Failure> {
    let known = office.known();
    let window = known.agencies.get(&window_of(by)?);
    let window = window.ok_or(Failure::refused(Reason::UnknownAgency))?;
    let items = office.items()?;
    let here = items.iter().filter(|item| {
        let asks = items.rule(item.code.base()).is_some();
        asks && window.division.covers(item.division)
    });
    let here: Vec<&Item> = here.map(|item| &**item).collect();
    let dice = Dice(SeededRandomness::new(seed));
    let signer = office.service_key(ServicePurpose::Receipt)?;
    let mut all = Vec::new();
    let mut left = count;
    while left > 0 {
        let together = left.min(TOGETHER);
        left -= together;
        let written = office.store.write(|tx| {
            let mut written = Vec::new();
            for _ in 0..together {
                let (case, made) = make(office, &dice, &here, by)?;
                let mut kept = Kept::new(office, row(office, tx, window.number, by)?, case)?;
                kept.row.number = format!("{}{:09}", window.division, kept.row.id);
                tx.insert_case(&kept.row, &kept.sides(office))?;
                if kept.case.is_closed() {
                    sign(office, tx, &kept, &*signer, by)?;
                    written.push(made);
                }
            }
            Ok::<_, Failure>(written)
        })?;
        all.extend(written);
    }
    Ok(all)
}

fn row(office: &Office, tx: &mut Tx<'_>, agency: u32, by: &Caller) -> Result<CaseRow, Failure> {
    Ok(CaseRow {
        id: tx.reserve("case", 1)?,
        number: String::new(),
        agency: stored_number(agency),
        foreign_number: None,
        opened_at: office.clock.now().millis(),
        opened_by: by.id.clone(),
        closed_at: None,
        revision: 1,
        key_id: 0,
        sealed: Vec::new(),
    })
}

fn make(
    office: &Office,
    dice: &Dice,
    here: &[&Item],
    by: &Caller,
) -> Result<(Case, Generated), Failure> {
    let now = office.clock.now();
    let items = office.items()?;
    let mut chosen: Vec<(&Item, _)> = Vec::new();
    for _ in 0..=dice.throw(3) {
        let item = dice.one_of(here).copied();
        let item = item.ok_or(Failure::refused(Reason::UnknownItem))?;
        if chosen.iter().all(|(other, _)| other.code != item.code)
            && let Some(rule) = items.rule(item.code.base())
        {
            chosen.push((item, rule));
        }
    }
    let asked = chosen.iter().map(|(item, rule)| {
        let rows = rule.in_scenario(&item.scenario).collect();
        Ok((kept_item(office, item, rule)?, rows))
    });
    let asked: Result<Vec<_>, Failure> = asked.collect();
    let mut case = Case::open(asked?, applicant(dice, by)?)
        .map_err(|why| Failure::because(Reason::BadRequest, why.to_string()))?;
    let ends: Vec<Option<End>> = (0..case.materials.len())
        .map(|place| decide(&mut case, place, dice, now))
        .collect();
    if dice.throw(OPEN) > 0 {
        // What is still open stays so: a case that cannot be closed is none that was.
        let _ = case.close(now);
    }
    let materials = case.materials.iter().zip(ends);
    let made = Generated {
        day: now.day(),
        items: case.items.iter().map(|item| item.code.clone()).collect(),
        materials: materials
            .map(|(material, end)| Decided {
                items: material.wants.iter().map(|want| want.item).collect(),
                type_code: material.certificate_type.clone(),
                end,
            })
            .collect(),
    };
    Ok((case, made))
}

/// Somebody whom nobody is: born on one of ten thousand days.
fn applicant(dice: &Dice, by: &Caller) -> Result<Person, Failure> {
    let born = i64::try_from(dice.throw(10_000)).unwrap_or_default();
    let born = Day::from_number(born).to_string().replace('-', "");
    let body = format!("152502{born}{:03}", dice.throw(1000));
    let check = mod_11_2(&body).unwrap_or('X');
    let code = HolderCode::read(&format!("111:{body}{check}"));
    let code = code.map_err(|why| Failure::Broken(why.to_string()))?;
    Ok(Person::applicant("巴特尔", code, &by.id))
}

/// Decides about a material in one of the ways that are open to it.
fn decide(case: &mut Case, place: usize, dice: &Dice, now: Timestamp) -> Option<End> {
    let material = case.material(place)?;
    let route = material.route;
    let could = material.is_waivable();
    let reasons: Vec<PaperReason> = PaperReason::all()
        .filter(|reason| reason.is_for_the_officer())
        .collect();
    let reason = *dice.one_of(&reasons)?;
    let not = |reason| {
        if could {
            End::NotWaived(reason)
        } else {
            End::Neither
        }
    };
    let task = i64::MAX;
    let answer = |confirmed| Act::Answer { task, confirmed };
    let until = now.day().plus(0, 0, 30);
    let mut ways: Vec<(Vec<Act>, End)> = vec![
        (vec![Act::Paper(reason)], End::NotWaived(reason.name())),
        (
            vec![Act::Check(task), answer(true)],
            End::Waived(Route::DepartmentCheck),
        ),
        (
            vec![Act::Check(task), answer(false)],
            End::NotWaived("mismatch"),
        ),
        (vec![Act::Promise], End::Waived(Route::Promise)),
        (vec![Act::Tolerate(until)], End::Neither),
        (vec![Act::Dispute(task)], not("disputed")),
        (vec![Act::Identify], End::Neither),
    ];
    // Most of what can be waived is.
    let shown = route.filter(|route| could && *route != Route::Promise);
    for route in shown.into_iter().cycle().take(8) {
        ways.push((vec![Act::Verify, Act::Waive], End::Waived(route)));
    }
    ways.retain(|(acts, _)| acts.first().is_some_and(|act| case.can(place, act)));
    let (acts, end) = dice.one_of(&ways)?;
    for act in acts {
        case.act(place, act, now).ok()?;
    }
    Some(*end)
}
