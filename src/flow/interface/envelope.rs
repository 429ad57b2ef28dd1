//! The envelope around an answer: this service gave it, to this request, now.

use serde_json::Value;
use serde_json::json;

use super::UseRequest;
use super::copy::CopyAnswer;
use super::query::Answer;
use super::verify::Matched;
use crate::codec::base64url;
use crate::codec::digest::sha256;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::status_seal::service_did;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::source::Upstream;

/// Signs the envelope of an answer that was recorded.
///
/// # Errors
///
/// [`Failure`] if no key signs now; the record then says that something was used which nobody
/// got.
pub(super) fn seal(
    office: &Office,
    request: &UseRequest<'_>,
    (agency, answer): (u32, &Answer),
) -> Result<String, Failure> {
    let evidence = answer
        .certificates
        .iter()
        .filter_map(|c| c.evidence.as_ref());
    let evidence = evidence.map(|evidence| base64url::encode(&sha256(evidence.as_bytes())));
    let relayed = answer.certificates.iter().filter(|c| c.evidence.is_none());
    let relayed: Vec<_> = relayed.map(|c| &c.fields).collect();
    let mut says = json!({
        "use_record": answer.use_record,
        "more": answer.more,
        "verdicts": answer.certificates.iter().map(|c| c.verdict.name()).collect::<Vec<_>>(),
        "evidence_hashes": evidence.collect::<Vec<_>>(),
    });
    if let (Some(source), Some(says)) = (&answer.source, says.as_object_mut()) {
        // Nobody signed what a department's system told: this service vouches that it did.
        says.insert("relayed".to_owned(), json!(relayed));
        says.insert(
            "source".to_owned(),
            json!({"name": source.name, "at": source.at, "outcome": source.word}),
        );
        if let Some(upstream) = &source.upstream {
            says.insert("upstream".to_owned(), upstream_told(upstream));
        }
    }
    sign(office, request, agency, says)
}

/// Which answer of a platform something rests on: its address, and the digest of what it said.
pub(super) fn upstream_told(upstream: &Upstream) -> Value {
    json!({"address": upstream.address, "evidence_hash": upstream.digest})
}

/// The same of an answer that is a number.
///
/// # Errors
///
/// Those of [`seal`].
pub(super) fn seal_result(
    office: &Office,
    request: &UseRequest<'_>,
    (agency, matched): (u32, &Matched),
) -> Result<String, Failure> {
    let says = json!({
        "use_record": matched.use_record,
        "result": matched.result,
        "verdict": matched.verdict.name(),
        "differs": matched.differs,
    });
    sign(office, request, agency, says)
}

/// The same of a copy.
///
/// # Errors
///
/// Those of [`seal`].
pub(super) fn seal_copy(
    office: &Office,
    request: &UseRequest<'_>,
    (agency, answer): (u32, &CopyAnswer),
) -> Result<String, Failure> {
    let says = json!({
        "use_record": answer.use_record,
        "identifier": answer.identifier,
        "metadata": answer.metadata,
    });
    sign(office, request, agency, says)
}

fn sign(
    office: &Office,
    request: &UseRequest<'_>,
    agency: u32,
    mut says: Value,
) -> Result<String, Failure> {
    let signer = office.service_key(ServicePurpose::Receipt)?;
    let known = office.known();
    let to = known.agencies.get(&agency);
    if let Some(says) = says.as_object_mut() {
        says.insert(
            "iss".to_owned(),
            service_did(&office.settings.authority).into(),
        );
        says.insert("aud".to_owned(), to.map(|to| to.code.to_string()).into());
        says.insert("iat".to_owned(), office.clock.now().secs().into());
        let hash = base64url::encode(&sha256(request.body));
        says.insert("request_hash".to_owned(), hash.into());
    }
    Ok(signed_json::seal(&*signer, Message::Envelope, &says)?)
}
