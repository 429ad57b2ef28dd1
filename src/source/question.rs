//! What a source is asked.

use std::fmt;

use crate::domain::holder::HolderCode;
use crate::domain::usage::Purpose;

/// Whom or what is asked for. It is personal data: `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The holder's code.
    pub holder_code: Option<HolderCode>,
    /// The holder's name; never sent, but compared with the record's.
    pub holder_name: Option<String>,
    /// The certificate's number.
    pub number: Option<String>,
    /// Why it is asked: platforms of the region and the nation are told.
    pub purpose: Option<Purpose>,
}

impl Question {
    /// What fills a hole of a template; none if it is not known.
    #[must_use]
    pub fn fill(&self, hole: &str) -> Option<String> {
        match hole {
            "holder_code" => self.holder_code.as_ref().map(|c| c.number().to_owned()),
            "holder_code_type" => self.holder_code.as_ref().map(|c| c.kind().to_string()),
            "number" => self.number.clone(),
            _ => None,
        }
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Question(..)")
    }
}
