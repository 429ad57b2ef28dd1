//! What an item asks for, row by row, and which rows a certificate can stand for.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::time::Timestamp;

/// What may be asked instead of a field: the answer is yes or no, and discloses nothing.
///
/// `holder_pair_matches`: two identity numbers go in, and the answer says whether the
/// certificate is of just these two people.
pub const PREDICATES: &[&str] = &["holder_pair_matches"];

/// Whether a material must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Necessity {
    /// 必要: always.
    Required,
    /// 非必要: only in the situations or under the condition it names.
    Conditional,
    /// 容缺: it may be handed in later.
    Tolerant,
}

/// In which form it is wanted on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 原件.
    Original,
    /// 复印件.
    Copy,
    /// 电子.
    Electronic,
}

/// The way by which a material need not be handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// 电子证照: an electronic certificate stands for it.
    Certificate,
    /// 数据共享: the data are fetched from the department that has them.
    DataSharing,
    /// 部门核验: the department that issued it checks it.
    DepartmentCheck,
    /// 告知承诺: the applicant promises in writing.
    Promise,
    /// 直接取消: it is no longer asked for; the row stays to say so.
    Cancelled,
}

impl Route {
    /// The number that is stored for ever.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Certificate => 1,
            Self::DataSharing => 2,
            Self::DepartmentCheck => 3,
            Self::Promise => 4,
            Self::Cancelled => 5,
        }
    }

    /// Every way.
    pub const ALL: [Self; 5] = [
        Self::Certificate,
        Self::DataSharing,
        Self::DepartmentCheck,
        Self::Promise,
        Self::Cancelled,
    ];

    /// The way of a stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.number() == number)
    }

    /// The way of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::DataSharing => "data_sharing",
            Self::DepartmentCheck => "department_check",
            Self::Promise => "promise",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Whose certificate it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Who applies.
    Applicant,
    /// The applicant's legal representative, person in charge or operator.
    LegalRepresentative,
    /// The applicant's spouse.
    Spouse,
    /// A parent, or a guardian.
    Parent,
    /// A child.
    Child,
    /// Somebody who works for the applicant.
    Staff,
    /// Who acts for the applicant.
    Agent,
    /// Who has died.
    Deceased,
    /// Anybody else.
    ThirdParty,
}

/// Everybody, with the stable names.
const WHOSE: &[(Whose, &str)] = &[
    (Whose::Applicant, "applicant"),
    (Whose::LegalRepresentative, "legal_representative"),
    (Whose::Spouse, "spouse"),
    (Whose::Parent, "parent"),
    (Whose::Child, "child"),
    (Whose::Staff, "staff"),
    (Whose::Agent, "agent"),
    (Whose::Deceased, "deceased"),
    (Whose::ThirdParty, "third_party"),
];

impl Whose {
    /// Everybody whose it may be.
    pub fn all() -> impl Iterator<Item = Self> {
        WHOSE.iter().map(|(whose, _)| *whose)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = WHOSE.iter().find(|(whose, _)| *whose == self);
        found.map_or("", |(_, name)| name)
    }

    /// Who is called so.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let found = WHOSE.iter().find(|(_, n)| *n == name);
        found.map(|(whose, _)| *whose)
    }
}

/// How many of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HowMany {
    /// One.
    One,
    /// One for each named person or paper.
    Each,
}

/// Why a material need not be handed in 两个免于提交.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExemptClass {
    /// Government issued it itself.
    OwnIssue,
    /// An electronic certificate replaces showing the original.
    Replaced,
}

/// One row of what a base item asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Its place in the list, from 1.
    pub seq: u16,
    /// Its Chinese name.
    pub name: String,
    /// Whether it must be there.
    pub necessity: Necessity,
    /// How it is wanted on paper.
    pub form: Form,
    /// The code of the certificate type that is meant, if one is.
    pub certificate_type: Option<String>,
    /// By which way it need not be handed in; none: it must be.
    pub route: Option<Route>,
    /// The least that must be disclosed: face fields, common ones, predicates.
    pub fields_needed: Vec<String>,
    /// What is noted about it.
    pub note: String,
    /// The situations in which it is asked for; none: in all.
    pub scenarios: Vec<String>,
    /// Whose certificate, where one is named.
    pub whose: Option<Whose>,
    /// One, or one for each.
    pub how_many: HowMany,
    /// Rows of one item with the same letter are alternatives: one of them is enough.
    pub alternatives: Option<String>,
    /// The paper is taken back: handed in, and never waived.
    pub return_paper: bool,
    /// Why it need not be handed in.
    pub exempt: Option<ExemptClass>,
    /// An identity card read to identify a person: a check, never a waived material.
    pub identity: bool,
}

impl Material {
    /// Whether it is asked for in a situation.
    #[must_use]
    pub fn applies_in(&self, scenario: &str) -> bool {
        self.scenarios.is_empty() || self.scenarios.iter().any(|s| s == scenario)
    }

    /// Whether it can be waived at all: not what identifies, is taken back, or is no longer
    /// asked for.
    #[must_use]
    pub fn is_waivable(&self) -> bool {
        let way = matches!(self.route, Some(route) if route != Route::Cancelled);
        way && !self.identity && !self.return_paper
    }
}

/// What a base item asks for, in one version. Versions stay: a case keeps the one it began with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which version, from 1.
    pub version: u32,
    /// When it was loaded, and so in force.
    pub loaded_at: Timestamp,
    /// Its rows, by place.
    pub materials: Vec<Material>,
}

impl Rule {
    /// The rows of a situation, by place; cancelled ones among them, to be shown struck out.
    pub fn in_scenario<'a>(&'a self, scenario: &'a str) -> impl Iterator<Item = &'a Material> {
        self.materials.iter().filter(|m| m.applies_in(scenario))
    }
}
