//! Verifies codes and certificates with nothing but a bundle and the pinned roots: no office,
//! no database, no network. What a checkpoint on the steppe would run.
//!
//! ```text
//! cargo run --example offline_verifier -- bundle.jwt anchors.json < codes.txt
//! ```
//!
//! Reads one code a line from standard input and prints one verdict a line:
//! `valid  <identifier>  <fields>`. Ends with 0 if all are valid, 2 if one is not, 1 if bundle or
//! roots cannot be used.

use std::io::BufRead;
use std::process::ExitCode;

use mianzheng::domain::time::Clock;
use mianzheng::domain::time::SystemClock;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::verify::offline::verify_offline;
use mianzheng::flow::verify::picture::open_bundle;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(why) => {
            eprintln!("offline_verifier: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<bool> {
    let mut args = std::env::args_os().skip(1);
    let (Some(bundle), Some(anchors), None) = (args.next(), args.next(), args.next()) else {
        anyhow::bail!("usage: offline_verifier BUNDLE ANCHORS < CODES");
    };
    let bundle = open_bundle(
        &std::fs::read_to_string(bundle)?,
        &std::fs::read_to_string(anchors)?,
    )?;
    let mut all_valid = true;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let verdict = verify_offline(&line, &bundle, SystemClock.now());
        all_valid &= verdict.verdict == Outcome::Valid;
        let certificate = verdict.certificates.first();
        let identifier = certificate
            .map(|c| c.identifier.as_str())
            .unwrap_or_default();
        let fields = certificate
            .map(|c| serde_json::to_string(&c.fields))
            .transpose()?;
        println!(
            "{}  {identifier}  {}",
            verdict.verdict.name(),
            fields.unwrap_or_default()
        );
    }
    Ok(all_valid)
}
