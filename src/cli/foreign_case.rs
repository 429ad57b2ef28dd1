//! `mianzheng foreign-case`: cases of other systems, and what they owe a result for.

use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::mandate::By;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::foreign_cases;
use crate::flow::foreign_cases::report;

#[derive(Subcommand)]
pub(crate) enum ForeignCases {
    /// List the cases of other systems that are not closed.
    #[command(after_help = "\
Examples:
  mianzheng foreign-case list
  mianzheng foreign-case list --token-file system.token --json")]
    List {
        #[command(flatten)]
        by: By,
    },
    /// Tell which of them nobody closed in time, and what was used without a result.
    #[command(after_help = "\
Examples:
  mianzheng foreign-case report
  mianzheng foreign-case report --json")]
    Report {
        #[command(flatten)]
        by: By,
    },
}

impl ForeignCases {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        let known = office.known();
        match self {
            Self::List { by } => {
                let cases = foreign_cases::open_ones(&office, &by.caller(&office)?)?;
                for case in &cases {
                    let agency = known.agencies.get(&case.agency);
                    let standing = format!("foreign_case.{}", case.standing.name());
                    let parts = [
                        case.number.as_str(),
                        agency.map_or("", |agency| agency.name.as_str()),
                        &case.item_name,
                        &case.scenario,
                        &case.applicant,
                        &case.until,
                        &say(output.lang, &standing, &[]),
                    ];
                    output.line(&parts.join("  "));
                }
                output.object(&json!({"cases": cases}));
            }
            Self::Report { by } => {
                let told = report::report(&office, &by.caller(&office)?)?;
                for agency in &told.agencies {
                    let (unclosed, uses) = (agency.unclosed, agency.uses_without_result);
                    let with = [
                        ("agency", agency.agency_name.clone()),
                        ("unclosed", unclosed.to_string()),
                        ("uses", uses.to_string()),
                    ];
                    let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
                    output.say("foreign_case.owed", &with);
                    for case in &agency.cases {
                        let standing = format!("foreign_case.{}", case.standing.name());
                        let standing = say(output.lang, &standing, &[]);
                        let uses = case.uses.len().to_string();
                        let parts = [&case.number, &case.item, &case.until, &standing, &uses];
                        let parts = parts.map(String::as_str);
                        output.line(&format!("  {}", parts.join("  ")));
                    }
                }
                output.object(&json!(told));
            }
        }
        Ok(Ending::Done)
    }
}
