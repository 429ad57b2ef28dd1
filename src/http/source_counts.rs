//! Questions to sources, counted and logged: which source, what came of it, how long it took.
//! Neither says whom for.

use std::sync::atomic::AtomicI64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::flow::source::Asked;
use crate::flow::source::BreakerState;
use crate::flow::source::SourceHealth;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    source: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Of {
    source: String,
}

/// Seconds at which answers are told apart.
const SECONDS: [f64; 8] = [0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 30.0];

/// Counts of questions to sources since the server began. The names are those of loaded
/// configurations, so there are no more labels than sources.
#[derive(Clone)]
pub(crate) struct SourceCounts {
    asked: Family<Answered, Counter>,
    seconds: Family<Of, Histogram, fn() -> Histogram>,
    open: Family<Of, Gauge<i64, AtomicI64>>,
}

impl Default for SourceCounts {
    fn default() -> Self {
        Self {
            asked: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            open: Family::default(),
        }
    }
}

impl SourceCounts {
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "sources_asked",
            "Questions to sources by outcome",
            self.asked.clone(),
        );
        registry.register(
            "source_seconds",
            "How long sources took to answer; what was told again is not among them",
            self.seconds.clone(),
        );
        registry.register(
            "source_breaker_open",
            "1 when a source is left alone or only tried",
            self.open.clone(),
        );
    }

    /// Counts a question, and leaves a line in the log.
    pub(crate) fn tell(&self, asked: &Asked) {
        let outcome = asked.word.name();
        let labels = Answered {
            source: asked.source.clone(),
            outcome,
        };
        self.asked.get_or_create(&labels).inc();
        if asked.tries > 0 {
            let of = Of {
                source: asked.source.clone(),
            };
            let millis = u32::try_from(asked.millis).unwrap_or_default();
            let seconds = f64::from(millis) / 1000.0;
            self.seconds.get_or_create(&of).observe(seconds);
        }
        let (source, ms, tries) = (&asked.source, asked.millis, asked.tries);
        let cause = asked.cause.map(|cause| cause.name());
        tracing::info!(source, outcome, cause, ms, tries, "asked a source");
    }

    /// Notes how the breakers stand.
    pub(crate) fn breakers(&self, sources: &[SourceHealth]) {
        self.open.clear();
        for health in sources {
            let of = Of {
                source: health.source.clone(),
            };
            let open = health.breaker != BreakerState::Closed;
            self.open.get_or_create(&of).set(i64::from(open));
        }
    }
}
