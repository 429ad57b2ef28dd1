//! A request on its way through the house, which leaves one line in the log however it ends.

use actix_web::web::Data;

use crate::domain::time::Timestamp;
use crate::http::desk::Desk;
use crate::http::log::ACCESS;
use crate::http::problem;
use crate::http::row::Row;

/// A request that came in. When it is dropped, it is counted and logged: by the pattern of its
/// route, never by what stood in its place.
pub(crate) struct Visit {
    desk: Data<Desk>,
    /// The id that ties answer and log together.
    pub(crate) trace_id: String,
    began: Timestamp,
    route: &'static str,
    method: &'static str,
    caller: String,
    status: u16,
}

impl Visit {
    /// A request to one of the rows that share a path, with the row it fits.
    pub(crate) fn begin(desk: &Data<Desk>, rows: &'static [Row], row: Option<&Row>) -> Self {
        Self {
            desk: Data::clone(desk),
            trace_id: desk.trace_id(),
            began: desk.office.clock.now(),
            route: rows.first().map_or("-", Row::logged),
            method: row.map_or("-", |row| row.verb.name()),
            caller: String::new(),
            status: problem::GONE_AWAY,
        }
    }

    /// Notes the id of the caller's credential.
    pub(crate) fn is_by(&mut self, caller: &str) {
        caller.clone_into(&mut self.caller);
    }

    /// Ends the visit with an answer.
    pub(crate) fn end(mut self, status: u16) {
        self.status = status;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.desk
            .metrics
            .answered(self.route, self.method, self.status);
        tracing::info!(
            target: ACCESS,
            trace_id = self.trace_id,
            method = self.method,
            route = self.route,
            status = self.status,
            ms = self.desk.office.clock.now().millis() - self.began.millis(),
            caller = self.caller,
        );
    }
}
