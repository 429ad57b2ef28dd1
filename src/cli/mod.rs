//! The command line: one page of commands, one file a command.

mod account;
mod alarm;
mod batch;
mod batch_report;
mod bench;
mod case;
mod catalogue;
mod command;
mod demo;
mod doctor;
mod ending;
mod fields;
mod figures;
mod foreign_case;
mod grant;
mod guardian;
mod holder;
mod init;
mod issue;
mod items;
mod keys;
mod ledger;
mod mandate;
mod notice;
mod output;
mod paper;
mod pictures;
mod query;
mod receipt;
mod renew;
mod retention;
mod serve;
mod settings_file;
mod sheet;
mod show;
mod show_case;
mod source;
mod status;
mod token;
mod trust;
mod uses;
mod verdict;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::FromArgMatches;
use clap::Parser;
use clap::ValueEnum;

use crate::cli::command::Command;
use crate::cli::ending::ENDINGS;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::config;
use crate::config::Environment;
use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::surroundings::Surroundings;

/// Electronic certificates that replace paper (免证办).
#[derive(Parser)]
#[command(name = "mianzheng", version, after_help = ENDINGS, disable_help_subcommand = true)]
struct CommandLine {
    /// The office's folder.
    #[arg(
        long,
        global = true,
        env = "MIANZHENG_FOLDER",
        default_value = "data",
        value_name = "DIR"
    )]
    folder: PathBuf,
    /// Print one JSON object, for programs.
    #[arg(long, global = true)]
    json: bool,
    /// The language of messages.
    #[arg(long, global = true, value_enum, default_value_t = Language::Zh)]
    lang: Language,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// What a command is handed.
pub(crate) struct Desk {
    folder: PathBuf,
    surroundings: Surroundings,
    environment: Environment,
    output: Output,
}

impl Desk {
    /// Opens the office in the folder.
    fn office(&self) -> Result<Office, Failure> {
        let settings = config::read(&self.folder, &self.environment)
            .map_err(|why| Failure::saying(Reason::BadSettings, why.to_string(), why.said()))?;
        self.surroundings.open(settings)
    }
}

/// Carries out a command line; the exit codes stand in its `--help`.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    surroundings: Surroundings,
    environment: Environment,
) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let matches = ending::with_endings(CommandLine::command()).try_get_matches_from(&args);
    let line = match matches.and_then(|found| CommandLine::from_arg_matches(&found)) {
        Ok(line) => line,
        Err(said) => return ExitCode::from(ending::misused(&said, &args)),
    };
    let lang = match line.lang {
        Language::Zh => Lang::Zh,
        Language::En => Lang::En,
    };
    let mut desk = Desk {
        folder: line.folder,
        surroundings,
        environment,
        output: Output::new(lang, line.json),
    };
    let done = line.command.run(&mut desk);
    let code = done.map_or_else(|why| ending::tell(&why, &mut desk.output), Ending::code);
    match desk.output.close() {
        Ok(()) => ExitCode::from(code),
        Err(why) => {
            ending::complain(&format!("mianzheng: {why}"));
            ExitCode::from(if code == 0 { 1 } else { code })
        }
    }
}

/// A failure to read or write a file that was named on the command line.
fn about_file(path: &std::path::Path, why: &std::io::Error) -> Failure {
    Failure::of_file(Reason::BadFile, path, why)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::CommandLine;
    use crate::cli::ending::with_endings;

    fn below(command: &clap::Command, found: &mut Vec<clap::Command>) {
        for one in command.get_subcommands() {
            found.push(one.clone());
            below(one, found);
        }
    }

    #[test]
    fn every_command_has_a_purpose_and_examples() {
        let command = CommandLine::command();
        command.clone().debug_assert();
        let mut found = Vec::new();
        below(&with_endings(command), &mut found);
        assert!(found.len() > 40);
        for leaf in &found {
            let name = leaf.get_name();
            assert!(leaf.get_about().is_some(), "{name} has no purpose");
            let after = leaf.get_after_help().map(ToString::to_string);
            let after = after.unwrap_or_default();
            assert!(after.starts_with("Examples:\n"), "{name} has no examples");
            assert!(
                leaf.has_subcommands() || after.contains("Exit codes"),
                "{name} does not say how it ends"
            );
            for option in leaf.get_arguments().filter(|a| a.get_id() != "help") {
                assert!(option.get_help().is_some(), "{name}: {}", option.get_id());
            }
        }
    }
}
