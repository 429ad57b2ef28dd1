//! What is said to whoever asked for something that cannot be done.

use crate::domain::finding::Finding;
use crate::domain::finding::Weight;
use crate::domain::said::Said;
use crate::domain::words::Lang;
use crate::domain::words::say;

/// Why a request is refused. The names are stable: programs may rely on [`Reason::code`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No credential, or one that is unknown, expired or revoked.
    Unauthenticated,
    /// A signed request's time is too far from the server's.
    ClockOff,
    /// A signed request was sent before.
    NonceReplayed,
    /// The credential's role may not do this.
    Forbidden,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// The request cannot be understood.
    BadRequest,
    /// The address does not know this method.
    WrongMethod,
    /// The request's body is of another media type.
    WrongMedia,
    /// The request's body is larger than allowed.
    TooLarge,
    /// The request's body comes too slowly, or not at all.
    TooSlow,
    /// Too many requests.
    TooMany,
    /// A draft has errors.
    BadDraft,
    /// The type is not in the catalogue.
    UnknownType,
    /// The agency is not in the catalogue.
    UnknownAgency,
    /// No published item has this code.
    UnknownItem,
    /// The item is not run in this situation.
    UnknownScenario,
    /// The agency may not issue this type.
    MayNotIssue,
    /// The agency has no key in use.
    NoIssuingKey,
    /// A certificate with this number says something else.
    Differs,
    /// The certificate ended; it cannot be corrected or renewed.
    Ended,
    /// The certificate is suspended; it cannot be corrected or renewed before it is resumed.
    Suspended,
    /// The certificate does not stand where the step could be taken from.
    WrongStep,
    /// The holder changed; that is never a new version.
    HolderChanged,
    /// The idempotency key was used with another body.
    KeyReused,
    /// An `Idempotency-Key` is required.
    KeyMissing,
    /// No grant for this agency, type, item and these fields.
    NoGrant,
    /// The item, case or cause is missing or too long.
    BadCause,
    /// Nobody mandated the caller, or whoever acts, to act for the other.
    NoMandate,
    /// A mandate waits for the other side's yes.
    NotConfirmed,
    /// A mandate, or one it hangs on, was taken back or has run out.
    MandateEnded,
    /// The time of a mandate has not come.
    MandateNotBegun,
    /// A mandate is good, but not for this item, type or time.
    OutOfScope,
    /// A chain of mandates would have more links than are allowed.
    TooDeep,
    /// The mandate or order does not stand where the step could be taken from.
    MandateStep,
    /// What is to be recorded is not proved by the register.
    NoProof,
    /// The same person may not confirm what they proposed.
    SecondPerson,
    /// Whoever acts is no guardian of the child, or the child is 18.
    NoGuardian,
    /// An order took the guardian's right.
    GuardianEnded,
    /// The holder is below 14: a guardian has to act.
    GuardianNeeded,
    /// The holder's choice names a field that the certificate does not have.
    NoSuchField,
    /// The clock stepped back; nothing is issued until it is right.
    ClockStepped,
    /// The file cannot be used; `detail` is the sheet's own code.
    BadFile,
    /// More rows, or more bytes, than are issued all or nothing.
    TooManyTogether,
    /// The credential that sent a file was taken back before the file was done.
    CredentialEnded,
    /// The picture cannot be used.
    BadPicture,
    /// A definition of the catalogue cannot be used.
    BadDefinition,
    /// The configuration of a source cannot be used.
    BadSource,
    /// The type has no source, or one that does not do this.
    NoSource,
    /// The code does not fit the largest picture allowed.
    CodeTooLarge,
    /// What would be deleted is no longer what was shown.
    ShownDiffers,
    /// The ledger does not go on from the head that was written down.
    LedgerDiffers,
    /// Something is set up wrongly, or missing, at the office.
    Setup,
    /// The settings file is missing, or has a mistake.
    BadSettings,
    /// There is no passphrase that could be used.
    BadPassphrase,
    /// The passphrase is another one, or the keyring was altered.
    WrongPassphrase,
    /// The keyring cannot be used.
    BadKeyring,
    /// The file of pinned roots cannot be used.
    BadRoots,
    /// Settings, roots and register name different authorities.
    AuthorityDiffers,
    /// There is no register where there must be one.
    RegisterMissing,
    /// A newer program made the database.
    DatabaseNewer,
    /// The database does not answer; ask again.
    DatabaseUnreachable,
    /// Another program listens on the address.
    PortInUse,
    /// Another server has the register.
    SecondServer,
    /// The case is closed.
    CaseClosed,
    /// The material was waived before.
    WaivedBefore,
    /// The item does not allow this way for the material.
    NotAllowed,
    /// Materials are not settled: the case cannot be closed.
    MaterialsOpen,
    /// The officer has to compare face and card first.
    NeedsMatch,
    /// The certificate serves once, and has served.
    UsedUp,
    /// More is asked for than the items need.
    OverAsking,
    /// The holder refused.
    ConsentRefused,
    /// The time in which the holder could answer is over.
    ConsentLate,
    /// It is for another holder to answer.
    OtherHolder,
    /// There is no such case, or it has nothing to do with the caller.
    NotOfCase,
    /// The case asks nothing of the caller that is open and that she could give.
    NothingAsked,
    /// A certificate that was about to be shown, or to stand for a material, is no longer good.
    NotGoodNow,
    /// A time that is asked about has not come.
    FutureTime,
    /// A time that is asked about lies before the record begins.
    BeforeRecord,
    /// The slip is without its number, or says something else.
    BadSlip,
    /// Nothing proves yet what this person is to the applicant.
    Unproven,
    /// It takes another officer than the one who began it.
    SecondOfficer,
    /// The item's code is that of another item than its name.
    ItemDiffers,
    /// The agency may not use this type for this item by this way.
    ModeNotGranted,
    /// A field that is asked for is not granted for this item.
    FieldNotGranted,
    /// The grant's quota of today is spent.
    QuotaSpent,
    /// A copy is made of one certificate, and several remain.
    SeveralCertificates,
    /// Of a record that a department's system told and that is no certificate of ours, no copy is
    /// made: nobody here signed it.
    OnlyRelayed,
    /// The operator has used as many certificates today as anybody may.
    OperatorLimit,
    /// The agency has used as many certificates today as any may.
    AgencyLimit,
    /// The use names no case, and this way needs one.
    CaseMissing,
    /// The agency has no such case, here or registered.
    UnknownCase,
    /// The case was registered more than thirty days ago.
    CaseExpired,
    /// The case is about another item.
    OtherItem,
    /// Nothing on the item's list is replaced by this type.
    NotOnList,
    /// The operator is not named, or not whole.
    OperatorMissing,
    /// The legal basis is not named.
    BasisMissing,
    /// The use names no request that the holder answered, or one for something else.
    ConsentMissing,
    /// The holder has not answered yet.
    ConsentOpen,
    /// The holder took her consent back.
    ConsentWithdrawn,
    /// Nobody is named who is there in person.
    PresentMissing,
    /// The agency registered another case under this number.
    CaseDiffers,
    /// A case of another system was opened in the future, or too long ago.
    CaseTimes,
    /// A grant that was proposed does not wait any more.
    GrantSettled,
    /// What is in force is no longer what a grant was proposed against.
    GrantMoved,
    /// The name is unknown, or the password or the one-time code is wrong.
    LoginWrong,
    /// The password is right, and the account wants a one-time code, too.
    CodeNeeded,
    /// Too many logins failed; wait.
    LoginLocked,
    /// A request that changes something comes from a page of somebody else's.
    CrossOrigin,
    /// The password may not be one.
    BadPassword,
    /// An account in use has this name or this holder.
    AccountTaken,
    /// It could not be found out now; ask again.
    Unavailable,
}

const CODES: &[(Reason, &str)] = &[
    (Reason::Unauthenticated, "unauthenticated"),
    (Reason::ClockOff, "clock_off"),
    (Reason::NonceReplayed, "nonce_replayed"),
    (Reason::Forbidden, "forbidden"),
    (Reason::NotFound, "not_found"),
    (Reason::BadRequest, "bad_request"),
    (Reason::WrongMethod, "wrong_method"),
    (Reason::WrongMedia, "wrong_media"),
    (Reason::TooLarge, "too_large"),
    (Reason::TooSlow, "too_slow"),
    (Reason::TooMany, "too_many"),
    (Reason::BadDraft, "bad_draft"),
    (Reason::UnknownType, "unknown_type"),
    (Reason::UnknownAgency, "unknown_agency"),
    (Reason::UnknownItem, "unknown_item"),
    (Reason::UnknownScenario, "bad_scenario"),
    (Reason::MayNotIssue, "may_not_issue"),
    (Reason::NoIssuingKey, "no_issuing_key"),
    (Reason::Differs, "differs"),
    (Reason::Ended, "ended"),
    (Reason::Suspended, "suspended"),
    (Reason::WrongStep, "wrong_step"),
    (Reason::HolderChanged, "holder_changed"),
    (Reason::KeyReused, "key_reused"),
    (Reason::KeyMissing, "key_missing"),
    (Reason::NoGrant, "no_grant"),
    (Reason::BadCause, "bad_cause"),
    (Reason::NoMandate, "no_mandate"),
    (Reason::NotConfirmed, "not_confirmed"),
    (Reason::MandateEnded, "mandate_ended"),
    (Reason::MandateNotBegun, "mandate_not_begun"),
    (Reason::OutOfScope, "out_of_scope"),
    (Reason::TooDeep, "too_deep"),
    (Reason::MandateStep, "mandate_step"),
    (Reason::NoProof, "no_proof"),
    (Reason::SecondPerson, "second_person"),
    (Reason::NoGuardian, "no_guardian"),
    (Reason::GuardianEnded, "guardian_ended"),
    (Reason::GuardianNeeded, "guardian_needed"),
    (Reason::NoSuchField, "no_such_field"),
    (Reason::ClockStepped, "clock_stepped"),
    (Reason::BadFile, "bad_file"),
    (Reason::TooManyTogether, "too_many_together"),
    (Reason::CredentialEnded, "credential_ended"),
    (Reason::BadPicture, "bad_picture"),
    (Reason::BadDefinition, "bad_definition"),
    (Reason::BadSource, "bad_source"),
    (Reason::NoSource, "no_source"),
    (Reason::CodeTooLarge, "code_too_large"),
    (Reason::ShownDiffers, "shown_differs"),
    (Reason::LedgerDiffers, "ledger_differs"),
    (Reason::Setup, "setup"),
    (Reason::BadSettings, "bad_settings"),
    (Reason::BadPassphrase, "bad_passphrase"),
    (Reason::WrongPassphrase, "wrong_passphrase"),
    (Reason::BadKeyring, "bad_keyring"),
    (Reason::BadRoots, "bad_roots"),
    (Reason::AuthorityDiffers, "authority_differs"),
    (Reason::RegisterMissing, "register_missing"),
    (Reason::DatabaseNewer, "database_newer"),
    (Reason::DatabaseUnreachable, "database_unreachable"),
    (Reason::PortInUse, "port_in_use"),
    (Reason::SecondServer, "second_server"),
    (Reason::CaseClosed, "case_closed"),
    (Reason::WaivedBefore, "waived_before"),
    (Reason::NotAllowed, "not_allowed"),
    (Reason::MaterialsOpen, "materials_open"),
    (Reason::NeedsMatch, "needs_match"),
    (Reason::UsedUp, "used_up"),
    (Reason::OverAsking, "over_asking"),
    (Reason::ConsentRefused, "consent_refused"),
    (Reason::ConsentLate, "consent_late"),
    (Reason::OtherHolder, "other_holder"),
    (Reason::NotOfCase, "not_of_case"),
    (Reason::NothingAsked, "nothing_asked"),
    (Reason::NotGoodNow, "not_good_now"),
    (Reason::FutureTime, "future_time"),
    (Reason::BeforeRecord, "before_record"),
    (Reason::BadSlip, "bad_slip"),
    (Reason::Unproven, "unproven"),
    (Reason::SecondOfficer, "second_officer"),
    (Reason::ItemDiffers, "item_differs"),
    (Reason::ModeNotGranted, "mode_not_granted"),
    (Reason::FieldNotGranted, "field_not_granted"),
    (Reason::QuotaSpent, "quota_spent"),
    (Reason::SeveralCertificates, "several_certificates"),
    (Reason::OnlyRelayed, "only_relayed"),
    (Reason::OperatorLimit, "operator_limit"),
    (Reason::AgencyLimit, "agency_limit"),
    (Reason::CaseMissing, "case_missing"),
    (Reason::UnknownCase, "unknown_case"),
    (Reason::CaseExpired, "case_expired"),
    (Reason::OtherItem, "other_item"),
    (Reason::NotOnList, "not_on_list"),
    (Reason::OperatorMissing, "operator_missing"),
    (Reason::BasisMissing, "basis_missing"),
    (Reason::ConsentMissing, "consent_missing"),
    (Reason::ConsentOpen, "consent_open"),
    (Reason::ConsentWithdrawn, "consent_withdrawn"),
    (Reason::PresentMissing, "present_missing"),
    (Reason::CaseDiffers, "case_differs"),
    (Reason::CaseTimes, "case_times"),
    (Reason::GrantSettled, "grant_settled"),
    (Reason::GrantMoved, "grant_moved"),
    (Reason::LoginWrong, "login_wrong"),
    (Reason::CodeNeeded, "code_needed"),
    (Reason::LoginLocked, "login_locked"),
    (Reason::CrossOrigin, "cross_origin"),
    (Reason::BadPassword, "bad_password"),
    (Reason::AccountTaken, "account_taken"),
    (Reason::Unavailable, "unavailable"),
];

impl Reason {
    /// Every reason, for the published table and its test.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(reason, _)| *reason)
    }

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        CODES
            .iter()
            .find(|(reason, _)| *reason == self)
            .map_or("", |(_, code)| code)
    }

    /// The reason in words.
    #[must_use]
    pub fn title(self, lang: Lang) -> String {
        say(lang, &format!("problem.{}", self.code()), &[])
    }
}

/// A refusal with its particulars. It never carries personal data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Why.
    pub reason: Reason,
    /// What exactly, in English; for programs and their makers.
    pub detail: Option<String>,
    /// What exactly and what to do about it, in words; for people. Boxed: few have it.
    pub said: Option<Box<Said>>,
    /// What is wrong field by field, in words.
    pub findings: Vec<FindingWords>,
}

/// A finding as it is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingWords {
    /// The column's key.
    pub column: String,
    /// The column's heading.
    pub label: String,
    /// The finding's stable code.
    pub code: &'static str,
    /// Whether it is a warning only.
    pub warning: bool,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl FindingWords {
    /// A finding in both languages; `label` is the column's heading.
    #[must_use]
    pub fn of(finding: &Finding, label: &str) -> Self {
        Self {
            column: finding.column.clone(),
            label: label.to_owned(),
            code: finding.fault.code(),
            warning: finding.weight == Weight::Warning,
            zh: finding.text(Lang::Zh, label),
            en: finding.text(Lang::En, label),
        }
    }
}

impl Problem {
    /// A problem without particulars.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self {
            reason,
            detail: None,
            said: None,
            findings: Vec::new(),
        }
    }

    /// A problem with a detail.
    #[must_use]
    pub fn with(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: Some(detail.into()),
            said: None,
            findings: Vec::new(),
        }
    }

    /// A problem with a detail for programs, and words for people.
    #[must_use]
    pub fn said(reason: Reason, detail: impl Into<String>, said: Said) -> Self {
        Self {
            said: Some(Box::new(said)),
            ..Self::with(reason, detail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;
    use crate::domain::words::Lang;

    #[test]
    fn every_reason_has_words_in_both_languages() {
        for reason in Reason::all() {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!reason.title(lang).starts_with("problem."), "{reason:?}");
            }
        }
    }
}
