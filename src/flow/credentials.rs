//! Credentials: bearer tokens shown once and kept as digests, callers' TLS certificates, and what
//! both have in common with app keys.

use serde_json::json;

use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::crypto::random;
use crate::domain::account::account_number;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::people;
use crate::store::Tx;
use crate::store::app_keys::SECRET;
use crate::store::callers::CredentialLine;
use crate::store::callers::CredentialRow;
use crate::store::callers::HOLDER;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::stored::read_number;
use crate::store::stored::stored_number;

/// The longest life of a credential, in days.
pub const LONGEST_DAYS: i64 = 366;

/// What begins every bearer token, so that one that leaks can be found by scanners.
const PREFIX: &str = "mzt_";

/// What a credential is, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bearer token.
    Token,
    /// A TLS client certificate.
    TlsCertificate,
    /// An app key, which signs requests.
    AppKey,
}

impl Kind {
    const ALL: [(Self, i16, &'static str); 3] = [
        (Self::Token, 0, "token"),
        (Self::TlsCertificate, 1, "tls_certificate"),
        (Self::AppKey, 2, "app_key"),
    ];

    fn number(self) -> i16 {
        let found = Self::ALL.iter().find(|(kind, ..)| *kind == self);
        found.map_or(-1, |(_, number, _)| *number)
    }

    /// The stable name of a stored kind; empty for one that a newer program made.
    #[must_use]
    pub fn name_of(number: i16) -> &'static str {
        let found = Self::ALL.iter().find(|(_, n, _)| *n == number);
        found.map_or("", |(.., name)| name)
    }
}

/// What is kept of a new credential.
pub(in crate::flow) struct Kept<'a> {
    pub(in crate::flow) kind: Kind,
    pub(in crate::flow) digest: [u8; 32],
    /// The secret of an app key, to be sealed.
    pub(in crate::flow) secret: Option<&'a [u8]>,
}

/// What a credential is for.
pub struct NewCredential<'a> {
    /// The role.
    pub role: Role,
    /// The agency, for roles of agencies.
    pub agency: Option<u32>,
    /// The holder, for a holder.
    pub holder: Option<&'a HolderCode>,
    /// A label for lists; no personal data.
    pub label: &'a str,
    /// Days it is good for.
    pub days: i64,
}

/// Makes a bearer token. It is returned once and kept only as a digest.
///
/// # Errors
///
/// [`Reason::BadRequest`] when role, agency and holder do not fit each other.
pub fn create_token(
    office: &Office,
    new: &NewCredential<'_>,
    by: &Caller,
) -> Result<String, Failure> {
    let (_, token) = create_token_once(office, new, by, None)?;
    token.ok_or_else(|| Failure::Broken("a token that was made before".to_owned()))
}

/// Makes a bearer token for a request that may come twice, and returns its id with it. The
/// second time there is only the id: the token was shown, and is kept only as a digest.
///
/// # Errors
///
/// As [`create_token`], and [`Reason::KeyReused`].
pub fn create_token_once(
    office: &Office,
    new: &NewCredential<'_>,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(String, Option<String>), Failure> {
    let secret: [u8; 32] = random::array(&*office.randomness);
    let token = format!("{PREFIX}{}", base64url::encode(&secret));
    let kept = Kept {
        kind: Kind::Token,
        digest: sha256(token.as_bytes()),
        secret: None,
    };
    let (id, made) = insert(office, new, by, &kept, once)?;
    Ok((id, made.then_some(token)))
}

/// Enters a caller's TLS certificate by the SHA-256 of its DER bytes.
///
/// # Errors
///
/// As [`create_token`].
pub fn enter_tls_certificate(
    office: &Office,
    new: &NewCredential<'_>,
    fingerprint: [u8; 32],
    by: &Caller,
) -> Result<(), Failure> {
    enter_tls_certificate_once(office, new, fingerprint, by, None)?;
    Ok(())
}

/// The same for a request that may come twice; returns the credential's id.
///
/// # Errors
///
/// As [`create_token`], and [`Reason::KeyReused`].
pub fn enter_tls_certificate_once(
    office: &Office,
    new: &NewCredential<'_>,
    fingerprint: [u8; 32],
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<String, Failure> {
    let kept = Kept {
        kind: Kind::TlsCertificate,
        digest: tls_digest(&fingerprint),
        secret: None,
    };
    let (id, _) = insert(office, new, by, &kept, once)?;
    Ok(id)
}

fn tls_digest(fingerprint: &[u8; 32]) -> [u8; 32] {
    sha256(&[b"tls:".as_slice(), fingerprint].concat())
}

pub(in crate::flow) fn insert(
    office: &Office,
    new: &NewCredential<'_>,
    by: &Caller,
    kept: &Kept<'_>,
    once: Option<Once<'_>>,
) -> Result<(String, bool), Failure> {
    let bad = |what: &str| Err(Failure::because(Reason::BadRequest, what));
    if new.role == Role::Public {
        return bad("nobody needs a credential to be public");
    }
    if new.role.of_agency() != new.agency.is_some() {
        return bad("issuer, window and system belong to an agency, other roles to none");
    }
    if (new.role == Role::Holder) != new.holder.is_some() {
        return bad("a holder's credential names the holder, no other does");
    }
    if !(1..=LONGEST_DAYS).contains(&new.days) {
        return bad("a credential is good for 1 to 366 days");
    }
    let now = office.clock.now();
    let again = |id: &str| Ok((id.to_owned(), false));
    let work = |tx: &mut Tx<'_>| {
        let number = tx.reserve("credential", 1)?;
        let id = format!("c{number}");
        let vault = office.store.vault();
        let sealed = new
            .holder
            .map(|h| vault.seal(&HOLDER, number, h.written().as_bytes(), &*office.randomness));
        tx.insert_credential(&CredentialRow {
            digest: kept.digest.to_vec(),
            id: id.clone(),
            kind: kept.kind.number(),
            label: new.label.to_owned(),
            role: new.role.name().to_owned(),
            agency: new.agency.map(stored_number),
            holder_index: new.holder.map(|h| holder_index(vault, h).to_vec()),
            holder_key_id: sealed.as_ref().map(|s| stored_key_id(s.key_id)),
            holder_sealed: sealed.map(|s| s.bytes),
            created_at: now.millis(),
            expires_at: now.plus_secs(new.days * 86_400).millis(),
            revoked_at: None,
        })?;
        if let Some(secret) = kept.secret {
            let sealed = vault.seal(&SECRET, number, secret, &*office.randomness);
            tx.put_app_secret(number, &sealed)?;
        }
        let mut event = Event::new(EventKind::CredentialChanged, now, &by.id);
        event.agency = new.agency;
        event.details = Some(json!({"credential": id, "what": "created", "role": new.role.name()}));
        tx.record(event);
        Ok(((id.clone(), true), id))
    };
    office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))
}

/// The caller of a bearer token.
///
/// # Errors
///
/// [`Reason::Unauthenticated`]: unknown, expired and revoked look the same.
pub fn by_token(office: &Office, token: &str) -> Result<Caller, Failure> {
    if !token.starts_with(PREFIX) || token.len() > 100 {
        return Err(Failure::refused(Reason::Unauthenticated));
    }
    by_digest(office, sha256(token.as_bytes()), Kind::Token)
}

/// The caller of a TLS certificate, by the SHA-256 of its DER bytes.
///
/// # Errors
///
/// [`Reason::Unauthenticated`].
pub fn by_tls_certificate(office: &Office, fingerprint: &[u8; 32]) -> Result<Caller, Failure> {
    by_digest(office, tls_digest(fingerprint), Kind::TlsCertificate)
}

fn by_digest(office: &Office, digest: [u8; 32], kind: Kind) -> Result<Caller, Failure> {
    let row = office.store.read(|rx| rx.credential_by_digest(&digest))?;
    row.and_then(|row| in_force(office, row, kind))
        .ok_or_else(|| Failure::refused(Reason::Unauthenticated))
}

/// The caller of a credential of this kind, if it is in force.
pub(in crate::flow) fn in_force(office: &Office, row: CredentialRow, kind: Kind) -> Option<Caller> {
    let over = row.revoked_at.is_some() || row.expires_at <= office.clock.now().millis();
    if over || row.kind != kind.number() {
        return None;
    }
    let role = Role::from_name(&row.role)?;
    let holder = row.holder_index.and_then(|index| index.try_into().ok());
    Some(Caller {
        id: row.id,
        role,
        agency: row.agency.map(read_number),
        holder,
        person: None,
    })
}

/// Every credential, without secrets.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn list(office: &Office) -> Result<Vec<CredentialLine>, Failure> {
    Ok(office.store.read(|rx| rx.credentials())?)
}

/// Takes a credential away, at once.
///
/// # Errors
///
/// [`Reason::NotFound`] when there is none of that id in use.
pub fn revoke(office: &Office, id: &str, by: &Caller) -> Result<(), Failure> {
    revoke_once(office, id, by, None)
}

/// The same for a request that may come twice: the second time nothing is done.
///
/// # Errors
///
/// Those of [`revoke`], and [`Reason::KeyReused`].
pub fn revoke_once(
    office: &Office,
    id: &str,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(), Failure> {
    let now = office.clock.now();
    office.store.write(|tx| {
        if idempotency::claim(tx, once, None, now)?.before().is_some() {
            return Ok(());
        }
        if !tx.revoke_credential(id, now)? {
            return Err(Failure::refused(Reason::NotFound));
        }
        let mut event = Event::new(EventKind::CredentialChanged, now, &by.id);
        event.details = Some(json!({"credential": id, "what": "revoked"}));
        tx.record(event);
        Ok(())
    })
}

/// Whether a credential was taken back, or a session ended, a moment ago. On `PostgreSQL` neither
/// happens before the transaction has ended, so that what it makes is seen by whoever ends it.
pub(in crate::flow) fn taken_back(tx: &mut Tx<'_>, by: &Caller) -> Result<bool, Failure> {
    Ok(tx.was_taken_back(&by.id)? || !people::still_in(tx, by)?)
}

/// Refuses to go on with what takes its time for a credential that was taken back. One that ran
/// out since it began was good then, and the work goes on.
///
/// # Errors
///
/// [`Reason::CredentialEnded`].
pub(crate) fn still_stands(office: &Office, by: &Caller) -> Result<(), Failure> {
    let stands = match account_number(&by.id) {
        Some(account) => people::account_stands(office, account, by)?,
        None => office
            .store
            .read(|rx| rx.credential(&by.id))?
            .is_some_and(|credential| {
                credential.revoked_at.is_none()
                    && credential.role == by.role.name()
                    && credential.agency.map(read_number) == by.agency
            }),
    };
    if stands {
        return Ok(());
    }
    let what = format!("the credential {} was taken back", by.id);
    Err(Failure::because(Reason::CredentialEnded, what))
}
