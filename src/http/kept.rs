//! Files that anybody may keep: each has a tag, and who has it already is told just that.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::http::header::AcceptEncoding;
use actix_web::http::header::ContentEncoding;
use actix_web::http::header::Encoding;
use actix_web::http::header::Header;
use actix_web::web::Bytes;
use actix_web::web::Data;
use serde::Serialize;

use crate::codec::digest::sha256;
use crate::codec::gzip::gzip;
use crate::domain::value::hex;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem;
use crate::http::reply::Reply;
use crate::http::row::Success;

/// Hexadecimal digits of a tag: 128 bits of a SHA-256.
const TAG: usize = 32;

/// What a file is, and for how many seconds it may be kept.
#[derive(Clone, Copy)]
pub(crate) struct Keep(pub(crate) &'static str, pub(crate) u32);

impl Keep {
    /// JSON that may be kept for so many seconds.
    pub(crate) const fn json(seconds: u32) -> Self {
        Self("application/json", seconds)
    }
}

/// A file as it is sent: plain, compressed if that makes it smaller, and the tag of both.
#[derive(Clone)]
pub(crate) struct File {
    plain: Bytes,
    gzip: Option<Bytes>,
    tag: String,
}

impl File {
    /// A file of these bytes.
    pub(crate) fn of(plain: Vec<u8>) -> Self {
        let digits = hex(&sha256(&plain));
        let digits: String = digits.chars().take(TAG).collect();
        Self {
            plain: plain.into(),
            gzip: None,
            // Weak: the same file is sent compressed and not.
            tag: format!("W/\"{digits}\""),
        }
    }

    /// The same, ready to be sent compressed, too. It takes its time: off the loop only.
    pub(crate) fn compressed(mut self) -> Self {
        let small = gzip(&self.plain);
        if small.len() < self.plain.len() {
            self.gzip = Some(small.into());
        }
        self
    }

    /// The answer to a request for it.
    pub(crate) fn answer(&self, request: &HttpRequest, Keep(media, seconds): Keep) -> HttpResponse {
        let wish = Wish::of(request);
        let mut answer = if wish.has(&self.tag) {
            problem::unchanged()
        } else {
            HttpResponse::build(problem::success(Success::Done))
        };
        answer
            .insert_header((header::ETAG, self.tag.as_str()))
            .insert_header((header::CACHE_CONTROL, format!("public, max-age={seconds}")))
            .insert_header((header::VARY, "Accept-Encoding"));
        if wish.has(&self.tag) {
            return answer.finish();
        }
        answer.content_type(media);
        match &self.gzip {
            Some(small) if wish.gzip => answer
                .insert_header(ContentEncoding::Gzip)
                .body(small.clone()),
            _ => answer.body(self.plain.clone()),
        }
    }
}

/// What a request says of the file it wants.
struct Wish {
    gzip: bool,
    tags: String,
}

impl Wish {
    fn of(request: &HttpRequest) -> Self {
        let tags = request.headers().get(header::IF_NONE_MATCH);
        let tags = tags.and_then(|value| value.to_str().ok());
        // An empty list of encodings accepts none; actix takes it for a fault.
        let accepted = AcceptEncoding::parse(request).ok();
        let ours = [Encoding::gzip(), Encoding::identity()];
        let chosen = accepted.and_then(|accepted| accepted.negotiate(ours.iter()));
        Self {
            gzip: chosen == Some(Encoding::gzip()),
            tags: tags.unwrap_or_default().to_owned(),
        }
    }

    fn has(&self, tag: &str) -> bool {
        self.tags
            .split(',')
            .any(|has| has.trim() == tag || has.trim() == "*")
    }
}

/// Makes a file off the loop and sends it.
pub(crate) async fn made(
    desk: &Data<Desk>,
    request: &HttpRequest,
    keep: Keep,
    make: impl FnOnce(&Office) -> Result<Vec<u8>, Failure> + Send + 'static,
) -> Reply {
    let wish = Wish::of(request);
    let file = off_the_loop(desk, move |office| {
        let file = File::of(make(office)?);
        let wanted = wish.gzip && !wish.has(&file.tag);
        Ok(if wanted { file.compressed() } else { file })
    });
    Ok(file.await?.answer(request, keep))
}

/// Sends a file from the shelf; one that is not there in this version is made off the loop.
///
/// Whatever makes it other bytes must make it another version.
pub(crate) async fn shelved(
    desk: &Data<Desk>,
    request: &HttpRequest,
    keep: Keep,
    (place, version): (&str, &str),
    make: impl FnOnce(&Office) -> Result<Vec<u8>, Failure> + Send + 'static,
) -> Reply {
    let file = desk.shelf.file(desk, place, version, make).await?;
    Ok(file.answer(request, keep))
}

/// JSON, as bytes.
pub(crate) fn bytes(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|why| Failure::Broken(why.to_string()))
}
