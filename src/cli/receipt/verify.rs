//! `mianzheng receipt verify`: what a receipt, or the code on its paper, is worth.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::cli::verdict;
use crate::domain::verdict::Outcome;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::receipt;
use crate::flow::receipt::ReceiptTold;
use crate::flow::receipt::ReceiptVerdict;
use crate::flow::verify::picture;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng receipt verify receipt.jwt
  mianzheng receipt verify --picture scan.png
  mianzheng receipt verify receipt.jwt --bundle bundle.jwt --anchors anchors.json

Exit codes of this command: 0 the receipt is valid; 1 refused, or cannot be done; 2 it is not;
3 wrong usage; 4 ask again.")]
pub(crate) struct Verify {
    /// A file with the signed receipt, or with the text of the code.
    #[arg(required_unless_present = "picture")]
    file: Option<PathBuf>,
    /// A PNG or JPEG of the paper with the code.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    picture: Option<PathBuf>,
    /// Verify with this bundle: no office, no database, no network.
    #[arg(long, value_name = "FILE", requires = "anchors")]
    bundle: Option<PathBuf>,
    /// The pinned roots that the bundle is checked with.
    #[arg(long, value_name = "FILE", requires = "bundle")]
    anchors: Option<PathBuf>,
}

impl Verify {
    pub(super) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let read =
            |path: &PathBuf| std::fs::read_to_string(path).map_err(|why| about_file(path, &why));
        let text = match (&self.file, &self.picture) {
            (_, Some(path)) => {
                let bytes = std::fs::read(path).map_err(|why| about_file(path, &why))?;
                picture::codes_in(&bytes)?.pop().unwrap_or_default()
            }
            (Some(path), None) => read(path)?,
            (None, None) => String::new(),
        };
        let verdict = if let (Some(bundle), Some(anchors)) = (&self.bundle, &self.anchors) {
            let bundle = picture::open_bundle(&read(bundle)?, &read(anchors)?)?;
            receipt::verify_offline(&text, &bundle, desk.surroundings.clock.now())
        } else {
            receipt::verify(&desk.office()?, &text)?
        };
        print(&verdict, &mut desk.output);
        Ok(if verdict.verdict == Outcome::Valid {
            Ending::Done
        } else {
            Ending::SomeNotGood
        })
    }
}

fn print(verdict: &ReceiptVerdict, output: &mut Output) {
    let outcome = verdict.verdict.name();
    let word = say(output.lang, &format!("receipt_verdict.{outcome}"), &[]);
    output.line(&format!("{word}  [{outcome}]"));
    if let Some(told) = &verdict.receipt {
        self::told(told, output);
    }
    verdict::steps(&verdict.steps, output);
    output.object(&json!(verdict));
}

fn told(told: &ReceiptTold, output: &mut Output) {
    let lang = output.lang;
    let agency = told.agency_name.as_ref().unwrap_or(&told.agency_code);
    let (case, receipt) = (&told.case, told.receipt);
    output.line(&format!("  {case}-{receipt}  {agency}  {}", told.closed_at));
    output.line(&format!("  SHA-256 {}", told.digest));
    for item in &told.items {
        let version = item.rule_version.to_string();
        let rule = say(lang, "receipt.rule", &[("version", &version)]);
        let name = item.name.as_deref().unwrap_or_default();
        output.line(format!("  {}  {name}  {rule}", item.item).trim_end());
    }
    for material in &told.materials {
        let state = say(lang, &format!("material_state.{}", material.state), &[]);
        let group = match material.state.as_str() {
            "needs_paper" => "paper_reason",
            _ => "waived_by",
        };
        let why = material.why.as_ref().map(|why| {
            let key = format!("{group}.{why}");
            let word = say(lang, &key, &[]);
            // The day until which something may follow is no word.
            if word == key { why.clone() } else { word }
        });
        let name = material.name.as_deref().unwrap_or("—");
        let why = why.unwrap_or_default();
        output.line(format!("  · {name}  {state}  {why}").trim_end());
        for certificate in &material.certificates {
            let of = certificate.type_name.as_deref().unwrap_or("—");
            let issuer = certificate.issuer_name.as_deref().unwrap_or("—");
            output.line(&format!("      {of}  {issuer}"));
            let identifier = certificate.identifier.as_deref().unwrap_or("—");
            output.line(&format!("      {identifier}"));
        }
    }
}
