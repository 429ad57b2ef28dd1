//! Say who we are: nothing, a bearer token, or a signature over the request.

use ureq::http::request::Builder;

use super::Moment;
use crate::codec::request_signature::canonical;
use crate::codec::request_signature::sign;
use crate::domain::sourced::SourceCause;
use crate::domain::value::hex;
use crate::source::config::Http;
use crate::source::secrets::OfficeFolder;

pub(super) fn prove(
    request: Builder,
    http: &Http,
    folder: &OfficeFolder,
    (path, body): (&str, &[u8]),
    moment: Moment,
) -> Result<Builder, SourceCause> {
    if let Some(bearer) = &http.bearer {
        let token = folder.line(&bearer.token_file)?;
        return Ok(request.header("Authorization", format!("Bearer {}", *token)));
    }
    let Some(signed) = &http.signed else {
        return Ok(request);
    };
    let secret = folder.line(&signed.secret_file)?;
    let timestamp = moment.now.millis().to_string();
    let nonce = hex(&moment.nonce);
    let text = canonical(&http.method, path, (&timestamp, &nonce), body);
    let signature = sign(secret.as_bytes(), &text);
    Ok(request
        .header(&signed.app_key_header, &signed.app_key)
        .header(&signed.timestamp_header, timestamp)
        .header(&signed.nonce_header, nonce)
        .header(&signed.signature_header, signature))
}
