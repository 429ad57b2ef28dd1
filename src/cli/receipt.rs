//! `mianzheng receipt`: shown, printed, voided, made anew, verified.

mod verify;

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::case::One;
use crate::cli::case::print;
use crate::cli::ending::Ending;
use crate::cli::receipt::verify::Verify;
use crate::domain::words::say;
use crate::flow::case;
use crate::flow::failure::Failure;
use crate::flow::receipt;

#[derive(Subcommand)]
pub(crate) enum Receipt {
    /// Show the receipts of a case, or write one as it was signed.
    #[command(after_help = "\
Examples:
  mianzheng receipt show 15250220261123000017 --token-file window.token
  mianzheng receipt show 15250220261123000017 --receipt 1 --out receipt.jwt \\
      --token-file window.token")]
    Show {
        #[command(flatten)]
        one: One,
        /// Which receipt of the case; the last one if left out.
        #[arg(long, value_name = "N")]
        receipt: Option<i16>,
        /// The file to write the signed receipt to.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Print a receipt as a PDF with its code.
    #[command(after_help = "\
Examples:
  mianzheng receipt pdf 15250220261123000017 --out receipt.pdf --token-file window.token")]
    Pdf(Pdf),
    /// Void the receipt of a case, which opens it again.
    #[command(after_help = "\
Examples:
  mianzheng receipt void 15250220261123000017 --reason 材料原因选错 --token-file window.token")]
    Void {
        #[command(flatten)]
        one: One,
        /// Why; kept sealed.
        #[arg(long)]
        reason: String,
    },
    /// Close a case that was opened again: the next receipt names the one it replaces.
    #[command(after_help = "\
Examples:
  mianzheng receipt reissue 15250220261123000017 --token-file window.token")]
    Reissue(One),
    /// Verify a receipt, or the code on its paper, with the register or with nothing but a bundle.
    Verify(Verify),
}

#[derive(Args)]
pub(crate) struct Pdf {
    #[command(flatten)]
    one: One,
    /// Which receipt of the case; the last one if left out.
    #[arg(long, value_name = "N")]
    receipt: Option<i16>,
    /// The PDF to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Receipt {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        if let Self::Verify(verify) = self {
            return verify.run(desk);
        }
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Show { one, receipt, out } => {
                let by = one.by.caller(&office)?;
                let all = case::receipts(&office, &one.case, &by)?;
                let wanted = |version: i16| receipt.is_none_or(|one| one == version);
                let mut found: Vec<_> = all.into_iter().filter(|r| wanted(r.version)).collect();
                if let (Some(out), Some(last)) = (out, found.last()) {
                    std::fs::write(out, &last.signed).map_err(|why| about_file(out, &why))?;
                    output.say("cli.wrote", &[("path", &out.display().to_string())]);
                    found.clear();
                }
                for one in &found {
                    let word = if one.voided_at.is_some() {
                        say(output.lang, "receipt.voided", &[])
                    } else {
                        String::new()
                    };
                    let version = one.version.to_string();
                    let parts = [version.as_str(), &one.issued_at, &word];
                    output.line(parts.join("  ").trim_end());
                    output.line(&format!("  {}", one.signed));
                }
                output.object(&json!({"receipts": found}));
            }
            Self::Pdf(pdf) => {
                let by = pdf.one.by.caller(&office)?;
                let number = pdf.one.case.as_str();
                let last = || {
                    let all = case::receipts(&office, number, &by)?;
                    Ok::<_, Failure>(all.last().map_or(1, |last| last.version))
                };
                let version = pdf.receipt.map_or_else(last, Ok)?;
                let printed = receipt::print(&office, number, version, &by)?;
                let out = &pdf.out;
                std::fs::write(out, printed.pdf).map_err(|why| about_file(out, &why))?;
                output.say("cli.wrote", &[("path", &out.display().to_string())]);
                output.object(&json!({"file": out, "receipt": version, "code": printed.code}));
            }
            Self::Void { one, reason } => {
                let by = one.by.caller(&office)?;
                let opened = case::void_receipt(&office, &one.case, reason, &by, None)?;
                print::case(&opened, output);
            }
            Self::Reissue(one) => {
                let by = one.by.caller(&office)?;
                print::case(&case::close(&office, &one.case, &by)?, output);
            }
            Self::Verify(_) => {}
        }
        Ok(Ending::Done)
    }
}
