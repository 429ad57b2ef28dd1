//! What of a holder's data can be erased when she asks for it, and what cannot, and why.

/// A kind of data about a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureKind {
    /// What she showed live.
    Shown,
    /// The fields that a consent of hers brought to a window.
    Served,
    /// What she was told.
    Notices,
    /// Mandates she gave or received.
    Mandates,
    /// Cases she applied in, with consents, receipts and tasks.
    Cases,
    /// Cases of other systems in which she applied.
    ForeignCases,
    /// What platforms of the region or the nation gave of her.
    Mirrors,
    /// What use records say.
    Uses,
    /// What she logs in with.
    Credentials,
    /// Accounts she logs in to, with their sessions.
    Accounts,
    /// Orders about her as a guardian or a child.
    GuardianOrders,
    /// Certificates.
    Certificates,
    /// The random number under which the ledger keeps her.
    Subject,
}

impl ErasureKind {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Served => "served",
            Self::Notices => "notices",
            Self::Mandates => "mandates",
            Self::Cases => "cases",
            Self::ForeignCases => "foreign_cases",
            Self::Mirrors => "mirrors",
            Self::Uses => "uses",
            Self::Credentials => "credentials",
            Self::Accounts => "accounts",
            Self::GuardianOrders => "guardian_orders",
            Self::Certificates => "certificates",
            Self::Subject => "subject",
        }
    }
}

/// Why something is not erased: Personal Information Protection Law 个人信息保护法 art. 47 asks for
/// it only where the purpose is reached, and not before a term that the law sets is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// The law's term, or the office's longer one, is not over.
    Term,
    /// It is open, or in dispute.
    Open,
    /// It is in use; whoever ends that first can have it erased.
    InUse,
    /// She has not read it.
    Unread,
    /// It is a public record, which its issuer ends and nobody erases.
    PublicRecord,
    /// It is also about somebody else, or protects somebody else.
    Others,
    /// Something else about her stays, which is found by it.
    Needed,
}

impl Kept {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Open => "open",
            Self::InUse => "in_use",
            Self::Unread => "unread",
            Self::PublicRecord => "public_record",
            Self::Others => "others",
            Self::Needed => "needed",
        }
    }
}
