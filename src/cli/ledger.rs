//! `mianzheng ledger` and `mianzheng bundle`: what is checked and what is carried away.

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::domain::value::plain_text;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::bundle;
use crate::flow::failure::Failure;
use crate::flow::ledger_check;
use crate::flow::ledger_head;

#[derive(Subcommand)]
pub(crate) enum Ledger {
    /// Check chain, head and every certificate; each edit is named by its row.
    #[command(after_help = "\
Examples:
  mianzheng ledger verify --head data/heads/ledger-head.jwt
  mianzheng ledger verify --json

Exit code 2: something is not as it was recorded.")]
    Verify {
        /// A signed head that was written down elsewhere: then a cut-off end is found, too.
        #[arg(long, value_name = "FILE")]
        head: Option<PathBuf>,
    },
    /// Sign the head as it is now, and write it to the folder of heads or to a file.
    #[command(after_help = "\
Examples:
  mianzheng ledger head
  mianzheng ledger head --out /media/safe/ledger-head.jwt")]
    Head {
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng bundle --out bundle.jwt
  mianzheng bundle --hours 72 --out bundle.jwt")]
pub(crate) struct Bundle {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Hours it is good for, at most 168.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(1..=bundle::LONGEST_HOURS))]
    hours: i64,
}

impl Ledger {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Verify { head } => {
                let head = head
                    .as_ref()
                    .map(|path| ledger_head::read(&office, path))
                    .transpose()?;
                let report = ledger_check::check(&office, head.as_ref())?;
                let counts = [
                    ("rows", report.rows.to_string()),
                    ("certificates", report.certificates.to_string()),
                    ("found", report.found.to_string()),
                ];
                let with = counts.each_ref().map(|(name, text)| (*name, text.as_str()));
                output.say(
                    if report.is_whole() {
                        "cli.ledger_whole"
                    } else {
                        "cli.ledger_broken"
                    },
                    &with,
                );
                for finding in &report.findings {
                    let told = serde_json::to_value(finding).unwrap_or_default();
                    let text = finding_text(&told, output.lang);
                    output.line(&format!("  {text}"));
                }
                output.object(&serde_json::to_value(&report).unwrap_or_default());
                Ok(if report.is_whole() {
                    Ending::Done
                } else {
                    Ending::SomeNotGood
                })
            }
            Self::Head { out } => {
                let path = match out {
                    None => ledger_head::write(&office)?,
                    Some(path) => {
                        let (_, token) = ledger_head::sign(&office)?;
                        std::fs::write(path, token).map_err(|why| about_file(path, &why))?;
                        path.clone()
                    }
                };
                output.say("cli.wrote", &[("path", &path.display().to_string())]);
                output.object(&json!({"file": path}));
                Ok(Ending::Done)
            }
        }
    }
}

/// A finding in words: its members fill the holes of its message.
fn finding_text(finding: &Value, lang: Lang) -> String {
    let member = |name: &str| finding.get(name).and_then(Value::as_str);
    let Some(members) = finding.as_object() else {
        return String::new();
    };
    let with = members.iter().map(|(name, value)| {
        let text = match value {
            Value::String(text) if matches!(name.as_str(), "found" | "recorded") => {
                say(lang, &format!("word.{text}"), &[])
            }
            Value::Array(columns) => {
                let columns = columns.iter().map(plain_text);
                columns.collect::<Vec<_>>().join("、")
            }
            other => plain_text(other),
        };
        (name.as_str(), text)
    });
    let with: Vec<(&str, String)> = with.collect();
    let with: Vec<(&str, &str)> = with.iter().map(|(n, t)| (*n, t.as_str())).collect();
    let name = member("finding").unwrap_or_default();
    say(lang, &format!("ledger.{name}"), &with)
}

impl Bundle {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let token = bundle::make(&office, self.hours)?;
        std::fs::write(&self.out, token).map_err(|why| about_file(&self.out, &why))?;
        desk.output
            .say("cli.wrote", &[("path", &self.out.display().to_string())]);
        desk.output.object(&json!({"file": self.out}));
        Ok(Ending::Done)
    }
}
