//! `mianzheng fetch` and `mianzheng grant`: fields for another system, and who may have them.

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::cli::status;
use crate::cli::status::read;
use crate::cli::token::caller_of;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::type_facts::TypeFacts;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::fetch::FetchRequest;
use crate::flow::fetch::Wanted;
use crate::flow::fetch::fetch;
use crate::flow::grants;
use crate::flow::office::Office;
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

#[derive(Subcommand)]
pub(crate) enum Grant {
    /// Let an agency fetch fields of a type for an item.
    #[command(after_help = "\
Examples:
  mianzheng grant give --agency 锡林浩特市公安局 --type 出生医学证明 --item 150709902000 \\
      --fields newborn_name,sex,birth_time --days 365")]
    Give {
        /// The agency's code or name.
        #[arg(long)]
        agency: String,
        /// The certificate type's code or name.
        #[arg(long = "type", value_name = "TYPE")]
        of: String,
        /// The service item's code.
        #[arg(long)]
        item: String,
        /// The fields.
        #[arg(long, value_delimiter = ',', required = true)]
        fields: Vec<String>,
        /// Days it is good for.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(i64).range(1..=1830))]
        days: i64,
    },
    /// List the grants: who may fetch what of which type for which item, and until when.
    #[command(after_help = "\
Examples:
  mianzheng grant list
  mianzheng grant list --json")]
    List,
    /// Take a grant away, at once.
    #[command(after_help = "\
Examples:
  mianzheng grant take 1")]
    Take {
        /// The grant's number, as `grant list` shows it.
        id: i64,
    },
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

impl Grant {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let by = Caller::at_the_machine();
        match self {
            Self::Give {
                agency,
                of,
                item,
                fields,
                days,
            } => {
                let known = office.known();
                let agency = known.agency_named(agency)?;
                let of = known.type_named(of)?;
                let until = office.clock.now().plus_secs(days * 86_400);
                let id = grants::give(&office, agency, &of, (item, fields), until, &by)?;
                desk.output.line(&id.to_string());
                desk.output.object(&json!({"grant": id}));
            }
            Self::List => list(&office, &mut desk.output)?,
            Self::Take { id } => {
                grants::take(&office, *id, &by)?;
                desk.output.object(&json!({"taken": id}));
            }
        }
        Ok(Ending::Done)
    }
}

fn list(office: &Office, output: &mut Output) -> Result<(), Failure> {
    let known = office.known();
    let mut all = Vec::new();
    for grant in grants::list(office)? {
        let of = known
            .newest
            .values()
            .find(|of| of.number == grant.type_number);
        let name = of.map_or("", |of| of.definition.name.as_str());
        let labels = grant.fields.iter().map(|key| match of {
            Some(of) => of.definition.label(key).to_owned(),
            None => key.clone(),
        });
        let labels = labels.collect::<Vec<_>>().join("、");
        let agency = known.agencies.get(&grant.agency);
        let agency = agency.map_or("", |agency| agency.name.as_str());
        let until = grant.until.to_string();
        let parts = [
            &grant.id.to_string(),
            agency,
            name,
            &grant.item,
            &until,
            &labels,
        ];
        output.line(&parts.join("  "));
        all.push(
            json!({"grant": grant.id, "agency": agency, "type": name, "item": grant.item,
            "fields": grant.fields, "until": until}),
        );
    }
    output.object(&json!({"grants": all}));
    Ok(())
}
