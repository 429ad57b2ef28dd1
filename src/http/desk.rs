//! The desk: what every request is handed.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use actix_web::web::Bytes;

use crate::domain::time::Timestamp;
use crate::flow::office::Office;
use crate::http::connection::Limits;
use crate::http::metrics::Metrics;
use crate::http::picture_room::PictureRoom;

/// What every request is handed.
pub(crate) struct Desk {
    pub(crate) office: Arc<Office>,
    pub(crate) metrics: Metrics,
    pub(crate) limits: Limits,
    pub(crate) pictures: PictureRoom,
    /// The document of the interface, by the catalogue's generation.
    pub(crate) document: Mutex<Option<(String, Bytes)>>,
    /// The offline bundle, and when it was made.
    pub(crate) bundle: Mutex<Option<(Timestamp, Bytes)>>,
    first_trace: u64,
    traces: AtomicU64,
}

impl Desk {
    pub(crate) fn new(office: Arc<Office>) -> Self {
        Self {
            metrics: Metrics::new(),
            limits: Limits::new(office.settings.rate),
            pictures: PictureRoom::new(),
            document: Mutex::new(None),
            bundle: Mutex::new(None),
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

    /// What is kept of something, if it is good still; else makes it anew and keeps it.
    pub(crate) fn kept<K: Clone, E>(
        place: &Mutex<Option<(K, Bytes)>>,
        good: impl Fn(&K) -> bool,
        make: impl FnOnce() -> Result<(K, Bytes), E>,
    ) -> Result<Bytes, E> {
        // Held while it is made: of many who ask at once, one makes it.
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((key, bytes)) = place.as_ref()
            && good(key)
        {
            return Ok(bytes.clone());
        }
        let (key, bytes) = make()?;
        *place = Some((key, bytes.clone()));
        Ok(bytes)
    }
}
