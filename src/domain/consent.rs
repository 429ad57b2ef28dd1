//! Consent 授权: what a holder is asked, exactly, and how it stands.

use serde::Deserialize;
use serde::Serialize;

/// How a consent stands. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    /// She was asked: 0.
    Asked,
    /// She gave it: 1.
    Given,
    /// She refused: 2.
    Refused,
    /// She did not answer in time: 3.
    Expired,
    /// She took it back: 4.
    Withdrawn,
}

/// The states with their stored numbers and stable names.
const STATES: &[(ConsentState, i16, &str)] = &[
    (ConsentState::Asked, 0, "asked"),
    (ConsentState::Given, 1, "given"),
    (ConsentState::Refused, 2, "refused"),
    (ConsentState::Expired, 3, "expired"),
    (ConsentState::Withdrawn, 4, "withdrawn"),
];

impl ConsentState {
    /// The stored number.
    #[must_use]
    pub fn number(self) -> i16 {
        let found = STATES.iter().find(|(state, ..)| *state == self);
        found.map_or(0, |(_, number, _)| *number)
    }

    /// The state of a stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        let found = STATES.iter().find(|(_, n, _)| *n == number);
        found.map(|(state, ..)| *state)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = STATES.iter().find(|(state, ..)| *state == self);
        found.map_or("", |(.., name)| name)
    }
}

/// By which way a holder authorises. The numbers are stored: they never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentMode {
    /// On her phone, asked by a window: 1.
    Phone,
    /// Logged in, asked by a system in which she applies: 2.
    Online,
    /// 现场授权: at the window without a phone, by card, face and a signed slip: 3.
    InPerson,
    /// By one live code for all that a case asks of her: 4.
    CaseCode,
}

impl ConsentMode {
    /// The mode of a stored number; none stands for a phone, as in the first rows.
    #[must_use]
    pub const fn from_number(number: i16) -> Self {
        match number {
            2 => Self::Online,
            3 => Self::InPerson,
            4 => Self::CaseCode,
            _ => Self::Phone,
        }
    }

    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Phone => 1,
            Self::Online => 2,
            Self::InPerson => 3,
            Self::CaseCode => 4,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Online => "online",
            Self::InPerson => "in_person",
            Self::CaseCode => "case_code",
        }
    }
}

/// What a holder is shown before she answers: who asks, why, which fields, until when. The
/// signed record of her answer repeats it, so that nothing else can be said to have been shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The case's number.
    pub case: String,
    /// The name of the agency that asks, as the catalogue has it.
    pub agency: String,
    /// Its code.
    pub agency_code: String,
    /// The officer's or system's credential.
    pub officer: String,
    /// The names of the items that it is for.
    pub items: Vec<String>,
    /// Why, in the words of a system that uses it outside of our cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What is asked for.
    pub materials: Vec<AskedMaterial>,
    /// Until when she can answer.
    pub answer_by: String,
    /// How long what she gives may be used, in minutes from her answer.
    pub use_minutes: i64,
}

/// One material that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedMaterial {
    /// Its place in the case.
    pub material: usize,
    /// Its name.
    pub name: String,
    /// The code of the certificate type.
    pub type_code: String,
    /// Its name.
    pub type_name: String,
    /// The fields that the items need, each with its label: all of them, or nothing serves.
    pub fields: Vec<AskedField>,
    /// Whose it is, masked as on paper that lies about.
    #[serde(default)]
    pub whose: String,
    /// The certificate that is given, where it is known before the answer.
    #[serde(default)]
    pub certificate: Option<String>,
    /// Whether the case cannot go on without it; what it can do without is given only if chosen.
    #[serde(default = "always")]
    pub required: bool,
}

/// One field that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedField {
    /// Its key, or the name of a question that is answered with yes or no.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// The names of the items that need it: the reason why it cannot be left out.
    pub needed_for: Vec<String>,
}

/// What was asked for before anything could be left out had to be given.
const fn always() -> bool {
    true
}
