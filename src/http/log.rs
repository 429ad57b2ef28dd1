//! The log: one JSON line an event, on standard error.

use tracing_subscriber::EnvFilter;

/// Begins to write the log; a second call changes nothing.
///
/// `filter` is in the words of `tracing`, such as `info` or `warn,access=info`.
pub fn begin(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_why| EnvFilter::new("info"));
    let begun = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    // Somebody listens already.
    drop(begun);
}
