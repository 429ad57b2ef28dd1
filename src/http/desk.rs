//! The desk: what every request is handed.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use crate::flow::office::Office;
use crate::http::connection::Limits;
use crate::http::hash_room::HashRoom;
use crate::http::metrics::Metrics;
use crate::http::off_loop::Aside;
use crate::http::picture_room::PictureRoom;
use crate::http::server::Stop;
use crate::http::shelf::Shelf;
use crate::http::streams::Streams;

/// What every request is handed.
pub(crate) struct Desk {
    pub(crate) office: Arc<Office>,
    pub(crate) metrics: Metrics,
    pub(crate) limits: Limits,
    pub(crate) pictures: PictureRoom,
    /// Where passwords are hashed.
    pub(crate) passwords: HashRoom,
    /// Files that are made once and sent many times.
    pub(crate) shelf: Shelf,
    /// What waits for departments' systems.
    pub(crate) aside: Aside,
    /// Who is told of answers.
    pub(crate) streams: Streams,
    first_trace: u64,
    traces: AtomicU64,
}

impl Desk {
    pub(crate) fn new(office: Arc<Office>, stop: Stop) -> Self {
        let metrics = Metrics::new();
        let cases = metrics.cases.clone();
        office.store.listen(move |happened| cases.tell(happened));
        let sources = metrics.sources.clone();
        office.sources.listen(move |asked| sources.tell(asked));
        Self {
            metrics,
            limits: Limits::new(office.settings.rate),
            pictures: PictureRoom::new(),
            passwords: HashRoom::new(),
            shelf: Shelf::default(),
            aside: Aside::default(),
            streams: Streams::new(stop),
            first_trace: office.random_number(),
            traces: AtomicU64::new(0),
            office,
        }
    }

    /// A new trace id: it need only be different, not secret.
    pub(crate) fn trace_id(&self) -> String {
        let count = self.traces.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{count:016x}", self.first_trace)
    }
}
