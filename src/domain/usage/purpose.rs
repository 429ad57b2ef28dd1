//! Why somebody wants to use a certificate, and what is to prove it: a claim, until the evidence
//! of its mode was looked at.

use super::Operator;
use super::UseMode;
use crate::domain::holder::HolderCode;

/// The most characters of a cause 用证事由.
pub const LONGEST_CAUSE: usize = 200;

/// What a caller says of a use. Every mode has its own evidence; what another mode needs is
/// simply left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// By which way it is authorised.
    pub mode: UseMode,
    /// The code of the item it is for.
    pub item: String,
    /// The name of the item, as published: who mixes up two codes is told so.
    pub item_name: String,
    /// The number of the case: one of ours, or one that the agency registered.
    pub case: Option<String>,
    /// Why, in words.
    pub cause: String,
    /// By whose hand.
    pub operator: Option<Operator>,
    /// The law that makes it the agency's duty.
    pub legal_basis: Option<String>,
    /// The number of the request that the holder answered.
    pub consent: Option<i64>,
    /// The slip that was signed.
    pub slip: Option<String>,
    /// Whoever is there in person: the holder with her card, or who acts for her.
    pub present: Option<Present>,
    /// The mandate by which who is there acts; none for a guardian.
    pub mandate: Option<i64>,
}

/// Somebody who stands at the window with an identity card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// The name on the card.
    pub name: String,
    /// The number on the card.
    pub code: HolderCode,
    /// Whether the officer compared face and card.
    pub face_checked: bool,
}

/// A text that was stated, blanks around it taken off; none if it is blank, longer than so many
/// characters, or holds control characters.
#[must_use]
pub fn stated(text: &str, most: usize) -> Option<&str> {
    let text = text.trim();
    let good = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    good.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::LONGEST_CAUSE;
    use super::stated;

    #[test]
    fn a_cause_is_counted_in_characters() {
        let longest = "因".repeat(LONGEST_CAUSE);
        assert_eq!(stated(&longest, LONGEST_CAUSE), Some(longest.as_str()));
        assert_eq!(stated(&format!("{longest}果"), LONGEST_CAUSE), None);
        assert_eq!(stated(" \u{3000} ", LONGEST_CAUSE), None);
        assert_eq!(stated(" 提取 ", LONGEST_CAUSE), Some("提取"));
        assert_eq!(stated("提\u{0}取", LONGEST_CAUSE), None);
    }
}
