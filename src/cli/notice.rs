//! `mianzheng notice`: what a holder was told.

use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::mandate::By;
use crate::cli::mandate::One;
use crate::flow::failure::Failure;
use crate::flow::notices;

#[derive(Subcommand)]
pub(crate) enum Notice {
    /// List a holder's newest notices, newest first; unread ones are marked.
    #[command(after_help = "\
Examples:
  mianzheng notice list --token-file holder.token
  mianzheng notice list --token-file holder.token --json")]
    List {
        #[command(flatten)]
        by: By,
    },
    /// Mark a notice as read.
    #[command(after_help = "\
Examples:
  mianzheng notice read 3 --token-file holder.token")]
    Read(One),
}

impl Notice {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::List { by } => {
                let mut all = Vec::<Value>::new();
                for notice in notices::list(&office, &by.caller(&office)?)? {
                    let (id, at) = (notice.id.to_string(), notice.at.to_string());
                    let read_at = notice.read_at.map(|at| at.to_string());
                    let mark = if read_at.is_some() { " " } else { "*" };
                    let text = notice.text(output.lang);
                    output.line(&[id.as_str(), mark, &at, &text].join("  "));
                    all.push(json!({"notice": notice.id, "kind": notice.kind.name(),
                        "text": text, "at": at, "read_at": read_at}));
                }
                output.object(&json!({"notices": all}));
            }
            Self::Read(one) => {
                notices::mark_read(&office, one.id(), &one.caller(&office)?)?;
                output.say("cli.notice_read", &[("id", &one.id().to_string())]);
                output.object(&json!({"notice": one.id(), "read": true}));
            }
        }
        Ok(Ending::Done)
    }
}
