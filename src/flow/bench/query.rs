//! What queries are measured with: certificates of one type, holders spread over all of them, each
//! with a registered case, and a system with a grant.

use serde_json::json;

use super::bulk;
use super::token;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::holder::HolderCode;
use crate::domain::item::Item;
use crate::domain::problem::Reason;
use crate::domain::usage::Applicant;
use crate::domain::usage::ForeignCase;
use crate::domain::usage::Grant;
use crate::domain::usage::MOST_A_DAY;
use crate::domain::usage::Operator;
use crate::domain::usage::UseMode;
use crate::flow::credentials;
use crate::flow::credentials::NewCredential;
use crate::flow::demo;
use crate::flow::failure::Failure;
use crate::flow::foreign_cases;
use crate::flow::grants;
use crate::flow::office::Office;
use crate::flow::source;

/// A type that is asked for, the item it is asked for, and the fields.
type Wanted = (&'static str, &'static str, &'static [&'static str]);

/// The type of which there are many.
const QUICK: Wanted = (
    demo::HEALTH,
    "食品经营许可（新办）",
    &["holder_name", "exam_result", "valid_to"],
);

/// The type whose records live in a slow department.
const SLOW: Wanted = ("居民户口簿", "高龄津贴发放（新申请）", &["holder_name"]);

/// The division in which they are asked for.
const DIVISION: &str = "152502";

/// Holders that are asked about.
const HOLDERS: u32 = 512;

/// What a system needs to ask.
pub struct Asking {
    /// Its bearer token.
    pub token: String,
    /// The address of the query.
    pub path: String,
    /// The bodies of its requests, each about another holder.
    pub bodies: Vec<String>,
}

/// Issues health certificates until there are so many; those that are there stay.
///
/// # Errors
///
/// [`Failure`] if not all could be issued.
pub fn issue(office: &Office, count: u32) -> Result<(), Failure> {
    let report = bulk::issue(office, &bulk::sheet(office, count))?;
    let there = report.counts.issued + report.counts.same;
    if there == u64::from(count) {
        Ok(())
    } else {
        Err(Failure::Broken(format!("{there} of {count} are there")))
    }
}

impl Asking {
    /// For the type of which there are so many: grants, registers a case for each holder, and
    /// writes the requests.
    ///
    /// # Errors
    ///
    /// [`Failure`]; what was written until then is there.
    pub fn many(office: &Office, among: u32) -> Result<Self, Failure> {
        let holders = HOLDERS.min(among);
        let spread = (0..holders).map(|n| bulk::citizen(n * (among / holders)));
        Self::of(office, QUICK, &spread.collect::<Vec<_>>())
    }

    /// For a type whose records live in a department's system at an address, which is given five
    /// seconds.
    ///
    /// # Errors
    ///
    /// [`Failure`]; what was written until then is there.
    pub fn slow(office: &Office, department: &str) -> Result<Self, Failure> {
        let columns = [
            "holder_name",
            "holder_code",
            "certificate_number",
            "household_kind",
            "head_name",
            "household_no",
            "home_address",
            "head_relation",
            "sex",
            "ethnic_group",
            "birth_date",
            "issue_date",
        ];
        let columns = columns.map(|key| format!("{key} = \"{key}\"\n")).concat();
        let configuration = format!(
            "[source]\nname = \"slow\"\ntype = \"{}\"\nask_by = [\"holder_code\"]\n\
             time_limit_ms = 5000\nbreaker = {{ failures = 100, rest_s = 1 }}\n\
             issue = \"never\"\n[source.http]\naddress = \"http://{department}\"\n\
             method = \"GET\"\npath = \"/?code={{holder_code}}\"\nrecords = \"\"\n\
             [source.fields]\n{columns}",
            SLOW.0
        );
        source::load(office, &configuration, &Caller::at_the_machine())?;
        let holders: Vec<String> = (0..8).map(bulk::citizen).collect();
        Self::of(office, SLOW, &holders)
    }

    fn of(
        office: &Office,
        (of, item, fields): Wanted,
        holders: &[String],
    ) -> Result<Self, Failure> {
        let items = office.items()?;
        let is = |found: &&std::sync::Arc<Item>| {
            found.name == item && found.division.to_string() == DIVISION
        };
        let item = items.iter().find(is);
        let item = item.ok_or(Failure::refused(Reason::UnknownItem))?;
        let known = office.known();
        let (of, hall) = (known.type_named(of)?, known.agency_named(demo::HALL)?);
        let operator = |label| NewCredential {
            role: Role::Operator,
            agency: None,
            holder: None,
            label,
            days: 1,
        };
        let first = Caller::at_the_machine();
        let second = credentials::create_token(office, &operator("second"), &first)?;
        let second = credentials::by_token(office, &second)?;
        let grant = Grant {
            agency: hall.number,
            type_number: of.number,
            item: item.code.to_string(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            modes: vec![UseMode::Duty],
            quota_per_day: MOST_A_DAY,
            until: office.clock.now().plus_secs(86_400),
        };
        grants::give_by_two(office, &grant, (&first, &second))?;
        let token = token(office, Role::System, demo::HALL)?;
        let system = credentials::by_token(office, &token)?;
        let wang = Operator {
            account: "wang.m".to_owned(),
            name: "王敏".to_owned(),
            organisation: demo::HALL.to_owned(),
            window: "3号窗口".to_owned(),
        };
        let mut bodies = Vec::new();
        for (n, number) in holders.iter().enumerate() {
            let code = HolderCode::read(&format!("111:{number}"));
            let case = ForeignCase {
                number: format!("{}-{n}", of.number),
                item: item.code.to_string(),
                item_name: item.name.clone(),
                scenario: item.scenario.clone(),
                applicant: Applicant {
                    name: "巴特尔".to_owned(),
                    code: code.map_err(|why| Failure::Broken(why.to_string()))?,
                },
                opened: office.clock.now().millis(),
                operator: wang.clone(),
            };
            foreign_cases::register(office, &case, b"bench", &system)?;
            let body = json!({
                "holder": {"type": "111", "code": number},
                "purpose": {
                    "mode": "duty", "item": case.item, "item_name": case.item_name,
                    "case": case.number, "cause": "核对从业人员健康状况", "operator": wang,
                    "legal_basis": "中华人民共和国食品安全法 第四十五条",
                },
            });
            bodies.push(body.to_string());
        }
        Ok(Self {
            token,
            path: format!("/api/v1/interfaces/{}/query", of.definition.code),
            bodies,
        })
    }
}
