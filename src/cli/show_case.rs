//! `mianzheng show case`: what a case at a window asks of a holder, and one code for all of it.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::output::Output;
use crate::cli::show::draw;
use crate::cli::show::told;
use crate::cli::token::caller_of;
use crate::domain::consent::AskedMaterial;
use crate::flow::case;
use crate::flow::case::CaseAsks;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

#[derive(Args)]
pub(crate) struct ShowCase {
    /// The case's number, the text on the window's screen, or the last six digits.
    case: String,
    /// Say yes to what is asked, and draw the code.
    #[arg(long)]
    yes: bool,
    /// The numbers of materials that may be left out and are shown all the same.
    #[arg(long, value_delimiter = ',', value_name = "NUMBERS", requires = "yes")]
    also: Vec<usize>,
    /// A file with the holder's bearer token.
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// Write the picture to a .png or .svg file instead of the terminal.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ShowCase {
    pub(crate) fn run(&self, office: &Office, output: &mut Output) -> Result<(), Failure> {
        let by = caller_of(office, &self.token_file)?;
        let asks = case::open_case(office, &self.case, &by)?;
        say(output, &asks);
        if !self.yes {
            output.object(&json!({"asked": asks.asked, "missing": asks.missing}));
            return Ok(());
        }
        let shown = case::give_by_code(office, &asks.code, &self.also, &by, None)?;
        draw(output, &shown.picture, self.out.as_ref())?;
        output.line(&format!("{}  {}", shown.text, shown.spoken));
        output.object(&json!({"asked": asks.asked, "missing": asks.missing, "code": told(&shown)}));
        Ok(())
    }
}

/// Lists the open cases that ask something of a holder.
pub(crate) fn list_cases(
    office: &Office,
    token_file: &Path,
    output: &mut Output,
) -> Result<(), Failure> {
    let cases = case::pending(office, &caller_of(office, token_file)?)?;
    for case in &cases {
        let items = case.items.join("、");
        output.line(&format!("{}  {}  {items}", case.number, case.agency));
    }
    output.object(&json!({"cases": cases}));
    Ok(())
}

/// Who asks, why, which fields of what, until when.
fn say(output: &mut Output, asks: &CaseAsks) {
    let asked = &asks.asked;
    let items = asked.items.join("、");
    let head = [
        ("agency", asked.agency.as_str()),
        ("items", &items),
        ("until", &asked.answer_by),
    ];
    output.say("cli.case_asks", &head);
    for material in &asked.materials {
        output.say(
            if material.required {
                "cli.case_required"
            } else {
                "cli.case_optional"
            },
            &[
                ("number", &material.material.to_string()),
                ("material", &material.name),
                ("whose", &material.whose),
                ("fields", &fields(material)),
            ],
        );
    }
    for name in &asks.missing {
        output.say("cli.case_missing", &[("material", name)]);
    }
}

fn fields(material: &AskedMaterial) -> String {
    let labels = material.fields.iter().map(|field| field.label.as_str());
    labels.collect::<Vec<_>>().join("、")
}
