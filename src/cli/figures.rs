//! `mianzheng figures`: what was really waived, and why the rest was not.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::figures;
use crate::flow::figures::Span;
use crate::flow::figures::Table;

/// How many of the reasons people are told; programs are told all.
const REASONS: usize = 10;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng figures --from 2026-11-01 --to 2026-11-30
  mianzheng figures --from 2026-11-01 --to 2026-11-30 --division 152502 --json
  mianzheng figures --from 2026-11-01 --to 2026-11-30 --csv reasons --out 没免成.csv")]
pub(crate) struct Figures {
    /// The first day.
    #[arg(long, value_name = "DAY")]
    from: Day,
    /// The last day.
    #[arg(long, value_name = "DAY")]
    to: Day,
    /// Only items run in this division, by code.
    #[arg(long, value_name = "CODE")]
    division: Option<String>,
    /// Only items of this kind of department, such as `health`.
    #[arg(long, value_name = "KIND")]
    department: Option<String>,
    /// Only this item, by code.
    #[arg(long, value_name = "ITEM")]
    item: Option<String>,
    /// Only materials that this type of certificate can stand for.
    #[arg(long = "type", value_name = "TYPE")]
    type_name: Option<String>,
    /// Write this table as CSV.
    #[arg(long, value_name = "TABLE", value_parser = Table::NAMES.to_vec(), requires = "out")]
    csv: Option<String>,
    /// The CSV file to write.
    #[arg(long, value_name = "FILE", requires = "csv")]
    out: Option<PathBuf>,
}

impl Figures {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let span = Span {
            division: self.division.as_deref(),
            department: self.department.as_deref(),
            item: self.item.as_deref(),
            type_name: self.type_name.as_deref(),
            ..Span::of(self.from, self.to)
        };
        let counted = figures::count(&office, &span, &Caller::at_the_machine())?;
        let output = &mut desk.output;
        let (Some(name), Some(out)) = (&self.csv, &self.out) else {
            tell(&counted, output);
            return Ok(Ending::Done);
        };
        let table = Table::from_name(name).ok_or(Failure::refused(Reason::BadRequest))?;
        std::fs::write(out, figures::csv(&counted, table)?).map_err(|why| about_file(out, &why))?;
        output.say("cli.wrote", &[("path", &out.display().to_string())]);
        output.object(&json!({"file": out, "table": name}));
        Ok(Ending::Done)
    }
}

fn tell(figures: &figures::Figures, output: &mut Output) {
    output.object(&json!(figures));
    let with = [
        ("from", figures.from.as_str()),
        ("to", &figures.to),
        ("cases", &figures.cases.to_string()),
        ("waived", &figures.waived.to_string()),
        ("on_paper", &figures.on_paper.to_string()),
    ];
    output.say("figures.whole", &with);
    for of in &figures.by_item {
        let name = of.item_name.as_deref().unwrap_or(&of.item);
        let with = [
            ("of", name),
            ("cases", &of.cases.to_string()),
            ("waived", &of.waived.to_string()),
        ];
        output.say("figures.line", &with);
    }
    for of in figures.reasons.iter().take(REASONS) {
        let with = [
            ("count", of.count.to_string()),
            ("item", of.item_name.clone().unwrap_or_default()),
            ("type", of.type_name.clone().unwrap_or_default()),
            (
                "reason",
                say(output.lang, &format!("paper_reason.{}", of.reason), &[]),
            ),
            (
                "repair",
                match output.lang {
                    Lang::Zh => of.repair_zh.clone(),
                    Lang::En => of.repair_en.clone(),
                },
            ),
        ];
        let with = with.each_ref().map(|(key, value)| (*key, value.as_str()));
        output.say("figures.reason_line", &with);
    }
    let made = match output.lang {
        Lang::Zh => &figures.made_zh,
        Lang::En => &figures.made_en,
    };
    output.line(made);
}
