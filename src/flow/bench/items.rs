//! Searches for items, beside what is promised of them.

use crate::flow::bench::Figure;
use crate::flow::bench::timed;
use crate::flow::failure::Failure;
use crate::flow::items::search::ItemSearch;
use crate::flow::items::search::search;
use crate::flow::office::Office;

/// Milliseconds in which ninety-nine of a hundred searches are promised to end.
const PROMISED_MS: f64 = 50.0;

/// Measures searches by two initials (every pair of letters), by whole and half names, and by
/// codes, each to the answer that is sent.
///
/// # Errors
///
/// [`Failure`] if the items cannot be read, or there are none.
pub fn measure(office: &Office, count: u32) -> Result<Vec<Figure>, Failure> {
    let items = office.items()?;
    let mut queries: Vec<String> = Vec::new();
    for first in 'a'..='z' {
        queries.extend(('a'..='z').map(|second| format!("{first}{second}")));
    }
    for item in items.iter().step_by(10) {
        let half = item.name.chars().skip(1).take(3).collect();
        queries.extend([item.name.clone(), half, item.code.to_string()]);
        queries.push(item.code.base().to_string());
    }
    let mut taken = Vec::new();
    for (text, _) in queries.iter().cycle().zip(0..count) {
        let asked = ItemSearch {
            text,
            most: Some(10),
            ..ItemSearch::default()
        };
        let (found, time) = timed(|| search(office, &asked));
        found?;
        taken.push(time);
    }
    taken.sort_unstable();
    let last = taken.get(taken.len() * 99 / 100);
    let Some(p99) = last else {
        return Err(Failure::Broken("no items to search".to_owned()));
    };
    let what = format!(
        "item search, p99 of {} searches over {} items",
        taken.len(),
        items.len()
    );
    Ok(vec![Figure::new(
        &what,
        "promised at most",
        (p99.as_secs_f64() * 1000.0, PROMISED_MS),
        "ms",
    )])
}
