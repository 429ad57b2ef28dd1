//! Records kept for a while, in the process's memory alone: few, and not for long.

use std::collections::HashMap;
use std::collections::VecDeque;

use crate::codec::digest::sha256_parts;
use crate::domain::time::Timestamp;
use crate::source::config::Cache as Rule;
use crate::source::question::Question;
use crate::source::record::Record;

/// A question, by digest.
type Key = [u8; 32];

/// Records by question.
#[derive(Default)]
pub(super) struct Cache {
    kept: HashMap<Key, (Record, Timestamp)>,
    /// Oldest first, each once.
    order: VecDeque<Key>,
}

impl Cache {
    /// The record for a question, and when it came; none if it is too old, or from the future.
    pub(super) fn find(
        &mut self,
        rule: Rule,
        question: &Question,
        now: Timestamp,
    ) -> Option<(Record, Timestamp)> {
        self.forget(rule, now);
        self.kept.get(&key(question)).cloned()
    }

    /// Keeps a record; the oldest goes where there is no room.
    pub(super) fn keep(&mut self, rule: Rule, question: &Question, record: &Record, at: Timestamp) {
        if rule.age_s == 0 {
            return;
        }
        self.forget(rule, at);
        let key = key(question);
        if self.kept.insert(key, (record.clone(), at)).is_some() {
            self.order.retain(|other| *other != key);
        }
        self.order.push_back(key);
        while self.order.len() > rule.records {
            self.drop_oldest();
        }
    }

    /// Lets go of what is too old.
    pub(super) fn forget(&mut self, rule: Rule, now: Timestamp) {
        while let Some(oldest) = self.order.front() {
            let at = self.kept.get(oldest).map(|(_, at)| *at);
            let fresh = at.is_some_and(|at| at <= now && now < at.plus_secs(rule.age_s.into()));
            if fresh {
                return;
            }
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.order.pop_front() {
            self.kept.remove(&oldest);
        }
    }
}

fn key(question: &Question) -> Key {
    let code = question.holder_code.as_ref().map(|code| code.written());
    let code = code.unwrap_or_default();
    let number = question.number.as_deref().unwrap_or_default();
    sha256_parts(&[code.as_bytes(), number.as_bytes()])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Cache;
    use super::Rule;
    use crate::domain::time::Timestamp;
    use crate::source::question::Question;
    use crate::source::record::Record;

    const RULE: Rule = Rule {
        age_s: 60,
        records: 2,
    };

    fn at(s: i64) -> Timestamp {
        Timestamp::from_secs(1_795_000_000 + s)
    }

    fn question(number: &str) -> Question {
        Question {
            number: Some(number.to_owned()),
            ..Question::default()
        }
    }

    fn record(text: &str) -> Record {
        Record::Row(BTreeMap::from([("a".to_owned(), text.to_owned())]))
    }

    #[test]
    fn what_is_kept_is_bounded_in_age_and_number() {
        let mut cache = Cache::default();
        cache.keep(RULE, &question("1"), &record("one"), at(0));
        cache.keep(RULE, &question("2"), &record("two"), at(10));
        let found = cache.find(RULE, &question("1"), at(59));
        assert_eq!(found, Some((record("one"), at(0))));
        assert_eq!(cache.find(RULE, &question("1"), at(60)), None);
        assert_eq!(cache.kept.len(), 1, "it is gone, and not only hidden");
        cache.keep(RULE, &question("3"), &record("three"), at(61));
        cache.keep(RULE, &question("4"), &record("four"), at(61));
        assert_eq!(cache.find(RULE, &question("2"), at(61)), None);
        assert_eq!((cache.kept.len(), cache.order.len()), (2, 2));
        cache.keep(RULE, &question("4"), &record("anew"), at(62));
        let found = cache.find(RULE, &question("4"), at(62));
        assert_eq!(found, Some((record("anew"), at(62))));
        assert_eq!(
            cache.find(RULE, &question("3"), at(50)),
            None,
            "the clock stepped back"
        );
    }

    #[test]
    fn without_an_age_nothing_is_kept() {
        let mut cache = Cache::default();
        let never = Rule {
            age_s: 0,
            records: 2,
        };
        cache.keep(never, &question("1"), &record("one"), at(0));
        assert_eq!(cache.find(never, &question("1"), at(0)), None);
    }
}
