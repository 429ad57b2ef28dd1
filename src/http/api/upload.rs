//! A body that becomes a batch's file while it comes in.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use actix_web::web;
use actix_web::web::Data;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::domain::problem::Reason;
use crate::flow::batch::upload::Upload;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::http::body::Stream;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;

/// Bytes that are gathered before they are handed to a thread that may wait.
const HANDFUL: usize = 256 * 1024;

/// Begins an upload and takes the body in; the answer is the batch's id.
///
/// However it ends before that, nothing of it is left.
pub(crate) async fn take_in(
    desk: &Data<Desk>,
    request: &HttpRequest,
    payload: web::Payload,
    begin: impl FnOnce(&Arc<Office>) -> Result<Upload, Failure> + Send + 'static,
) -> Result<String, Refusal> {
    let announced = announced(request.headers())?;
    let office = Arc::clone(&desk.office);
    let upload = off_the_loop(desk, move |_| Ok(Receiving(Some(begin(&office)?)))).await?;
    let mut upload = upload;
    let mut stream = Stream::of(request, payload.into_inner());
    let mut held = Vec::new();
    while let Some(bytes) = stream.next().await {
        held.extend_from_slice(&bytes?);
        if held.len() >= HANDFUL {
            upload = upload.push(desk, std::mem::take(&mut held)).await?;
        }
    }
    upload = upload.push(desk, held).await?;
    off_the_loop(desk, move |_| upload.finish(announced)).await
}

/// An upload that is dropped with all its pieces unless it is finished.
struct Receiving(Option<Upload>);

impl Receiving {
    async fn push(mut self, desk: &Data<Desk>, bytes: Vec<u8>) -> Result<Self, Refusal> {
        off_the_loop(desk, move |_| {
            if let Some(upload) = &mut self.0
                && !bytes.is_empty()
            {
                upload.push(&bytes)?;
            }
            Ok(self)
        })
        .await
    }

    fn finish(mut self, announced: Option<[u8; 32]>) -> Result<String, Failure> {
        let Some(upload) = &mut self.0 else {
            return Err(Failure::Broken("an upload that is gone".to_owned()));
        };
        let id = upload.finish(announced)?;
        self.0 = None;
        Ok(id)
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        let Some(upload) = self.0.take() else {
            return;
        };
        // Wherever it is dropped, that place may not wait for the register.
        std::thread::spawn(move || {
            if let Err(why) = upload.abandon() {
                tracing::error!(cause = %why, "a cut upload could not be dropped");
            }
        });
    }
}

/// The SHA-256 that the sender announced: `Content-Digest` of RFC 9530 or the older `Digest`.
fn announced(headers: &HeaderMap) -> Result<Option<[u8; 32]>, Refusal> {
    let header = headers
        .get("content-digest")
        .or_else(|| headers.get("digest"));
    let Some(header) = header else {
        return Ok(None);
    };
    let named = header.to_str().unwrap_or_default().split(',');
    let value = named.filter_map(|part| {
        let (name, value) = part.trim().split_once('=')?;
        name.eq_ignore_ascii_case("sha-256").then_some(value)
    });
    let Some(value) = value.into_iter().next() else {
        return Ok(None);
    };
    let bytes = STANDARD.decode(value.trim_matches(':'));
    match bytes.ok().and_then(|bytes| bytes.try_into().ok()) {
        Some(digest) => Ok(Some(digest)),
        None => Err(Refusal::because(
            Reason::BadRequest,
            "the announced digest is no SHA-256",
        )),
    }
}
