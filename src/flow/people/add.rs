//! Make accounts: what operators do.

use serde_json::json;
use zeroize::Zeroizing;

use super::content::Content;
use super::content::name_index;
use super::log_in::hashed;
use crate::codec::qr::Code;
use crate::crypto::one_time_code::CodeSecret;
use crate::domain::account::LoginName;
use crate::domain::account::account_id;
use crate::domain::account::logs_in;
use crate::domain::account::may_be_password;
use crate::domain::account::needs_code;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::settings::Mode;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::accounts::AccountRow;
use crate::store::ledger::Event;
use crate::store::stored::stored_number;

/// Characters of a display name and of a place, at most.
const LONGEST_NAME: usize = 40;
const LONGEST_PLACE: usize = 20;

/// An account to be made.
pub struct NewAccount<'a> {
    /// The name to log in with.
    pub name: &'a LoginName,
    /// The name that pages greet by.
    pub display: &'a str,
    /// The role.
    pub role: Role,
    /// The agency, for issuer and window.
    pub agency: Option<u32>,
    /// Where its owner works, such as the number of a window.
    pub place: Option<&'a str>,
    /// The holder, for a holder.
    pub holder: Option<&'a HolderCode>,
    /// The first password.
    pub password: &'a str,
    /// Whether it wants one-time codes; operators' accounts always do.
    pub with_code: bool,
}

/// The secret of one-time codes, which is handed over this once.
pub struct HandedCode {
    /// To be typed into an authenticator.
    pub secret: Zeroizing<String>,
    /// To be shown to one as a picture.
    pub address: Zeroizing<String>,
    /// That picture.
    pub picture: Option<Code>,
}

/// An account that was made.
pub struct Made {
    /// Its id.
    pub id: String,
    /// The secret of its one-time codes, if it wants any.
    pub code: Option<HandedCode>,
}

/// Makes an account.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an operator; [`Reason::BadRequest`] when role, agency,
/// holder, place and names do not fit each other, or the name is one of the demonstration's in
/// an office in earnest; [`Reason::BadPassword`]; [`Reason::AccountTaken`] when an account in use
/// has this name or this holder. Nothing was made then.
pub fn add(office: &Office, new: &NewAccount<'_>, by: &Caller) -> Result<Made, Failure> {
    operator(by)?;
    check(office, new)?;
    password_of(new.password, new.name)?;
    let password = hashed(office, new.password)?;
    let now = office.clock.now();
    let vault = office.store.vault();
    let mut content = Content::new(Some(new.name.as_str()), new.display.trim(), new.holder);
    let secret =
        (new.with_code || needs_code(new.role)).then(|| CodeSecret::generate(&*office.randomness));
    if let Some(secret) = &secret {
        content.put_secret(secret);
    }
    let made = office.store.write(|tx| {
        let mut row = AccountRow {
            id: tx.reserve("account", 1)?,
            name_index: Some(name_index(office, new.name.as_str()).to_vec()),
            role: new.role.name().to_owned(),
            agency: new.agency.map(stored_number),
            place: new.place.map(|place| place.trim().to_owned()),
            holder_index: new.holder.map(|code| holder_index(vault, code).to_vec()),
            password: Some(password),
            created_at: now.millis(),
            created_by: by.id.clone(),
            changed_at: now.millis(),
            disabled_at: None,
            code_step: 0,
            key_id: 0,
            sealed: Vec::new(),
        };
        content.seal(office, &mut row)?;
        tx.insert_account(&row)?;
        note(office, tx, &row, ("created", by))?;
        Ok::<_, Failure>(account_id(row.id))
    });
    let id = made.map_err(taken)?;
    let code = secret.map(|secret| handed(office, &secret, new.name.as_str()));
    Ok(Made { id, code })
}

fn check(office: &Office, new: &NewAccount<'_>) -> Result<(), Failure> {
    let bad = |what: &str| Err(Failure::because(Reason::BadRequest, what));
    if !logs_in(new.role) {
        return bad("people are issuer, window, holder, operator or auditor");
    }
    if new.role.of_agency() != new.agency.is_some() {
        return bad("issuer and window belong to an agency, other roles to none");
    }
    if (new.role == Role::Holder) != new.holder.is_some() {
        return bad("a holder's account names the holder, no other does");
    }
    if !is_line(new.display, LONGEST_NAME) {
        return bad("the display name has 1 to 40 characters");
    }
    if new
        .place
        .is_some_and(|place| !is_line(place, LONGEST_PLACE))
    {
        return bad("the place has 1 to 20 characters");
    }
    if new.name.is_demo() && office.settings.mode == Mode::Production {
        return bad("names that begin with demo. are of the demonstration");
    }
    Ok(())
}

fn is_line(text: &str, longest: usize) -> bool {
    let text = text.trim();
    let length = text.chars().count();
    (1..=longest).contains(&length) && !text.chars().any(char::is_control)
}

pub(super) fn operator(by: &Caller) -> Result<(), Failure> {
    if by.role == Role::Operator {
        Ok(())
    } else {
        Err(Failure::refused(Reason::Forbidden))
    }
}

pub(super) fn password_of(text: &str, name: &LoginName) -> Result<(), Failure> {
    let good = may_be_password(text, name);
    good.map_err(|why| Failure::because(Reason::BadPassword, why.to_string()))
}

fn taken(why: Failure) -> Failure {
    if why.is_taken() {
        Failure::refused(Reason::AccountTaken)
    } else {
        why
    }
}

pub(super) fn handed(office: &Office, secret: &CodeSecret, name: &str) -> HandedCode {
    let address = secret.address(&office.settings.authority, name);
    HandedCode {
        secret: secret.text(),
        picture: Code::reference(&address).ok(),
        address,
    }
}

pub(super) fn note(
    office: &Office,
    tx: &mut Tx<'_>,
    row: &AccountRow,
    (what, by): (&str, &Caller),
) -> Result<(), Failure> {
    let mut event = Event::new(EventKind::AccountChanged, office.clock.now(), &by.id);
    event.agency = by.agency;
    event.subject = tx.subject_of_account(row)?;
    event.details = Some(json!({
        "account": account_id(row.id), "what": what, "role": row.role,
    }));
    tx.record(event);
    Ok(())
}
