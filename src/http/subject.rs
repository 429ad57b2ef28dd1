//! What routes are about: the chapters of the table, of the interface document and of its page.

/// A chapter of the table of routes. Its title stands under `subject` in the message files, and
/// a sentence about it under `subject_text`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// For whoever watches over the server.
    Service,
    /// For people with a browser.
    Pages,
    /// For whoever writes a program.
    Develop,
    /// For whoever wants something done: what it needs, and what nobody brings.
    Items,
    /// For whoever verifies by themselves.
    Check,
    /// For whoever has a code before them.
    Verify,
    /// For agencies that issue.
    Issue,
    /// For citizens.
    Hold,
    /// For whoever acts for others.
    Act,
    /// For windows that take cases.
    Case,
    /// For other departments' systems.
    Use,
    /// For people who log in.
    People,
    /// For whoever runs the service.
    Operate,
}

impl Subject {
    /// Every chapter of the interface document, in the order of the table: pages are for people.
    pub const ALL: [Self; 12] = [
        Self::Service,
        Self::Develop,
        Self::Items,
        Self::Check,
        Self::Verify,
        Self::Issue,
        Self::Hold,
        Self::Act,
        Self::Case,
        Self::Use,
        Self::People,
        Self::Operate,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Pages => "pages",
            Self::Develop => "develop",
            Self::Items => "items",
            Self::Check => "check",
            Self::Verify => "verify",
            Self::Issue => "issue",
            Self::Hold => "hold",
            Self::Act => "act",
            Self::Case => "case",
            Self::Use => "use",
            Self::People => "people",
            Self::Operate => "operate",
        }
    }
}
