//! Open a case for one item, or for several as one matter 一件事.

use std::sync::Arc;

use serde_json::json;

use super::kept::Kept;
use super::kept::window_of;
use super::view::CaseView;
use super::view::look_after;
use crate::domain::caller::Caller;
use crate::domain::case::BadPackage;
use crate::domain::case::Case;
use crate::domain::case::CaseItem;
use crate::domain::case::Person;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::item::Item;
use crate::domain::item::ItemCode;
use crate::domain::item::Rule;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::cases::CaseRow;
use crate::store::stored::stored_number;

/// What somebody came for.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The codes of the items; each names its situation.
    pub items: Vec<String>,
    /// The applicant's name, as the officer read it.
    pub name: String,
    /// The applicant's code.
    pub code: HolderCode,
    /// The number that the agency's own system has for the case.
    pub foreign_number: Option<String>,
}

/// Opens a case; it keeps the rules of this moment.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller who works at no window, [`Reason::UnknownItem`],
/// [`Reason::BadRequest`] for items that make no case, a blank name or a foreign number that
/// the agency has given before. Nothing was written then.
pub fn open(office: &Office, request: &OpenRequest, by: &Caller) -> Result<CaseView, Failure> {
    open_once(office, request, by, None)
}

/// The same for a request that may come twice: the second time the case of the first is told.
///
/// # Errors
///
/// Those of [`open`], and [`Reason::KeyReused`].
pub fn open_once(
    office: &Office,
    request: &OpenRequest,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CaseView, Failure> {
    let agency = window_of(by)?;
    let known = office.known();
    let agency = known.agencies.get(&agency);
    let agency = agency.ok_or(Failure::refused(Reason::UnknownAgency))?;
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Failure::because(
            Reason::BadRequest,
            "an applicant has a name",
        ));
    }
    let foreign = request.foreign_number.as_deref().map(str::trim);
    if foreign.is_some_and(|number| !(1..=64).contains(&number.chars().count())) {
        let what = "a foreign number has 1 to 64 characters";
        return Err(Failure::because(Reason::BadRequest, what));
    }
    let wanted = wanted(office, &request.items)?;
    let applicant = Person::applicant(name, request.code.clone(), &by.id);
    let items = wanted.iter().map(|(item, rule)| {
        let asked = rule.in_scenario(&item.scenario).collect();
        Ok((kept_item(office, item, rule)?, asked))
    });
    let items: Result<Vec<_>, Failure> = items.collect();
    let case = Case::open(items?, applicant).map_err(bad)?;
    let now = office.clock.now();
    let work = |tx: &mut Tx<'_>| {
        let id = tx.reserve("case", 1)?;
        let day = now.day().to_string().replace('-', "");
        let number = format!("{}{day}{:06}", agency.division, id % 1_000_000);
        let row = CaseRow {
            id,
            number: number.clone(),
            agency: stored_number(agency.number),
            foreign_number: foreign.map(str::to_owned),
            opened_at: now.millis(),
            opened_by: by.id.clone(),
            closed_at: None,
            revision: 1,
            key_id: 0,
            sealed: Vec::new(),
        };
        let kept = Kept::new(office, row, case)?;
        tx.insert_case(&kept.row, &kept.sides(office))?;
        let subjects = tx.subjects(&kept.indexes(office))?;
        let codes: Vec<&String> = kept.case.items.iter().map(|item| &item.code).collect();
        let mut event = kept.event(office, EventKind::CaseOpened, by, &json!({"items": codes}));
        event.subject = kept
            .indexes(office)
            .first()
            .and_then(|i| subjects.get(i).copied());
        tx.record(event);
        Ok((number.clone(), number))
    };
    let again = |number: &str| Ok(number.to_owned());
    let number = office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))
        .map_err(|why: Failure| if why.is_taken() { twice() } else { why })?;
    look_after(office, &number, by)
}

/// An item and what it asks for.
type Wanted = (Arc<Item>, Arc<Rule>);

/// The items that are wanted, with what each asks for now.
fn wanted(office: &Office, codes: &[String]) -> Result<Vec<Wanted>, Failure> {
    let items = office.items()?;
    let find = |text: &String| {
        let code: Option<ItemCode> = text.parse().ok();
        let item = code.and_then(|code| items.item(&code));
        let rule = code.and_then(|code| items.rule(code.base()));
        match (item, rule) {
            (Some(item), Some(rule)) => Ok((Arc::clone(item), Arc::clone(rule))),
            _ => Err(Failure::refused(Reason::UnknownItem)),
        }
    };
    codes.iter().map(find).collect()
}

/// An item as a case keeps it.
pub(crate) fn kept_item(office: &Office, item: &Item, rule: &Rule) -> Result<CaseItem, Failure> {
    let known = office.known();
    let agency = known.agency_numbers.get(&item.code.agency());
    Ok(CaseItem {
        code: item.code.to_string(),
        name: item.name.clone(),
        scenario: item.scenario.clone(),
        agency: *agency.ok_or(Failure::refused(Reason::UnknownAgency))?,
        rule_version: rule.version,
    })
}

fn twice() -> Failure {
    let what = "the agency has a case with this number of its own";
    Failure::because(Reason::BadRequest, what)
}

fn bad(why: BadPackage) -> Failure {
    Failure::because(Reason::BadRequest, why.to_string())
}
