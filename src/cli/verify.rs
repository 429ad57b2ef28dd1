//! `mianzheng verify`: any text or picture, with the register or with nothing but a bundle.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::token::caller_of;
use crate::cli::verdict;
use crate::domain::caller::Caller;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Verdict;
use crate::flow::failure::Failure;
use crate::flow::verify::describe::Types;
use crate::flow::verify::offline::verify_offline;
use crate::flow::verify::online;
use crate::flow::verify::past::Past;
use crate::flow::verify::past::verify_at;
use crate::flow::verify::picture;
use crate::flow::verify::seen::open_bundle_after;

/// The longest text read, in bytes: an SD-JWT and a line end.
const LONGEST: u64 = 64 * 1024 + 2;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng verify 1.2.156.3005.2.11152500MY0000012D002.12152502MY00032809.2026A000001.001.X
  mianzheng verify --picture code.png
  mianzheng verify --bundle bundle.jwt --anchors anchors.json - < code.txt
  mianzheng verify --bundle bundle.jwt --anchors anchors.json --seen seen.json - < code.txt
  mianzheng verify --token-file window.token 12345678
  mianzheng verify --time 2026-11-23T09:00:00+08:00 1.2.156.3005.2.….001.X

Exit code 2: a verdict is not 有效 (valid).")]
pub(crate) struct Verify {
    /// The text of a code, certificate or identifier; `-` reads it from standard input.
    #[arg(required_unless_present = "picture", allow_hyphen_values = true)]
    text: Option<String>,
    /// A PNG or JPEG with one or more codes.
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    picture: Option<PathBuf>,
    /// Verify with this bundle: no office, no database, no network.
    #[arg(long, value_name = "FILE", requires = "anchors")]
    bundle: Option<PathBuf>,
    /// The pinned roots that the bundle is checked with.
    #[arg(long, value_name = "FILE", requires = "bundle")]
    anchors: Option<PathBuf>,
    /// Keep the highest bundle used in this file, made if it is not there, and refuse older ones.
    #[arg(long, value_name = "FILE", requires = "bundle")]
    seen: Option<PathBuf>,
    /// A file with a window's or system's bearer token: then codes are spent and recorded.
    #[arg(long, value_name = "FILE", conflicts_with = "bundle")]
    token_file: Option<PathBuf>,
    /// Ask how it stood at this time that is over, as 2026-11-23T09:00:00+08:00; by the operator
    /// at this machine if there is no token.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["bundle", "picture"])]
    time: Option<String>,
    /// The case for which a window or system asks how it stood.
    #[arg(long, value_name = "NUMBER", requires = "time")]
    case: Option<String>,
}

impl Verify {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let (verdicts, types) = self.verdicts(desk)?;
        for one in &verdicts {
            verdict::print(one, &types, &mut desk.output);
        }
        let all: Vec<_> = verdicts.iter().map(verdict::json).collect();
        desk.output.object(&json!({"verdicts": all}));
        let good = verdicts.iter().all(|v| v.verdict == Outcome::Valid);
        Ok(if good {
            Ending::Done
        } else {
            Ending::SomeNotGood
        })
    }

    /// The verdicts, and the types that say what their fields are called.
    fn verdicts(&self, desk: &Desk) -> Result<(Vec<Verdict>, Types), Failure> {
        let texts = self.texts()?;
        if let (Some(bundle), Some(anchors)) = (&self.bundle, &self.anchors) {
            let read = |path: &PathBuf| {
                std::fs::read_to_string(path).map_err(|why| about_file(path, &why))
            };
            let (bundle, anchors) = (read(bundle)?, read(anchors)?);
            let bundle = match &self.seen {
                Some(seen) => open_bundle_after(&bundle, &anchors, seen)?,
                None => picture::open_bundle(&bundle, &anchors)?,
            };
            let now = desk.surroundings.clock.now();
            let verdicts = texts.iter().map(|text| verify_offline(text, &bundle, now));
            return Ok((verdicts.collect(), bundle.types.clone()));
        }
        let office = desk.office()?;
        let by = match &self.token_file {
            Some(path) => caller_of(&office, path)?,
            None => Caller::public(),
        };
        if let Some(time) = &self.time {
            let past = Past::read(&office, time)?;
            let by = match &self.token_file {
                Some(_) => by,
                None => Caller::at_the_machine(),
            };
            let about = (past, self.case.as_deref());
            let verdicts = texts
                .iter()
                .map(|text| verify_at(&office, text, about, &by));
            let verdicts = verdicts.collect::<Result<_, Failure>>()?;
            return Ok((verdicts, office.known().types.clone()));
        }
        let verdicts = texts.iter().map(|text| online::verify(&office, text, &by));
        let verdicts = verdicts.collect::<Result<_, Failure>>()?;
        Ok((verdicts, office.known().types.clone()))
    }

    fn texts(&self) -> Result<Vec<String>, Failure> {
        if let Some(path) = &self.picture {
            let bytes = std::fs::read(path).map_err(|why| about_file(path, &why))?;
            return Ok(picture::texts_of(picture::codes_in(&bytes)?));
        }
        let text = self.text.clone().unwrap_or_default();
        if text != "-" {
            return Ok(vec![text]);
        }
        let mut read = String::new();
        let input = std::io::stdin()
            .lock()
            .take(LONGEST)
            .read_to_string(&mut read);
        input.map_err(|why| about_file(&PathBuf::from("-"), &why))?;
        Ok(vec![read])
    }
}
