//! The people of the story, and a credential for each.

use super::CDC;
use super::DemoToken;
use super::HALL;
use super::HEALTH;
use super::ITEM;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::holder::HolderCode;
use crate::domain::usage::Grant;
use crate::domain::usage::UseMode;
use crate::flow::credentials;
use crate::flow::credentials::NewCredential;
use crate::flow::failure::Failure;
use crate::flow::grants;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;

/// The person of the story.
pub(super) const PERSON: &str = "111:152502199003070019";
pub(super) const NAME: &str = "巴特尔";

fn person() -> Result<HolderCode, Failure> {
    HolderCode::read(PERSON).map_err(|why| Failure::Broken(why.to_string()))
}

pub(super) fn holder(office: &Office) -> Result<Caller, Failure> {
    let index = holder_index(office.store.vault(), &person()?);
    Ok(Caller {
        id: "demo".to_owned(),
        role: Role::Holder,
        agency: None,
        holder: Some(index),
        person: None,
    })
}

pub(super) fn window(office: &Office) -> Result<Caller, Failure> {
    let agency = Some(office.known().agency_named(HALL)?.number);
    Ok(Caller {
        id: "demo".to_owned(),
        role: Role::Window,
        agency,
        holder: None,
        person: None,
    })
}

pub(super) fn tokens(office: &Office) -> Result<Vec<DemoToken>, Failure> {
    let known = office.known();
    let by = Caller::at_the_machine();
    let (hall, cdc) = (known.agency_named(HALL)?, known.agency_named(CDC)?);
    let person = person()?;
    let whom = [
        ("window", Role::Window, Some(hall.number), None),
        ("system", Role::System, Some(hall.number), None),
        ("issuer", Role::Issuer, Some(cdc.number), None),
        ("holder", Role::Holder, None, Some(&person)),
        ("operator", Role::Operator, None, None),
        // What lets an agency see more takes two.
        ("second-operator", Role::Operator, None, None),
    ];
    let mut tokens = Vec::with_capacity(whom.len());
    for (name, role, agency, holder) in whom {
        let new = NewCredential {
            role,
            agency,
            holder,
            label: "demo",
            days: 30,
        };
        let token = credentials::create_token(office, &new, &by)?;
        tokens.push(DemoToken { name, token });
    }
    let second = tokens.last().map(|last| last.token.as_str());
    let second = credentials::by_token(office, second.unwrap_or_default())?;
    let grant = Grant {
        agency: hall.number,
        type_number: known.type_named(HEALTH)?.number,
        item: ITEM.to_owned(),
        fields: ["holder_name", "trade_class", "exam_result", "valid_to"]
            .map(str::to_owned)
            .to_vec(),
        modes: UseMode::all().collect(),
        quota_per_day: 1000,
        until: office.clock.now().plus_secs(30 * 86_400),
    };
    grants::give_by_two(office, &grant, (&by, &second))?;
    Ok(tokens)
}
