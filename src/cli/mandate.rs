//! `mianzheng mandate`: who may act for whom, given, confirmed, ended, asked.

mod propose;

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::mandate::propose::Propose;
use crate::cli::mandate::propose::propose;
use crate::cli::output::Output;
use crate::cli::status::holder;
use crate::cli::token::caller_of;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::time::Day;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::mandates;
use crate::flow::mandates::MandateLine;
use crate::flow::office::Office;

#[derive(Subcommand)]
pub(crate) enum Mandate {
    /// Propose a mandate; it is good once the other side, or a second officer, confirms.
    #[command(after_help = "\
Examples:
  mianzheng mandate propose --kind representative --principal 001:91152502MA0000001L \\
      --principal-name 锡林浩特市示例商贸有限公司 --agent 111:152502199003070019 \\
      --agent-name 巴特尔 --until 2029-11-22 --basis 营业执照、身份证、登记机关记录
  mianzheng mandate propose --kind agent --principal 111:152502199206120020 \\
      --principal-name 其其格 --agent 111:152522198804150036 --agent-name 苏和 \\
      --items 150723903000 --until 2026-12-31 --token-file holder.token")]
    Propose(Box<Propose>),
    /// Confirm a mandate, as the other side or as a second officer.
    #[command(after_help = "\
Examples:
  mianzheng mandate confirm 7 --token-file agent.token")]
    Confirm(One),
    /// End or decline a mandate; all that hangs on it ends with it.
    #[command(after_help = "\
Examples:
  mianzheng mandate end 7 --token-file holder.token")]
    End(One),
    /// List the mandates given and received; for officers those that wait for a second one.
    #[command(after_help = "\
Examples:
  mianzheng mandate list --token-file holder.token
  mianzheng mandate list --json")]
    List {
        #[command(flatten)]
        by: By,
    },
    /// Ask whether somebody may act for somebody in an item now, and by which chain.
    #[command(after_help = "\
Examples:
  mianzheng mandate may --principal 001:91152502MA0000001L --agent 111:152522198804150036 \\
      --item 150723903000 --type 营业执照

Exit codes of this command: 0 they may; 1 refused, or cannot be done; 2 they may not;
3 wrong usage; 4 ask again.")]
    May {
        /// Who is acted for, as type:number.
        #[arg(long)]
        principal: String,
        /// Who would act, as type:number.
        #[arg(long)]
        agent: String,
        /// The item's code, or its base item's.
        #[arg(long)]
        item: String,
        /// The certificate type's code or name, where a certificate is used.
        #[arg(long = "type", value_name = "TYPE")]
        of: Option<String>,
    },
}

/// Whose word it is.
#[derive(Args)]
pub(crate) struct By {
    /// A file with a bearer token; without it, the operator at this machine.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// One that is there.
#[derive(Args)]
pub(crate) struct One {
    /// Its number.
    id: i64,
    #[command(flatten)]
    by: By,
}

impl By {
    pub(crate) fn caller(&self, office: &Office) -> Result<Caller, Failure> {
        match &self.token_file {
            Some(path) => caller_of(office, path),
            None => Ok(Caller::at_the_machine()),
        }
    }
}

impl One {
    pub(crate) const fn id(&self) -> i64 {
        self.id
    }

    pub(crate) fn caller(&self, office: &Office) -> Result<Caller, Failure> {
        self.by.caller(office)
    }
}

impl Mandate {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Propose(new) => {
                let id = propose(&office, new)?;
                output.say("cli.proposed", &[("id", &id.to_string())]);
                output.object(&json!({"mandate": id}));
            }
            Self::Confirm(one) => {
                mandates::confirm(&office, one.id, &one.caller(&office)?)?;
                output.say("cli.confirmed", &[("id", &one.id.to_string())]);
                output.object(&json!({"mandate": one.id, "confirmed": true}));
            }
            Self::End(one) => {
                mandates::end(&office, one.id, &one.caller(&office)?)?;
                output.say("cli.mandate_ended", &[("id", &one.id.to_string())]);
                output.object(&json!({"mandate": one.id, "ended": true}));
            }
            Self::List { by } => {
                let lines = mandates::list(&office, &by.caller(&office)?)?;
                list(output, &lines);
            }
            Self::May {
                principal,
                agent,
                item,
                of,
            } => return may(&office, (principal, agent), (item, of.as_deref()), output),
        }
        Ok(Ending::Done)
    }
}

pub(crate) fn day(text: &str) -> Result<Day, Failure> {
    text.parse().map_err(|why| {
        let said = Said::of("fault", "bad_day").with("text", text);
        Failure::saying(Reason::BadRequest, format!("{why}"), said)
    })
}

fn list(output: &mut Output, lines: &[MandateLine]) {
    let mut all = Vec::<Value>::new();
    for line in lines {
        let mandate = &line.mandate;
        let standing = line.standing.name();
        let word = say(output.lang, &format!("mandate.{standing}"), &[]);
        let kind = say(output.lang, &format!("acts.{}", mandate.kind.name()), &[]);
        let until = mandate.until.to_string();
        let id = mandate.id.to_string();
        let waits = if line.waits { "*" } else { "" };
        let parts = [
            id.as_str(),
            &line.agent,
            "→",
            &line.principal,
            &kind,
            &word,
            &until,
            waits,
        ];
        output.line(parts.join("  ").trim_end());
        all.push(json!({
            "mandate": mandate.id, "kind": mandate.kind.name(), "principal": line.principal,
            "agent": line.agent, "under": mandate.parent,
            "items": mandate.scope.items.codes().collect::<Vec<_>>(),
            "types": mandate.scope.types.codes().collect::<Vec<_>>(),
            "from": mandate.from.to_string(), "until": until, "standing": standing,
            "chain_stands": line.chain_stands, "received": line.received, "waits": line.waits,
        }));
    }
    output.object(&json!({"mandates": all}));
}

fn may(
    office: &Office,
    (principal, agent): (&str, &str),
    (item, of): (&str, Option<&str>),
    output: &mut Output,
) -> Result<Ending, Failure> {
    let vault = office.store.vault();
    let principal = holder_index(vault, &holder(principal)?);
    let agent = holder_index(vault, &holder(agent)?);
    let known = office.known();
    let of = of.map(|name| known.type_named(name)).transpose()?;
    let code = of.as_ref().map(|of| of.definition.code.as_str());
    let now = office.clock.now();
    match mandates::authority(office, &principal, &agent, item, code, now)? {
        Err(refusal) => {
            let reason = refusal.reason();
            output.line(&reason.title(output.lang));
            output.object(&json!({"may": false, "why": reason.code()}));
            Ok(Ending::SomeNotGood)
        }
        Ok(authority) => {
            let mut chain = Vec::<Value>::new();
            for link in mandates::told(office, &authority)? {
                let kind = say(output.lang, &format!("acts.{}", link.kind), &[]);
                let until = link.until.to_string();
                let id = link.mandate.to_string();
                output.line(&[id.as_str(), &kind, &link.name, &until].join("  "));
                chain.push(json!({"mandate": link.mandate, "kind": link.kind,
                    "name": link.name, "until": until}));
            }
            output.object(&json!({"may": true, "chain": chain}));
            Ok(Ending::Done)
        }
    }
}
