//! Who asks: a person or a system with a role, bound to an agency or to a holder.

/// What a caller is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Anybody.
    Public,
    /// An agency's issuing officer or system.
    Issuer,
    /// A window officer.
    Window,
    /// A citizen with a wallet.
    Holder,
    /// Another department's system.
    System,
    /// Who runs the service.
    Operator,
    /// Who audits it.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Public,
        Self::Issuer,
        Self::Window,
        Self::Holder,
        Self::System,
        Self::Operator,
        Self::Auditor,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Issuer => "issuer",
            Self::Window => "window",
            Self::Holder => "holder",
            Self::System => "system",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a name; `None` for a name that is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether a credential of this role belongs to an agency.
    #[must_use]
    pub const fn of_agency(self) -> bool {
        matches!(self, Self::Issuer | Self::Window | Self::System)
    }
}

/// Who has logged in, of a caller who has.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The account's number.
    pub account: i64,
    /// The name that pages greet her by.
    pub name: String,
    /// Where she works, such as the number of a window.
    pub place: Option<String>,
    /// The number of the session it is.
    pub session: i64,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({}, {}, ..)", self.account, self.session)
    }
}

/// A caller whose credential was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The credential's id, `account:` and a number for who has logged in; `cli` for an operator
    /// at the machine, `public` for anybody.
    pub id: String,
    /// What it may do.
    pub role: Role,
    /// The agency it belongs to.
    pub agency: Option<u32>,
    /// The holder it is, as the register indexes holders.
    pub holder: Option<[u8; 32]>,
    /// Who it is, if somebody has logged in.
    pub person: Option<Person>,
}

impl Caller {
    /// Anybody.
    #[must_use]
    pub fn public() -> Self {
        Self {
            id: "public".to_owned(),
            role: Role::Public,
            agency: None,
            holder: None,
            person: None,
        }
    }

    /// The operator at the machine itself.
    #[must_use]
    pub fn at_the_machine() -> Self {
        Self {
            id: "cli".to_owned(),
            role: Role::Operator,
            agency: None,
            holder: None,
            person: None,
        }
    }
}
