//! Every published item, and what each base item asks for in its newest version.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use super::BaseItemCode;
use super::Item;
use super::ItemCode;
use super::MainItemCode;
use super::Rule;
use super::search::Found;
use super::search::Main;
use super::search::Query;
use crate::domain::division::Division;
use crate::domain::division::DivisionCode;

/// The published items and their rules, ready to be searched.
#[derive(Clone, Debug, Default)]
pub struct Items {
    all: BTreeMap<ItemCode, Arc<Item>>,
    rules: HashMap<BaseItemCode, Arc<Rule>>,
    mains: Vec<Main>,
    divisions: BTreeMap<DivisionCode, Division>,
}

impl Items {
    /// Puts items and rules together.
    #[must_use]
    pub fn new(
        all: Vec<Item>,
        rules: HashMap<BaseItemCode, Arc<Rule>>,
        divisions: Vec<Division>,
    ) -> Self {
        let all: BTreeMap<ItemCode, Arc<Item>> = all
            .into_iter()
            .map(|item| (item.code, Arc::new(item)))
            .collect();
        let mut mains: BTreeMap<(MainItemCode, &str), Vec<&Arc<Item>>> = BTreeMap::new();
        for item in all.values() {
            let main = (item.code.base().main(), item.main_name());
            mains.entry(main).or_default().push(item);
        }
        let mains = mains
            .into_iter()
            .map(|((code, name), items)| Main::new(code, name, &items))
            .collect();
        let by_code = |division: Division| (division.code, division);
        Self {
            all,
            rules,
            mains,
            divisions: divisions.into_iter().map(by_code).collect(),
        }
    }

    /// How many items are published.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.all.values()
    }

    /// The item of a code.
    #[must_use]
    pub fn item(&self, code: &ItemCode) -> Option<&Arc<Item>> {
        self.all.get(code)
    }

    /// What a base item asks for now.
    #[must_use]
    pub fn rule(&self, base: BaseItemCode) -> Option<&Arc<Rule>> {
        self.rules.get(&base)
    }

    /// The Chinese name of a division, or its code where the catalogue does not name it.
    #[must_use]
    pub fn division_name(&self, code: DivisionCode) -> String {
        let named = self.divisions.get(&code);
        named.map_or_else(|| code.to_string(), |division| division.name.clone())
    }

    /// The situations in which the agency of an item runs the same main item, it among them.
    #[must_use]
    pub fn situations(&self, of: &Item) -> Vec<&Arc<Item>> {
        let main = of.code.base().main();
        let here = |item: &&Arc<Item>| {
            let code = item.code;
            code.agency() == of.code.agency()
                && code.base().main() == main
                && item.main_name() == of.main_name()
        };
        self.all.values().filter(here).collect()
    }

    /// Main items that a query fits, the best first; see [`Query`].
    #[must_use]
    pub fn search(&self, query: &Query<'_>) -> Vec<Found<'_>> {
        super::search::search(&self.mains, query)
    }
}
