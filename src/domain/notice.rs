//! Notices: what a holder is told without having asked.

use serde::Deserialize;
use serde::Serialize;

/// What a notice tells. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A mandate waits for the holder's yes: 1.
    MandateProposed,
    /// A mandate was given, the holder being one of its sides: 2.
    MandateGiven,
    /// A mandate was taken back or declined: 3.
    MandateEnded,
    /// What the holder's mandate hangs on was taken back: 4.
    ChainBroken,
    /// The other guardian acted for the child: 5.
    GuardianActed,
    /// An order about a guardian of the holder's child was recorded: 6.
    GuardianOrder,
    /// An order about the holder as a guardian was recorded: 7.
    OwnOrder,
    /// Everything on the holder's phone was ended: 8.
    PhoneLost,
}

const KINDS: [(NoticeKind, i16, &str); 8] = [
    (NoticeKind::MandateProposed, 1, "mandate_proposed"),
    (NoticeKind::MandateGiven, 2, "mandate_given"),
    (NoticeKind::MandateEnded, 3, "mandate_ended"),
    (NoticeKind::ChainBroken, 4, "chain_broken"),
    (NoticeKind::GuardianActed, 5, "guardian_acted"),
    (NoticeKind::GuardianOrder, 6, "guardian_order"),
    (NoticeKind::OwnOrder, 7, "own_order"),
    (NoticeKind::PhoneLost, 8, "phone_lost"),
];

impl NoticeKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, ..)| *kind)
    }

    /// The stored number.
    #[must_use]
    pub fn stored(self) -> i16 {
        let found = KINDS.iter().find(|(kind, ..)| *kind == self);
        found.map_or(0, |(_, number, _)| *number)
    }

    /// The kind of a stored number; `None` for a number that is none.
    #[must_use]
    pub fn from_stored(number: i16) -> Option<Self> {
        let found = KINDS.iter().find(|(_, n, _)| *n == number);
        found.map(|(kind, ..)| *kind)
    }

    /// The stable name; its words stand under `notice` in the message files.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = KINDS.iter().find(|(kind, ..)| *kind == self);
        found.map_or("", |(.., name)| name)
    }
}

/// What stands in the holes of a notice. Names of people are masked before they come here, and
/// numbers never do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct NoticeFacts {
    /// Who acted, or the other side; an organisation's name whole.
    pub who: String,
    /// For whom.
    pub whom: String,
    /// The mandate or order it is about.
    pub about: Option<i64>,
    /// The name of a kind of mandate or order, as its stable word.
    pub kind: String,
    /// What was done, where somebody acted: the name of a type or item.
    pub what: String,
    /// Until when, or from when.
    pub when: String,
}

#[cfg(test)]
mod tests {
    use super::NoticeKind;
    use crate::domain::guardian::OrderKind;
    use crate::domain::mandate::MandateKind;
    use crate::domain::words::Lang;
    use crate::domain::words::say;

    #[test]
    fn every_notice_has_words_and_none_has_room_for_a_number() {
        for kind in NoticeKind::all() {
            assert_eq!(NoticeKind::from_stored(kind.stored()), Some(kind));
            for lang in [Lang::Zh, Lang::En] {
                let key = format!("notice.{}", kind.name());
                let text = say(lang, &key, &[]);
                assert_ne!(text, key);
                let holes = text.split('{').skip(1);
                for hole in holes.filter_map(|rest| rest.split_once('}')) {
                    assert!(["who", "whom", "kind", "what", "when"].contains(&hole.0));
                }
            }
        }
        let mandates = [0, 1, 2].map(|n| MandateKind::from_stored(n).unwrap().name());
        let orders = [0, 1, 2].map(|n| OrderKind::from_stored(n).unwrap().name());
        for name in mandates.into_iter().chain(orders) {
            let key = format!("acts.{name}");
            assert_ne!(say(Lang::Zh, &key, &[]), key);
        }
    }
}
