//! The number of the holder whose credential somebody uses: the register keeps it sealed.

use crate::domain::caller::Caller;
use crate::domain::holder::HolderCode;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::callers::HOLDER;
use crate::store::stored::sealed;

/// The code of the holder that a caller is; none where the register does not keep it.
///
/// # Errors
///
/// [`Failure`] if it cannot be opened.
pub(in crate::flow) fn own_code(
    office: &Office,
    by: &Caller,
) -> Result<Option<HolderCode>, Failure> {
    let row = office.store.read(|rx| rx.credential_row(&by.id))?;
    let kept = row.and_then(|row| row.holder_key_id.zip(row.holder_sealed));
    let Some((key_id, bytes)) = kept else {
        return Ok(None);
    };
    let broken = || Failure::Broken(format!("the holder of {}", by.id));
    let number = by.id.strip_prefix('c').and_then(|id| id.parse().ok());
    let number = number.ok_or_else(broken)?;
    let vault = office.store.vault();
    let text = vault.open(&HOLDER, number, &sealed(key_id, bytes))?;
    let text = std::str::from_utf8(&text).map_err(|_why| broken())?;
    HolderCode::read(text).map(Some).map_err(|_why| broken())
}
