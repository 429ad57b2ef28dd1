//! `mianzheng show`: a holder's live, offline or printed code, in the terminal or as a file.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::fields::column;
use crate::cli::output::Output;
use crate::cli::show_case::ShowCase;
use crate::cli::show_case::list_cases;
use crate::cli::status::read;
use crate::cli::token::caller_of;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::show::DrawnCode;
use crate::flow::show::cards;
use crate::flow::show::choice::Choice;
use crate::flow::show::compact;
use crate::flow::show::live;

#[derive(Subcommand)]
pub(crate) enum Show {
    /// List the certificates a holder can show.
    #[command(after_help = "\
Examples:
  mianzheng show cards --token-file holder.token
  mianzheng show cards --ids --token-file holder.token | head -1")]
    Cards {
        /// Print identifiers only, one a line.
        #[arg(long)]
        ids: bool,
        /// A file with the holder's bearer token.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
    },
    /// A live code: used once, 30 seconds, eight spoken digits beside it.
    #[command(after_help = "\
Examples:
  mianzheng show live IDENTIFIER --fields holder_name,sex --token-file holder.token")]
    Live {
        /// The certificates' identifiers.
        #[arg(required = true)]
        identifiers: Vec<String>,
        /// Fields, by key or heading, to disclose beside those that every showing discloses.
        #[arg(long, value_delimiter = ',')]
        fields: Vec<String>,
        /// A file with the holder's bearer token.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
        /// Write the picture to a .png or .svg file instead of the terminal.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// List the open cases at windows that ask something of a holder.
    #[command(after_help = "\
Examples:
  mianzheng show cases --token-file holder.token")]
    Cases {
        /// A file with the holder's bearer token.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
    },
    /// Read what a case asks, and with --yes show all of it by one live code.
    #[command(after_help = "\
Examples:
  mianzheng show case 000017 --token-file holder.token
  mianzheng show case HTTPS://MZ.EXAMPLE/C/15250220261123000017 --yes --token-file holder.token")]
    Case(ShowCase),
    /// An offline code: readable without a network for some minutes.
    #[command(after_help = "\
Examples:
  mianzheng show offline IDENTIFIER --fields holder_name --minutes 30 --token-file holder.token")]
    Offline {
        /// The certificate's identifier.
        identifier: String,
        /// Fields, by key or heading, to disclose beside those that every showing discloses.
        #[arg(long, value_delimiter = ',')]
        fields: Vec<String>,
        /// Minutes it is good for, at most 1440.
        #[arg(long, default_value_t = compact::OFFLINE_MINUTES)]
        minutes: i64,
        /// A file with the holder's bearer token.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
        /// Write the picture to a .png or .svg file instead of the terminal.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// A printed code: as long as the certificate, masked name, no identity number.
    #[command(after_help = "\
Examples:
  mianzheng show printed IDENTIFIER --token-file holder.token --out code.png")]
    Printed {
        /// The certificate's identifier.
        identifier: String,
        /// A file with the holder's or the issuing agency's bearer token.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
        /// Write the picture to a .png or .svg file instead of the terminal.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

impl Show {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Cards { ids, token_file } => {
                let lines = cards(&office, &caller_of(&office, token_file)?)?;
                for card in &lines {
                    let (identifier, standing) = (&card.identifier, card.standing.name());
                    output.line(&if *ids {
                        identifier.clone()
                    } else {
                        let standing = say(output.lang, &format!("verdict.{standing}"), &[]);
                        format!("{identifier}  {}  {standing}", card.type_name)
                    });
                }
                let all = lines.iter().map(|card| {
                    json!({"identifier": card.identifier, "type": card.type_name, "role": card.role,
                        "issuer": card.issuer_name, "standing": card.standing.name(),
                        "valid_to": card.valid_to.map(|d| d.to_string())})
                });
                let all: Vec<_> = all.collect();
                output.object(&json!({"cards": all}));
            }
            Self::Live {
                identifiers,
                fields,
                token_file,
                out,
            } => {
                let by = caller_of(&office, token_file)?;
                let choice = |text: &String| {
                    let identifier = read(text)?;
                    Ok(Choice {
                        fields: keys(&office, &identifier, fields),
                        identifier,
                    })
                };
                let choices: Result<Vec<Choice>, Failure> =
                    identifiers.iter().map(choice).collect();
                let shown = live::show(&office, &choices?, &by)?;
                draw(output, &shown.picture, out.as_ref())?;
                output.line(&format!("{}  {}", shown.text, shown.spoken));
                output.object(&told(&shown));
            }
            Self::Cases { token_file } => list_cases(&office, token_file, output)?,
            Self::Case(case) => case.run(&office, output)?,
            Self::Offline {
                identifier,
                fields,
                minutes,
                token_file,
                out,
            } => {
                let by = caller_of(&office, token_file)?;
                let identifier = read(identifier)?;
                let fields = keys(&office, &identifier, fields);
                let shown = compact::offline(&office, &identifier, &fields, *minutes, &by)?;
                compact(output, &shown, out.as_ref())?;
            }
            Self::Printed {
                identifier,
                token_file,
                out,
            } => {
                let by = caller_of(&office, token_file)?;
                let shown = compact::printed(&office, &read(identifier)?, &by)?;
                compact(output, &shown, out.as_ref())?;
            }
        }
        Ok(Ending::Done)
    }
}

/// Fields by key or heading, as `issue --field` takes them.
fn keys(office: &Office, identifier: &CertificateIdentifier, names: &[String]) -> Vec<String> {
    match office.known().type_named(identifier.type_code.as_str()) {
        Ok(of) => names.iter().map(|name| column(&of, name)).collect(),
        // The certificate's own absence is told next, and better.
        Err(_) => names.to_vec(),
    }
}

/// A live code for programs.
pub(crate) fn told(shown: &live::LiveShown) -> Value {
    json!({"text": shown.text, "spoken": shown.spoken, "session": shown.session,
        "renew_at": shown.renew_at.to_string(), "version": shown.picture.version()})
}

fn compact(
    output: &mut Output,
    shown: &compact::CompactShown,
    out: Option<&PathBuf>,
) -> Result<(), Failure> {
    draw(output, &shown.picture, out)?;
    output.line(&shown.text);
    output.object(&json!({"text": shown.text, "address": shown.address,
        "expires_at": shown.expires_at.map(|t| t.to_string()),
        "not_in_code": shown.not_in_code, "version": shown.picture.version()}));
    Ok(())
}

/// Draws a code in the terminal, or into a file.
pub(crate) fn draw(
    output: &mut Output,
    picture: &DrawnCode,
    out: Option<&PathBuf>,
) -> Result<(), Failure> {
    let Some(path) = out else {
        output.line(&picture.terminal());
        return Ok(());
    };
    let written = match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some("svg") => std::fs::write(path, picture.svg()),
        Some("png") => std::fs::write(path, picture.png(8)),
        _ => {
            let said = Said::of("fault", "bad_ending")
                .with("path", path.display())
                .with("endings", ".png .svg");
            let what = "the file must end in .png or .svg";
            return Err(Failure::saying(Reason::BadRequest, what, said));
        }
    };
    written.map_err(|why| about_file(path, &why))?;
    output.say("cli.wrote", &[("path", &path.display().to_string())]);
    Ok(())
}
