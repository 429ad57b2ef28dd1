//! Requests over plain HTTP/1.1 on connections that are kept: no more of a client than a
//! measurement needs.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Error;
use std::io::Read;
use std::io::Result;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;

/// Connections at the same time.
const CONNECTIONS: u32 = 16;

/// A request, ready to be sent any number of times.
pub(crate) struct Request(Vec<u8>);

impl Request {
    /// A POST of so many bytes with a bearer token, if there is one.
    pub(crate) fn post(path: &str, media: &str, token: Option<&str>, body: &[u8]) -> Self {
        // The key is looked at by routes that do things once, and by no other.
        Self::post_once(path, "bench", media, token, body)
    }

    /// The same with a key of its own.
    pub(crate) fn post_once(
        path: &str,
        key: &str,
        media: &str,
        token: Option<&str>,
        body: &[u8],
    ) -> Self {
        let length = body.len();
        let token = token.map_or(String::new(), |t| format!("Authorization: Bearer {t}\r\n"));
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: mz.example\r\nContent-Type: {media}\r\n\
             Idempotency-Key: {key}\r\nContent-Length: {length}\r\n{token}\r\n"
        );
        Self([head.as_bytes(), body].concat())
    }

    fn get(path: &str, token: Option<&str>) -> Self {
        let token = token.map_or(String::new(), |t| format!("Authorization: Bearer {t}\r\n"));
        Self(format!("GET {path} HTTP/1.1\r\nHost: mz.example\r\n{token}\r\n").into_bytes())
    }
}

/// Sends one request on a connection of its own and returns the body of the answer.
pub(crate) fn once(to: SocketAddr, request: &Request) -> Result<String> {
    let mut connection = Connection::open(to)?;
    connection.send(request)?;
    connection.read()?;
    Ok(String::from_utf8_lossy(&connection.body).into_owned())
}

/// The body of what stands at a path.
pub(crate) fn get(to: SocketAddr, path: &str) -> Result<String> {
    once(to, &Request::get(path, None))
}

/// The body of what stands at a path for the holder of a token.
pub(crate) fn get_as(to: SocketAddr, path: &str, token: &str) -> Result<String> {
    once(to, &Request::get(path, Some(token)))
}

/// Sends a request so many times; every answer must be a good one.
///
/// The connections are asked all at once and then read from the last to the first. A server
/// answers in about the order it was asked, so that this process sleeps until the last answer
/// and is woken once a round, by a slow server as by a fast one: being woken is the machine's
/// time, but the server would be charged for it.
pub(crate) fn many(to: SocketAddr, request: &Request, count: u32) -> Result<()> {
    many_of(to, std::slice::from_ref(request), (count, CONNECTIONS))
}

/// The same with several requests, one after the other and again from the first, on so many
/// connections.
pub(crate) fn many_of(
    to: SocketAddr,
    requests: &[Request],
    (count, at_once): (u32, u32),
) -> Result<()> {
    let mut requests = requests.iter().cycle();
    let mut connections = Vec::new();
    for _ in 0..at_once {
        connections.push(Connection::open(to)?);
    }
    for _ in 0..count / at_once {
        for (connection, request) in connections.iter_mut().zip(&mut requests) {
            connection.send(request)?;
        }
        for connection in connections.iter_mut().rev() {
            connection.read()?;
        }
    }
    Ok(())
}

/// A connection that is kept.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    /// Opens one.
    pub(crate) fn open(to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            line: String::new(),
            body: Vec::new(),
        })
    }

    /// Sends a request and returns the body of the answer, which must be a good one.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<&[u8]> {
        self.send(request)?;
        self.read()?;
        Ok(&self.body)
    }

    fn send(&mut self, request: &Request) -> Result<()> {
        self.stream.get_mut().write_all(&request.0)
    }

    /// Reads the whole answer; one that is not 2xx is an error.
    fn read(&mut self) -> Result<()> {
        let first = self.header()?.to_owned();
        let mut length = 0;
        while !self.header()?.is_empty() {
            if let Some((name, value)) = self.line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(Error::other)?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        if first.starts_with("HTTP/1.1 2") {
            Ok(())
        } else {
            let said = String::from_utf8_lossy(&self.body);
            Err(Error::other(format!("{first}: {said}")))
        }
    }

    fn header(&mut self) -> Result<&str> {
        self.line.clear();
        self.stream.read_line(&mut self.line)?;
        let end = self.line.trim_end().len();
        self.line.truncate(end);
        Ok(&self.line)
    }
}
