//! What a command prints: one way out, in one language, as lines or as one JSON object.

use std::io;
use std::io::BufWriter;
use std::io::ErrorKind;
use std::io::StdoutLock;
use std::io::Write;

use serde_json::Value;

use crate::domain::problem::FindingWords;
use crate::domain::words::Lang;
use crate::domain::words::say;

/// Standard output, held to the end of the command.
///
/// When whoever reads has heard enough (`… | head -1`), the rest is dropped and nothing said.
pub(crate) struct Output {
    /// The language of what people read.
    pub(crate) lang: Lang,
    /// Whether programs read: one JSON object and nothing else.
    pub(crate) json: bool,
    sink: BufWriter<StdoutLock<'static>>,
    failed: Option<io::Error>,
}

impl Output {
    pub(crate) fn new(lang: Lang, json: bool) -> Self {
        Self {
            lang,
            json,
            sink: BufWriter::new(io::stdout().lock()),
            failed: None,
        }
    }

    /// Prints a line for people; with `--json` nothing.
    pub(crate) fn line(&mut self, text: &str) {
        if !self.json {
            self.write(text);
        }
    }

    /// Prints a message of the message files for people; with `--json` nothing.
    pub(crate) fn say(&mut self, key: &str, with: &[(&str, &str)]) {
        let text = say(self.lang, key, with);
        self.line(&text);
    }

    /// Prints the one object for programs; without `--json` nothing.
    pub(crate) fn object(&mut self, value: &Value) {
        if self.json {
            self.write(&format!("{value:#}"));
        }
    }

    /// A finding in the output's language.
    pub(crate) fn text_of<'f>(&self, finding: &'f FindingWords) -> &'f str {
        match self.lang {
            Lang::Zh => &finding.zh,
            Lang::En => &finding.en,
        }
    }

    /// Ends the output.
    ///
    /// # Errors
    ///
    /// What kept it from being written; a reader that went away is none.
    pub(crate) fn close(mut self) -> io::Result<()> {
        if self.failed.is_none() {
            self.failed = self.sink.flush().err();
        }
        // What is left in the buffer has no reader: it must not be tried again on drop.
        let (_stdout, _unread) = self.sink.into_parts();
        match self.failed {
            Some(why) if why.kind() != ErrorKind::BrokenPipe => Err(why),
            _ => Ok(()),
        }
    }

    fn write(&mut self, text: &str) {
        if self.failed.is_none() {
            self.failed = writeln!(self.sink, "{text}").err();
        }
    }
}
