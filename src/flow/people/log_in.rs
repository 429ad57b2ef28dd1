//! Log in with name, password and, where the account has them, a one-time code.
//!
//! An unknown name and a wrong password look the same, in words and in the time they take: the
//! password of a name that nobody has is hashed, too, and thrown away.

use std::net::IpAddr;

use serde_json::json;

use super::attempts::Allowed;
use super::attempts::Scopes;
use super::content::Content;
use super::session::LoggedIn;
use super::session::NewSession;
use super::session::open;
use crate::codec::base64url;
use crate::crypto::password;
use crate::domain::account::LoginName;
use crate::domain::account::Way;
use crate::domain::account::account_id;
use crate::domain::account::needs_code;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::settings::Mode;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::accounts::AccountRow;
use crate::store::ledger::Event;

/// What somebody comes with.
pub struct Trying<'a> {
    /// The login name, as it was typed.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The one-time code; empty for none.
    pub code: &'a str,
    /// What kind of device it is, in a few words.
    pub device: &'a str,
    /// Where it comes from.
    pub address: Option<IpAddr>,
    /// What the browser kept of a session before: that one ends.
    pub before: Option<&'a str>,
}

/// What came of it.
#[derive(Debug)]
pub enum Login {
    /// Somebody is logged in.
    In(LoggedIn),
    /// There is no such name, the password is wrong, or the code is: nobody learns which.
    Wrong,
    /// The password is right, and the account wants a code, too.
    CodeNeeded,
    /// Too many tries failed, of this name or from there.
    Locked {
        /// How long is to be waited.
        seconds: i64,
    },
}

/// What was found of a try.
enum Found {
    /// The account as it is to be, and the step of the code that was used.
    Right(Box<AccountRow>, Option<i64>),
    NoCode,
    Wrong,
}

/// Logs somebody in, under a session that is always new.
///
/// It hashes the password, which takes its time and its memory: whoever calls it sees to it that
/// few do so at once.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read or written: then nobody was logged in, though the
/// try may count.
pub fn log_in(office: &Office, trying: &Trying<'_>) -> Result<Login, Failure> {
    let now = office.clock.now();
    let scopes = Scopes::of(office, trying.name, trying.address);
    let allowed = office.store.write(|tx| scopes.count(tx, now))?;
    if let Allowed::After { seconds } = allowed {
        return Ok(Login::Locked { seconds });
    }
    let known = office.store.read(|rx| rx.account_named(&scopes.name))?;
    let known = known.filter(|_| may_be(office, trying.name));
    let found = compare(office, known.as_ref(), trying)?;
    match found {
        Found::Right(row, step) => enter(office, (&row, step), &scopes, trying),
        Found::NoCode => {
            office.store.write(|tx| scopes.forgive(tx, false))?;
            Ok(Login::CodeNeeded)
        }
        Found::Wrong => {
            refuse(office, known.as_ref(), &scopes, trying)?;
            Ok(Login::Wrong)
        }
    }
}

/// Whether such a name may log in here: in earnest, nobody does with a password that stands in
/// the demonstration.
fn may_be(office: &Office, name: &str) -> bool {
    let read = LoginName::read(name);
    read.is_ok_and(|name| office.settings.mode == Mode::Demo || !name.is_demo())
}

fn compare(
    office: &Office,
    known: Option<&AccountRow>,
    trying: &Trying<'_>,
) -> Result<Found, Failure> {
    let cost = office.settings.passwords;
    let hash = known.and_then(|row| Some((row, row.password.as_deref()?)));
    let Some((row, hash)) = hash else {
        password::fits_nobody(trying.password, cost);
        return Ok(Found::Wrong);
    };
    if !password::fits(trying.password, hash, cost) {
        return Ok(Found::Wrong);
    }
    let mut row = Box::new(row.clone());
    if password::is_outdated(hash, cost) {
        row.password = Some(hashed(office, trying.password)?);
    }
    let Some(secret) = Content::open(office, &row)?.secret() else {
        let needs = Role::from_name(&row.role).is_none_or(needs_code);
        return Ok(if needs {
            Found::Wrong
        } else {
            Found::Right(row, None)
        });
    };
    if trying.code.trim().is_empty() {
        return Ok(Found::NoCode);
    }
    let step = secret.step(trying.code, office.clock.now(), row.code_step);
    Ok(match step {
        Some(_) => Found::Right(row, step),
        None => Found::Wrong,
    })
}

/// The hash of a password at the office's cost.
pub(super) fn hashed(office: &Office, text: &str) -> Result<String, Failure> {
    let hash = password::hash(text, office.settings.passwords, &*office.randomness);
    hash.map_err(|why| Failure::Broken(why.to_string()))
}

/// Begins the session of somebody whose password and code were right, unless the account has
/// changed or the code was used meanwhile.
fn enter(
    office: &Office,
    (found, step): (&AccountRow, Option<i64>),
    scopes: &Scopes,
    trying: &Trying<'_>,
) -> Result<Login, Failure> {
    let entered = office.store.write(|tx| {
        let Some(row) = tx.account_held(found.id)? else {
            return Ok::<_, Failure>(None);
        };
        if row.disabled_at.is_some() || row.changed_at != found.changed_at {
            return Ok(None);
        }
        if let Some(step) = step
            && !tx.use_code(row.id, step)?
        {
            return Ok(None);
        }
        if found.password != row.password {
            let anew = AccountRow {
                password: found.password.clone(),
                code_step: step.unwrap_or(row.code_step),
                ..row.clone()
            };
            tx.update_account(&anew)?;
        }
        scopes.forgive(tx, true)?;
        let new = NewSession {
            way: Way::Password,
            device: trying.device,
            before: trying.before,
        };
        open(office, tx, &row, &new).map(Some)
    })?;
    if let Some(logged_in) = entered {
        return Ok(Login::In(logged_in));
    }
    refuse(office, Some(found), scopes, trying)?;
    Ok(Login::Wrong)
}

/// Records that somebody was not let in. What was typed is not recorded: it may be a password.
fn refuse(
    office: &Office,
    known: Option<&AccountRow>,
    scopes: &Scopes,
    trying: &Trying<'_>,
) -> Result<(), Failure> {
    let now = office.clock.now();
    office.store.write(|tx: &mut Tx<'_>| {
        let mut event = Event::new(EventKind::LoginRefused, now, &Caller::public().id);
        let (name, _) = scopes.name.split_at(12);
        event.details = Some(json!({
            "account": known.map(|row| account_id(row.id)),
            "name_index": base64url::encode(name),
            "address": trying.address.map(|address| address.to_string()),
        }));
        tx.record(event);
        Ok(())
    })
}
