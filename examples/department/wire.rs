//! Just enough of HTTP/1.1: one request, one answer, and the connection is closed.

use std::collections::BTreeMap;
use std::io;
use std::io::Read;
use std::io::Write;

use serde_json::Value;

/// The largest question.
const LARGEST: usize = 64 << 10;

/// A question as it came.
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With the query.
    pub(crate) target: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// A value of the query, taken out of its percent signs.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(key, _)| *key == name);
        found.next().map(|(_, value)| plain(value))
    }

    /// Whom it asks about: `id` in the query, or `idNo` in the body.
    pub(crate) fn holder_code(&self) -> String {
        let in_body = || {
            let body: Value = serde_json::from_slice(&self.body).ok()?;
            Some(body.get("idNo")?.as_str()?.to_owned())
        };
        self.query("id").or_else(in_body).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok());
        let decoded = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        if let (b'%', Some(byte)) = (first, decoded) {
            bytes.push(byte);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads one question.
pub(crate) fn read<C: Read + ?Sized>(connection: &mut C) -> io::Result<Asked> {
    let bad = || io::Error::from(io::ErrorKind::InvalidData);
    let mut bytes = Vec::new();
    let mut room = [0; 4096];
    let (head, mut body) = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = bytes.split_off(at + 4);
            break (String::from_utf8_lossy(&bytes).into_owned(), body);
        }
        let got = connection.read(&mut room)?;
        if got == 0 || bytes.len() > LARGEST {
            return Err(bad());
        }
        bytes.extend_from_slice(room.get(..got).unwrap_or_default());
    };
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target)) = (first.next(), first.next()) else {
        return Err(bad());
    };
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers: BTreeMap<String, String> = headers
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .map_or(Ok(0), |text| text.parse())
        .map_err(|_no_number| bad())?;
    while body.len() < length.min(LARGEST) {
        let got = connection.read(&mut room)?;
        if got == 0 {
            return Err(bad());
        }
        body.extend_from_slice(room.get(..got).unwrap_or_default());
    }
    Ok(Asked {
        method: method.to_owned(),
        path: target.split('?').next().unwrap_or_default().to_owned(),
        target: target.to_owned(),
        headers,
        body,
    })
}

/// The head of an answer with a body of this length.
pub(crate) fn head(status: u16, length: usize, more: &str) -> String {
    format!(
        "HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{more}\r\n"
    )
}

/// Sends a whole answer.
pub(crate) fn send(connection: &mut dyn Write, status: u16, body: &str) -> io::Result<()> {
    connection.write_all(head(status, body.len(), "").as_bytes())?;
    connection.write_all(body.as_bytes())?;
    connection.flush()
}
