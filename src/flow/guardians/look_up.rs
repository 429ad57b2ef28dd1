//! Look up who a child's guardians are, as somebody who may know.

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::guardians::Guarded;
use crate::flow::guardians::of;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::reading::Reading;

/// The same as [`of`] for a caller: a holder asks about themselves or a child that they are or
/// were a guardian of, an officer about anybody, which the ledger remembers.
///
/// # Errors
///
/// [`Reason::NotFound`] for a holder whose child it is not, and where there is nobody.
pub fn look_up(office: &Office, child: &HolderCode, by: &Caller) -> Result<Guarded, Failure> {
    let index = holder_index(office.store.vault(), child);
    let now = office.clock.now();
    let found = of(office, &index, now)?;
    let hidden = Failure::refused(Reason::NotFound);
    match by.role {
        Role::Window | Role::Operator | Role::Auditor => {}
        Role::Holder => {
            let mine = by.holder.is_some_and(|me| {
                found.codes.contains(&me) || found.guardians.iter().any(|g| g.index == me)
            });
            if !mine {
                return Err(hidden);
            }
        }
        _ => return Err(Failure::refused(Reason::Forbidden)),
    }
    if by.role != Role::Holder {
        Reading::of("guardians", found.guardians.len())
            .whom(Some(index))
            .record(office, by)?;
    }
    if found.guardians.is_empty() {
        return Err(hidden);
    }
    Ok(found)
}
