//! How a route is called: with which method, by whom, and what keeps it from being done twice.

use crate::domain::caller::Role;

/// A method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// Read; `HEAD` is taken for it, too.
    Get,
    /// Do.
    Post,
    /// Put in place.
    Put,
    /// Take away.
    Delete,
}

impl Verb {
    /// The method's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request with this method is meant.
    #[must_use]
    pub fn is(self, method: &str) -> bool {
        method == self.name() || (self == Self::Get && method == "HEAD")
    }
}

/// Who may call a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// Anybody; credentials are not looked at.
    Anybody,
    /// These roles; with [`Role::Public`] among them, no credential is one, too.
    Roles(&'static [Role]),
    /// Whoever sits at the machine, and these roles.
    AtTheMachineOr(&'static [Role]),
}

impl Who {
    /// Whether a role may.
    #[must_use]
    pub fn allows(self, role: Role) -> bool {
        match self {
            Self::Anybody => true,
            Self::Roles(roles) | Self::AtTheMachineOr(roles) => roles.contains(&role),
        }
    }

    /// The names of who may: of roles, and `machine` for whoever sits at the machine.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let (first, roles) = match self {
            Self::Anybody => (Some(Role::Public.name()), [].as_slice()),
            Self::Roles(roles) => (None, roles),
            Self::AtTheMachineOr(roles) => (Some("machine"), roles),
        };
        let roles = roles.iter().map(|role| role.name());
        first.into_iter().chain(roles).collect()
    }
}

/// What keeps a request that comes twice from being done twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// It reads, and may be repeated as anybody likes.
    Reads,
    /// The `Idempotency-Key` that it requires.
    Key,
    /// Its own nature: why, stands under `repeat` in the message files.
    Nature,
    /// The key that stands in the form of a page, where it does what is done once.
    Form,
}

impl Repeat {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Key => "key",
            Self::Nature => "nature",
            Self::Form => "form",
        }
    }
}
