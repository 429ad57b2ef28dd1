//! What asking a source came to, in words and with its age.

use super::Issuing;
use super::Upstream;
use crate::domain::certificate::Content;
use crate::domain::draft::Draft;
use crate::domain::problem::FindingWords;
use crate::domain::sourced::SourceCause;
use crate::domain::sourced::SourceWord;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome as Verdict;
use crate::domain::words::Lang;
use crate::domain::words::say;

/// A record that can be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What it says, judged by the type's rules; [`Content::facts`] gives it by field.
    pub content: Content,
    /// The same as it was handed in to be judged.
    pub draft: Draft,
    /// Whether it became a certificate.
    pub issuing: Issuing,
    /// How it stands there, where the source says so.
    pub standing: Option<Verdict>,
    /// The answer that it was a part of, where a platform gave it.
    pub upstream: Option<Upstream>,
    /// Why the platform did not answer now, where this is what it last gave.
    pub mirrored: Option<SourceCause>,
}

/// What asking came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A record that can be used.
    Found(Box<Found>),
    /// None, and exactly why.
    Not(SourceCause),
}

impl Outcome {
    /// One of the nine words.
    #[must_use]
    pub fn word(&self) -> SourceWord {
        match self {
            Self::Found(found) if found.mirrored.is_some() => SourceWord::Mirrored,
            Self::Found(_) => SourceWord::Found,
            Self::Not(cause) => cause.word(),
        }
    }
}

/// What asking a source came to, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Pulled {
    /// What it came to.
    pub outcome: Outcome,
    /// The source's name.
    pub source: String,
    /// When the source gave it.
    pub at: Timestamp,
    /// Seconds since then; 0 unless it was kept for a while.
    pub age_s: i64,
    /// What is wrong or odd about the record, by field.
    pub findings: Vec<FindingWords>,
}

impl Pulled {
    /// What happened, for a clerk.
    #[must_use]
    pub fn what(&self, lang: Lang) -> String {
        let word = self.outcome.word();
        if word != SourceWord::Mirrored {
            return word.what(lang);
        }
        let minutes = self.age_s / 60;
        let (unit, n) = match minutes {
            0..120 => ("minutes", minutes),
            120..2_880 => ("hours", minutes / 60),
            _ => ("days", minutes / 1_440),
        };
        let age = say(
            lang,
            &format!("sourced_age.{unit}"),
            &[("n", &n.to_string())],
        );
        format!("{} ({age})", word.what(lang))
    }

    /// What the clerk can do now.
    #[must_use]
    pub fn act(&self, lang: Lang) -> String {
        self.outcome.word().act(lang)
    }

    /// The record, if there is one.
    #[must_use]
    pub fn found(&self) -> Option<&Found> {
        match &self.outcome {
            Outcome::Found(found) => Some(found),
            Outcome::Not(_) => None,
        }
    }
}
