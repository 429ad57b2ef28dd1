//! `mianzheng fetch`: fields for another system.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::status;
use crate::cli::status::read;
use crate::cli::token::caller_of;
use crate::domain::problem::Reason;
use crate::domain::type_facts::TypeFacts;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::fetch::FetchRequest;
use crate::flow::fetch::Wanted;
use crate::flow::fetch::fetch;
use crate::flow::verify::describe;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng fetch --type 出生医学证明 --holder 999:A157000001 --item 150709902000 \\
      --case 2026-0001 --cause 出生登记 --token-file system.token

Exit code 2: there is no such certificate, or none that may be fetched.")]
pub(crate) struct Fetch {
    /// The certificate type's code or name.
    #[arg(long = "type", value_name = "TYPE")]
    of: String,
    /// The certificate's identifier.
    #[arg(long, required_unless_present = "holder", conflicts_with = "holder")]
    identifier: Option<String>,
    /// The holder, as type:number.
    #[arg(long)]
    holder: Option<String>,
    /// The service item's code.
    #[arg(long)]
    item: String,
    /// The case's number.
    #[arg(long = "case", value_name = "NUMBER")]
    case_number: String,
    /// Why, in at most 200 characters.
    #[arg(long)]
    cause: String,
    /// The fields; all that are granted if left out.
    #[arg(long, value_delimiter = ',')]
    fields: Vec<String>,
    /// A file with the system's bearer token.
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
}

impl Fetch {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let of = office.known().type_named(&self.of)?;
        let wanted = match (&self.identifier, &self.holder) {
            (Some(identifier), _) => Wanted::Identifier(read(identifier)?),
            (None, Some(holder)) => Wanted::Holder(status::holder(holder)?),
            (None, None) => return Err(Failure::refused(Reason::BadRequest)),
        };
        let request = FetchRequest {
            of: &of,
            wanted: &wanted,
            item: &self.item,
            case_number: &self.case_number,
            cause: &self.cause,
            fields: &self.fields,
            body: b"cli",
        };
        let answer = fetch(&office, &request, &caller_of(&office, &self.token_file)?)?;
        let output = &mut desk.output;
        let facts = TypeFacts::of(&of);
        for found in &answer.certificates {
            let verdict = format!("verdict.{}", found.verdict.name());
            let verdict = say(output.lang, &verdict, &[]);
            output.line(&format!("{}  {verdict}", found.identifier));
            for (key, value) in &found.fields {
                let label = describe::label(Some(&facts), key, output.lang);
                let text = describe::text(Some(&facts), key, value, output.lang);
                output.line(&format!("  {label}: {text}"));
            }
        }
        if answer.certificates.is_empty() {
            output.say("cli.no_record", &[]);
        }
        let all = answer.certificates.iter().map(|f| {
            json!({"identifier": f.identifier, "verdict": f.verdict.name(), "fields": f.fields,
                "evidence": f.evidence})
        });
        let all: Vec<_> = all.collect();
        output.object(
            &json!({"certificates": all, "more": answer.more, "use_record": answer.use_record,
            "envelope": answer.envelope}),
        );
        Ok(if answer.certificates.is_empty() {
            Ending::SomeNotGood
        } else {
            Ending::Done
        })
    }
}
