//! Another department's system fetches the fields an item needs, and believes nobody: whose
//! signature is on them it finds out by itself, with the pinned roots and the trust list.
//!
//! ```text
//! cargo run --example fetching_client -- --url https://localhost:8443 \
//!     --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/system.token \
//!     --anchors demo-data/anchors.json examples/requests/query.json
//! ```
//!
//! A request names a certificate, `{"identifier": "1.2.156.…", …}`, or a holder, as the one above
//! does; always for an item, a case and a cause, which are recorded before anything is sent.
//! `fetching.sh` does the same with curl and openssl. Ends with 0 if everything that was asked
//! for is there, proven and valid, 2 if not, 1 if it could not be asked or is not what it seems.

mod service;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use anyhow::ensure;
use clap::Parser;
use mianzheng::codec::base64url;
use mianzheng::codec::digest::sha256;
use mianzheng::codec::jws::UnverifiedJws;
use mianzheng::codec::sd_jwt::SdJwtParts;
use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::certificate_seal;
use mianzheng::crypto::signed_json::Message;
use mianzheng::crypto::trust::Anchors;
use mianzheng::crypto::trust::KeyFinding;
use mianzheng::crypto::trust::Trust;
use mianzheng::crypto::types::Types;
use mianzheng::domain::contract::type_metadata;
use mianzheng::domain::time::Clock;
use mianzheng::domain::time::SystemClock;
use mianzheng::domain::type_facts::TypeFacts;
use mianzheng::flow::anchors;
use serde::Deserialize;
use serde_json::Value;

use crate::service::Address;
use crate::service::Refused;
use crate::service::Service;

/// Seconds that the service's clock and ours may differ.
const TOLERANCE_S: u64 = 300;

/// Fetches fields and proves who signed them
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    service: Address,
    /// The pinned roots, handed over by whoever runs the service, never fetched from it
    #[arg(long, value_name = "FILE")]
    anchors: PathBuf,
    /// The code of the certificates' type, whose interface is asked
    #[arg(long = "type", value_name = "CODE")]
    of: String,
    /// Requests, as `POST /api/v1/interfaces/{type}/query` takes them; in files, for they name people
    #[arg(required = true)]
    requests: Vec<PathBuf>,
}

/// What a fetch gives.
#[derive(Deserialize)]
struct Fetched {
    certificates: Vec<Certificate>,
    /// The number under which the holder can read that this was fetched, by whom and why.
    use_record: i64,
    /// Request hash, evidence hashes, time and use record, signed by the service.
    envelope: String,
}

#[derive(Deserialize)]
struct Certificate {
    /// None for what a department's system told, which is no certificate of the service's.
    identifier: Option<String>,
    /// How it stands now, by the register. A signature cannot say that.
    verdict: String,
    fields: BTreeMap<String, Value>,
    /// The same fields, signed by the issuer on the day of issue: an SD-JWT. None for what a
    /// department's system told: the envelope alone vouches that it did.
    evidence: Option<String>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(why) => {
            eprintln!("fetching_client: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> anyhow::Result<bool> {
    let service = Service::at(&args.service)?;
    let pinned =
        fs::read_to_string(&args.anchors).with_context(|| args.anchors.display().to_string())?;
    let trust = trust(&service, &anchors::read(&pinned)?)?;
    let mut all_valid = true;
    for path in &args.requests {
        all_valid &= fetch(&service, &trust, (&args.of, path))?;
    }
    Ok(all_valid)
}

/// Fetches what one file asks for, and says what it proved.
fn fetch(service: &Service, trust: &Trust, (of, path): (&str, &Path)) -> anyhow::Result<bool> {
    let request = fs::read(path).with_context(|| path.display().to_string())?;
    let headers = [("Content-Type", "application/json")];
    let address = format!("/api/v1/interfaces/{of}/query");
    let answer = service.post(&address, &[], &headers, &request)?;
    let fetched: Fetched = serde_json::from_slice(&answer)?;
    let prove = |one| Ok((one, prove(service, trust, one)?));
    let proven = fetched.certificates.iter().map(prove);
    let proven = proven.collect::<anyhow::Result<Vec<_>>>()?;
    prove_envelope(trust, &fetched, &request)?;
    // Not a word before all of it is proven.
    let record = fetched.use_record;
    println!("信封：平台签名，与请求和证据相符，用证记录 {record}");
    let mut all_valid = !proven.is_empty();
    if proven.is_empty() {
        println!("未查到记录");
    }
    for (one, issuer) in proven {
        let identifier = one.identifier.as_deref().unwrap_or("—");
        println!("{identifier}  {}", one.verdict);
        for (key, value) in &one.fields {
            println!("  {key}: {value}");
        }
        match issuer {
            Some(issuer) => println!("  证据：{issuer}签名，与以上字段一致"),
            None => println!("  证据：无，平台签名转述来源系统所告"),
        }
        all_valid &= one.verdict == "valid";
    }
    Ok(all_valid)
}

/// The trust list in force, less what the fast revocation list takes away.
///
/// It says which key is whose and what for; a pinned root signed it. A client that stays keeps
/// the sequence numbers and hands them in here, so that an older list is refused.
fn trust(service: &Service, anchors: &Anchors) -> anyhow::Result<Trust> {
    let text = |path: &str| anyhow::Ok(String::from_utf8(service.get(path)?)?);
    let list = text("/.well-known/mianzheng/trust-list")?;
    let mut trust = Trust::open(&list, anchors, 0)?;
    match text("/.well-known/mianzheng/revocation-list") {
        Ok(list) => trust.revoke(&list, 0)?,
        // Before the first one, nothing was taken away.
        Err(why) => match why.downcast::<Refused>()? {
            refused if refused.code == "not_found" => {}
            refused => return Err(refused.into()),
        },
    }
    ensure!(SystemClock.now() < trust.next_update, "信任列表已过期");
    Ok(trust)
}

/// Proves that an agency signed these very fields, and returns its name; none where only the
/// envelope vouches for them.
fn prove(service: &Service, trust: &Trust, one: &Certificate) -> anyhow::Result<Option<String>> {
    let Some(evidence) = &one.evidence else {
        ensure!(one.identifier.is_none(), "没有证据却指名一张证照");
        return Ok(None);
    };
    let types = Types::new([type_of(service, evidence)?]);
    let opened = certificate_seal::open(evidence, trust, &types, SystemClock.now());
    let certified = match opened {
        Ok(genuine) => genuine.into_inner(),
        Err(why) => anyhow::bail!("证据不可信：{} {}", why.step, why.outcome.name()),
    };
    ensure!(certified.key == KeyFinding::Good, "签发密钥已泄露");
    ensure!(
        Some(certified.identifier.to_string()) == one.identifier,
        "证据属于另一张证照"
    );
    for (key, told) in &one.fields {
        ensure!(
            certified.fields.get(key) == Some(told),
            "{key} 与证据不一致"
        );
    }
    let issuer = trust.party(certified.issuer);
    Ok(Some(
        issuer.map(|party| party.name.clone()).unwrap_or_default(),
    ))
}

/// Who may issue the type of a record, and under which names.
///
/// The record names its type by an address. Nothing read from a record is ever opened: code and
/// version are taken out of it, and our own service is asked.
fn type_of(service: &Service, evidence: &str) -> anyhow::Result<TypeFacts> {
    let record = UnverifiedJws::parse(SdJwtParts::parse(evidence)?.jwt)?;
    let claims = record.claims_unverified()?;
    let address = claims.get("vct").and_then(Value::as_str);
    let mut parts = address.unwrap_or_default().rsplit('/');
    let version: u32 = parts.next().unwrap_or_default().parse()?;
    let code = parts.next().unwrap_or_default();
    ensure!(
        code.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "证照类型不可读"
    );
    let metadata = service.get(&format!("/types/{code}/{version}"))?;
    let metadata = serde_json::from_slice(&metadata)?;
    type_metadata::facts_of(&metadata).context("类型元数据不可读")
}

/// Proves that the service gave this answer to this request, now.
fn prove_envelope(trust: &Trust, fetched: &Fetched, request: &[u8]) -> anyhow::Result<()> {
    let envelope = trust.open_message(&fetched.envelope, Message::Envelope, KeyUse::Receipt)?;
    let says = |name: &str, value: Value| envelope.get(name) == Some(&value);
    let hash = |bytes: &[u8]| base64url::encode(&sha256(bytes));
    let all = &fetched.certificates;
    let evidence = all.iter().filter_map(|one| one.evidence.as_deref());
    let evidence: Vec<String> = evidence.map(|one| hash(one.as_bytes())).collect();
    let verdicts: Vec<&str> = all.iter().map(|one| one.verdict.as_str()).collect();
    let relayed: Vec<Value> = all
        .iter()
        .filter(|one| one.evidence.is_none())
        .map(|one| one.fields.clone().into_iter().collect())
        .collect();
    ensure!(
        says("request_hash", hash(request).into()),
        "信封不是对这个请求的"
    );
    ensure!(
        says("evidence_hashes", evidence.into()),
        "信封里的证据不是这些"
    );
    ensure!(says("verdicts", verdicts.into()), "信封里的结论不是这些");
    let vouched = envelope.get("relayed").and_then(Value::as_array);
    ensure!(
        vouched.map_or(&[][..], Vec::as_slice) == relayed,
        "信封里转述的不是这些"
    );
    ensure!(
        says("use_record", fetched.use_record.into()),
        "信封里的用证记录不符"
    );
    let made = envelope.get("iat").and_then(Value::as_i64);
    let off = made.unwrap_or_default().abs_diff(SystemClock.now().secs());
    ensure!(off <= TOLERANCE_S, "信封不是现在的");
    Ok(())
}
