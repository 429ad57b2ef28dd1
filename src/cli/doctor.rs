//! `mianzheng doctor`: what is wrong with this deployment, and what to do about it.

use std::sync::Arc;

use clap::Args;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::config;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::doctor::Check;
use crate::flow::doctor::Mark;
use crate::flow::doctor::Patient;
use crate::flow::doctor::examine;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng doctor
  mianzheng doctor --json

It looks at files, keys, lists, database, clocks and TLS as far as it can get, even where the
office cannot be opened, and changes nothing. A demonstration is never quite well: its roots are
known to everybody.

Exit codes of this command:
  0  all is well
  1  it works, and somebody should look at something
  2  something does not work, or is not safe")]
pub(crate) struct Doctor {}

impl Doctor {
    pub(crate) fn run(desk: &mut Desk) -> Ending {
        let settings = config::read(&desk.folder, &desk.environment);
        let settings = settings.map_err(|why| why.to_string());
        let patient = Patient {
            folder: &desk.folder,
            settings: settings.as_ref().map_err(String::as_str),
            now: desk.surroundings.clock.now(),
            randomness: Arc::clone(&desk.surroundings.randomness),
        };
        let checks = examine(&patient);
        let lang = desk.output.lang;
        for check in &checks {
            desk.output.line(&line(check, lang));
        }
        let worst = checks.iter().map(|check| check.mark).max();
        let worst = worst.unwrap_or(Mark::Good);
        desk.output.object(&json!({
            "outcome": worst.name(),
            "checks": checks.iter().map(|check| object(check, lang)).collect::<Vec<Value>>(),
        }));
        match worst {
            Mark::Good => Ending::Done,
            Mark::Attention => Ending::LookAgain,
            Mark::Wrong => Ending::SomeNotGood,
        }
    }
}

fn line(check: &Check, lang: Lang) -> String {
    let mark = say(lang, &format!("cli.mark_{}", check.mark.name()), &[]);
    let what = check.what(lang);
    match check.advice(lang) {
        Some(advice) => format!("{mark}  {what} → {advice}"),
        None => format!("{mark}  {what}"),
    }
}

fn object(check: &Check, lang: Lang) -> Value {
    json!({
        "check": check.id,
        "outcome": check.mark.name(),
        "code": check.said,
        "what": check.what(lang),
        "advice": check.advice(lang),
    })
}
