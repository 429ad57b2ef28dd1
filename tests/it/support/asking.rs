//! Requests and answers as they go over the wire.

use std::io::Read;

use serde_json::Value;

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The stable code of a problem, or of a page that tells one; none of other pages.
    pub(crate) fn code(&self) -> String {
        if self.header("content-type") == Some("text/html; charset=utf-8") {
            let html = self.text();
            let code = html.split("data-code=\"").nth(1);
            return code.map_or_else(String::new, |rest| {
                rest.split('"').next().unwrap().to_owned()
            });
        }
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

/// A request.
pub(crate) struct Ask<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) body: Vec<u8>,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(method: &'a str, path: &'a str) -> Self {
        Self {
            method,
            path,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        if token.is_empty() {
            return self;
        }
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    pub(crate) fn bytes(mut self, media: &str, body: Vec<u8>) -> Self {
        self.body = body;
        self.header("content-type", media)
    }

    /// As it goes over the wire, on a connection of its own.
    pub(crate) fn wire(&self) -> Vec<u8> {
        self.wire_on("close")
    }

    /// The same on a connection that is closed afterwards, or kept.
    pub(crate) fn wire_on(&self, connection: &str) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: mz.example\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            let line = format!("{name}: {value}\r\n");
            head.push_str(&line);
        }
        let end = format!(
            "content-length: {}\r\nconnection: {connection}\r\n\r\n",
            self.body.len()
        );
        head.push_str(&end);
        [head.as_bytes(), &self.body].concat()
    }
}

/// Reads an answer to the end of its connection.
pub(crate) fn read_answer(mut connection: impl Read) -> std::io::Result<Answer> {
    let mut all = Vec::new();
    let read = connection.read_to_end(&mut all);
    if !all.windows(4).any(|w| w == b"\r\n\r\n") {
        read?;
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer_of(&all))
}

/// What came over the wire, taken apart.
pub(crate) fn answer_of(all: &[u8]) -> Answer {
    let split = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&all[..split]).into_owned();
    let mut lines = head.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut body = all[split + 4..].to_vec();
    if headers
        .iter()
        .any(|(n, v)| n == "transfer-encoding" && v == "chunked")
    {
        body = unchunked(&body);
    }
    Answer {
        status,
        headers,
        body,
    }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") {
        let length =
            usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        all.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 2 + length + 2..];
        if length == 0 {
            break;
        }
    }
    all
}
