//! `mianzheng trust`: the signed list of keys, and the roots it is checked against.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::keys::line;
use crate::domain::caller::Caller;
use crate::flow::anchors;
use crate::flow::failure::Failure;
use crate::flow::key_list;
use crate::flow::trust_list;
use crate::flow::trust_list::LONGEST_DAYS;

#[derive(Subcommand)]
pub(crate) enum Trust {
    /// Sign and publish the next trust list with the root key.
    #[command(after_help = "\
Examples:
  mianzheng trust publish
  mianzheng trust publish --root /media/safe/root --days 14")]
    Publish {
        /// The folder with the root keys; `root` in the office's folder if left out.
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
        /// Days until the next list is due.
        #[arg(long, value_name = "N", default_value_t = LONGEST_DAYS,
            value_parser = clap::value_parser!(i64).range(1..=LONGEST_DAYS))]
        days: i64,
    },
    /// Show the list in force: sequence, age, when the next is due, keys with their states.
    #[command(after_help = "\
Examples:
  mianzheng trust show")]
    Show,
    /// Write the signed list to a file, for whoever verifies without a network.
    #[command(after_help = "\
Examples:
  mianzheng trust export --out trust-list.jwt")]
    Export {
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Write the pinned roots to a file, for whoever verifies without a network.
    #[command(after_help = "\
Examples:
  mianzheng trust anchors --out anchors.json")]
    Anchors {
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

impl Trust {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Publish { root, days } => {
                let folder = root.clone().unwrap_or_else(|| office.settings.root_keys());
                let by = Caller::at_the_machine();
                let sequence = trust_list::publish_from(&office, &folder, *days, &by)?;
                let due = office.trust()?.next_update.to_string();
                let with = [("sequence", sequence.to_string()), ("due", due.clone())];
                let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
                output.say("cli.published", &with);
                output.object(&json!({"sequence": sequence, "next_update": due}));
            }
            Self::Show => {
                let trust = office.trust()?;
                let keys = key_list::list(&office)?;
                let now = office.clock.now();
                let hours = now.secs_since(trust.issued_at) / 3600;
                let due = trust.next_update.to_string();
                let overdue = now >= trust.next_update;
                let with = [
                    ("sequence", trust.sequence.to_string()),
                    ("issued", trust.issued_at.to_string()),
                    ("hours", hours.to_string()),
                    ("due", due.clone()),
                ];
                let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
                output.say("cli.trust", &with);
                if overdue {
                    output.say("cli.trust_overdue", &[]);
                }
                if trust.test {
                    output.say("cli.trust_test", &[]);
                }
                for key in &keys {
                    let text = line(key, output.lang);
                    output.line(&format!("  {text}"));
                }
                let listed = keys.iter().filter(|key| key.listed.is_some());
                let listed = listed.map(|key| {
                    json!({"kid": key.kid, "agency": key.agency, "use": key.key_use,
                        "state": key.listed})
                });
                output.object(&json!({
                    "sequence": trust.sequence,
                    "issued_at": trust.issued_at.to_string(),
                    "next_update": due,
                    "overdue": overdue,
                    "test": trust.test,
                    "revocations": trust.revocations,
                    "keys": listed.collect::<Vec<Value>>(),
                }));
            }
            Self::Export { out } => {
                let token = trust_list::signed(&office)?;
                std::fs::write(out, token).map_err(|why| about_file(out, &why))?;
                output.say("cli.wrote", &[("path", &out.display().to_string())]);
                output.object(&json!({"file": out}));
            }
            Self::Anchors { out } => {
                let text = anchors::write(&office.anchors);
                std::fs::write(out, text).map_err(|why| about_file(out, &why))?;
                output.say("cli.wrote", &[("path", &out.display().to_string())]);
                output.object(&json!({"file": out}));
            }
        }
        Ok(Ending::Done)
    }
}
