//! `mianzheng mandate propose`: a mandate as one side wants it.

use clap::Args;
use clap::ValueEnum;

use crate::cli::mandate::By;
use crate::cli::mandate::day;
use crate::cli::status::holder;
use crate::domain::mandate::Listed;
use crate::domain::mandate::MandateKind;
use crate::domain::mandate::Scope;
use crate::domain::time::Day;
use crate::flow::failure::Failure;
use crate::flow::mandates;
use crate::flow::mandates::Party;
use crate::flow::mandates::Proposal;
use crate::flow::office::Office;

#[derive(Args)]
pub(crate) struct Propose {
    /// What whoever acts will be.
    #[arg(long, value_enum)]
    kind: Kind,
    /// Who is acted for, as type:number; for a clerk the organisation.
    #[arg(long)]
    principal: String,
    /// The principal's name.
    #[arg(long)]
    principal_name: String,
    /// Who will act, as type:number.
    #[arg(long)]
    agent: String,
    /// The name of whoever will act.
    #[arg(long)]
    agent_name: String,
    /// The mandate it hangs on; found where the caller acts by one that fits.
    #[arg(long, value_name = "NUMBER")]
    under: Option<i64>,
    /// Items or base items, by code; all if left out.
    #[arg(long, value_delimiter = ',')]
    items: Vec<String>,
    /// Certificate types, by code or name; all if left out.
    #[arg(long, value_delimiter = ',')]
    types: Vec<String>,
    /// The first day; at once if left out.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The last day, like 2027-11-22.
    #[arg(long, value_name = "DAY")]
    until: String,
    /// For an officer: what was checked in person.
    #[arg(long)]
    basis: Option<String>,
    #[command(flatten)]
    by: By,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// 法定代表人.
    Representative,
    /// 经办人.
    Clerk,
    /// 代办人.
    Agent,
}

pub(super) fn propose(office: &Office, new: &Propose) -> Result<i64, Failure> {
    let known = office.known();
    let types = new.types.iter().map(|name| {
        let of = known.type_named(name)?;
        Ok(of.definition.code.clone())
    });
    let scope = Scope {
        items: Listed::of(&new.items),
        types: Listed::of(&types.collect::<Result<Vec<String>, Failure>>()?),
    };
    let party = |code: &str, name: &str| {
        Ok::<_, Failure>(Party {
            code: holder(code)?,
            name: name.to_owned(),
        })
    };
    let principal = party(&new.principal, &new.principal_name)?;
    let agent = party(&new.agent, &new.agent_name)?;
    let from = new.from.as_deref().map(day).transpose()?;
    let proposal = Proposal {
        kind: match new.kind {
            Kind::Representative => MandateKind::Representative,
            Kind::Clerk => MandateKind::Clerk,
            Kind::Agent => MandateKind::Agent,
        },
        principal: &principal,
        agent: &agent,
        under: new.under,
        scope: &scope,
        from: from.map(Day::start),
        until: day(&new.until)?.end(),
        basis: new.basis.as_deref(),
    };
    mandates::propose(office, &proposal, &new.by.caller(office)?)
}
