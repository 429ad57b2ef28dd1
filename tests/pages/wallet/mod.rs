//! The citizen's wallet.

mod counter;
mod home;
mod request;
mod show;

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;

use crate::support::database::Database;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::health_fields;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

pub(crate) const BATU: &str = "111:152502199003070019";
pub(crate) const STRANGER: &str = "111:152525198501010027";

/// A phone with somebody's wallet.
pub(crate) struct Phone<'s> {
    pub(crate) server: &'s TestServer,
    pub(crate) token: String,
}

impl<'s> Phone<'s> {
    /// The phone of whoever has this code.
    pub(crate) fn of(server: &'s TestServer, code: &str) -> Self {
        Self {
            server,
            token: server.token(Role::Holder, None, Some(code)),
        }
    }

    /// A page.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.server.ask(&Ask::new("GET", path).token(&self.token))
    }

    /// A form that is sent.
    pub(crate) fn send(&self, path: &str, form: &str) -> Answer {
        let media = "application/x-www-form-urlencoded";
        let ask = Ask::new("POST", path).token(&self.token);
        self.server.ask(&ask.bytes(media, form.as_bytes().to_vec()))
    }

    /// Where a form leads.
    pub(crate) fn led(&self, path: &str, form: &str) -> String {
        let answer = self.send(path, form);
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").unwrap().to_owned()
    }
}

/// A certificate is changed by its issuer.
pub(crate) fn change(server: &TestServer, identifier: &CertificateIdentifier, change: Change) {
    let by = server.test.caller(Role::Issuer, CDC);
    let request = ChangeRequest {
        identifier,
        change,
        reason: "测试",
        by: &by,
        key: None,
    };
    change_status(&server.test.office, &request).unwrap();
}

/// What stands between two signs, the first time.
pub(crate) fn between<'h>(html: &'h str, from: &str, to: &str) -> &'h str {
    let rest = html
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from} in {html}"))
        .1;
    rest.split_once(to).unwrap().0
}

/// The key of the first form of a page.
pub(crate) fn key(html: &str) -> &str {
    between(html, "name=\"key\" value=\"", "\"")
}

/// The address of the first card of a page.
pub(crate) fn first_card(html: &str) -> String {
    format!("/w/cards/{}", between(html, "href=\"/w/cards/", "\""))
}

/// A server on which 巴特尔 holds a health certificate.
pub(crate) fn with_a_card(database: Database) -> TestServer {
    let server = TestServer::on(database);
    let fields = health_fields("152502199003070019", "锡健2026第000001号");
    server.test.issue(HEALTH, CDC, &fields).unwrap();
    server
}
