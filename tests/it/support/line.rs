//! A connection that stays: one request after another, as a busy caller makes them.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;

use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::Connection;
use crate::support::server::TestServer;
use crate::support::server::answer_of;

/// A connection to a server, opened when it is first needed and again when the server ended it.
#[derive(Default)]
pub(crate) struct Line(Option<BufReader<Connection>>);

impl Line {
    /// Asks and takes the whole answer.
    pub(crate) fn ask(&mut self, server: &TestServer, ask: &Ask<'_>) -> Answer {
        let connect = || BufReader::new(server.connect(None).unwrap());
        let wire = ask.wire_on("keep-alive");
        // One that was idle for too long is ended by the server, and asked for anew.
        let kept = self.0.take().and_then(|mut line| {
            line.get_mut().write_all(&wire).ok()?;
            Some(line)
        });
        let mut line = kept.unwrap_or_else(|| {
            let mut line = connect();
            line.get_mut().write_all(&wire).unwrap();
            line
        });
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let read = line.read_until(b'\n', &mut head).unwrap();
            assert_ne!(read, 0, "cut off: {}", String::from_utf8_lossy(&head));
        }
        let length = answer_of(&head).header("content-length").unwrap().parse();
        let mut body = vec![0; length.unwrap()];
        line.read_exact(&mut body).unwrap();
        let answer = answer_of(&[head, body].concat());
        if answer.header("connection") != Some("close") {
            self.0 = Some(line);
        }
        answer
    }
}
