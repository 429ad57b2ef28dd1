//! What is counted, in the words of `OpenMetrics`.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::domain::verdict::Outcome;
use crate::flow::batch::work::Turn;
use crate::http::case_counts::CaseCounts;
use crate::http::source_counts::SourceCounts;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
}

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    verdicts: Family<Named, Counter>,
    certificates: Family<Named, Counter>,
    rows: Family<Named, Counter>,
    lists: Counter<u64, AtomicU64>,
    searches: Family<Named, Counter>,
    logins: Family<Named, Counter>,
    waits: Histogram,
    /// What happened in cases.
    pub(crate) cases: CaseCounts,
    /// What sources were asked.
    pub(crate) sources: SourceCounts,
    /// The number of the last ledger row.
    pub(crate) ledger: Gauge<i64, AtomicI64>,
    /// 1 when the ledger does not go on from the head that was written down.
    pub(crate) head_differs: Gauge<i64, AtomicI64>,
    /// Transactions that this server has written.
    pub(crate) written: Gauge<i64, AtomicI64>,
    /// 1 when the server is ready.
    pub(crate) ready: Gauge<i64, AtomicI64>,
}

/// Seconds at which waiting is told apart.
const WAITS: [f64; 8] = [0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 2.5, 10.0];

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("mianzheng"),
            requests: Family::default(),
            verdicts: Family::default(),
            certificates: Family::default(),
            rows: Family::default(),
            lists: Counter::default(),
            searches: Family::default(),
            logins: Family::default(),
            waits: Histogram::new(WAITS),
            cases: CaseCounts::default(),
            sources: SourceCounts::default(),
            ledger: Gauge::default(),
            head_differs: Gauge::default(),
            written: Gauge::default(),
            ready: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register(
            "http_requests",
            "Requests by route and status",
            metrics.requests.clone(),
        );
        registry.register("verdicts", "Verdicts by outcome", metrics.verdicts.clone());
        registry.register(
            "certificates",
            "Single certificates by outcome",
            metrics.certificates.clone(),
        );
        registry.register(
            "batch_rows",
            "Rows of batches by outcome",
            metrics.rows.clone(),
        );
        registry.register(
            "status_lists_sent",
            "Status lists sent whole",
            metrics.lists.clone(),
        );
        registry.register(
            "item_searches",
            "Searches for items by whether anything was found",
            metrics.searches.clone(),
        );
        registry.register("logins", "Logins by outcome", metrics.logins.clone());
        registry.register(
            "blocking_wait_seconds",
            "Waiting for a thread that may wait",
            metrics.waits.clone(),
        );
        metrics.cases.register(registry);
        metrics.sources.register(registry);
        registry.register(
            "ledger_head_seq",
            "The number of the last ledger row",
            metrics.ledger.clone(),
        );
        registry.register(
            "ledger_head_differs",
            "1 when the ledger does not go on from the head that was written down",
            metrics.head_differs.clone(),
        );
        registry.register(
            "register_transactions",
            "Transactions that this server has written, each of which waited for the disk",
            metrics.written.clone(),
        );
        registry.register(
            "ready",
            "1 when this server may be sent work",
            metrics.ready.clone(),
        );
        metrics
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, route: &'static str, method: &'static str, status: u16) {
        let labels = Answered {
            route,
            method,
            status,
        };
        self.requests.get_or_create(&labels).inc();
    }

    /// Counts a verdict.
    pub(crate) fn verdict(&self, outcome: Outcome) {
        let labels = Named {
            name: outcome.name(),
        };
        self.verdicts.get_or_create(&labels).inc();
    }

    /// Counts what became of one certificate.
    pub(crate) fn certificate(&self, name: &'static str) {
        self.certificates.get_or_create(&Named { name }).inc();
    }

    /// Counts a status list that was sent.
    pub(crate) fn list_sent(&self) {
        self.lists.inc();
    }

    /// Counts a search for items: many that find nothing tell of names that nobody uses.
    pub(crate) fn searched(&self, found: bool) {
        let name = if found { "found" } else { "nothing" };
        self.searches.get_or_create(&Named { name }).inc();
    }

    /// Counts a login that was tried, by what came of it.
    pub(crate) fn login(&self, name: &'static str) {
        self.logins.get_or_create(&Named { name }).inc();
    }

    /// Counts a batch's rows.
    pub(crate) fn batch(&self, turn: Turn) {
        if let Turn::Worked {
            issued,
            refused,
            rows,
        } = turn
        {
            for (name, n) in [("issued", issued), ("refused", refused), ("read", rows)] {
                self.rows.get_or_create(&Named { name }).inc_by(n);
            }
        }
    }

    /// Counts milliseconds of waiting for a thread.
    pub(crate) fn waited(&self, millis: i64) {
        let millis = u32::try_from(millis).unwrap_or_default();
        self.waits.observe(f64::from(millis) / 1000.0);
    }

    /// All of it, as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
