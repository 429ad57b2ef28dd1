//! The published items, read from the register when they are first asked for.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use crate::domain::item::BaseItemCode;
use crate::domain::item::Item;
use crate::domain::item::Items;
use crate::domain::item::Rule;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::items::ItemRow;
use crate::store::stored::read_number;

/// The setting that changes whenever the items do.
pub(crate) const ITEMS: &str = "items";

/// Where an office keeps the items that it has read, with the state of the register they are of.
///
/// Most commands need none of them, and reading ten thousand takes longer than the rest of a
/// start: so they are not among what an office [knows](crate::flow::known::Known) from its
/// beginning.
#[derive(Default)]
pub struct ItemShelf(RwLock<Option<(String, Arc<Items>)>>);

impl Office {
    /// The published items, as the register has them now.
    ///
    /// # Errors
    ///
    /// [`Failure`] if they cannot be read.
    pub fn items(&self) -> Result<Arc<Items>, Failure> {
        let state = |rx: &mut Rx<'_>| rx.setting(ITEMS);
        let now = self.store.read(state)?.unwrap_or_default();
        {
            let kept = self.items.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, items)) = &*kept
                && *at == now
            {
                return Ok(Arc::clone(items));
            }
        }
        let (at, items) = self.store.snapshot(|rx| {
            let at = state(rx)?.unwrap_or_default();
            Ok::<_, Failure>((at, Arc::new(read(rx)?)))
        })?;
        let mut kept = self.items.0.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((at, Arc::clone(&items)));
        Ok(items)
    }
}

fn read(rx: &mut Rx<'_>) -> Result<Items, Failure> {
    let mut all = Vec::new();
    for row in rx.items()?.into_iter().filter(|row| row.listed) {
        all.push(item(row)?);
    }
    let mut rules: HashMap<BaseItemCode, Arc<Rule>> = HashMap::new();
    // Versions come in their order, so that the newest is the one that stays.
    for row in rx.item_rules()? {
        let broken = |why: String| Failure::Broken(format!("rule of {}: {why}", row.base_code));
        let base: BaseItemCode = row
            .base_code
            .parse()
            .map_err(|why| broken(format!("{why}")))?;
        let materials =
            serde_json::from_str(&row.materials).map_err(|why| broken(why.to_string()))?;
        let version = read_number(row.version);
        rules.insert(base, Arc::new(Rule { version, materials }));
    }
    Ok(Items::new(all, rules))
}

fn item(row: ItemRow) -> Result<Item, Failure> {
    let broken = || Failure::Broken(format!("the item {}", row.code));
    Ok(Item {
        code: row.code.parse().map_err(|_why| broken())?,
        division: row.division.parse().map_err(|_why| broken())?,
        holder: row.holder_kind.parse().map_err(|_why| broken())?,
        name: row.name,
        scenario: row.scenario,
        department: row.department,
    })
}
