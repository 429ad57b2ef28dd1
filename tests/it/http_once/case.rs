//! A request that is sent twice at once, again later, and with another body under its key.

use mianzheng::http::routes::TABLE;
use mianzheng::store::Rx;
use serde_json::Value;

use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// A body, with its media type.
pub(crate) type Body = (&'static str, Vec<u8>);

/// A request, another one to the same place, and the part of the answer that must be the same
/// when it is repeated.
pub(crate) struct Case<'a> {
    pub(crate) name: &'static str,
    pub(crate) path: String,
    pub(crate) token: &'a str,
    pub(crate) body: Option<Body>,
    pub(crate) other: Option<Body>,
    pub(crate) same: &'static str,
}

pub(crate) fn json_body(body: &Value) -> Body {
    ("application/json", body.to_string().into_bytes())
}

pub(crate) fn csv_body(number: &str) -> Body {
    let text = format!("姓名,证件编号\n巴特尔,{number}\n");
    ("text/csv", text.into_bytes())
}

/// The number of ledger rows: what was done leaves some.
pub(crate) fn ledger(server: &TestServer) -> i64 {
    let last = |rx: &mut Rx<'_>| rx.last_ledger_row();
    server.test.office.store.read(last).unwrap().unwrap().seq
}

impl Case<'_> {
    pub(crate) fn send(&self, server: &TestServer, key: &str, body: Option<&Body>) -> Answer {
        let row = TABLE.iter().find(|row| row.name == self.name).unwrap();
        let ask = Ask::new(row.verb.name(), &self.path);
        let ask = ask.token(self.token).key(key);
        server.ask(&match body {
            Some((media, bytes)) => ask.bytes(media, bytes.clone()),
            None => ask,
        })
    }

    /// Sends it twice at once, again later, and another one under its key.
    pub(crate) fn try_out(&self, server: &TestServer) -> Value {
        let send = |body| self.send(server, "the-key", body);
        let body = self.body.as_ref();
        let (first, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| send(body));
            (send(body), second.join().unwrap())
        });
        let done = ledger(server);
        let third = send(body);
        let part = |answer: &Answer| {
            assert!(
                (200..300).contains(&answer.status),
                "{}: {answer:?}",
                self.name
            );
            let part = answer.json().pointer(self.same).cloned();
            (
                answer.status,
                part.unwrap_or_else(|| panic!("{}: {answer:?}", self.name)),
            )
        };
        assert_eq!(part(&first), part(&second), "{}: at once", self.name);
        assert_eq!(part(&first), part(&third), "{}: again", self.name);
        if let Some(other) = &self.other {
            let refused = send(Some(other));
            let told = (refused.status, refused.code());
            assert_eq!(told, (422, "key_reused".to_owned()), "{}", self.name);
        }
        assert_eq!(ledger(server), done, "{} did it again", self.name);
        let missing = Ask::new("POST", &self.path).token(self.token);
        let missing = Ask {
            method: TABLE
                .iter()
                .find(|row| row.name == self.name)
                .map(|row| row.verb.name())
                .unwrap(),
            ..missing
        };
        assert_eq!(server.ask(&missing).code(), "key_missing", "{}", self.name);
        first.json()
    }
}
