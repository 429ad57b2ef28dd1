//! What the ledger keeps: the kinds of things that happen.

use serde_json::Value;

/// A kind of event. The numbers are stored and chained: they never change meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum EventKind {
    /// A certificate was issued.
    Issued,
    /// A certificate's status changed.
    StatusChanged,
    /// A certificate's holder got a number of their own, as a newborn does.
    Rebound,
    /// A code was made for showing.
    Shown,
    /// A certificate was verified by a caller who is recorded.
    Verified,
    /// Fields were fetched.
    Fetched,
    /// A fetch was refused.
    FetchRefused,
    /// A key was made, retired or called compromised, or a trust list published.
    KeyChanged,
    /// A credential was given or taken.
    CredentialChanged,
    /// A grant was given or taken.
    GrantChanged,
    /// The catalogue changed.
    CatalogueChanged,
    /// A picture was added to a certificate.
    PictureAdded,
    /// An operator or auditor read.
    Read,
    /// A row that decides access or trust was written beside what another event tells.
    RowKept,
    /// A case was opened.
    CaseOpened,
    /// Something was done with a case, or with one of its materials.
    CaseChanged,
    /// A certificate was put before an officer for a case, whatever came of it.
    Used,
    /// A holder was asked for something, answered, or took it back.
    ConsentChanged,
    /// A receipt was signed or voided.
    ReceiptChanged,
    /// An issuer was asked to do something, or answered.
    TaskChanged,
    /// A holder said of a use that it was not hers 不是我.
    Objected,
    /// A case ended without a receipt 撤件.
    CaseWithdrawn,
    /// Everything on a holder's phone was ended 手机挂失.
    PhoneLost,
    /// A mandate was proposed, confirmed or ended.
    MandateChanged,
    /// An order about a guardian was proposed or confirmed.
    GuardianChanged,
    /// A holder was told something.
    Noticed,
    /// Records whose term was over, or that a holder wanted erased, were deleted.
    Forgotten,
    /// The source of a type was loaded or removed.
    SourceChanged,
    /// An annotated copy was taken from its link, or links were forgotten.
    CopyTaken,
    /// A case of another system was registered or closed.
    ForeignCaseChanged,
    /// What other systems owe a result for was counted, once a week.
    WeekReported,
    /// An alarm about odd uses was raised or settled.
    AlarmChanged,
    /// What a platform of the region or the nation gave was kept, or is kept no more.
    MirrorChanged,
    /// An account was made, changed or disabled.
    AccountChanged,
    /// Somebody logged in or out.
    SessionChanged,
    /// Somebody tried to log in, and was not let in.
    LoginRefused,
}

/// An event that was written, as it is told to whoever listens: with details that may be
/// personal, so what is counted or logged of them is chosen word by word.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// Its number in the ledger.
    pub record: i64,
    /// What.
    pub kind: EventKind,
    /// For which agency.
    pub agency: Option<u32>,
    /// Names, causes, places.
    pub details: Value,
}

const KINDS: &[(EventKind, i16, &str)] = &[
    (EventKind::Issued, 1, "issued"),
    (EventKind::StatusChanged, 2, "status_changed"),
    (EventKind::Rebound, 3, "rebound"),
    (EventKind::Shown, 4, "shown"),
    (EventKind::Verified, 5, "verified"),
    (EventKind::Fetched, 6, "fetched"),
    (EventKind::FetchRefused, 7, "fetch_refused"),
    (EventKind::KeyChanged, 8, "key_changed"),
    (EventKind::CredentialChanged, 9, "credential_changed"),
    (EventKind::GrantChanged, 10, "grant_changed"),
    (EventKind::CatalogueChanged, 11, "catalogue_changed"),
    (EventKind::PictureAdded, 12, "picture_added"),
    (EventKind::Read, 13, "read"),
    (EventKind::RowKept, 14, "row_kept"),
    (EventKind::CaseOpened, 15, "case_opened"),
    (EventKind::CaseChanged, 16, "case_changed"),
    (EventKind::Used, 17, "used"),
    (EventKind::ConsentChanged, 18, "consent_changed"),
    (EventKind::ReceiptChanged, 19, "receipt_changed"),
    (EventKind::TaskChanged, 20, "task_changed"),
    (EventKind::Objected, 21, "objected"),
    (EventKind::CaseWithdrawn, 22, "case_withdrawn"),
    (EventKind::PhoneLost, 23, "phone_lost"),
    (EventKind::MandateChanged, 30, "mandate_changed"),
    (EventKind::GuardianChanged, 31, "guardian_changed"),
    (EventKind::Noticed, 32, "noticed"),
    (EventKind::Forgotten, 40, "forgotten"),
    (EventKind::SourceChanged, 50, "source_changed"),
    (EventKind::CopyTaken, 60, "copy_taken"),
    (EventKind::ForeignCaseChanged, 53, "foreign_case_changed"),
    (EventKind::WeekReported, 51, "week_reported"),
    (EventKind::AlarmChanged, 52, "alarm_changed"),
    (EventKind::MirrorChanged, 54, "mirror_changed"),
    (EventKind::AccountChanged, 70, "account_changed"),
    (EventKind::SessionChanged, 71, "session_changed"),
    (EventKind::LoginRefused, 72, "login_refused"),
];

impl EventKind {
    /// Whether it is of a case: something that was done at a window, on a phone for a window, or
    /// at an issuer whom a window asked.
    const fn is_of_a_case(self) -> bool {
        matches!(
            self,
            Self::CaseOpened
                | Self::CaseChanged
                | Self::Used
                | Self::ConsentChanged
                | Self::ReceiptChanged
                | Self::TaskChanged
                | Self::Objected
                | Self::CaseWithdrawn
        )
    }

    /// Whether a listener is told of it as soon as it is on the disk, to count and log it.
    #[must_use]
    pub const fn is_told(self) -> bool {
        self.is_of_a_case() || matches!(self, Self::PhoneLost | Self::AlarmChanged)
    }

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i16 {
        KINDS
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or(0, |(_, number, _)| *number)
    }

    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, ..)| *kind)
    }

    /// The kind of a stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        KINDS
            .iter()
            .find(|(_, n, _)| *n == number)
            .map(|(kind, ..)| *kind)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("", |(.., name)| name)
    }
}
