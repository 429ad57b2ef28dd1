//! Somebody between a service and its clients who changes what is fetched on its way.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;

use serde_json::Value;

use crate::support::server::read_answer;

/// Stands in front of a service that speaks plain HTTP, as long as the test process runs.
pub(crate) fn in_front_of(
    service: SocketAddr,
    change: impl Fn(&mut Value) + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            pass(client.unwrap(), service, &change);
        }
    });
    port
}

fn pass(mut client: TcpStream, service: SocketAddr, change: &dyn Fn(&mut Value)) {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let begin = head.len();
        if reader.read_line(&mut head).unwrap() == 0 {
            return;
        }
        let line = head[begin..].to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let fetches = head.starts_with("POST /api/v1/interfaces/");
    let mut upstream = TcpStream::connect(service).unwrap();
    let head = head.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    upstream
        .write_all(&[head.as_bytes(), &body].concat())
        .unwrap();
    let mut answer = read_answer(upstream).unwrap();
    if fetches {
        let mut told = answer.json();
        change(&mut told);
        answer.body = told.to_string().into_bytes();
    }
    let head = format!(
        "HTTP/1.1 {} as told\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.status,
        answer.body.len()
    );
    client
        .write_all(&[head.as_bytes(), &answer.body].concat())
        .unwrap();
}
