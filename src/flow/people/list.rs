//! The accounts there are.

use serde_json::Value;
use serde_json::json;

use super::content::Content;
use crate::domain::account::Way;
use crate::domain::account::account_id;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::reading::Reading;
use crate::store::Rx;
use crate::store::accounts::AccountRow;
use crate::store::stored::read_number;

/// Accounts read at a time.
const PAGE: i64 = 1000;

/// An account as operators see it: without password, holder and secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// Its id.
    pub id: String,
    /// The login name; none for who logs in only from elsewhere.
    pub name: Option<String>,
    /// The name that pages greet by.
    pub display: String,
    /// The role.
    pub role: String,
    /// The agency.
    pub agency: Option<u32>,
    /// Where its owner works.
    pub place: Option<String>,
    /// Whether it wants one-time codes.
    pub with_code: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was disabled.
    pub disabled: Option<Timestamp>,
}

/// Every account, oldest first. That it was read is recorded before it is told.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody but an operator; [`Failure`] if the register cannot be read
/// or written.
pub fn list(office: &Office, by: &Caller) -> Result<Vec<AccountLine>, Failure> {
    if by.role != Role::Operator {
        return Err(Failure::refused(Reason::Forbidden));
    }
    let mut all = Vec::new();
    let mut after = i64::MIN;
    loop {
        let rows = office.store.read(|rx| rx.account_rows(after, PAGE))?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in &rows {
            all.push(line(office, row)?);
        }
    }
    Reading::of("accounts", all.len()).record(office, by)?;
    Ok(all)
}

/// What is held of the accounts of a holder, for her to have; without what would let somebody in.
pub(in crate::flow) fn export(
    office: &Office,
    rx: &mut Rx<'_>,
    holder: &[u8; 32],
) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    for row in rx.accounts_of(holder)? {
        let told = line(office, &row)?;
        let sessions = rx.logins_of(row.id)?.into_iter().map(|session| {
            json!({
                "session": session.id,
                "device": session.device,
                "way": Way::name_of(session.way),
                "begun_at": Timestamp::from_millis(session.begun_at).to_string(),
                "seen_at": Timestamp::from_millis(session.seen_at).to_string(),
            })
        });
        all.push(json!({
            "account": told.id,
            "name": told.name,
            "display_name": told.display,
            "with_code": told.with_code,
            "created_at": told.created.to_string(),
            "disabled_at": told.disabled.map(|at| at.to_string()),
            "sessions": sessions.collect::<Vec<_>>(),
        }));
    }
    Ok(all)
}

fn line(office: &Office, row: &AccountRow) -> Result<AccountLine, Failure> {
    let content = Content::open(office, row)?;
    Ok(AccountLine {
        id: account_id(row.id),
        with_code: content.secret().is_some(),
        name: content.name,
        display: content.display,
        role: row.role.clone(),
        agency: row.agency.map(read_number),
        place: row.place.clone(),
        created: Timestamp::from_millis(row.created_at),
        disabled: row.disabled_at.map(Timestamp::from_millis),
    })
}
