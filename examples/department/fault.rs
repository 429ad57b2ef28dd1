//! What a department's system does wrong: by order for everybody, or for the person whose record
//! names it under `fault`.

use std::io;
use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use super::records::Records;
use super::told;
use super::wire::head;
use super::wire::send;

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It says nothing for a long time.
    Late,
    /// A good answer, a byte at a time.
    Drip,
    /// 503.
    ServerError,
    /// It hangs up without a word.
    HangUp,
    /// It hangs up in the middle.
    CutOff,
    /// The record twice.
    Duplicate,
    /// A record of somebody else.
    WrongPerson,
    /// A page instead of JSON.
    Garbage,
    /// A member twice: which one counts?
    TwiceAMember,
    /// Lists in lists in lists.
    Deep,
    /// No HTTP at all.
    NoHttp,
    /// Eight megabytes.
    Huge,
    /// 403.
    Refused,
    /// 200, and no in the answer's own code.
    RefusedByCode,
    /// A code that nobody explained.
    OddCode,
    /// 302 to another address of its own.
    Redirect,
    /// A record that breaks the type's rules.
    BadRecord,
    /// A TLS certificate by an authority that nobody knows.
    WrongTls,
}

const NAMES: [(Fault, &str); 18] = [
    (Fault::Late, "late"),
    (Fault::Drip, "drip"),
    (Fault::ServerError, "server_error"),
    (Fault::HangUp, "hang_up"),
    (Fault::CutOff, "cut_off"),
    (Fault::Duplicate, "duplicate"),
    (Fault::WrongPerson, "wrong_person"),
    (Fault::Garbage, "garbage"),
    (Fault::TwiceAMember, "twice_a_member"),
    (Fault::Deep, "deep"),
    (Fault::NoHttp, "no_http"),
    (Fault::Huge, "huge"),
    (Fault::Refused, "refused"),
    (Fault::RefusedByCode, "refused_by_code"),
    (Fault::OddCode, "odd_code"),
    (Fault::Redirect, "redirect"),
    (Fault::BadRecord, "bad_record"),
    (Fault::WrongTls, "wrong_tls"),
];

impl Fault {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(_, known)| *known == name);
        found.map(|(fault, _)| *fault)
    }

    pub(crate) fn of_record(record: &Value) -> Option<Self> {
        Self::from_name(record.get("fault")?.as_str()?)
    }

    /// Lets it happen.
    pub(crate) fn happen(
        self,
        records: &Records,
        found: &[Value],
        connection: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Late => {
                sleep(Duration::from_secs(20));
                send(connection, 200, &told(found))
            }
            Self::Drip => drip(connection, &told(found)),
            Self::ServerError => send(connection, 503, "{\"head\": {\"code\": \"500\"}}"),
            Self::HangUp => Ok(()),
            Self::CutOff => {
                let body = told(found);
                connection.write_all(head(200, body.len(), "").as_bytes())?;
                connection.write_all(body.as_bytes().get(..20).unwrap_or_default())?;
                connection.flush()
            }
            Self::Duplicate => send(connection, 200, &told(&[found, found].concat())),
            Self::WrongPerson => send(connection, 200, &told(&records.of_another(found))),
            Self::Garbage => send(connection, 200, "<html><body>请登录</body></html>"),
            Self::TwiceAMember => {
                let twice = told(found).replace("\"data\":", "\"data\":{\"list\":[]},\"data\":");
                send(connection, 200, &twice)
            }
            Self::Deep => {
                let deep = "[".repeat(20_000) + &"]".repeat(20_000);
                send(connection, 200, &deep)
            }
            Self::NoHttp => connection.write_all(b"220 mail.example ESMTP\r\n\r\n"),
            Self::Huge => send(connection, 200, &" ".repeat(8 << 20)),
            Self::Refused => send(connection, 403, "{}"),
            Self::RefusedByCode => send(connection, 200, "{\"head\": {\"code\": \"403\"}}"),
            Self::OddCode => send(connection, 200, "{\"head\": {\"code\": \"7\"}}"),
            Self::Redirect => {
                let more = "Location: /elsewhere?id=152502199003070019\r\n";
                connection.write_all(head(302, 0, more).as_bytes())
            }
            Self::BadRecord => {
                let bad = found.iter().cloned().map(without_dates).collect::<Vec<_>>();
                send(connection, 200, &told(&bad))
            }
            // It is wrong before anything is asked.
            Self::WrongTls => send(connection, 200, &told(found)),
        }
    }
}

/// Slower than anybody should wait for, and never silent for long.
fn drip(connection: &mut dyn Write, body: &str) -> io::Result<()> {
    let whole = head(200, body.len(), "") + body;
    for byte in whole.as_bytes() {
        connection.write_all(&[*byte])?;
        connection.flush()?;
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn without_dates(mut record: Value) -> Value {
    if let Some(members) = record.as_object_mut() {
        members.remove("tjrq");
    }
    record
}
