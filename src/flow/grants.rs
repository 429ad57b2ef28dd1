//! Grants: which agency may fetch which fields of which type for which item.

use serde_json::json;

use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::fetch::fetchable;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::callers::GrantRow;
use crate::store::ledger::Event;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

/// Gives a grant, or replaces the one for the same agency, type and item.
///
/// # Errors
///
/// [`Reason::NoSuchField`] when the type has no such field; [`Reason::BadRequest`] without an
/// item or when it has ended already; [`Reason::Forbidden`] when the agency is no user.
pub fn give(
    office: &Office,
    agency: &Agency,
    of: &CertificateType,
    (item, fields): (&str, &[String]),
    until: Timestamp,
    by: &Caller,
) -> Result<i64, Failure> {
    give_once(office, agency, of, (item, fields), until, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`give`], and [`Reason::KeyReused`].
pub fn give_once(
    office: &Office,
    agency: &Agency,
    of: &CertificateType,
    (item, fields): (&str, &[String]),
    until: Timestamp,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<i64, Failure> {
    if !agency.user {
        return Err(Failure::because(
            Reason::Forbidden,
            "the agency is no user of certificates",
        ));
    }
    let good_item =
        (1..=64).contains(&item.len()) && item.bytes().all(|c| c.is_ascii_alphanumeric());
    if !good_item || fields.is_empty() {
        return Err(Failure::because(
            Reason::BadRequest,
            "a grant names an item code and fields",
        ));
    }
    if let Some(unknown) = fields.iter().find(|f| !fetchable(of, f)) {
        return Err(Failure::because(Reason::NoSuchField, unknown.as_str()));
    }
    let now = office.clock.now();
    if until <= now {
        return Err(Failure::because(
            Reason::BadRequest,
            "the grant would have ended already",
        ));
    }
    let text = serde_json::to_string(fields).map_err(|why| Failure::Broken(why.to_string()))?;
    let again = |id: &str| {
        let id = id.parse();
        id.map_err(|_why| Failure::Broken("a request without its grant".to_owned()))
    };
    let work = |tx: &mut Tx<'_>| {
        let id = tx.reserve("grant", 1)?;
        let id = tx.put_grant(&GrantRow {
            id,
            agency: stored_number(agency.number),
            type_number: stored_number(of.number),
            item: item.to_owned(),
            fields: text.clone(),
            until: until.millis(),
        })?;
        let mut event = Event::new(EventKind::GrantChanged, now, &by.id);
        event.agency = Some(agency.number);
        event.details = Some(json!({
            "grant": id, "what": "given", "type": of.definition.code, "item": item, "fields": fields,
        }));
        tx.record(event);
        Ok((id, id.to_string()))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))
}

/// A grant as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its number.
    pub id: i64,
    /// The number of the agency that may fetch.
    pub agency: u32,
    /// The number of the type.
    pub type_number: u32,
    /// The item's code.
    pub item: String,
    /// The fields' keys.
    pub fields: Vec<String>,
    /// Until when; it may have passed.
    pub until: Timestamp,
}

/// Every grant, by agency, type and item; those that ran out, too.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn list(office: &Office) -> Result<Vec<Grant>, Failure> {
    let rows = office.store.read(|rx| Ok::<_, Failure>(rx.grants()?))?;
    let grant = |row: GrantRow| {
        let fields = serde_json::from_str(&row.fields);
        Ok(Grant {
            id: row.id,
            agency: read_number(row.agency),
            type_number: read_number(row.type_number),
            item: row.item,
            fields: fields.map_err(|why| Failure::Broken(format!("grant {}: {why}", row.id)))?,
            until: Timestamp::from_millis(row.until),
        })
    };
    rows.into_iter().map(grant).collect()
}

/// Takes a grant away, at once.
///
/// # Errors
///
/// [`Reason::NotFound`].
pub fn take(office: &Office, id: i64, by: &Caller) -> Result<(), Failure> {
    take_once(office, id, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`take`], and [`Reason::KeyReused`].
pub fn take_once(
    office: &Office,
    id: i64,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        if !tx.remove_grant(id)? {
            return Err(Failure::refused(Reason::NotFound));
        }
        let mut event = Event::new(EventKind::GrantChanged, now, &by.id);
        event.details = Some(json!({"grant": id, "what": "taken"}));
        tx.record(event);
        Ok(())
    })
}
