//! Fetch: another system gets just the fields an item needs, recorded before they are sent.

mod find;
mod grant;

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::status_seal::service_did;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::definition::CertificateType;
use crate::domain::definition::FieldKind;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::register::facts_of;
use crate::flow::verify::judge_own;
use crate::store::certificates::CertificateRow;
use crate::store::ledger::Event;
use find::find;
use find::others;
use find::whose;
use grant::check;
use grant::record_refusal;

/// Most certificates of one holder and type that one fetch returns.
const MOST: usize = 20;

/// Which certificate is wanted.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// This one.
    Identifier(CertificateIdentifier),
    /// Those of a holder.
    Holder(HolderCode),
}

/// A request for fields.
pub struct FetchRequest<'a> {
    /// The type.
    pub of: &'a CertificateType,
    /// Which certificate.
    pub wanted: &'a Wanted,
    /// The item's code.
    pub item: &'a str,
    /// The case's number.
    pub case_number: &'a str,
    /// Why, in at most 200 characters.
    pub cause: &'a str,
    /// The fields; all that are granted when empty.
    pub fields: &'a [String],
    /// The request as it came, for the envelope's hash.
    pub body: &'a [u8],
}

/// One certificate's granted fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// Its identifier.
    pub identifier: String,
    /// How it stands now.
    pub verdict: Outcome,
    /// The fields, plain.
    pub fields: BTreeMap<String, Value>,
    /// The same fields as the issuer signed them: an SD-JWT with only these disclosures.
    pub evidence: String,
}

/// What a fetch gives.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchAnswer {
    /// The certificates; none when the register has none.
    pub certificates: Vec<Fetched>,
    /// Whether the holder has more of this type than one fetch returns, which are the newest.
    pub more: bool,
    /// The number of the use record.
    pub use_record: i64,
    /// Request hash, time, use record and evidence hashes, signed by this service.
    pub envelope: String,
}

/// Whether a key names something of a type that can be granted; pictures cannot yet.
#[must_use]
pub fn fetchable(of: &CertificateType, key: &str) -> bool {
    let common = [
        "holder_name",
        "holder_code",
        "holder_code_type",
        "holder_name_masked",
        "holder_code_last4",
        "certificate_number",
        "age_over_14",
        "age_over_18",
        "age_over_60",
        "holders",
        "issue_date",
        "valid_from",
        "valid_to",
    ];
    common.contains(&key)
        || of
            .definition
            .field(key)
            .is_some_and(|f| f.kind != FieldKind::Image)
}

/// Fetches fields for a caller with a grant.
///
/// What was asked, by whom and why is in the ledger before anything is returned; a refusal is
/// recorded too. No record, no data.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller that is no system, [`Reason::BadCause`],
/// [`Reason::NoGrant`], or [`Failure`]. Nothing was disclosed then.
pub fn fetch(
    office: &Office,
    request: &FetchRequest<'_>,
    by: &Caller,
) -> Result<FetchAnswer, Failure> {
    let (Role::System, Some(agency)) = (by.role, by.agency) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    let granted = match check(office, request, agency) {
        Ok(granted) => granted,
        Err(why) => {
            let reason = why.problem().reason;
            record_refusal(office, request, by, reason)?;
            return Err(why);
        }
    };
    let (rows, more) = find(office, request)?;
    let register = Register::of(office);
    let mut certificates = Vec::with_capacity(rows.len());
    for row in &rows {
        certificates.push(subset(office, &register, row, &granted)?);
    }
    let now = office.clock.now();
    let vault = office.store.vault();
    let index = match request.wanted {
        Wanted::Holder(code) => Some(holder_index(vault, code)),
        Wanted::Identifier(_) => whose(office, rows.first())?,
    };
    let others = others(office, &rows, index)?;
    let signer = office.service_key(ServicePurpose::Receipt)?;
    office.store.write(|tx| {
        let subjects = tx.subjects(index.as_slice())?;
        let mut event = Event::new(EventKind::Fetched, now, &by.id);
        event.agency = Some(agency);
        event.certificate = rows.first().map(|row| row.id);
        event.subject = index.and_then(|i| subjects.get(&i).copied());
        event.details = Some(json!({
            "type": request.of.definition.code,
            "item": request.item,
            "case": request.case_number,
            "cause": request.cause,
            "fields": granted,
            "certificates": certificates.iter().map(|c| c.identifier.clone()).collect::<Vec<_>>(),
        }));
        let use_record = tx.next_record()?;
        tx.record(event);
        // Whoever holds any of them reads of this use, and the history of each has it.
        let indexes: Vec<[u8; 32]> = others.iter().map(|(_, index)| *index).collect();
        let subjects = tx.subjects(&indexes)?;
        for (certificate, index) in &others {
            let mut event = Event::new(EventKind::Fetched, now, &by.id);
            event.agency = Some(agency);
            event.certificate = Some(*certificate);
            event.subject = subjects.get(index).copied();
            event.details = Some(json!({"use_record": use_record, "fields": granted}));
            tx.record(event);
        }
        let known = office.known();
        let evidence: Vec<String> = certificates
            .iter()
            .map(|c| base64url::encode(&sha256(c.evidence.as_bytes())))
            .collect();
        let envelope = json!({
            "iss": service_did(&office.settings.authority),
            "aud": known.agencies.get(&agency).map(|a| a.code.to_string()),
            "iat": now.secs(),
            "use_record": use_record,
            "more": more,
            "request_hash": base64url::encode(&sha256(request.body)),
            "evidence_hashes": evidence,
        });
        let envelope = signed_json::seal(&*signer, Message::Envelope, &envelope)?;
        Ok(FetchAnswer {
            certificates: certificates.clone(),
            more,
            use_record,
            envelope,
        })
    })
}

fn subset(
    office: &Office,
    register: &Register<'_>,
    row: &CertificateRow,
    granted: &[String],
) -> Result<Fetched, Failure> {
    let record = register.record(row)?;
    let broken = || Failure::Broken(format!("certificate {} cannot be read", row.id));
    let parts = SdJwtParts::parse(&record).map_err(|_why| broken())?;
    let evidence = parts.with_only(|key| granted.iter().any(|g| g == key));
    let trust = office.trust()?;
    let verdict = judge_own(office, &trust, row, &evidence, ShownBy::Fetch)?.verdict;
    let fields = facts_of(&evidence).ok_or_else(broken)?;
    let fields = fields
        .into_iter()
        .filter(|(key, _)| granted.contains(key))
        .collect();
    Ok(Fetched {
        identifier: register.identifier(row)?.to_string(),
        verdict,
        fields,
        evidence,
    })
}
