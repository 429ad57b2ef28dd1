//! Finding an item by a piece of its name, by the initials of its reading, or by its code.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use pinyin::ToPinyinMulti;

use super::Item;
use super::MainItemCode;
use crate::domain::division::DivisionCode;

/// So many characters of a code are enough to search by it; fewer would fit nearly all.
const CODE_BEGINS: usize = 4;

/// What is looked for.
///
/// The text is the beginning of an item's code or of its base code, a piece of the name, the
/// initials of its reading (`sy` for 生育登记; every reading of a character counts), or a mixture
/// of both. How it is typed makes no difference: full width, capitals, blanks, brackets, the
/// apostrophes of an input method. A text of blanks finds nothing.
#[derive(Clone, Copy, Debug)]
pub struct Query<'q> {
    /// The text.
    pub text: &'q str,
    /// Only items run here.
    pub division: Option<DivisionCode>,
    /// Only items that this kind of department runs.
    pub department: Option<&'q str>,
    /// At most so many main items.
    pub most: usize,
}

/// A main item that was found.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The main item.
    pub code: MainItemCode,
    /// Its name, without situations.
    pub name: &'a str,
    /// Those of its situations that fit.
    pub situations: Vec<Situation<'a>>,
}

/// A situation of a main item, and where it is run.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// Its name, such as 新办.
    pub name: &'a str,
    /// The items, by division; never none.
    pub items: Vec<&'a Arc<Item>>,
}

/// A main item, ready to be compared.
#[derive(Clone, Debug)]
pub(super) struct Main {
    code: MainItemCode,
    name: String,
    read: Read,
    /// The name with each of its situations behind it.
    whole: BTreeMap<String, Read>,
    items: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// The item's code as text, because texts are looked for at its beginning.
    code: String,
    item: Arc<Item>,
}

/// A text as it is compared, and the letters that the readings of each character begin with.
#[derive(Clone, Debug)]
struct Read {
    plain: Vec<char>,
    letters: Vec<u32>,
}

/// How well a query fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Code,
    NameBegins,
    InitialsBegin,
    NameHolds,
    InitialsHold,
    /// The name does not fit, but the name with a situation behind it does.
    WithSituation,
}

/// Main items that a query fits: the best fit first, then the shorter name.
pub(super) fn search<'a>(mains: &'a [Main], query: &Query<'_>) -> Vec<Found<'a>> {
    let text = compared(query.text);
    if text.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Fit, &Main)> = mains
        .iter()
        .filter_map(|main| Some((main.fit(&text)?, main)))
        .collect();
    found.sort_by_key(|(fit, main)| (*fit, main.read.plain.len(), main.code));
    let told = found.into_iter().filter_map(|(fit, main)| {
        let situations = main.situations(fit, &text, query);
        (!situations.is_empty()).then_some(Found {
            code: main.code,
            name: &main.name,
            situations,
        })
    });
    told.take(query.most).collect()
}

impl Main {
    pub(super) fn new(code: MainItemCode, name: &str, items: &[&Arc<Item>]) -> Self {
        let entry = |item: &&Arc<Item>| Entry {
            code: item.code.to_string(),
            item: Arc::clone(item),
        };
        let whole = |item: &&Arc<Item>| {
            let text = format!("{name}{}", item.scenario);
            (item.scenario.clone(), Read::of(&text))
        };
        Self {
            code,
            name: name.to_owned(),
            read: Read::of(name),
            whole: items.iter().map(whole).collect(),
            items: items.iter().map(entry).collect(),
        }
    }

    fn fit(&self, text: &[char]) -> Option<Fit> {
        if let Some(code) = code(text)
            && self.items.iter().any(|entry| entry.begins(&code))
        {
            return Some(Fit::Code);
        }
        self.read.fit(text).or_else(|| {
            let fits = self.whole.values().any(|read| read.fit(text).is_some());
            fits.then_some(Fit::WithSituation)
        })
    }

    fn situations(&self, fit: Fit, text: &[char], query: &Query<'_>) -> Vec<Situation<'_>> {
        let code = code(text).unwrap_or_default();
        let whole = |(name, read): (&'_ String, &Read)| read.fit(text).map(|_| name.clone());
        let fitting: BTreeSet<String> = self.whole.iter().filter_map(whole).collect();
        let mut all: BTreeMap<_, Vec<&Arc<Item>>> = BTreeMap::new();
        for entry in &self.items {
            let Entry { item, .. } = entry;
            let fits = match fit {
                Fit::Code => entry.begins(&code),
                Fit::WithSituation => fitting.contains(&item.scenario),
                _ => true,
            };
            let here = query.division.is_none_or(|d| item.division == d)
                && query.department.is_none_or(|d| item.department == d);
            if fits && here {
                all.entry(item.code.situation()).or_default().push(item);
            }
        }
        all.into_values().map(Situation::of).collect()
    }
}

impl<'a> Situation<'a> {
    fn of(mut items: Vec<&'a Arc<Item>>) -> Self {
        items.sort_by_key(|item| (item.division, item.code));
        let name = items.first().map_or("", |item| item.scenario.as_str());
        Self { name, items }
    }
}

impl Entry {
    fn begins(&self, code: &str) -> bool {
        let base = self.code.get(19..).unwrap_or_default();
        self.code.starts_with(code) || base.starts_with(code)
    }
}

impl Read {
    fn of(text: &str) -> Self {
        let plain = compared(text);
        let letters = plain.iter().map(|c| letters(*c)).collect();
        Self { plain, letters }
    }

    fn fit(&self, text: &[char]) -> Option<Fit> {
        let wanted: Vec<u32> = text
            .iter()
            .map(|c| letter(*c).unwrap_or_default())
            .collect();
        let mut best = None;
        let windows = self.plain.windows(text.len());
        for (at, (plain, letters)) in windows.zip(self.letters.windows(text.len())).enumerate() {
            let fit = match (plain == text, at) {
                (true, 0) => return Some(Fit::NameBegins),
                (true, _) => Fit::NameHolds,
                (false, _) => {
                    let mut each = plain.iter().zip(letters).zip(text.iter().zip(&wanted));
                    if !each
                        .all(|((has, may), (one, as_letter))| has == one || may & as_letter != 0)
                    {
                        continue;
                    }
                    if at == 0 {
                        Fit::InitialsBegin
                    } else {
                        Fit::InitialsHold
                    }
                }
            };
            best = Some(best.map_or(fit, |best: Fit| best.min(fit)));
        }
        best
    }
}

/// A text that may be the beginning of a code.
fn code(text: &[char]) -> Option<String> {
    let plain = text.iter().all(char::is_ascii_alphanumeric);
    let digits = text.iter().any(char::is_ascii_digit);
    (plain && digits && text.len() >= CODE_BEGINS)
        .then(|| text.iter().map(char::to_ascii_uppercase).collect())
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
    (place < 26).then(|| 1 << place)
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
