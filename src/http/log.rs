//! The log: one JSON line an event, on standard error, and nothing personal in it.

use tracing::Level;
use tracing::Metadata;
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

/// The target of the line that every request leaves.
pub const ACCESS: &str = "access";

/// Begins to write the log; a second call changes nothing.
///
/// `filter` is in the words of `tracing`, such as `info` or `warn,access=info`.
pub fn begin(filter: &str) {
    let subscriber = subscriber(filter, std::io::stderr);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        // Somebody listens already.
        return;
    }
    // What a panic says may be somebody's name: where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a thread panicked");
    }));
}

/// What writes the log's lines; a filter that cannot be read counts as `info`.
///
/// However much is asked for, libraries are heard only when they warn: what they trace are the
/// very requests.
pub fn subscriber<W>(filter: &str, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_why| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(writer)
        .with_filter(filter_fn(is_heard));
    tracing_subscriber::registry().with(filter).with(lines)
}

fn is_heard(event: &Metadata<'_>) -> bool {
    let ours = event.target() == ACCESS || event.target().starts_with(env!("CARGO_PKG_NAME"));
    ours || *event.level() <= Level::WARN
}
