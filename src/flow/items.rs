//! The published items: read from the register when they are first asked for, and found, shown
//! and checked from there.

pub mod check;
pub mod checklist;
pub mod list;
pub mod search;
pub mod show;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use crate::domain::item::BaseItemCode;
use crate::domain::item::Item;
use crate::domain::item::ItemCode;
use crate::domain::item::Items;
use crate::domain::item::Rule;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::items::ItemRow;
use crate::store::items::ItemRuleRow;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

/// The setting that changes whenever the items do.
pub(crate) const ITEMS: &str = "items";

/// Where an office keeps the items that it has read.
///
/// Most commands need none of them, and reading ten thousand takes longer than the rest of a
/// start: so they are not among what an office [knows](crate::flow::known::Known) from its
/// beginning.
#[derive(Default)]
pub struct ItemShelf(RwLock<Option<Shelved>>);

/// Items, and the states of the register that they were seen in.
struct Shelved {
    generation: String,
    state: String,
    items: Arc<Items>,
}

impl Office {
    /// The published items, of the catalogue that the office knows. The register is asked only
    /// after the catalogue or trust changed.
    ///
    /// # Errors
    ///
    /// [`Failure`] if they cannot be read.
    pub fn items(&self) -> Result<Arc<Items>, Failure> {
        let generation = self.known().generation.clone();
        let kept = |has: &dyn Fn(&Shelved) -> bool| {
            let place = self.items.0.read().unwrap_or_else(PoisonError::into_inner);
            let kept = place.as_ref().filter(|shelved| has(shelved));
            kept.map(|shelved| Arc::clone(&shelved.items))
        };
        if let Some(items) = kept(&|shelved| shelved.generation == generation) {
            return Ok(items);
        }
        let state_of = |rx: &mut Rx<'_>| rx.setting(ITEMS);
        let now = self.store.read(state_of)?.unwrap_or_default();
        let (state, items) = match kept(&|shelved| shelved.state == now) {
            Some(items) => (now, items),
            None => self.store.snapshot(|rx| {
                let state = state_of(rx)?.unwrap_or_default();
                Ok::<_, Failure>((state, Arc::new(read(rx)?)))
            })?,
        };
        let mut place = self.items.0.write().unwrap_or_else(PoisonError::into_inner);
        *place = Some(Shelved {
            generation,
            state,
            items: Arc::clone(&items),
        });
        Ok(items)
    }

    /// What a base item asked for in a version; a case is judged by the one it began with.
    /// `None` if there never was such a version.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it cannot be read.
    pub fn rule_version(&self, base: BaseItemCode, version: u32) -> Result<Option<Rule>, Failure> {
        let code = base.to_string();
        let row = self
            .store
            .read(|rx| rx.item_rule(&code, stored_number(version)))?;
        row.as_ref().map(rule).transpose()
    }

    /// The versions of what a base item asks for, and when each was loaded, oldest first.
    ///
    /// # Errors
    ///
    /// [`Failure`] if they cannot be read.
    pub fn rule_versions(&self, base: BaseItemCode) -> Result<Vec<(u32, Timestamp)>, Failure> {
        let code = base.to_string();
        let rows = self.store.read(|rx| rx.item_rule_versions(&code))?;
        let read = |(version, at)| (read_number(version), Timestamp::from_millis(at));
        Ok(rows.into_iter().map(read).collect())
    }
}

/// Whether an item is published, by its own code or as the base item of one that is; true for any
/// where the catalogue has no items.
pub(crate) fn is_published(office: &Office, item: &str) -> Result<bool, Failure> {
    let items = office.items()?;
    if items.is_empty() {
        return Ok(true);
    }
    if let Ok(code) = item.parse::<ItemCode>() {
        return Ok(items.item(&code).is_some());
    }
    let base: Result<BaseItemCode, _> = item.parse();
    Ok(base.is_ok_and(|base| items.iter().any(|item| item.code.base() == base)))
}

fn read(rx: &mut Rx<'_>) -> Result<Items, Failure> {
    let mut all = Vec::new();
    for row in rx.items()?.into_iter().filter(|row| row.listed) {
        all.push(item(row)?);
    }
    // Versions come in their order, so that the newest is the one that stays.
    let mut newest: BTreeMap<String, ItemRuleRow> = BTreeMap::new();
    for row in rx.item_rules()? {
        newest.insert(row.base_code.clone(), row);
    }
    let mut rules: HashMap<BaseItemCode, Arc<Rule>> = HashMap::new();
    for (base, row) in newest {
        let Ok(base) = base.parse() else {
            return Err(Failure::Broken(format!("the rule of {base}")));
        };
        rules.insert(base, Arc::new(rule(&row)?));
    }
    Ok(Items::new(all, rules, rx.divisions()?))
}

fn rule(row: &ItemRuleRow) -> Result<Rule, Failure> {
    let broken = |why| Failure::Broken(format!("the rule of {}: {why}", row.base_code));
    Ok(Rule {
        version: read_number(row.version),
        loaded_at: Timestamp::from_millis(row.loaded_at),
        materials: serde_json::from_str(&row.materials).map_err(broken)?,
    })
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
