//! `mianzheng guardian`: who acts for a child, and orders about that.

use clap::Args;
use clap::Subcommand;
use clap::ValueEnum;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::mandate::By;
use crate::cli::mandate::One;
use crate::cli::mandate::day;
use crate::cli::status::holder;
use crate::domain::guardian::OrderKind;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::guardians;
use crate::flow::guardians::orders;
use crate::flow::guardians::orders::NewOrder;

#[derive(Subcommand)]
pub(crate) enum Guardian {
    /// List who the guardians of a child are, and how each stands now.
    #[command(after_help = "\
Examples:
  mianzheng guardian list 999:A157000001
  mianzheng guardian list 111:152502202611200029 --json")]
    List {
        /// The child, as type:number.
        child: String,
        #[command(flatten)]
        by: By,
    },
    /// List the orders that wait for a second officer.
    #[command(after_help = "\
Examples:
  mianzheng guardian waiting --token-file second-officer.token
  mianzheng guardian waiting --json")]
    Waiting {
        #[command(flatten)]
        by: By,
    },
    /// Record an order about a guardian; it counts once a second officer confirms.
    #[command(after_help = "\
Examples:
  mianzheng guardian order --child 999:A157000001 --guardian 111:152522198804150036 \\
      --what revocation --reference （2026）内2502民初1号 --token-file officer.token")]
    Order(New),
    /// Confirm an order, as a second officer.
    #[command(after_help = "\
Examples:
  mianzheng guardian confirm 7 --token-file second-officer.token")]
    Confirm(One),
    /// Take an order back before it is confirmed, as the one who proposed it.
    #[command(after_help = "\
Examples:
  mianzheng guardian withdraw 7 --token-file officer.token")]
    Withdraw(One),
}

#[derive(Args)]
pub(crate) struct New {
    /// The child, as type:number.
    #[arg(long)]
    child: String,
    /// The guardian it is about, as type:number.
    #[arg(long)]
    guardian: String,
    /// What it does.
    #[arg(long, value_enum)]
    what: What,
    /// The first day it counts; today if left out.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The number of the judgment or decision.
    #[arg(long)]
    reference: String,
    #[command(flatten)]
    by: By,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// 撤销监护资格.
    Revocation,
    /// 抚养权归另一方.
    Custody,
    /// 恢复.
    Restoration,
}

impl Guardian {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::List { child, by } => {
                let found = guardians::look_up(&office, &holder(child)?, &by.caller(&office)?)?;
                let ends = found.ends_on().map(|day| day.to_string());
                let mut all = Vec::<Value>::new();
                for guardian in &found.guardians {
                    let standing = guardian.standing.name();
                    let word = say(output.lang, &format!("guardian.{standing}"), &[]);
                    let ends = ends.as_deref().unwrap_or("—");
                    output.line(&[guardian.name.as_str(), &word, ends].join("  "));
                    all.push(json!({"name": guardian.name, "standing": standing,
                        "may_act": guardian.standing.may_act()}));
                }
                output.object(&json!({"child": found.name, "ends_on": ends, "guardians": all}));
            }
            Self::Waiting { by } => {
                let mut all = Vec::<Value>::new();
                for line in guardians::waiting(&office, &by.caller(&office)?)? {
                    let kind = line.kind.name();
                    let word = say(output.lang, &format!("acts.{kind}"), &[]);
                    let (id, from) = (line.id.to_string(), line.from.to_string());
                    let parts = [&id, &line.child, &line.guardian, &word, &from];
                    output.line(&parts.map(String::as_str).join("  "));
                    all.push(json!({"order": line.id, "what": kind, "from": from,
                        "child": line.child, "guardian": line.guardian, "waits": line.waits}));
                }
                output.object(&json!({"orders": all}));
            }
            Self::Order(new) => {
                let (child, guardian) = (holder(&new.child)?, holder(&new.guardian)?);
                let order = NewOrder {
                    child: &child,
                    guardian: &guardian,
                    kind: match new.what {
                        What::Revocation => OrderKind::Revocation,
                        What::Custody => OrderKind::Custody,
                        What::Restoration => OrderKind::Restoration,
                    },
                    from: new.from.as_deref().map(day).transpose()?,
                    reference: &new.reference,
                };
                let by = new.by.caller(&office)?;
                let id = orders::propose_once(&office, &order, &by, None)?;
                output.say("cli.proposed", &[("id", &id.to_string())]);
                output.object(&json!({"order": id}));
            }
            Self::Confirm(one) => {
                orders::confirm_once(&office, one.id(), &one.caller(&office)?, None)?;
                output.say("cli.confirmed", &[("id", &one.id().to_string())]);
                output.object(&json!({"order": one.id(), "confirmed": true}));
            }
            Self::Withdraw(one) => {
                orders::withdraw_once(&office, one.id(), &one.caller(&office)?, None)?;
                output.say("cli.withdrawn", &[("id", &one.id().to_string())]);
                output.object(&json!({"order": one.id(), "withdrawn": true}));
            }
        }
        Ok(Ending::Done)
    }
}
