//! What went wrong, as RFC 9457 tells it. The one file that knows status codes.

use std::fmt;

use actix_web::HttpResponse;
use actix_web::HttpResponseBuilder;
use actix_web::ResponseError;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde_json::Value;
use serde_json::json;

use crate::domain::problem::FindingWords;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::flow::failure::Failure;
use crate::http::row::Success;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A request that is not done: what is told, and the cause, which is for the log only.
pub struct Refusal {
    problem: Problem,
    cause: Option<String>,
    retry_after_s: Option<u64>,
    allow: Option<Box<str>>,
}

impl Refusal {
    /// A refusal without particulars.
    #[must_use]
    pub fn new(reason: Reason) -> Self {
        Problem::new(reason).into()
    }

    /// A refusal with a detail, which must not carry personal data.
    #[must_use]
    pub fn because(reason: Reason, detail: impl Into<String>) -> Self {
        Problem::with(reason, detail).into()
    }

    /// Something that must not be; the cause is for the log.
    #[must_use]
    pub fn broken(cause: impl fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(Reason::Unavailable)
        }
    }

    /// With the seconds after which asking again makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The seconds after which asking again makes sense, where that is known.
    #[must_use]
    pub const fn wait(&self) -> Option<u64> {
        self.retry_after_s
    }

    /// With the methods that are allowed.
    #[must_use]
    pub fn allow(mut self, methods: String) -> Self {
        self.allow = Some(methods.into_boxed_str());
        self
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.problem.reason
    }

    /// What the log is told.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The answer, in both languages; `title` is in the one that was asked for.
    #[must_use]
    pub fn answer(&self, authority: &str, trace_id: &str, lang: Lang) -> HttpResponse<BoxBody> {
        let status = status(self.problem.reason);
        let mut answer = self.headed();
        answer.content_type(MEDIA_TYPE);
        answer.body(body(&self.problem, status, authority, trace_id, lang).to_string())
    }

    /// The same answer with another body.
    pub(crate) fn answer_with(&self, body: &impl serde::Serialize) -> HttpResponse<BoxBody> {
        self.headed().json(body)
    }

    /// The same answer as text of a media type.
    pub(crate) fn answer_as(&self, media: &'static str, text: String) -> HttpResponse<BoxBody> {
        self.headed().content_type(media).body(text)
    }

    /// The seconds after which asking again makes sense, where there are any.
    pub(crate) const fn wait_s(&self) -> Option<u64> {
        self.retry_after_s
    }

    /// What is wrong with what was entered, a sentence each.
    pub(crate) fn findings(&self, lang: Lang) -> Vec<String> {
        let findings = self.problem.findings.iter();
        let said = findings.map(|finding| match lang {
            Lang::Zh => format!("{}：{}", finding.label, finding.zh),
            Lang::En => format!("{}: {}", finding.label, finding.en),
        });
        said.collect()
    }

    /// What exactly, where more can be said.
    pub(crate) fn detail(&self) -> Option<&str> {
        self.problem.detail.as_deref()
    }

    fn headed(&self) -> HttpResponseBuilder {
        let status = status(self.problem.reason);
        let mut answer = HttpResponse::build(status);
        answer.insert_header((header::VARY, "Accept-Language"));
        if let Some(seconds) = self.retry_after_s {
            answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(methods) = &self.allow {
            answer.insert_header((header::ALLOW, &**methods));
        }
        if status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"mianzheng\""));
        }
        answer
    }
}

fn body(
    problem: &Problem,
    status: StatusCode,
    authority: &str,
    trace_id: &str,
    lang: Lang,
) -> Value {
    let code = problem.reason.code();
    let mut body = json!({
        "type": type_url(authority, problem.reason),
        "status": status.as_u16(),
        "code": code,
        "title": problem.reason.title(lang),
        "title_zh": problem.reason.title(Lang::Zh),
        "title_en": problem.reason.title(Lang::En),
        "trace_id": trace_id,
        "findings": problem.findings.iter().map(finding).collect::<Vec<_>>(),
    });
    if let (Some(detail), Some(map)) = (&problem.detail, body.as_object_mut()) {
        map.insert("detail".to_owned(), detail.as_str().into());
    }
    body
}

fn finding(finding: &FindingWords) -> Value {
    json!({
        "column": finding.column,
        "label": finding.label,
        "code": finding.code,
        "warning": finding.warning,
        "zh": finding.zh,
        "en": finding.en,
    })
}

/// The address that names a reason, under our authority; the page of routes explains it.
#[must_use]
pub fn type_url(authority: &str, reason: Reason) -> String {
    format!("https://{authority}/docs#problem-{}", reason.code())
}

/// The status of a reason. Exhaustive: a new reason does not compile until it has one.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a line a reason")]
pub const fn status(reason: Reason) -> StatusCode {
    match reason {
        Reason::Unauthenticated
        | Reason::ClockOff
        | Reason::NonceReplayed
        | Reason::LoginWrong
        | Reason::CodeNeeded => StatusCode::UNAUTHORIZED,
        Reason::Forbidden
        | Reason::CrossOrigin
        | Reason::OverAsking
        | Reason::OtherHolder
        | Reason::ConsentRefused
        | Reason::SecondOfficer
        | Reason::Unproven
        | Reason::MayNotIssue
        | Reason::NoGrant
        | Reason::ModeNotGranted
        | Reason::FieldNotGranted
        | Reason::CaseExpired
        | Reason::OtherItem
        | Reason::NotOnList
        | Reason::ConsentMissing
        | Reason::ConsentWithdrawn
        | Reason::CredentialEnded
        | Reason::NoMandate
        | Reason::NotConfirmed
        | Reason::MandateEnded
        | Reason::MandateNotBegun
        | Reason::OutOfScope
        | Reason::NoProof
        | Reason::SecondPerson
        | Reason::NoGuardian
        | Reason::GuardianEnded
        | Reason::GuardianNeeded => StatusCode::FORBIDDEN,
        Reason::NotFound
        | Reason::NotOfCase
        | Reason::BeforeRecord
        | Reason::UnknownType
        | Reason::UnknownAgency
        | Reason::UnknownCase
        | Reason::NoSource
        | Reason::UnknownItem => StatusCode::NOT_FOUND,
        Reason::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        Reason::WrongMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Reason::BadRequest
        | Reason::KeyMissing
        | Reason::BadCause
        | Reason::ItemDiffers
        | Reason::CaseMissing
        | Reason::OperatorMissing
        | Reason::BasisMissing
        | Reason::PresentMissing
        | Reason::CaseTimes
        | Reason::FutureTime => StatusCode::BAD_REQUEST,
        Reason::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Reason::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Reason::TooMany
        | Reason::LoginLocked
        | Reason::QuotaSpent
        | Reason::OperatorLimit
        | Reason::AgencyLimit => StatusCode::TOO_MANY_REQUESTS,
        Reason::Differs
        | Reason::AccountTaken
        | Reason::Ended
        | Reason::Suspended
        | Reason::WrongStep
        | Reason::CaseClosed
        | Reason::WaivedBefore
        | Reason::MaterialsOpen
        | Reason::UsedUp
        | Reason::ConsentLate
        | Reason::ConsentOpen
        | Reason::NothingAsked
        | Reason::NotGoodNow
        | Reason::SeveralCertificates
        | Reason::OnlyRelayed
        | Reason::NeedsMatch
        | Reason::MandateStep
        | Reason::GrantSettled
        | Reason::CaseDiffers
        | Reason::GrantMoved
        | Reason::ShownDiffers
        | Reason::HolderChanged => StatusCode::CONFLICT,
        Reason::BadDraft
        | Reason::BadPassword
        | Reason::NotAllowed
        | Reason::BadSlip
        | Reason::KeyReused
        | Reason::NoSuchField
        | Reason::UnknownScenario
        | Reason::BadFile
        | Reason::TooManyTogether
        | Reason::BadPicture
        | Reason::BadDefinition
        | Reason::BadSource
        | Reason::CodeTooLarge
        | Reason::TooDeep => StatusCode::UNPROCESSABLE_ENTITY,
        Reason::NoIssuingKey
        | Reason::ClockStepped
        | Reason::LedgerDiffers
        | Reason::Setup
        | Reason::BadSettings
        | Reason::BadPassphrase
        | Reason::WrongPassphrase
        | Reason::BadKeyring
        | Reason::BadRoots
        | Reason::AuthorityDiffers
        | Reason::RegisterMissing
        | Reason::DatabaseNewer
        | Reason::DatabaseUnreachable
        | Reason::PortInUse
        | Reason::SecondServer
        | Reason::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// What the log says in place of a status when the asker hung up before there was one.
pub(crate) const GONE_AWAY: u16 = 499;

/// The status of a success.
#[must_use]
pub const fn success(success: Success) -> StatusCode {
    match success {
        Success::Done => StatusCode::OK,
        Success::Created => StatusCode::CREATED,
        Success::Accepted => StatusCode::ACCEPTED,
    }
}

/// The answer that something is to be looked at elsewhere, here on this server.
#[must_use]
pub(crate) fn see_other(path: &str) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((header::LOCATION, path)).finish()
}

/// The answer that what the asker has is still what there is.
#[must_use]
pub(crate) fn unchanged() -> HttpResponseBuilder {
    HttpResponse::NotModified()
}

/// The answer of a server that is ready, or not.
#[must_use]
pub fn readiness(ready: bool, details: &impl serde::Serialize) -> HttpResponse {
    if ready {
        HttpResponse::Ok().json(details)
    } else {
        HttpResponse::ServiceUnavailable().json(details)
    }
}

/// Whether an answer was the plain success that a row may put its own in place of.
pub(crate) fn is_plain(status: StatusCode) -> bool {
    status == StatusCode::OK
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            cause: None,
            retry_after_s: None,
            allow: None,
        }
    }
}

impl From<Failure> for Refusal {
    fn from(why: Failure) -> Self {
        let problem = why.problem();
        let cause = match why {
            Failure::Refused(_) => None,
            why => Some(why.to_string()),
        };
        Self {
            cause,
            ..Self::from(problem)
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({})", self.problem.reason.code())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem.reason.code())
    }
}

impl std::error::Error for Refusal {}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        status(self.problem.reason)
    }

    /// Bare: the door, which knows the trace id and the language, gives it its body.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}
