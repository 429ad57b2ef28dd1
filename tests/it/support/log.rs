//! The log of this test process, as the server writes it.

use std::io;
use std::io::Write;
use std::sync::Mutex;
use std::sync::Once;

use mianzheng::http::log;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to keep every line that the log would have, at its most talkative.
pub(crate) fn keep() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let subscriber = log::subscriber("trace", || Kept);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// Everything that was logged until now, by all tests of this process.
pub(crate) fn kept() -> String {
    String::from_utf8(LINES.lock().unwrap().clone()).unwrap()
}
