//! Cases of other systems 外部办件: registered and signed before anything is used for them by
//! duty, closed by whoever registered them, and reported where they owe a result.

mod close;
pub(crate) mod kept;
mod register;
pub mod report;
mod view;

pub use close::close;
pub use close::close_once;
pub use kept::FoundCase;
pub use register::register;
pub use register::register_once;
pub use view::ForeignCaseView;
pub use view::look;
pub use view::numbered;
pub use view::open_ones;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;

/// The agency of a system.
fn system(by: &Caller) -> Result<u32, Failure> {
    match (by.role, by.agency) {
        (Role::System, Some(agency)) => Ok(agency),
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

/// Whose cases a caller may read: of all agencies for operators and auditors, else the own.
fn whose(by: &Caller) -> Result<Option<u32>, Failure> {
    match by.role {
        Role::Operator | Role::Auditor => Ok(None),
        _ => system(by).map(Some),
    }
}
