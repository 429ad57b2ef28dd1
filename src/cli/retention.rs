//! `mianzheng retention`: what has had its term, shown and then deleted.

use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::retention;
use crate::flow::retention::Due;

#[derive(Subcommand)]
pub(crate) enum Retention {
    /// Show what has had its term, as numbers and days; nothing is deleted.
    #[command(after_help = "\
Examples:
  mianzheng retention show
  mianzheng retention show --json")]
    Show,
    /// Delete just what was shown, and record that.
    #[command(after_help = "\
Examples:
  mianzheng retention run --until 2029-11-23T09:30:00+08:00 --shown 5f2c9d0a71be4438

Something else than what was shown would be deleted: nothing is; show it again.")]
    Run {
        /// The moment that was shown.
        #[arg(long, value_name = "MOMENT")]
        until: String,
        /// The digest that was shown.
        #[arg(long, value_name = "DIGEST")]
        shown: String,
    },
}

impl Retention {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let (output, by) = (&mut desk.output, Caller::at_the_machine());
        match self {
            Self::Show => tell(output, &retention::show(&office, None, &by)?),
            Self::Run { until, shown } => {
                let until = moment(until)?;
                let mut all = Vec::<Value>::new();
                for one in retention::run(&office, (until, shown), &by)? {
                    let kind = kind(output, one.kind.name());
                    let records = one.records.to_string();
                    output.say(
                        "cli.retention_deleted",
                        &[("kind", &kind), ("records", &records)],
                    );
                    all.push(json!({"kind": one.kind.name(), "records": one.records}));
                }
                output.object(&json!({"deleted": all}));
            }
        }
        Ok(Ending::Done)
    }
}

/// A moment as it was shown.
pub(super) fn moment(text: &str) -> Result<Timestamp, Failure> {
    let bad = |_why| Failure::because(Reason::BadRequest, "--until is no moment");
    text.parse().map_err(bad)
}

fn kind(output: &Output, name: &str) -> String {
    say(output.lang, &format!("record.{name}"), &[])
}

fn tell(output: &mut Output, due: &Due) {
    let until = due.until.to_string();
    output.say("cli.retention_until", &[("until", &until)]);
    let mut all = Vec::<Value>::new();
    for line in &due.lines {
        let text = |day: Option<crate::domain::time::Day>| day.map(|day| day.to_string());
        let (oldest, newest) = (text(line.oldest), text(line.newest));
        let kept_from = line.kept_from.to_string();
        let kind = kind(output, line.kind.name());
        output.say(
            "cli.retention_line",
            &[
                ("kind", &kind),
                ("records", &line.records.to_string()),
                ("oldest", oldest.as_deref().unwrap_or("—")),
                ("newest", newest.as_deref().unwrap_or("—")),
                ("kept_from", &kept_from),
                ("held", &line.held.to_string()),
            ],
        );
        all.push(
            json!({"kind": line.kind.name(), "kept_from": kept_from, "records": line.records,
            "oldest": oldest, "newest": newest, "held": line.held}),
        );
    }
    let with = [("until", until.as_str()), ("shown", due.shown.as_str())];
    output.say("cli.retention_shown", &with);
    output.object(&json!({"until": until, "shown": due.shown, "due": all}));
}
