//! `mianzheng holder`: what the register holds about somebody, for her to have or to have erased.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::mandate::By;
use crate::cli::output::Output;
use crate::cli::status::holder;
use crate::domain::caller::Caller;
use crate::domain::erasure::ErasureKind;
use crate::domain::words::say;
use crate::flow::erase;
use crate::flow::erase::Erasure;
use crate::flow::erase::ErasureLine;
use crate::flow::export;
use crate::flow::failure::Failure;
use crate::flow::lost_phone;
use crate::flow::token_file::TokenFile;

#[derive(Subcommand)]
pub(crate) enum Holder {
    /// Write everything that is held about a holder to a file, for her; recorded.
    #[command(after_help = "\
Examples:
  mianzheng holder export 111:152502199003070019 --face-checked --out export.json
  mianzheng holder export 111:152502199003070019 --face-checked --out export.json \\
      --token-file officer.token

Only its owner can read the file. Hand it over and delete it.")]
    Export {
        /// The holder, as type:number.
        holder: String,
        /// Card and face of whoever asks were compared.
        #[arg(long)]
        face_checked: bool,
        /// The file to write; there must be none yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        by: By,
    },
    /// End everything on a holder's lost phone: credentials, showings, prepared codes.
    #[command(after_help = "\
Examples:
  mianzheng holder lost-phone 111:152502199003070019 --face-checked
  mianzheng holder lost-phone 111:152502199003070019 --face-checked --token-file officer.token

What she prepared for places without a network is refused there with the next bundle.")]
    LostPhone {
        /// The holder, as type:number.
        holder: String,
        /// Card and face of whoever asks were compared.
        #[arg(long)]
        face_checked: bool,
        #[command(flatten)]
        by: By,
    },
    /// Show what can be erased of a holder who asks for it, what cannot and why; then erase it.
    #[command(after_help = "\
Examples:
  mianzheng holder erase 111:152502199003070019 --face-checked
  mianzheng holder erase 111:152502199003070019 --face-checked --shown 5f2c9d0a71be4438

Without --shown nothing is erased. Something else than what was shown would be: nothing is.")]
    Erase {
        /// The holder, as type:number.
        holder: String,
        /// Card and face of whoever asks were compared.
        #[arg(long)]
        face_checked: bool,
        /// The digest that was shown.
        #[arg(long, value_name = "DIGEST")]
        shown: Option<String>,
    },
}

impl Holder {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Export {
                holder: code,
                face_checked,
                out,
                by,
            } => {
                let (code, by) = (holder(code)?, by.caller(&office)?);
                // Made before it is recorded that something was told.
                let file = TokenFile::begin(out)?;
                let told = export::of_holder(&office, (&code, *face_checked), &by)?;
                file.write(&told.to_string())?;
                output.say("cli.wrote", &[("path", &out.display().to_string())]);
                output.object(&json!({"file": out}));
            }
            Self::LostPhone {
                holder: code,
                face_checked,
                by,
            } => {
                let (code, by) = (holder(code)?, by.caller(&office)?);
                let ended = lost_phone::of_holder(&office, (&code, *face_checked), &by, None)?;
                let counts = [
                    ended.credentials,
                    ended.sessions,
                    ended.showings,
                    ended.codes,
                ];
                let [credentials, sessions, showings, codes] = counts.map(|n| n.to_string());
                let with = [
                    ("credentials", credentials.as_str()),
                    ("sessions", &sessions),
                    ("showings", &showings),
                    ("codes", &codes),
                ];
                output.say("cli.phone_lost", &with);
                output.object(&json!({
                    "credentials": ended.credentials,
                    "sessions": ended.sessions,
                    "showings": ended.showings,
                    "codes": ended.codes,
                }));
            }
            Self::Erase {
                holder: code,
                face_checked,
                shown,
            } => {
                let (code, by) = (holder(code)?, Caller::at_the_machine());
                let whose = (&code, *face_checked);
                match shown {
                    None => tell(output, &erase::show(&office, whose, &by)?),
                    Some(shown) => told(output, &erase::run(&office, whose, shown, &by)?),
                }
            }
        }
        Ok(Ending::Done)
    }
}

fn name(output: &Output, kind: ErasureKind) -> String {
    say(output.lang, &format!("erasure.{}", kind.name()), &[])
}

fn tell(output: &mut Output, erasure: &Erasure) {
    let mut all = Vec::<Value>::new();
    for line in &erasure.lines {
        let kind = name(output, line.kind);
        if line.records > 0 {
            let records = line.records.to_string();
            output.say("cli.erasure_can", &[("kind", &kind), ("records", &records)]);
        }
        let mut kept = Vec::<Value>::new();
        for (why, n) in &line.kept {
            let words = say(output.lang, &format!("kept.{}", why.name()), &[]);
            let records = n.to_string();
            let with = [
                ("kind", kind.as_str()),
                ("records", &records),
                ("why", &words),
            ];
            output.say("cli.erasure_kept", &with);
            kept.push(json!({"why": why.name(), "records": n}));
        }
        all.push(json!({"kind": line.kind.name(), "records": line.records, "kept": kept}));
    }
    if erasure.lines.iter().any(|line| line.records > 0) {
        output.say("cli.erasure_shown", &[("shown", &erasure.shown)]);
    } else {
        output.say("cli.erasure_none", &[]);
    }
    output.object(&json!({"erasable": all, "shown": erasure.shown}));
}

fn told(output: &mut Output, lines: &[ErasureLine]) {
    let mut all = Vec::<Value>::new();
    for line in lines {
        let (kind, records) = (name(output, line.kind), line.records.to_string());
        output.say("cli.erased", &[("kind", &kind), ("records", &records)]);
        all.push(json!({"kind": line.kind.name(), "records": line.records}));
    }
    output.object(&json!({"erased": all}));
}
