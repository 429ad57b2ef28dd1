//! Finding an item by a piece of its name, by the initials of its reading, or by its code.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::btree_map;
use std::sync::Arc;

use pinyin::ToPinyinMulti;

use super::BaseItemCode;
use super::Item;
use super::ItemCode;
use super::MainItemCode;
use super::Rule;
use crate::domain::division::DivisionCode;

/// Every published item, and what each base item asks for in its newest version.
#[derive(Clone, Debug, Default)]
pub struct Items {
    all: HashMap<ItemCode, Arc<Item>>,
    rules: HashMap<BaseItemCode, Arc<Rule>>,
    mains: Vec<Main>,
}

/// A main item that was found, with its items in the order of their codes.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The main item.
    pub code: MainItemCode,
    /// Its name, without situations.
    pub name: &'a str,
    /// Its items; those of one division, if one was named.
    pub items: Vec<&'a Arc<Item>>,
}

#[derive(Clone, Debug)]
struct Main {
    code: MainItemCode,
    name: String,
    /// The name as it is compared, and for each of its characters the letters its readings may
    /// begin with.
    plain: Vec<char>,
    letters: Vec<u32>,
    items: Vec<Arc<Item>>,
}

/// How well a query fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Code,
    NameBegins,
    InitialsBegin,
    NameHolds,
    InitialsHold,
}

impl Items {
    /// Puts items and rules together.
    #[must_use]
    pub fn new(all: Vec<Item>, rules: HashMap<BaseItemCode, Arc<Rule>>) -> Self {
        let mut mains: BTreeMap<(MainItemCode, String), Vec<Arc<Item>>> = BTreeMap::new();
        let mut by_code = HashMap::with_capacity(all.len());
        for item in all.into_iter().map(Arc::new) {
            let main = (item.code.base().main(), item.main_name().to_owned());
            match mains.entry(main) {
                btree_map::Entry::Occupied(mut there) => there.get_mut().push(Arc::clone(&item)),
                btree_map::Entry::Vacant(place) => {
                    place.insert(vec![Arc::clone(&item)]);
                }
            }
            by_code.insert(item.code, item);
        }
        let mains = mains.into_iter().map(|((code, name), mut items)| {
            items.sort_by_key(|item| item.code);
            let plain = compared(&name);
            Main {
                code,
                letters: plain.iter().map(|c| letters(*c)).collect(),
                name,
                plain,
                items,
            }
        });
        Self {
            all: by_code,
            rules,
            mains: mains.collect(),
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

    /// Main items that a query fits, the best first: by code, by the beginning of the name, by
    /// the initials of its reading (`sy` for 生育登记; every reading of a character counts), by
    /// what the name holds. Among equals the shorter name comes first. A query of blanks finds
    /// nothing.
    #[must_use]
    pub fn search(
        &self,
        query: &str,
        division: Option<DivisionCode>,
        most: usize,
    ) -> Vec<Found<'_>> {
        let query = compared(query);
        if query.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(Fit, &Main)> = self
            .mains
            .iter()
            .filter_map(|main| Some((main.fit(&query)?, main)))
            .collect();
        found.sort_by_key(|(fit, main)| (*fit, main.plain.len(), main.code));
        let told = found.into_iter().filter_map(|(_, main)| {
            let here = |item: &&Arc<Item>| division.is_none_or(|d| item.division == d);
            let items: Vec<&Arc<Item>> = main.items.iter().filter(here).collect();
            (!items.is_empty()).then_some(Found {
                code: main.code,
                name: &main.name,
                items,
            })
        });
        told.take(most).collect()
    }
}

impl Main {
    fn fit(&self, query: &[char]) -> Option<Fit> {
        if query.iter().all(char::is_ascii_digit) && query.len() >= 4 {
            let query: String = query.iter().collect();
            let holds = |item: &Arc<Item>| item.code.to_string().contains(&query);
            return self.items.iter().any(holds).then_some(Fit::Code);
        }
        if self.plain.starts_with(query) {
            return Some(Fit::NameBegins);
        }
        let Some(wanted) = query
            .iter()
            .map(|c| letter(*c))
            .collect::<Option<Vec<u32>>>()
        else {
            if let Ok(code) = query.iter().collect::<String>().to_uppercase().parse() {
                let coded = self.items.binary_search_by_key(&code, |item| item.code);
                return coded.is_ok().then_some(Fit::Code);
            }
            let holds = self.plain.windows(query.len()).any(|part| part == query);
            return holds.then_some(Fit::NameHolds);
        };
        let mut at = self
            .letters
            .windows(wanted.len())
            .enumerate()
            .filter(|(_, part)| part.iter().zip(&wanted).all(|(has, one)| has & one != 0));
        match at.next() {
            Some((0, _)) => Some(Fit::InitialsBegin),
            Some(_) => Some(Fit::InitialsHold),
            None => None,
        }
    }
}

/// A text as it is compared: narrow, small, without blanks and punctuation.
fn compared(text: &str) -> Vec<char> {
    let plain = text.chars().map(crate::domain::normalise::narrow);
    plain
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A letter as one bit.
fn letter(c: char) -> Option<u32> {
    let place = u32::from(c).checked_sub(u32::from('a'))?;
    (place < 26).then_some(1 << place)
}

/// The letters that readings of a character may begin with; a letter is its own.
fn letters(c: char) -> u32 {
    let Some(readings) = c.to_pinyin_multi() else {
        return letter(c).unwrap_or_default();
    };
    let first = readings.into_iter().filter_map(|reading| {
        let initial = reading.plain().chars().next()?;
        letter(initial)
    });
    first.fold(0, |all, one| all | one)
}

#[cfg(test)]
mod tests;
