//! Grants for tests, given by two operators as the rules say.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::usage::Grant;
use mianzheng::domain::usage::UseMode;
use mianzheng::flow::grants;
use serde_json::Value;

use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::server::Ask;
use crate::support::server::TestServer;

/// Another operator than [`operator`].
pub(crate) fn second_operator() -> Caller {
    Caller {
        id: "operator-2".to_owned(),
        ..Caller::at_the_machine()
    }
}

impl TestOffice {
    /// What a grant of an hour would say, for every mode.
    pub(crate) fn grant(&self, agency: &str, of: &str, item: &str, fields: &[&str]) -> Grant {
        Grant {
            agency: self.agency(agency).number,
            type_number: self.type_named(of).number,
            item: item.to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            modes: UseMode::all().collect(),
            quota_per_day: 1000,
            until: self.now().plus_secs(3600),
        }
    }

    /// Gives such a grant.
    pub(crate) fn give(&self, agency: &str, of: &str, item: &str, fields: &[&str]) -> i64 {
        let grant = self.grant(agency, of, item, fields);
        let (first, second) = (operator(), second_operator());
        grants::give_by_two(&self.office, &grant, (&first, &second)).unwrap()
    }
}

impl TestServer {
    /// Gives a grant over the network: proposed with one operator's token and confirmed with
    /// another's. Returns its number.
    pub(crate) fn give(&self, (first, second): (&str, &str), grant: &Value) -> i64 {
        let ask = Ask::new("POST", "/api/v1/grants").token(first).key("give");
        let proposed = self.ask(&ask.json(grant));
        assert_eq!(proposed.status, 201, "{proposed:?}");
        let id = proposed.json()["proposal"].clone();
        let path = format!("/api/v1/grants/proposals/{id}/confirmation");
        let given = self.ask(&Ask::new("POST", &path).token(second).key("give"));
        assert_eq!(given.status, 200, "{given:?}");
        given.json()["grant"].as_i64().unwrap()
    }
}
