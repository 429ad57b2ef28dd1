//! Signed JSON: trust lists, status lists, bundles, ledger heads, envelopes.
//!
//! One way in and one way out, so that every kind of message is told apart by its `typ` and
//! none can pass for another.

use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::codec::jws;
use crate::codec::jws::UnverifiedJws;
use crate::crypto::algorithm::Algorithm;
use crate::crypto::public_key::PublicKey;
use crate::crypto::signer::SignError;
use crate::crypto::signer::Signer;

/// The kind of a signed message: the `typ` of its header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Message {
    /// A trust list.
    TrustList,
    /// The fast revocation list.
    RevocationList,
    /// A Token Status List.
    StatusList,
    /// An offline bundle.
    Bundle,
    /// The head of the ledger.
    LedgerHead,
    /// The envelope around fetched evidence.
    Envelope,
    /// A certificate's record.
    Certificate,
    /// What a holder was shown and answered.
    Consent,
    /// What a case came to 回执.
    Receipt,
    /// That another system registered a case of its own 外部办件.
    ForeignCase,
}

impl Message {
    /// The media type in the header.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::TrustList => "mianzheng-trust-list+jwt",
            Self::RevocationList => "mianzheng-revocation-list+jwt",
            Self::StatusList => "statuslist+jwt",
            Self::Bundle => "mianzheng-bundle+jwt",
            Self::LedgerHead => "mianzheng-ledger-head+jwt",
            Self::Envelope => "mianzheng-fetch+jwt",
            Self::Certificate => "dc+sd-jwt",
            Self::Consent => "mianzheng-consent+jwt",
            Self::Receipt => "mianzheng-receipt+jwt",
            Self::ForeignCase => "mianzheng-foreign-case+jwt",
        }
    }
}

/// Why a signed message is not taken for a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    /// It is no compact JWS of a JSON object.
    #[error("not a signed JSON message")]
    Unreadable,
    /// It is another kind of message.
    #[error("a signed message of another kind")]
    OtherKind,
    /// Nobody we trust for this has a key with its key id.
    #[error("signed with a key that is not trusted for this")]
    UnknownKey,
    /// The key is trusted, but it did not make this signature.
    #[error("the signature does not fit")]
    BadSignature,
    /// The key made it, but was not in use at the time the message says it was signed.
    #[error("signed with a key that was not in use at that time")]
    OutOfTime,
}

/// Signs an object as a message of a kind.
///
/// # Errors
///
/// [`SignError`] if the key store cannot sign now; a payload that cannot be serialised counts
/// as that, too.
pub fn seal(
    signer: &dyn Signer,
    message: Message,
    payload: &impl Serialize,
) -> Result<String, SignError> {
    let payload = serde_json::to_vec(payload).map_err(|why| SignError(Box::new(why)))?;
    let algorithm = signer.public_key().algorithm().jose_name();
    let input = jws::signing_input(
        algorithm,
        message.typ(),
        &signer.kid().to_string(),
        &payload,
    );
    let signature = signer.sign(input.as_bytes())?;
    Ok(jws::assemble(input, &signature))
}

/// Opens a message with one of the keys that are trusted for it.
///
/// The algorithm is the key's; the header's must agree with it and decides nothing.
///
/// # Errors
///
/// [`NotGenuine`].
pub fn open<'k>(
    token: &str,
    message: Message,
    keys: impl IntoIterator<Item = &'k PublicKey>,
) -> Result<Map<String, Value>, NotGenuine> {
    let mut keys = keys.into_iter();
    open_with(token, message, |kid| {
        keys.find(|key| key.kid().to_string() == kid)
    })
}

/// Opens a message with the key that `find` has for the id in its header.
///
/// # Errors
///
/// [`NotGenuine`].
pub fn open_with<'k>(
    token: &str,
    message: Message,
    find: impl FnOnce(&str) -> Option<&'k PublicKey>,
) -> Result<Map<String, Value>, NotGenuine> {
    let Ok(jws) = UnverifiedJws::parse(token) else {
        return Err(NotGenuine::Unreadable);
    };
    if jws.typ != message.typ() {
        return Err(NotGenuine::OtherKind);
    }
    let key = find(&jws.kid).ok_or(NotGenuine::UnknownKey)?;
    verify(&jws, key)?;
    jws.claims_unverified()
        .map_err(|_why| NotGenuine::Unreadable)
}

/// Checks a JWS against one key: first that the header names the key's algorithm, then the
/// signature.
pub(crate) fn verify(jws: &UnverifiedJws<'_>, key: &PublicKey) -> Result<(), NotGenuine> {
    if jws.algorithm.parse::<Algorithm>() != Ok(key.algorithm()) {
        return Err(NotGenuine::BadSignature);
    }
    let input = jws.signing_input.as_bytes();
    key.verify(input, &jws.signature)
        .map_err(|_why| NotGenuine::BadSignature)
}
