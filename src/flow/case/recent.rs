//! The items that an officer opened cases for last: most people come for few of them.

use super::kept::window_of;
use crate::domain::caller::Caller;
use crate::domain::item::ItemCode;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::stored::stored_number;

/// Items that are told.
const MOST: usize = 10;

/// Cases that are looked through.
const CASES: i64 = 100;

/// An item that somebody opened a case for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentItem {
    /// Its code.
    pub item: String,
    /// Its name, as the catalogue has it now.
    pub name: String,
    /// The name of the division where it is run.
    pub division: String,
}

/// The items that the caller opened cases for last, newest first, each once; none that is not
/// published any more. It tells of nobody.
///
/// # Errors
///
/// [`Reason::Forbidden`](crate::domain::problem::Reason::Forbidden) for a caller who works at no
/// window.
pub fn recent_items(office: &Office, by: &Caller) -> Result<Vec<RecentItem>, Failure> {
    let agency = stored_number(window_of(by)?);
    let codes = office
        .store
        .read(|rx| Ok::<_, Failure>(rx.items_of_cases(agency, &by.id, CASES)?))?;
    let items = office.items()?;
    let mut recent: Vec<RecentItem> = Vec::new();
    for text in codes {
        let code: Option<ItemCode> = text.parse().ok();
        let Some(item) = code.and_then(|code| items.item(&code)) else {
            continue;
        };
        if recent.len() < MOST && !recent.iter().any(|one| one.item == text) {
            recent.push(RecentItem {
                name: item.name.clone(),
                division: items.division_name(item.division),
                item: text,
            });
        }
    }
    Ok(recent)
}
