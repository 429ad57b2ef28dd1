//! Why something was not done, on the page where it was to be done.

use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::http::pages::frame::Frame;
use crate::http::problem::Refusal;

/// Why nothing was done.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    /// The stable code.
    pub(crate) code: &'static str,
    /// What happened, in words.
    pub(crate) title: String,
    /// What exactly, where that can be said.
    pub(crate) detail: Option<String>,
    /// The field that it is about.
    pub(crate) field: Option<&'static str>,
}

impl Trouble {
    /// What a refusal says to whoever is to put it right.
    pub(crate) fn of(why: &Refusal, frame: &Frame) -> Self {
        let detail = why.detail().filter(|_| frame.lang == Lang::En);
        Self {
            code: why.reason().code(),
            title: why.reason().title(frame.lang),
            detail: detail.map(str::to_owned),
            field: None,
        }
    }

    /// The same about a field, with the sentence that stands beside it.
    pub(crate) fn about(mut self, field: &'static str, says: String) -> Self {
        (self.title, self.field, self.detail) = (says, Some(field), None);
        self
    }
}

/// Whether an officer can put right what was refused, on the page where she did it; the others are
/// told as pages of their own.
pub(crate) const fn can_be_mended(why: Reason) -> bool {
    !matches!(
        why,
        Reason::Unauthenticated
            | Reason::Forbidden
            | Reason::NotFound
            | Reason::KeyReused
            | Reason::Unavailable
            | Reason::TooMany
            | Reason::Setup
            | Reason::ClockStepped
    )
}
