//! Batches: a file is sent, worked on, and its results fetched.
//!
//! Photos come in a request of their own: a batch sent with `photos=true` waits for
//! `PUT /api/v1/batches/{batch}/photos` and begins when they have come in whole.

use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use actix_web::HttpRequest;
use actix_web::body::BodySize;
use actix_web::body::BoxBody;
use actix_web::body::MessageBody;
use actix_web::http::header;
use actix_web::http::header::HeaderValue;
use actix_web::web;
use actix_web::web::Bytes;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use actix_web::web::ReqData;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::flow::batch::Task;
use crate::flow::batch::read;
use crate::flow::batch::upload::BatchChoice;
use crate::flow::batch::upload::BatchFile;
use crate::flow::batch::upload::OwnedKey;
use crate::flow::batch::upload::Upload;
use crate::http::api::types::XLSX;
use crate::http::api::upload::take_in;
use crate::http::desk::Desk;
use crate::http::door::Key;
use crate::http::kept::bytes;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::file;
use crate::http::reply::json;
use crate::http::reply::media;
use crate::http::shapes::answers::BatchAnswer;

/// What is chosen for a batch.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and any of them may be yes beside any other"
)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchQuery {
    r#type: String,
    task: Task,
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    stock: bool,
    #[serde(default)]
    all_or_nothing: bool,
    #[serde(default)]
    photos: bool,
}

/// Takes a sheet in.
pub(crate) async fn receive(
    desk: Data<Desk>,
    (by, key): (ReqData<Caller>, ReqData<Key>),
    query: Query<BatchQuery>,
    request: HttpRequest,
    payload: web::Payload,
) -> Reply {
    let query = query.into_inner();
    let state = if query.photos {
        "waiting_for_photos"
    } else {
        "queued"
    };
    let choice = BatchChoice {
        of: query.r#type,
        task: query.task,
        dry_run: query.dry_run,
        stock: query.stock,
        all_or_nothing: query.all_or_nothing,
        photos: query.photos,
    };
    let key = owned(&request, &key);
    let batch = take_in(&desk, &request, payload, move |office| {
        Upload::of_sheet(office, &choice, &by, Some(key))
    });
    json(&BatchAnswer {
        batch: batch.await?,
        state,
    })
}

/// Takes the photos of a batch in.
pub(crate) async fn photos(
    desk: Data<Desk>,
    (by, key): (ReqData<Caller>, ReqData<Key>),
    path: Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Reply {
    let key = owned(&request, &key);
    let batch = take_in(&desk, &request, payload, move |office| {
        Upload::of_photos(office, &path, &by, Some(key))
    });
    json(&BatchAnswer {
        batch: batch.await?,
        state: "queued",
    })
}

fn owned(request: &HttpRequest, key: &Key) -> OwnedKey {
    OwnedKey {
        route: request.path().to_owned(),
        key: key.0.clone(),
    }
}

/// How a batch stands.
pub(crate) async fn standing(desk: Data<Desk>, by: ReqData<Caller>, path: Path<String>) -> Reply {
    let standing = off_the_loop(&desk, move |office| read::standing(office, &path, &by));
    json(&standing.await?)
}

/// The rows that differ from the register.
pub(crate) async fn differs(desk: Data<Desk>, by: ReqData<Caller>, path: Path<String>) -> Reply {
    // As many rows as the file: written out where it was read.
    let differs = off_the_loop(&desk, move |office| {
        bytes(&read::differs(office, &path, &by)?)
    });
    media("application/json", differs.await?)
}

/// What became of every row.
pub(crate) async fn results(desk: Data<Desk>, by: ReqData<Caller>, path: Path<String>) -> Reply {
    made(desk, by, path, BatchFile::Results).await
}

/// The rows that somebody must mend.
pub(crate) async fn errors(desk: Data<Desk>, by: ReqData<Caller>, path: Path<String>) -> Reply {
    made(desk, by, path, BatchFile::Errors).await
}

async fn made(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    path: Path<String>,
    which: BatchFile,
) -> Reply {
    let (batch, ending) =
        off_the_loop(&desk, move |office| read::made(office, &path, which, &by)).await?;
    let media_type = match ending {
        "xlsx" => XLSX,
        _ => "text/csv",
    };
    let what = match which {
        BatchFile::Results => "results",
        _ => "errors",
    };
    let reply = file(media_type, &format!("{what}.{ending}"), Bytes::new())?;
    let mut reply = reply.set_body(BoxBody::new(Pieces {
        desk,
        batch,
        which,
        next: 0,
        pending: None,
    }));
    let vary = HeaderValue::from_static("Authorization");
    reply.headers_mut().insert(header::VARY, vary);
    Ok(reply)
}

type Pending = Pin<Box<dyn Future<Output = Result<Option<Vec<u8>>, Refusal>>>>;

/// A file that is sent piece by piece, as the reader takes it.
struct Pieces {
    desk: Data<Desk>,
    batch: i64,
    which: BatchFile,
    next: i32,
    pending: Option<Pending>,
}

impl MessageBody for Pieces {
    type Error = Refusal;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Refusal>>> {
        let this = self.get_mut();
        let (batch, which, number) = (this.batch, this.which, this.next);
        let desk = &this.desk;
        let pending = this.pending.get_or_insert_with(|| {
            let desk = Data::clone(desk);
            Box::pin(async move {
                off_the_loop(&desk, move |office| {
                    read::piece(office, batch, which, number)
                })
                .await
            })
        });
        let done = match pending.as_mut().poll(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(done) => done,
        };
        this.pending = None;
        this.next += 1;
        Poll::Ready(done.transpose().map(|piece| piece.map(Bytes::from)))
    }
}
