//! `mianzheng grant`: what agencies may use; to widen it takes two operators.

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::mandate::By;
use crate::cli::mandate::One;
use crate::cli::output::Output;
use crate::domain::usage::Grant as Terms;
use crate::domain::usage::UseMode;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::grants;
use crate::flow::grants::Proposed;
use crate::flow::grants::report;
use crate::flow::office::Office;

#[derive(Subcommand)]
pub(crate) enum Grant {
    /// Propose what an agency may use; what widens waits for a second operator.
    #[command(after_help = "\
Examples:
  mianzheng grant propose --agency 锡林浩特市公安局 --type 出生医学证明 --item 150709902000 \\
      --fields newborn_name,sex,birth_time --modes online,duty --quota 200 --days 365")]
    Propose(Box<Propose>),
    /// List the grants that wait for a second operator.
    #[command(after_help = "\
Examples:
  mianzheng grant waiting --token-file second-operator.token
  mianzheng grant waiting --json")]
    Waiting {
        #[command(flatten)]
        by: By,
    },
    /// Confirm a grant, as a second operator: it is in force from then on.
    #[command(after_help = "\
Examples:
  mianzheng grant confirm 7 --token-file second-operator.token")]
    Confirm(One),
    /// Take back a grant that waits, or refuse one that another operator proposed.
    #[command(after_help = "\
Examples:
  mianzheng grant withdraw 7")]
    Withdraw(One),
    /// Take a grant away, at once.
    #[command(after_help = "\
Examples:
  mianzheng grant take 1")]
    Take(One),
    /// List the grants: who may use what of which type for which item, how, and until when.
    #[command(after_help = "\
Examples:
  mianzheng grant list
  mianzheng grant list --json")]
    List,
    /// Tell field by field what each agency can see, on the screen or as CSV.
    #[command(after_help = "\
Examples:
  mianzheng grant report
  mianzheng grant report --csv 用证授权.csv
  mianzheng grant report --token-file system.token --json")]
    Report {
        /// The CSV file to write.
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
        #[command(flatten)]
        by: By,
    },
}

#[derive(Args)]
pub(crate) struct Propose {
    /// The agency's code or name.
    #[arg(long)]
    agency: String,
    /// The certificate type's code or name.
    #[arg(long = "type", value_name = "TYPE")]
    of: String,
    /// The service item's code, or its base item's.
    #[arg(long)]
    item: String,
    /// The fields.
    #[arg(long, value_delimiter = ',', required = true)]
    fields: Vec<String>,
    /// By which ways they may be used.
    #[arg(long, value_delimiter = ',', required = true, value_parser = mode)]
    modes: Vec<UseMode>,
    /// How many uses a day.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    quota: u32,
    /// Days it is good for.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(i64).range(1..=1830))]
    days: i64,
    #[command(flatten)]
    by: By,
}

fn mode(name: &str) -> Result<UseMode, String> {
    let all = || UseMode::all().map(UseMode::name).collect::<Vec<_>>();
    UseMode::from_name(name).ok_or_else(|| all().join(", "))
}

impl Grant {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Propose(new) => propose(&office, new, output)?,
            Self::Waiting { by } => {
                let mut all = Vec::<Value>::new();
                for one in grants::waiting(&office, &by.caller(&office)?)? {
                    let (mut told, line) = shown(&office, &one.grant, output);
                    let waits = if one.waits_for_you { "*" } else { "" };
                    let id = one.id.to_string();
                    let parts = [&id, line.as_str(), &one.proposed_by, waits];
                    output.line(parts.join("  ").trim_end());
                    told.insert("proposal".to_owned(), one.id.into());
                    told.insert("proposed_by".to_owned(), one.proposed_by.into());
                    let at = one.proposed_at.to_string();
                    told.insert("proposed_at".to_owned(), at.into());
                    told.insert("waits".to_owned(), one.waits_for_you.into());
                    all.push(Value::Object(told));
                }
                output.object(&json!({"proposals": all}));
            }
            Self::Confirm(one) => {
                let id = grants::confirm(&office, one.id(), &one.caller(&office)?)?;
                output.say("cli.granted", &[("id", &id.to_string())]);
                output.object(&json!({"grant": id, "proposal": one.id(), "confirmed": true}));
            }
            Self::Withdraw(one) => {
                grants::withdraw(&office, one.id(), &one.caller(&office)?)?;
                output.say("cli.withdrawn", &[("id", &one.id().to_string())]);
                output.object(&json!({"proposal": one.id(), "withdrawn": true}));
            }
            Self::Take(one) => {
                grants::take(&office, one.id(), &one.caller(&office)?)?;
                output.object(&json!({"taken": one.id()}));
            }
            Self::List => {
                let mut all = Vec::<Value>::new();
                for one in grants::list(&office)? {
                    let (mut told, line) = shown(&office, &one.grant, output);
                    output.line(&format!("{}  {line}", one.id));
                    told.insert("grant".to_owned(), one.id.into());
                    all.push(Value::Object(told));
                }
                output.object(&json!({"grants": all}));
            }
            Self::Report { csv, by } => {
                let told = report::report(&office, &by.caller(&office)?)?;
                let Some(out) = csv else {
                    tell(&told, output);
                    return Ok(Ending::Done);
                };
                std::fs::write(out, report::csv(&told)?).map_err(|why| about_file(out, &why))?;
                output.say("cli.wrote", &[("path", &out.display().to_string())]);
                output.object(&json!({"file": out}));
            }
        }
        Ok(Ending::Done)
    }
}

fn propose(office: &Office, new: &Propose, output: &mut Output) -> Result<(), Failure> {
    let known = office.known();
    let grant = Terms {
        agency: known.agency_named(&new.agency)?.number,
        type_number: known.type_named(&new.of)?.number,
        item: new.item.clone(),
        fields: new.fields.clone(),
        modes: new.modes.clone(),
        quota_per_day: new.quota,
        until: office.clock.now().plus_secs(new.days * 86_400),
    };
    match grants::propose(office, &grant, &new.by.caller(office)?)? {
        Proposed::InForce(id) => {
            output.say("cli.granted", &[("id", &id.to_string())]);
            output.object(&json!({"grant": id, "proposal": null}));
        }
        Proposed::Waits(id) => {
            output.say("cli.grant_waits", &[("id", &id.to_string())]);
            output.object(&json!({"grant": null, "proposal": id}));
        }
    }
    Ok(())
}

/// A grant for programs, and as one line for people.
fn shown(office: &Office, grant: &Terms, output: &Output) -> (Map<String, Value>, String) {
    let known = office.known();
    let of = known.type_numbered(grant.type_number);
    let name = of.map_or("", |of| of.definition.name.as_str());
    let labels = grant.fields.iter().map(|key| match of {
        Some(of) => of.definition.label(key).to_owned(),
        None => key.clone(),
    });
    let labels = labels.collect::<Vec<_>>().join("、");
    let modes = modes(&grant.modes, output);
    let agency = known.agencies.get(&grant.agency);
    let agency = agency.map_or("", |agency| agency.name.as_str());
    let (quota, until) = (grant.quota_per_day.to_string(), grant.until.to_string());
    let parts = [agency, name, &grant.item, &labels, &modes, &quota, &until];
    let line = parts.join("  ");
    let told = [
        ("agency", json!(agency)),
        ("type", json!(name)),
        ("item", json!(grant.item)),
        ("fields", json!(grant.fields)),
        ("modes", json!(grant.modes)),
        ("quota_per_day", json!(grant.quota_per_day)),
        ("until", json!(until)),
    ];
    let told = told
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    (told.collect(), line)
}

fn modes(modes: &[UseMode], output: &Output) -> String {
    let word = |mode: &UseMode| say(output.lang, &format!("use_mode.{}", mode.name()), &[]);
    modes.iter().map(word).collect::<Vec<_>>().join("、")
}

fn tell(told: &report::GrantReport, output: &mut Output) {
    for agency in &told.agencies {
        output.line(&agency.agency_name);
        for grant in &agency.grants {
            let standing = if grant.expired { "expired" } else { "in_force" };
            let item = grant.item_name.as_deref().unwrap_or_default();
            let parts = [
                &grant.grant.to_string(),
                &grant.type_name,
                &grant.item,
                item,
                &modes(&grant.modes, output),
                &grant.quota_per_day.to_string(),
                &grant.until,
                &say(output.lang, &format!("grants.{standing}"), &[]),
            ];
            output.line(&format!("  {}", parts.join("  ")));
            for field in &grant.fields {
                let class = say(output.lang, &format!("cli.class_{}", field.class), &[]);
                output.line(&format!("    {}（{}）", field.label, class));
            }
        }
    }
    output.object(&json!(told));
}
