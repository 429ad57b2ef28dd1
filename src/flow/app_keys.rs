//! App keys: callers who share a secret with us and sign each request with it.
//!
//! For systems that can hold neither a TLS key nor send a token through a proxy that reads
//! along. What is signed is the request and nothing else, once, within a few minutes.

use zeroize::Zeroizing;

use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::crypto::mac::MacKey;
use crate::crypto::random;
use crate::crypto::secret::Secret;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::value::hex;
use crate::domain::value::unhex;
use crate::flow::credentials;
use crate::flow::credentials::Kept;
use crate::flow::credentials::Kind;
use crate::flow::credentials::NewCredential;
use crate::flow::failure::Failure;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::store::app_keys::SECRET;

/// The first line of what is signed: another way of signing has another name.
pub const SCHEME: &str = "MIANZHENG-HMAC-SHA256-1";

/// Seconds that a caller's clock may be off, either way.
pub const CLOCK_OFF_SECS: i64 = 300;

/// What begins every secret, so that one that leaks can be found by scanners.
const PREFIX: &str = "mzs_";

/// A secret in characters: as many bytes as the key of an HMAC has here.
const SECRET_LEN: usize = 32;

/// An app key with its secret, this once.
#[derive(Clone, PartialEq, Eq)]
pub struct AppKey {
    /// The public id, which is the credential's.
    pub id: String,
    /// The secret: its 32 ASCII characters are the key.
    pub secret: Zeroizing<String>,
}

impl std::fmt::Debug for AppKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AppKey({}, ..)", self.id)
    }
}

/// A request as its caller says that it was signed.
#[derive(Clone, Debug)]
pub struct SignedRequest {
    /// The public id.
    pub app_key: String,
    /// When it was signed, in seconds since 1970, as it was written.
    pub timestamp: String,
    /// 16 to 64 visible ASCII characters, never used before.
    pub nonce: String,
    /// The method.
    pub method: String,
    /// The path with its query, as it was sent.
    pub target: String,
    /// The SHA-256 of the body. Whoever reads the body compares.
    pub body: [u8; 32],
    /// The HMAC, in hexadecimal.
    pub signature: String,
}

impl SignedRequest {
    /// What is signed: the scheme, the method, the target, the time, the nonce and the digest of
    /// the body in lower-case hexadecimal, each on a line, the last one without its end.
    ///
    /// None of the parts can hold the end of a line: headers and request lines cannot.
    #[must_use]
    pub fn text(&self) -> String {
        [
            SCHEME,
            &self.method,
            &self.target,
            &self.timestamp,
            &self.nonce,
            &hex(&self.body),
        ]
        .join("\n")
    }
}

/// Makes an app key. Its secret is returned once, and kept sealed.
///
/// # Errors
///
/// As [`credentials::create_token`].
pub fn create(office: &Office, new: &NewCredential<'_>, by: &Caller) -> Result<AppKey, Failure> {
    let (id, secret) = create_once(office, new, by, None)?;
    let secret = secret.ok_or_else(|| Failure::Broken("a key that was made before".to_owned()))?;
    Ok(AppKey { id, secret })
}

/// Makes an app key for a request that may come twice. The second time there is only its id.
///
/// # Errors
///
/// As [`create`], and [`Reason::KeyReused`].
pub fn create_once(
    office: &Office,
    new: &NewCredential<'_>,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<(String, Option<Zeroizing<String>>), Failure> {
    let chance: Zeroizing<[u8; 21]> = Zeroizing::new(random::array(&*office.randomness));
    let secret = Zeroizing::new(format!("{PREFIX}{}", base64url::encode(&*chance)));
    let kept = Kept {
        kind: Kind::AppKey,
        // Nobody finds a credential by this: it is what the ledger vouches for.
        digest: sha256(&[b"app:".as_slice(), secret.as_bytes()].concat()),
        secret: Some(secret.as_bytes()),
    };
    let (id, made) = credentials::insert(office, new, by, &kept, once)?;
    Ok((id, made.then_some(secret)))
}

/// The caller who signed a request, whose nonce is used up by this.
///
/// # Errors
///
/// [`Reason::Unauthenticated`]: an unknown key, a wrong signature, revoked and expired look the
/// same. Only behind a good signature: [`Reason::ClockOff`], with the server's time, and
/// [`Reason::NonceReplayed`]. [`Failure`] if the nonce could not be written down: then the
/// request must not be done.
pub fn by_signature(office: &Office, request: &SignedRequest) -> Result<Caller, Failure> {
    let unknown = || Failure::refused(Reason::Unauthenticated);
    let (id, key) = key_of(office, &request.app_key)?;
    let mac = unhex(&request.signature).unwrap_or_default();
    let signed = key.is_mac_of(&[request.text().as_bytes()], &mac);
    let caller = id.filter(|_| signed).ok_or_else(unknown)?;
    let now = office.clock.now();
    let at = seconds(&request.timestamp).ok_or_else(unknown)?;
    if (now.secs() - at).abs() > CLOCK_OFF_SECS {
        let told = format!("the server's time is {} ({now})", now.secs());
        return Err(Failure::because(Reason::ClockOff, told));
    }
    if !is_nonce(&request.nonce) {
        let what = "X-Nonce is 16 to 64 visible ASCII characters";
        return Err(Failure::because(Reason::BadRequest, what));
    }
    let until = now.plus_secs(at - now.secs() + CLOCK_OFF_SECS + 1);
    let (credential, nonce) = (caller.id.clone(), request.nonce.clone());
    let fresh = office.store.write_shared(move |tx| {
        let fresh = tx.use_nonce(&credential, &nonce, until)?;
        Ok::<_, Failure>(fresh)
    })?;
    if fresh {
        Ok(caller)
    } else {
        Err(Failure::refused(Reason::NonceReplayed))
    }
}

/// Whose key it is, and the key; an unknown one has a key, too, so that finding out takes as long.
fn key_of(office: &Office, app_key: &str) -> Result<(Option<Caller>, MacKey), Failure> {
    let number = app_key.strip_prefix('c').and_then(|n| n.parse().ok());
    let found = match number.filter(|n: &i64| *n > 0 && app_key == format!("c{n}")) {
        Some(number) => office
            .store
            .read(|rx| rx.app_key(number))?
            .map(|f| (number, f)),
        None => None,
    };
    let Some((number, (row, sealed))) = found else {
        return Ok((None, MacKey::new(&Secret::new([0; SECRET_LEN]))));
    };
    let broken = || Failure::Broken(format!("the secret of {} cannot be opened", row.id));
    let opened = office.store.vault().open(&SECRET, number, &sealed);
    let opened = opened.map_err(|_why| broken())?;
    let bytes: [u8; SECRET_LEN] = opened.as_slice().try_into().map_err(|_why| broken())?;
    let key = MacKey::new(&Secret::new(bytes));
    Ok((credentials::in_force(office, row, Kind::AppKey), key))
}

fn seconds(text: &str) -> Option<i64> {
    let digits = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

fn is_nonce(text: &str) -> bool {
    (16..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}
