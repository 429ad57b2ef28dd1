//! The console of agencies that issue.

mod overview;

use mianzheng::domain::caller::Role;

use crate::support::office::CDC;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// Somebody who has come into the console.
struct Visitor<'s> {
    server: &'s TestServer,
    token: String,
}

impl<'s> Visitor<'s> {
    /// An officer of the CDC who issues.
    fn issuer(server: &'s TestServer) -> Self {
        Self::of(server, Role::Issuer, Some(CDC))
    }

    fn of(server: &'s TestServer, role: Role, agency: Option<&str>) -> Self {
        let token = server.token(role, agency, None);
        Self { server, token }
    }

    fn get(&self, path: &str) -> Answer {
        self.server.ask(&Ask::new("GET", path).token(&self.token))
    }

    /// A page that is there.
    fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }
}
