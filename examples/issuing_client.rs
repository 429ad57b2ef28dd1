//! An office's own system issues: one certificate, then a sheet as the office exports it.
//!
//! ```text
//! cargo run --example issuing_client -- --url https://localhost:8443 \
//!     --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/issuer.token \
//!     --type 食品从业人员健康证明 --out demo-data \
//!     examples/requests/issue.json examples/samples/健康证明-2026年10月.csv
//! ```
//!
//! `issuing.sh` does the same with curl. Ends with 0 if every row is there, 2 if somebody must
//! mend some, 1 if the service could not be asked or refused.

mod service;

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::Parser;
use mianzheng::codec::digest::sha256;
use serde::Deserialize;

use crate::service::Address;
use crate::service::Service;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Issues one certificate from a JSON file, then the rows of a sheet
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    service: Address,
    /// The certificate type of the sheet, by name or code
    #[arg(long = "type", value_name = "TYPE")]
    of: String,
    /// The folder for the result file and the error file
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// One certificate, as `POST /api/v1/certificates` takes it
    one: PathBuf,
    /// A sheet: CSV in UTF-8 or GB18030, or XLSX
    sheet: PathBuf,
}

/// What became of one certificate.
#[derive(Deserialize)]
struct Issued {
    outcome: String,
    identifier: String,
}

#[derive(Deserialize)]
struct Sent {
    batch: String,
}

/// How far a batch is. What an answer has more than this, today or later, is left alone.
#[derive(Deserialize)]
struct Standing {
    state: String,
    done: u64,
    total: u64,
    counts: Counts,
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Counts {
    rows: u64,
    issued: u64,
    same: u64,
    differs: u64,
    refused: u64,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(why) => {
            eprintln!("issuing_client: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> anyhow::Result<bool> {
    let service = Service::at(&args.service)?;
    issue_one(&service, &args.one)?;
    let batch = send(&service, &args.of, &args.sheet)?;
    let counts = follow(&service, &batch)?;
    let Counts {
        rows,
        issued,
        same,
        differs,
        refused,
    } = counts;
    println!("共 {rows} 行：已签发 {issued}，已存在 {same}，与登记不同 {differs}，有误 {refused}");
    // The result file names the certificate of every row. The error file is the sheet as it was
    // sent, only the bad rows and a last column 错误原因: mended, it can be sent again.
    let keep = |name: &str, ending: &str| {
        let made = service.get(&format!("/api/v1/batches/{batch}/{name}"))?;
        let path = args.out.join(name).with_extension(ending);
        fs::write(&path, made).with_context(|| path.display().to_string())?;
        println!("{}", path.display());
        anyhow::Ok(())
    };
    keep("results", "csv")?;
    if refused > 0 {
        keep("errors", if is_xlsx(&args.sheet) { "xlsx" } else { "csv" })?;
    }
    Ok(issued + same == rows)
}

/// Issues one certificate.
fn issue_one(service: &Service, path: &Path) -> anyhow::Result<()> {
    let draft = read(path)?;
    let key = once(&[&draft]);
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key.as_str()),
    ];
    let answer = service.post("/api/v1/certificates", &[], &headers, &draft)?;
    let issued: Issued = serde_json::from_slice(&answer)?;
    println!("{}  {}", issued.outcome, issued.identifier);
    Ok(())
}

/// Sends a sheet and returns the number under which it is worked on.
fn send(service: &Service, of: &str, path: &Path) -> anyhow::Result<String> {
    let sheet = read(path)?;
    let key = once(&[of.as_bytes(), &sheet]);
    // Announced, so that bytes that change on the way are refused rather than issued.
    let digest = format!("sha-256=:{}:", BASE64_STANDARD.encode(sha256(&sheet)));
    let headers = [
        (
            "Content-Type",
            if is_xlsx(path) { XLSX } else { "text/csv" },
        ),
        ("Content-Digest", digest.as_str()),
        ("Idempotency-Key", key.as_str()),
    ];
    // `task=correct` writes next versions of what differs; `dry_run=true` rehearses either.
    let query = [("type", of), ("task", "issue")];
    let answer = service.post("/api/v1/batches", &query, &headers, &sheet)?;
    Ok(serde_json::from_slice::<Sent>(&answer)?.batch)
}

/// Asks how far a batch is until it is done.
fn follow(service: &Service, batch: &str) -> anyhow::Result<Counts> {
    loop {
        let answer = service.get(&format!("/api/v1/batches/{batch}"))?;
        let standing: Standing = serde_json::from_slice(&answer)?;
        println!("{}  {}/{}", standing.state, standing.done, standing.total);
        match standing.state.as_str() {
            "done" => return Ok(standing.counts),
            "failed" => anyhow::bail!(standing.problem.unwrap_or_default()),
            _ => sleep(Duration::from_secs(1)),
        }
    }
}

/// The name of a request that is to be done once, however often it is sent: the digest of what
/// is asked. A system that keeps its requests would take its own number for each.
fn once(parts: &[&[u8]]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(sha256(&parts.concat()))
}

fn is_xlsx(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "xlsx")
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}
