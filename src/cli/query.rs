//! `mianzheng query`: fields for another system, by the same request as over HTTP.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::token::caller_of;
use crate::domain::problem::Reason;
use crate::domain::type_facts::TypeFacts;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::interface;
use crate::flow::interface::UseRequest;
use crate::flow::verify::describe;
use crate::http::shapes::interface::QueryRequest;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng query 出生医学证明 request.json --token-file system.token

The request is the body of POST /api/v1/interfaces/{type}/query; examples/requests has some.
Exit code 2: there is no record that may be told of.")]
pub(crate) struct Query {
    /// The certificate type's code or name.
    #[arg(value_name = "TYPE")]
    of: String,
    /// A file with the request.
    request: PathBuf,
    /// A file with the system's bearer token.
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
}

impl Query {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let of = office.known().type_named(&self.of)?;
        let body = std::fs::read(&self.request)
            .map_err(|why| Failure::of_file(Reason::BadRequest, &self.request, &why))?;
        let (wanted, purpose, fields) = QueryRequest::read(&body)?;
        let request = UseRequest {
            of: &of,
            wanted: &wanted,
            purpose: &purpose,
            fields: &fields,
            body: &body,
        };
        let by = caller_of(&office, &self.token_file)?;
        let answer = interface::query(&office, &request, &by)?;
        let output = &mut desk.output;
        let facts = TypeFacts::of(&of);
        for found in &answer.certificates {
            let verdict = format!("verdict.{}", found.verdict.name());
            let verdict = say(output.lang, &verdict, &[]);
            let name = found.identifier.as_deref().unwrap_or("-");
            output.line(&format!("{name}  {verdict}"));
            for (key, value) in &found.fields {
                let label = describe::label(Some(&facts), key, output.lang);
                let text = describe::text(Some(&facts), key, value, output.lang);
                output.line(&format!("  {label}: {text}"));
            }
        }
        if answer.certificates.is_empty() {
            output.say("interface.no_record", &[]);
        }
        if let Some(source) = &answer.source {
            let words = |[zh, en]: &[String; 2]| match output.lang {
                Lang::Zh => zh.clone(),
                Lang::En => en.clone(),
            };
            let told = format!(
                "{}: {} {}",
                source.name,
                words(&source.what),
                words(&source.act)
            );
            output.line(&told);
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
