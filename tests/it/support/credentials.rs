//! Credentials that an operator gives over the network.

use serde_json::json;

use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// Gives an auditor a credential, under this idempotency key.
pub(crate) fn give_auditor(server: &TestServer, operator: &str, key: &str) -> Answer {
    let ask = Ask::new("POST", "/api/v1/credentials").token(operator);
    let body = json!({"role": "auditor", "label": "审计", "days": 30});
    server.ask(&ask.key(key).json(&body))
}
