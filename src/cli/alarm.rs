//! `mianzheng alarm`: odd uses, looked into and settled.

use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::mandate::By;
use crate::cli::mandate::One;
use crate::domain::words::say;
use crate::flow::alarms;
use crate::flow::alarms::AlarmLine;
use crate::flow::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Alarm {
    /// List the alarms that nobody settled.
    #[command(after_help = "\
Examples:
  mianzheng alarm list
  mianzheng alarm list --token-file auditor.token --json")]
    List {
        #[command(flatten)]
        by: By,
    },
    /// Show the use records of an alarm; that it was read is recorded.
    #[command(after_help = "\
Examples:
  mianzheng alarm show 3")]
    Show(One),
    /// Settle an alarm: say what was found.
    #[command(after_help = "\
Examples:
  mianzheng alarm settle 3 --note 已与该局核实：测试账号误操作")]
    Settle {
        #[command(flatten)]
        one: One,
        /// What was found, in at most 200 characters; kept sealed.
        #[arg(long)]
        note: String,
    },
}

impl Alarm {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::List { by } => {
                let all = alarms::list(&office, &by.caller(&office)?)?;
                for alarm in &all {
                    output.line(&line(alarm));
                }
                output.object(&json!({"alarms": all}));
            }
            Self::Show(one) => {
                let told = alarms::show(&office, one.id(), &one.caller(&office)?)?;
                output.line(&line(&told.alarm));
                for odd in &told.list {
                    let none = || "—".to_owned();
                    let parts = [
                        odd.record.to_string(),
                        odd.at.clone(),
                        say(output.lang, &format!("use_event.{}", odd.event), &[]),
                        odd.reason.clone().unwrap_or_else(none),
                        odd.case.clone().unwrap_or_else(none),
                        odd.cause.clone().unwrap_or_else(none),
                        odd.holder.clone().unwrap_or_else(none),
                    ];
                    output.line(&format!("  {}", parts.join("  ")));
                }
                output.object(&json!(told));
            }
            Self::Settle { one, note } => {
                alarms::settle(&office, one.id(), note, &one.caller(&office)?)?;
                output.object(&json!({"alarm": one.id(), "settled": true}));
            }
        }
        Ok(Ending::Done)
    }
}

fn line(alarm: &AlarmLine) -> String {
    [
        &alarm.alarm.to_string(),
        &alarm.agency_name,
        &alarm.item,
        &alarm.day,
        &alarm.uses.to_string(),
    ]
    .map(String::as_str)
    .join("  ")
}
