//! The accounts of the demonstration, with passwords that everybody knows.

use std::path::Path;

use serde::Deserialize;

use crate::codec::base32;
use crate::crypto::one_time_code::CodeSecret;
use crate::domain::account::LoginName;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::domain::settings::Mode;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::people;
use crate::flow::people::NewAccount;

/// The file of accounts among the examples.
const FILE: &str = "accounts.json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    password: String,
    code_secret: String,
    accounts: Vec<WrittenAccount>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAccount {
    name: String,
    display_name: String,
    role: String,
    agency: Option<String>,
    place: Option<String>,
    holder: Option<String>,
}

/// An account of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// The login name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The name that pages greet by.
    pub display: String,
    /// The password.
    pub password: String,
    /// The secret of its one-time codes, for operators.
    pub code_secret: Option<String>,
}

/// Makes the accounts of the demonstration that are not there yet.
///
/// # Errors
///
/// [`Reason::BadRequest`] in an office in earnest; [`Failure`] if the file cannot be read.
pub(super) fn make(office: &Office, examples: &Path) -> Result<Vec<DemoAccount>, Failure> {
    if office.settings.mode == Mode::Production {
        let what = "the demonstration's accounts are for no office in earnest";
        return Err(Failure::because(Reason::BadRequest, what));
    }
    let path = examples.join(FILE);
    let text = std::fs::read_to_string(&path)
        .map_err(|why| Failure::of_file(Reason::BadFile, &path, &why))?;
    let broken = |why: &dyn std::fmt::Display| Failure::Broken(format!("{FILE}: {why}"));
    let written: Written = serde_json::from_str(&text).map_err(|why| broken(&why))?;
    let secret = base32::decode(&written.code_secret);
    let secret = secret.and_then(|bytes| CodeSecret::of(&bytes));
    let secret = secret.ok_or_else(|| broken(&"code_secret is none"))?;
    let known = office.known();
    let by = Caller::at_the_machine();
    let mut all = Vec::with_capacity(written.accounts.len());
    for account in written.accounts {
        let name = LoginName::read(&account.name).map_err(|why| broken(&why))?;
        if !name.is_demo() {
            return Err(broken(&"a name that is not of the demonstration"));
        }
        let role = Role::from_name(&account.role).ok_or_else(|| broken(&"no such role"))?;
        let agency = account
            .agency
            .as_deref()
            .map(|name| known.agency_named(name));
        let holder = account.holder.as_deref().map(HolderCode::read).transpose();
        let holder = holder.map_err(|why| broken(&why))?;
        let new = NewAccount {
            name: &name,
            display: &account.display_name,
            role,
            agency: agency.transpose()?.map(|agency| agency.number),
            place: account.place.as_deref(),
            holder: holder.as_ref(),
            password: &written.password,
            with_code: false,
        };
        let coded = match people::add(office, &new, &by) {
            Ok(made) => {
                if made.code.is_some() {
                    people::give_code(office, &made.id, &secret, &by)?;
                }
                made.code.is_some()
            }
            // Told again, the story has its people already.
            Err(why) if why.problem().reason == Reason::AccountTaken => role == Role::Operator,
            Err(why) => return Err(why),
        };
        all.push(DemoAccount {
            name: account.name,
            role,
            display: account.display_name,
            password: written.password.clone(),
            code_secret: coded.then(|| written.code_secret.clone()),
        });
    }
    Ok(all)
}
