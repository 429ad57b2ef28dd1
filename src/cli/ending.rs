//! How a command ends: its exit code, and what is said when it could not be done.

use std::ffi::OsString;
use std::io;
use std::io::Write;

use clap::Command;
use serde_json::Value;
use serde_json::json;

use crate::cli::output::Output;
use crate::domain::problem::FindingWords;
use crate::domain::problem::Reason;
use crate::domain::said::one_line;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;

/// The exit codes, as every `--help` tells them.
pub(crate) const ENDINGS: &str = "\
Exit codes:
  0  done
  1  refused, or cannot be done
  2  done, and the answer is not good: bad rows, a code that is not valid, nobody found
  3  wrong usage
  4  it could not be found out now: ask again";

/// The same in short, for commands that say themselves what their 2 is.
const OTHER_ENDINGS: &str = "\
Exit codes: 0 done; 1 refused, or cannot be done; 3 wrong usage; 4 ask again.";

/// Every command with how it ends in its help, unless it says that itself.
pub(crate) fn with_endings(command: Command) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|below| below.get_name().to_owned())
        .collect();
    let mut command = command;
    for name in names {
        command = command.mut_subcommand(name, |below| {
            let below = with_endings(below);
            let after = below.get_after_help().map(ToString::to_string);
            let after = after.unwrap_or_default();
            if below.has_subcommands() || after.contains("Exit codes of this command") {
                below
            } else {
                below.after_help(format!("{after}\n\n{OTHER_ENDINGS}"))
            }
        });
    }
    command
}

/// Tells that a command line was not understood, or prints the help that was asked for; gives
/// the exit code.
pub(crate) fn misused(said: &clap::Error, args: &[OsString]) -> u8 {
    if !said.use_stderr() {
        // Help for a reader that went away is not worth a word.
        let _ = said.print();
        return 0;
    }
    // What clap could not read may still have asked for these two.
    let has = |wanted: &str| args.iter().any(|arg| arg == wanted);
    let lang = if has("en") || has("--lang=en") {
        Lang::En
    } else {
        Lang::Zh
    };
    let title = say(lang, "cli.wrong_usage", &[]);
    if has("--json") {
        let mut output = Output::new(lang, true);
        output.object(&json!({
            "code": "wrong_usage",
            "title": title,
            "detail": one_line(&said.to_string()),
            "findings": [],
        }));
        let _ = output.close();
    } else {
        let with = [("code", "wrong_usage"), ("text", title.as_str())];
        complain(&say(lang, "cli.error", &with));
        let _ = said.print();
    }
    WRONG_USAGE
}

/// The end of a command that was carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// Done.
    Done,
    /// Done, but some rows are not good.
    SomeNotGood,
    /// Done, and somebody should look at what was found.
    LookAgain,
}

impl Ending {
    /// The exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::LookAgain => 1,
            Self::SomeNotGood => 2,
        }
    }
}

/// The exit code of wrong usage.
const WRONG_USAGE: u8 = 3;

/// Says why a command could not be carried out, and gives its exit code.
///
/// Who sits at the machine is told the cause too; a program over the network is not.
pub(crate) fn tell(failure: &Failure, output: &mut Output) -> u8 {
    let problem = failure.problem();
    let cause = match failure {
        Failure::Refused(_) => problem.detail.clone(),
        other => Some(other.to_string()),
    };
    let cause = cause.as_deref().map(one_line);
    let title = problem.reason.title(output.lang);
    let lang = output.lang;
    let what = problem.said.as_ref().map(|said| said.what(lang));
    let advice = problem.said.as_ref().and_then(|said| said.advice(lang));
    if output.json {
        output.object(&json!({
            "code": problem.reason.code(),
            "title": title,
            "detail": cause,
            "what": what,
            "advice": advice,
            "findings": findings(&problem.findings),
        }));
    } else {
        let code = problem.reason.code();
        // What was written for people says more than the title; the detail is for programs.
        let told = match (&what, &cause) {
            (Some(what), _) => [what.as_str()]
                .into_iter()
                .chain(advice.as_deref())
                .collect::<Vec<_>>()
                .join(&say(lang, "cli.error_joint", &[])),
            (None, Some(cause)) => say(lang, "cli.error_why", &[("title", &title), ("why", cause)]),
            (None, None) => title,
        };
        let with = [("code", code), ("text", told.as_str())];
        complain(&say(lang, "cli.error", &with));
        for finding in &problem.findings {
            complain(&format!("  {}: {}", finding.label, output.text_of(finding)));
        }
    }
    match problem.reason {
        Reason::Unavailable | Reason::DatabaseUnreachable => 4,
        _ => 1,
    }
}

/// A line on standard error; one that nobody reads is no reason to fall over.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Findings for programs.
pub(crate) fn findings(all: &[FindingWords]) -> Value {
    let told = all.iter().map(|f| {
        json!({
            "column": f.column,
            "heading": f.label,
            "code": f.code,
            "warning": f.warning,
            "zh": f.zh,
            "en": f.en,
        })
    });
    told.collect()
}
