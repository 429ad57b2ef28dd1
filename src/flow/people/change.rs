//! Change and disable accounts: what operators do. Whatever changes ends the account's sessions.

use super::add::HandedCode;
use super::add::handed;
use super::add::note;
use super::add::operator;
use super::add::password_of;
use super::content::Content;
use super::log_in::hashed;
use crate::crypto::one_time_code::CodeSecret;
use crate::domain::account::LoginName;
use crate::domain::account::account_number;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::accounts::AccountRow;

/// Puts another password in the place of an account's, and ends its sessions.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an operator, [`Reason::NotFound`] if no account in use
/// has this id or it has no login name, [`Reason::BadPassword`].
pub fn set_password(office: &Office, id: &str, password: &str, by: &Caller) -> Result<(), Failure> {
    operator(by)?;
    let number = account_number(id).ok_or(Failure::refused(Reason::NotFound))?;
    let row = office.store.read(|rx| rx.account(number))?;
    let row = row.filter(|row| row.disabled_at.is_none());
    let row = row.ok_or(Failure::refused(Reason::NotFound))?;
    let name = Content::open(office, &row)?.name;
    let name = name.and_then(|name| LoginName::read(&name).ok());
    let name = name.ok_or(Failure::refused(Reason::NotFound))?;
    password_of(password, &name)?;
    let hash = hashed(office, password)?;
    change(office, id, ("password", by), |row| {
        row.password = Some(hash);
        Ok(())
    })
}

/// Gives an account a new secret for one-time codes, the first or another, and ends its sessions.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an operator, [`Reason::NotFound`] if no account in use
/// has this id.
pub fn new_code(office: &Office, id: &str, by: &Caller) -> Result<HandedCode, Failure> {
    let secret = CodeSecret::generate(&*office.randomness);
    give_code(office, id, &secret, by)
}

/// The same with a secret that is there already.
pub(in crate::flow) fn give_code(
    office: &Office,
    id: &str,
    secret: &CodeSecret,
    by: &Caller,
) -> Result<HandedCode, Failure> {
    operator(by)?;
    let mut name = None;
    change(office, id, ("code", by), |row| {
        let mut content = Content::open(office, row)?;
        content.put_secret(secret);
        name.clone_from(&content.name);
        content.seal(office, row)
    })?;
    Ok(handed(office, secret, &name.unwrap_or_default()))
}

/// Disables an account for good, and ends its sessions. Its name and its holder are free for
/// another.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an operator, [`Reason::NotFound`] if no account in use
/// has this id.
pub fn disable(office: &Office, id: &str, by: &Caller) -> Result<(), Failure> {
    operator(by)?;
    let now = office.clock.now();
    change(office, id, ("disabled", by), |row| {
        row.disabled_at = Some(now.millis());
        Ok(())
    })
}

/// Changes an account in use, ends its sessions, and records both.
fn change(
    office: &Office,
    id: &str,
    (what, by): (&str, &Caller),
    change: impl FnOnce(&mut AccountRow) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let number = account_number(id).ok_or(Failure::refused(Reason::NotFound))?;
    office.store.write(|tx| {
        let row = tx.account_held(number)?;
        let row = row.filter(|row| row.disabled_at.is_none());
        let mut row = row.ok_or(Failure::refused(Reason::NotFound))?;
        // Later than before, also within a millisecond: whoever is about to log in sees it.
        row.changed_at = office.clock.now().millis().max(row.changed_at + 1);
        change(&mut row)?;
        tx.update_account(&row)?;
        tx.end_sessions(row.id, None)?;
        note(office, tx, &row, (what, by))
    })
}
