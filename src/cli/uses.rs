//! `mianzheng uses`: what was done with somebody's certificates.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::mandate::By;
use crate::cli::status::holder;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::uses;
use crate::flow::uses_paper;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng uses --token-file holder.token
  mianzheng uses --holder 111:152502194501010024 --face-checked --pdf uses.pdf \\
      --token-file window.token")]
pub(crate) struct Uses {
    /// Somebody who stands at the window, as type:number; without it, the holder's own.
    #[arg(long)]
    holder: Option<String>,
    /// The officer compared face and card.
    #[arg(long, requires = "holder")]
    face_checked: bool,
    /// Only what is older than this record.
    #[arg(long, value_name = "RECORD")]
    before: Option<i64>,
    /// The PDF to write.
    #[arg(long, value_name = "FILE")]
    pdf: Option<PathBuf>,
    #[command(flatten)]
    by: By,
}

impl Uses {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        let by = self.by.caller(&office)?;
        let code = self.holder.as_deref().map(holder).transpose()?;
        let whom = code.as_ref().map(|code| (code, self.face_checked));
        if let Some(path) = &self.pdf {
            let pdf = match whom {
                Some(whom) => uses_paper::at_the_window(&office, whom, self.before, &by)?,
                None => uses_paper::mine(&office, self.before, &by)?,
            };
            std::fs::write(path, pdf).map_err(|why| about_file(path, &why))?;
            output.say("cli.wrote", &[("path", &path.display().to_string())]);
            output.object(&json!({"file": path}));
            return Ok(Ending::Done);
        }
        let lines = match whom {
            Some(whom) => uses::at_the_window(&office, whom, self.before, &by)?,
            None => uses::mine(&office, self.before, &by)?,
        };
        if lines.is_empty() {
            output.say("cli.no_uses", &[]);
        }
        for line in &lines {
            let event = say(output.lang, &format!("use_event.{}", line.event), &[]);
            let parts = [
                line.record.to_string(),
                line.at.clone(),
                event,
                line.outcome.clone().unwrap_or_default(),
                line.agency.clone().unwrap_or_default(),
                line.type_name.clone().unwrap_or_default(),
                line.why.join("、"),
                line.fields.join(","),
            ];
            output.line(parts.join("  ").trim_end());
        }
        output.object(&json!({"uses": lines}));
        Ok(Ending::Done)
    }
}
