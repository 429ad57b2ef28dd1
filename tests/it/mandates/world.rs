//! An organisation, people, and the mandates between them.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::mandate::Authority;
use mianzheng::domain::mandate::Listed;
use mianzheng::domain::mandate::MandateKind;
use mianzheng::domain::mandate::Refusal;
use mianzheng::domain::mandate::Scope;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::time::Timestamp;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::issue::holder_index;
use mianzheng::flow::mandates;
use mianzheng::flow::mandates::Party;
use mianzheng::flow::mandates::Proposal;
use mianzheng::flow::notices;

use crate::support::database::Database;
use crate::support::office::HALL;
use crate::support::office::LICENCE;
use crate::support::office::MARKET;
use crate::support::office::TestOffice;

pub(crate) const ORGANISATION: &str = "001:91152502MA0000001L";
pub(crate) const REPRESENTATIVE: &str = "111:152502199003070019";
pub(crate) const CLERK: &str = "111:152522198804150036";
pub(crate) const AGENT: &str = "111:152502199206120020";
pub(crate) const STRANGER: &str = "111:152525198501010027";

/// A published item, and within it the base item 150723903000.
pub(crate) const ITEM: &str = "11152501MY0001840D415072390300001";

const NAMES: [(&str, &str); 5] = [
    (ORGANISATION, "锡林浩特市示例商贸有限公司"),
    (REPRESENTATIVE, "巴特尔夫尔"),
    (CLERK, "苏和"),
    (AGENT, "其其格"),
    (STRANGER, "杨敏"),
];

pub(crate) struct World {
    pub(crate) test: TestOffice,
}

fn reason<T>(done: Result<T, Failure>) -> Result<T, Reason> {
    done.map_err(|why| why.problem().reason)
}

pub(crate) fn party(code: &str) -> Party {
    let name = NAMES.iter().find(|(known, _)| *known == code);
    Party {
        code: HolderCode::read(code).unwrap(),
        name: name.map_or("娜仁", |(_, name)| name).to_owned(),
    }
}

impl World {
    pub(crate) fn on(database: Database) -> Self {
        Self {
            test: TestOffice::on(database),
        }
    }

    pub(crate) fn holder(&self, code: &str) -> Caller {
        self.test.holder(code)
    }

    pub(crate) fn index(&self, code: &str) -> [u8; 32] {
        let code = HolderCode::read(code).unwrap();
        holder_index(self.test.office.store.vault(), &code)
    }

    /// Another officer of the same hall.
    pub(crate) fn second_officer(&self) -> Caller {
        Caller {
            id: "window-2".to_owned(),
            ..self.test.caller(Role::Window, HALL)
        }
    }

    /// The business licence that names the representative.
    pub(crate) fn license(&self) {
        let fields = [
            ("holder_name", "锡林浩特市示例商贸有限公司"),
            ("holder_code", "91152502MA0000001L"),
            ("enterprise_type", "有限责任公司"),
            ("legal_representative", "巴特尔夫尔"),
            ("establish_date", "2016-06-16"),
            ("business_term", "长期"),
            ("domicile", "内蒙古自治区锡林郭勒盟锡林浩特市示例路1号"),
            ("business_scope", "畜产品销售"),
            ("issue_date", "2016-06-16"),
        ];
        self.test.issue(LICENCE, MARKET, &fields).unwrap();
    }

    /// Two officers bind the representative.
    pub(crate) fn represented(&self) -> i64 {
        let (principal, agent) = (party(ORGANISATION), party(REPRESENTATIVE));
        let proposal = Proposal {
            kind: MandateKind::Representative,
            principal: &principal,
            agent: &agent,
            under: None,
            scope: &Scope::ALL,
            from: None,
            until: self.test.now().plus_secs(3 * 366 * 86_400),
            basis: Some("营业执照、身份证、登记机关记录"),
        };
        let office = &self.test.office;
        let first = self.test.caller(Role::Window, HALL);
        let id = mandates::propose(office, &proposal, &first).unwrap();
        mandates::confirm(office, id, &self.second_officer()).unwrap();
        id
    }

    /// Representative, clerk for two base items, agent for one item of them until 2026-12-23.
    pub(crate) fn chain(&self) -> (i64, i64, i64) {
        let first = self.represented();
        let listed = |items: &[&str]| Scope {
            items: Listed::of(&items.iter().map(|i| (*i).to_owned()).collect::<Vec<_>>()),
            types: Listed::All,
        };
        let scope = listed(&["150723903000", "000131016000"]);
        let second = self
            .propose(REPRESENTATIVE, MandateKind::Clerk, CLERK, &scope)
            .unwrap();
        self.confirm(second, CLERK).unwrap();
        let last: Timestamp = "2026-12-24T00:00:00+08:00".parse().unwrap();
        let scope = listed(&[ITEM]);
        let third = self.give(
            (CLERK, ORGANISATION, AGENT),
            MandateKind::Agent,
            &scope,
            last,
        );
        let third = third.unwrap();
        self.confirm(third, AGENT).unwrap();
        (first, second, third)
    }

    /// Somebody who acts for the organisation gives a mandate for 60 days.
    pub(crate) fn propose(
        &self,
        by: &str,
        kind: MandateKind,
        agent: &str,
        scope: &Scope,
    ) -> Result<i64, Reason> {
        let until = self.test.now().plus_secs(20 * 86_400);
        let until = match kind {
            MandateKind::Agent => until,
            _ => until.plus_secs(40 * 86_400),
        };
        self.give((by, ORGANISATION, agent), kind, scope, until)
    }

    /// A person mandates an agent for 30 days.
    pub(crate) fn mandate(&self, by: &str, agent: &str, scope: &Scope) -> Result<i64, Reason> {
        let until = self.test.now().plus_secs(30 * 86_400);
        self.give((by, by, agent), MandateKind::Agent, scope, until)
    }

    fn give(
        &self,
        (by, principal, agent): (&str, &str, &str),
        kind: MandateKind,
        scope: &Scope,
        until: Timestamp,
    ) -> Result<i64, Reason> {
        let (principal, agent) = (party(principal), party(agent));
        let proposal = Proposal {
            kind,
            principal: &principal,
            agent: &agent,
            under: None,
            scope,
            from: None,
            until,
            basis: None,
        };
        let by = Caller {
            id: format!("holder of {by}"),
            ..self.holder(by)
        };
        reason(mandates::propose(&self.test.office, &proposal, &by))
    }

    pub(crate) fn confirm(&self, id: i64, by: &str) -> Result<(), Reason> {
        reason(mandates::confirm(&self.test.office, id, &self.holder(by)))
    }

    pub(crate) fn end(&self, id: i64, by: &str) -> Result<(), Reason> {
        reason(mandates::end(&self.test.office, id, &self.holder(by)))
    }

    /// Whether somebody may act for somebody in the item now.
    pub(crate) fn may(&self, principal: &str, acting: &str) -> Result<Authority, Refusal> {
        let (principal, acting) = (self.index(principal), self.index(acting));
        let now = self.test.now();
        mandates::authority(&self.test.office, &principal, &acting, ITEM, None, now).unwrap()
    }

    /// The kinds of the notices of somebody, newest first.
    pub(crate) fn notices(&self, code: &str) -> Vec<&'static str> {
        let all = notices::list(&self.test.office, &self.holder(code)).unwrap();
        all.into_iter().map(|notice| notice.kind.name()).collect()
    }
}
