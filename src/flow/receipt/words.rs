//! The words of papers: Chinese, with English behind it.

use crate::domain::words::Lang;
use crate::domain::words::say;

/// A message in both languages.
pub(crate) fn both(key: &str) -> String {
    format!("{} {}", say(Lang::Zh, key, &[]), say(Lang::En, key, &[]))
}

/// The word of a group for a stable name, in both languages.
pub(crate) fn word(group: &str, name: &str) -> String {
    both(&format!("{group}.{name}"))
}

/// A moment as people write it: without the offset, which is always that of Asia/Shanghai.
pub(crate) fn moment(text: &str) -> String {
    let (plain, _offset) = text.split_once('+').unwrap_or((text, ""));
    plain.replacen('T', " ", 1)
}
