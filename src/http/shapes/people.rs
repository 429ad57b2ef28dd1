//! People who log in, and their accounts.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::domain::caller::Caller;
use crate::flow::people;
use crate::http::shapes::MOMENT;
use crate::http::shapes::examples;
use crate::http::shapes::requests::HolderNamed;

/// Somebody logs in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginRequest {
    /// The login name.
    pub(crate) name: String,
    /// The password.
    pub(crate) password: String,
    /// The six digits of the authenticator, where the account wants them.
    pub(crate) code: Option<String>,
}

/// Who is logged in. What the browser keeps comes as a cookie.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LoginAnswer {
    /// The account's id, which the ledger names.
    pub(crate) account: String,
    /// The name that pages greet by.
    pub(crate) display_name: String,
    /// The role.
    pub(crate) role: &'static str,
    /// The agency, by its number.
    pub(crate) agency: Option<u32>,
    /// Where she works.
    pub(crate) place: Option<String>,
    /// When the session ends at the latest.
    pub(crate) ends_at: String,
}

impl LoginAnswer {
    pub(crate) fn of(by: &Caller, ends_at: String) -> Self {
        let person = by.person.clone();
        let (display_name, place) = person.map(|p| (p.name, p.place)).unwrap_or_default();
        Self {
            account: by.id.clone(),
            display_name,
            role: by.role.name(),
            agency: by.agency,
            place,
            ends_at,
        }
    }
}

/// A session of one's own.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SessionLine {
    /// Its number.
    session: i64,
    /// What kind of device it is on, as far as the browser said; may be empty.
    device: String,
    /// `password`, `sign_on` or `app`.
    way: &'static str,
    /// When it began.
    begun_at: String,
    /// When it was last used, to the minute.
    seen_at: String,
    /// When it ends at the latest.
    ends_at: String,
    /// Whether it is the one that this was asked with.
    own: bool,
}

impl From<people::SessionLine> for SessionLine {
    fn from(line: people::SessionLine) -> Self {
        Self {
            session: line.id,
            device: line.device,
            way: line.way,
            begun_at: line.begun.to_string(),
            seen_at: line.seen.to_string(),
            ends_at: line.ends.to_string(),
            own: line.own,
        }
    }
}

/// One's own sessions, the one that was used last first.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SessionsAnswer {
    /// The sessions.
    pub(crate) sessions: Vec<SessionLine>,
}

/// How many sessions ended.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SessionsEnded {
    /// How many.
    pub(crate) ended: usize,
}

/// An account to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRequest {
    /// The login name: small letters, digits and `. _ - @`, 3 to 64 of them.
    pub(crate) name: String,
    /// The name that pages greet by.
    pub(crate) display_name: String,
    /// `issuer`, `window`, `holder`, `operator` or `auditor`.
    pub(crate) role: String,
    /// The agency's code or name, for issuer and window.
    pub(crate) agency: Option<String>,
    /// Where its owner works, such as the number of a window.
    pub(crate) place: Option<String>,
    /// The holder, for a holder.
    pub(crate) holder: Option<HolderNamed>,
    /// The first password, 10 to 128 characters.
    pub(crate) password: String,
    /// Whether it wants one-time codes; operators' accounts always do.
    #[serde(default)]
    pub(crate) with_code: bool,
}

/// An account that was made.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AccountMade {
    /// Its id.
    pub(crate) account: String,
    /// The secret of its one-time codes, told this once.
    pub(crate) code_secret: Option<String>,
    /// The same as an address for the picture that authenticators read.
    pub(crate) code_address: Option<String>,
}

/// An account.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AccountLine {
    /// Its id.
    account: String,
    /// The login name; none for who logs in only from elsewhere.
    name: Option<String>,
    /// The name that pages greet by.
    display_name: String,
    /// The role.
    role: String,
    /// The agency, by its number.
    agency: Option<u32>,
    /// Where its owner works.
    place: Option<String>,
    /// Whether it wants one-time codes.
    with_code: bool,
    /// When it was made.
    created_at: String,
    /// When it was disabled.
    disabled_at: Option<String>,
}

impl From<people::AccountLine> for AccountLine {
    fn from(line: people::AccountLine) -> Self {
        Self {
            account: line.id,
            name: line.name,
            display_name: line.display,
            role: line.role,
            agency: line.agency,
            place: line.place,
            with_code: line.with_code,
            created_at: line.created.to_string(),
            disabled_at: line.disabled.map(|at| at.to_string()),
        }
    }
}

/// Every account, oldest first.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AccountsAnswer {
    /// The accounts.
    pub(crate) accounts: Vec<AccountLine>,
}

/// Another password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordRequest {
    /// The password, 10 to 128 characters.
    pub(crate) password: String,
}

examples! {
    LoginRequest => json!({"name": "wang.min", "password": "七匹马 过河 三只羊", "code": "492039"});
    LoginAnswer => json!({
        "account": "account:3", "display_name": "王敏", "role": "window", "agency": 17,
        "place": "3号窗口", "ends_at": "2026-11-23T21:30:00+08:00",
    });
    SessionsAnswer => json!({"sessions": [{
        "session": 12, "device": "Firefox · Linux", "way": "password", "begun_at": MOMENT,
        "seen_at": MOMENT, "ends_at": "2026-11-23T21:30:00+08:00", "own": true,
    }]});
    SessionsEnded => json!({"ended": 2});
    AccountRequest => json!({
        "name": "wang.min", "display_name": "王敏", "role": "window",
        "agency": "锡林浩特市政务服务与数据管理局", "place": "3号窗口",
        "password": "七匹马 过河 三只羊",
    });
    AccountMade => json!({"account": "account:3", "code_secret": null, "code_address": null});
    AccountsAnswer => json!({"accounts": [{
        "account": "account:3", "name": "wang.min", "display_name": "王敏", "role": "window",
        "agency": 17, "place": "3号窗口", "with_code": false, "created_at": MOMENT,
        "disabled_at": null,
    }]});
    PasswordRequest => json!({"password": "八匹马 过河 三只羊"});
}
