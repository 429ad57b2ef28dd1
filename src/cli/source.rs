//! `mianzheng source`: where the records of types live when that is not here.

mod tell;

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::status;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::source;
use crate::flow::source::Question;

#[derive(Subcommand)]
pub(crate) enum Source {
    /// Load a source in place of the one its type had, with the type if the file defines it.
    #[command(after_help = "\
Examples:
  mianzheng source load examples/sources/unseen.toml

A server that is running knows type and source within seconds.")]
    Load {
        /// The configuration.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// List the sources.
    #[command(after_help = "\
Examples:
  mianzheng source list")]
    List,
    /// Remove the source of a type; certificates that were issued from it stay.
    #[command(after_help = "\
Examples:
  mianzheng source remove 食品从业人员健康证明")]
    Remove {
        /// The type, by code or Chinese name.
        #[arg(value_name = "TYPE")]
        name: String,
    },
    /// Try a configuration, loaded or not, and explain what comes of it.
    #[command(after_help = "\
Examples:
  mianzheng source check examples/sources/health-file.toml
  mianzheng source check health.toml --holder-code 111:152526196802205650
  mianzheng source check 食品从业人员健康证明 --number 锡市健〔2026〕1700001号 --show-personal

Nothing is loaded, issued or kept. That somebody's record was asked for is recorded.

Exit codes of this command:
  0  the configuration can be used, and what was asked for was found
  1  it cannot be used
  2  it can be used, but no record that can be used came
  3  wrong usage
  4  it could not be found out now: ask again")]
    Check {
        /// A configuration, or a type whose source is to be tried.
        #[arg(value_name = "FILE|TYPE")]
        what: String,
        #[command(flatten)]
        asked: AskedFor,
        /// Show what each field became; otherwise only its length.
        #[arg(long)]
        show_personal: bool,
    },
    /// Ask the source of a type, and issue what is found, where it may.
    #[command(after_help = "\
Examples:
  mianzheng source issue 食品从业人员健康证明 --holder-code 111:152526196802205650

Exit codes of this command:
  0  issued, or there already
  1  refused, or cannot be done
  2  no record that can be used came, or it could not be issued
  3  wrong usage
  4  it could not be found out now: ask again")]
    Issue {
        /// The type, by code or Chinese name.
        #[arg(value_name = "TYPE")]
        name: String,
        #[command(flatten)]
        asked: AskedFor,
    },
}

/// Whom or what to ask for.
#[derive(Args)]
pub(crate) struct AskedFor {
    /// The holder as type:number.
    #[arg(long, value_name = "CODE")]
    holder_code: Option<String>,
    /// The holder's name, to be compared.
    #[arg(long, value_name = "NAME", requires = "holder_code")]
    holder_name: Option<String>,
    /// The certificate's number.
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
}

impl AskedFor {
    fn question(&self) -> Result<Option<Question>, Failure> {
        let code = self
            .holder_code
            .as_deref()
            .map(status::holder)
            .transpose()?;
        let question = Question {
            holder_code: code,
            holder_name: self.holder_name.clone(),
            number: self.number.clone(),
            purpose: None,
        };
        let asks = question.holder_code.is_some() || question.number.is_some();
        Ok(asks.then_some(question))
    }
}

impl Source {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let by = Caller::at_the_machine();
        let output = &mut desk.output;
        match self {
            Self::Load { file } => {
                let loaded = source::load(&office, &text_of(file)?, &by)?;
                tell::loaded(&loaded, output);
            }
            Self::List => tell::list(&source::list(&office), output),
            Self::Remove { name } => {
                let of = office.known().type_named(name)?;
                source::remove(&office, &of, &by)?;
                output.say("cli.source_removed", &[("type", &of.definition.name)]);
                output.object(&json!({"removed": of.definition.code}));
            }
            Self::Check {
                what,
                asked,
                show_personal,
            } => {
                let text = configuration(&office, what)?;
                let question = asked.question()?;
                let tried = source::check(&office, &text, question.as_ref(), *show_personal, &by)?;
                return Ok(tell::tried(&tried, output));
            }
            Self::Issue { name, asked } => {
                let of = office.known().type_named(name)?;
                let question = asked.question()?.unwrap_or_default();
                let pulled = source::issue(&office, &of, &question, &by)?;
                return Ok(tell::issued(&pulled, output));
            }
        }
        Ok(Ending::Done)
    }
}

fn text_of(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|why| about_file(file, &why))
}

/// The text of a file if there is one of that name, else of the source of that type.
fn configuration(office: &Office, what: &str) -> Result<String, Failure> {
    let file = Path::new(what);
    if file.is_file() {
        return text_of(file);
    }
    match office.known().type_named(what) {
        Ok(of) => source::configuration(office, &of),
        // A path that leads nowhere is no type either: say so as of a file.
        Err(_) if what.contains(['/', '.']) => text_of(file),
        Err(why) => Err(why),
    }
    .map_err(|why| match why.problem().reason {
        Reason::UnknownType => Failure::because(Reason::UnknownType, what),
        _ => why,
    })
}
