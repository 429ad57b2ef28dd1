//! Offline codes 离线码 and printed codes 纸质码: self-contained, signed by the service.

use crate::codec::base64url;
use crate::codec::compact::CompactClaims;
use crate::codec::compact::FieldValue;
use crate::codec::compact::Kind;
use crate::codec::compact::StatusRef;
use crate::codec::compact::fit::Candidate;
use crate::codec::compact::fit::fit;
use crate::codec::digest::sha256;
use crate::codec::presented::REFERENCE_LENGTH;
use crate::codec::qr::Code;
use crate::codec::qr::OFFLINE_DIGIT_BUDGET;
use crate::codec::qr::printed_digit_budget;
use crate::crypto::code_seal;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::random;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::value::hex;
use crate::domain::value::unhex;
use crate::flow::credentials::taken_back;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::show::Card;
use crate::flow::show::DrawnCode;
use crate::flow::show::card;
use crate::flow::show::fields::candidates;
use crate::flow::show::fields::printable;
use crate::flow::show::live::alphanumeric;
use crate::store::compact_codes::CompactCodeRow;
use crate::store::ledger::Event;
use crate::store::stored::read_number;

/// Minutes an offline code is good for unless asked otherwise.
pub const OFFLINE_MINUTES: i64 = 15;

/// The most minutes an offline code may be good for.
pub const OFFLINE_MOST_MINUTES: i64 = 24 * 60;

/// A self-contained code, to be drawn or printed.
#[derive(Clone, Debug)]
pub struct CompactShown {
    /// The text in the picture: digits, or an address with digits behind `#`.
    pub text: String,
    /// The address alone, for a printed code.
    pub address: Option<String>,
    /// When it runs out; none for a printed code of a long-term certificate.
    pub expires_at: Option<Timestamp>,
    /// Fields that did not fit and are carried as digests only.
    pub not_in_code: Vec<String>,
    /// The picture.
    pub picture: DrawnCode,
}

/// Makes an offline code: chosen fields, 15 minutes by default, 24 hours at most.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller that is no holder, [`Reason::NotFound`],
/// [`Reason::NoSuchField`], [`Reason::CodeTooLarge`], [`Reason::BadRequest`] for other minutes.
pub fn offline(
    office: &Office,
    identifier: &CertificateIdentifier,
    fields: &[String],
    minutes: i64,
    by: &Caller,
) -> Result<CompactShown, Failure> {
    offline_once(office, identifier, (fields, minutes), by, None)
}

/// The same for a request that may come twice: the second time the very same code is made
/// again from its id and times, and used up with the first.
///
/// # Errors
///
/// Those of [`offline`], and [`Reason::KeyReused`].
pub fn offline_once(
    office: &Office,
    identifier: &CertificateIdentifier,
    (fields, minutes): (&[String], i64),
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<CompactShown, Failure> {
    if by.role != Role::Holder {
        return Err(Failure::refused(Reason::Forbidden));
    }
    if !(1..=OFFLINE_MOST_MINUTES).contains(&minutes) {
        return Err(Failure::because(Reason::BadRequest, "1 to 1440 minutes"));
    }
    let card = card(office, identifier, by)?;
    let fields = card.chosen(fields)?;
    let made = |mark: Mark| {
        let expires_at = Timestamp::from_millis(mark.made_at).plus_secs(minutes * 60);
        let times = (Timestamp::from_millis(mark.made_at), Some(expires_at));
        let base = claims(&card, Kind::Offline, mark.id, times);
        let (digits, not_in_code) = seal(office, &card, &base, &fields, OFFLINE_DIGIT_BUDGET)?;
        let picture = DrawnCode::of(Code::numeric(&digits))?;
        Ok::<_, Failure>(CompactShown {
            text: digits,
            address: None,
            expires_at: Some(expires_at),
            not_in_code,
            picture,
        })
    };
    let before = once.map(|once| office.store.read(|rx| once.before(rx)));
    if let Some(before) = before.transpose()?.flatten() {
        return made(Mark::read(&before)?);
    }
    let mark = Mark {
        id: random::array(&*office.randomness),
        made_at: office.clock.now().millis(),
    };
    let shown = made(mark)?;
    let once = once.map(|once| (once, mark.written()));
    match keep(office, &card, &shown, (mark.id, None), by, once.as_ref())? {
        None => Ok(shown),
        // The same request came at the same moment, and the other one is kept.
        Some(before) => made(Mark::read(&before)?),
    }
}

/// What an offline code can be made again from, with the request that asked for it.
#[derive(Clone, Copy)]
struct Mark {
    id: [u8; 8],
    made_at: i64,
}

impl Mark {
    fn written(self) -> String {
        format!("{} {}", hex(&self.id), self.made_at)
    }

    fn read(text: &str) -> Result<Self, Failure> {
        let read = text.split_once(' ').and_then(|(id, made_at)| {
            Some(Self {
                id: unhex(id)?.try_into().ok()?,
                made_at: made_at.parse().ok()?,
            })
        });
        read.ok_or_else(|| Failure::Broken("a code without its mark".to_owned()))
    }
}

/// Makes a printed code: masked name, the fields every showing discloses, no identity number;
/// good as long as the certificate. The holder or the agency that issued it may.
///
/// # Errors
///
/// [`Reason::NotFound`], [`Reason::CodeTooLarge`]; [`Reason::WrongStep`] for a certificate that
/// ended or was superseded: paper that says so nowhere would be carried about.
pub fn printed(
    office: &Office,
    identifier: &CertificateIdentifier,
    by: &Caller,
) -> Result<CompactShown, Failure> {
    let card = card(office, identifier, by)?;
    if let Some(over @ (Standing::Ended(_) | Standing::Superseded)) =
        Standing::from_stored(card.row.status)
    {
        let said =
            Said::of("fault", "not_printed").with_word("from", format!("word.{}", over.name()));
        let what = format!("the certificate is {}", over.name());
        return Err(Failure::saying(Reason::WrongStep, what, said));
    }
    let fields = printable(&card);
    let reference = alphanumeric(REFERENCE_LENGTH, &*office.randomness);
    let host = office.settings.code_host.to_uppercase();
    let address = format!("HTTPS://{host}/V/{reference}");
    let now = office.clock.now();
    let expires_at = card.row.valid_to.map(|last| Day::from_number(last).end());
    let id = first_eight(&reference);
    let base = claims(
        &card,
        Kind::Printed,
        id,
        (now, expires_at.filter(|end| *end > now)),
    );
    let budget = printed_digit_budget(&address);
    let (digits, not_in_code) = seal(office, &card, &base, &fields, budget)?;
    let picture = DrawnCode::of(Code::printed(&address, &digits))?;
    let shown = CompactShown {
        text: format!("{address}#{digits}"),
        address: Some(address),
        expires_at,
        not_in_code,
        picture,
    };
    keep(office, &card, &shown, (id, Some(&reference)), by, None)?;
    Ok(shown)
}

/// The first eight bytes of a reference, which are the id of its code.
pub(crate) fn first_eight(reference: &str) -> [u8; 8] {
    reference
        .as_bytes()
        .first_chunk::<8>()
        .copied()
        .unwrap_or_default()
}

/// What a code says but for its fields.
pub(crate) fn claims(
    card: &Card,
    kind: Kind,
    id: [u8; 8],
    (from, to): (Timestamp, Option<Timestamp>),
) -> CompactClaims {
    let row = &card.row;
    CompactClaims {
        kind,
        type_number: read_number(row.type_number),
        definition_version: read_number(row.type_version),
        issuer_number: read_number(row.issuer),
        serial: card.identifier.serial.clone(),
        version: card.identifier.version.number(),
        issued_at: from.secs(),
        expires_at: to.map(Timestamp::secs),
        status: Some(StatusRef {
            list: read_number(row.list_number),
            index: read_number(row.list_index),
        }),
        id,
        fields: std::collections::BTreeMap::new(),
    }
}

/// The digits of a code with as many of these fields as fit, and those that do not.
///
/// # Errors
///
/// [`Reason::CodeTooLarge`], or [`Reason::Setup`] without a key to sign with.
pub(crate) fn seal(
    office: &Office,
    card: &Card,
    base: &CompactClaims,
    fields: &[String],
    budget: usize,
) -> Result<(String, Vec<String>), Failure> {
    let candidates = candidates(card, fields);
    let list: Vec<Candidate> = candidates.iter().map(|(_, c)| c.clone()).collect();
    let too_large =
        |why: &dyn std::fmt::Display| Failure::because(Reason::CodeTooLarge, why.to_string());
    let fitted = fit(base, &list, budget).map_err(|why| too_large(&why))?;
    let carried = |number: u8| fitted.claims.fields.get(&number);
    let missing = candidates.iter().filter(|(_, c)| {
        carried(c.number).is_none_or(|v| matches!(v, FieldValue::Digest(_)) && c.value != *v)
    });
    let mut not_in_code: Vec<String> = missing.map(|(key, _)| key.clone()).collect();
    // What codes cannot carry at all, such as a picture or several holders, is not in it either.
    let candidate = |key: &String| candidates.iter().any(|(known, _)| known == key);
    not_in_code.extend(fields.iter().filter(|key| !candidate(key)).cloned());
    let digits = code_seal::seal(&fitted.claims, &*office.service_key(ServicePurpose::Show)?)?;
    Ok((digits, not_in_code))
}

/// Keeps a code's digest and tells the ledger; `Some` with the mark of the code that the same
/// request came to before, and nothing is kept.
fn keep(
    office: &Office,
    card: &Card,
    shown: &CompactShown,
    (nonce, reference): ([u8; 8], Option<&str>),
    by: &Caller,
    once: Option<&(Once<'_>, String)>,
) -> Result<Option<String>, Failure> {
    let now = office.clock.now();
    let digits = shown.text.rsplit('#').next().unwrap_or_default();
    let digest = code_seal::digest(digits);
    let kind = if reference.is_some() {
        "printed"
    } else {
        "offline"
    };
    office.store.write(|tx| {
        if let Some((once, mark)) = once
            && let Some(before) = idempotency::claim(tx, Some(*once), Some(mark), now)?.before()
        {
            return Ok(Some(before));
        }
        if taken_back(tx, by)? {
            return Err(Failure::refused(Reason::Unauthenticated));
        }
        card.tell_others(tx, office, (now, &by.id))?;
        tx.insert_compact_code(&CompactCodeRow {
            digest: digest.to_vec(),
            nonce: nonce.to_vec(),
            reference: reference.map(|r| reference_digest(r).to_vec()),
            certificate_id: card.row.id,
            made_at: now.millis(),
            // Printed codes are kept: their references live as long as the paper.
            expires_at: if reference.is_some() {
                None
            } else {
                shown.expires_at.map(Timestamp::millis)
            },
        })?;
        let subjects = tx.subjects(by.holder.as_slice())?;
        let mut event = Event::new(EventKind::Shown, now, &by.id);
        event.agency = by.agency;
        event.certificate = Some(card.row.id);
        event.subject = by.holder.and_then(|h| subjects.get(&h).copied());
        event.digest = Some(digest);
        event.details = Some(serde_json::json!({"code": kind, "id": base64url::encode(&nonce)}));
        tx.record(event);
        Ok(None)
    })
}

/// The digest under which a printed reference is kept.
pub(crate) fn reference_digest(reference: &str) -> [u8; 32] {
    sha256(&[b"reference:", reference.as_bytes()].concat())
}

/// The digest under which the reference on an annotated copy is kept.
pub(crate) fn copy_reference_digest(reference: &str) -> [u8; 32] {
    sha256(&[b"copy:", reference.as_bytes()].concat())
}
