//! `mianzheng bench`: our paths beside limits measured in the same run.

use std::path::Path;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::flow::bench;
use crate::flow::bench::Figure;
use crate::flow::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Bench {
    /// Offline verdicts on one core, beside the bare signature check.
    #[command(after_help = "\
Examples:
  mianzheng bench verify --examples examples")]
    Verify {
        /// The folder with `catalogue/`.
        #[arg(long, value_name = "DIR", default_value = "examples")]
        examples: PathBuf,
        /// Verdicts a round; the fastest of nine rounds counts.
        #[arg(long, default_value_t = 2000)]
        count: u32,
    },
    /// Issuing by the file, beside bare signatures and loading the same finished rows.
    #[command(after_help = "\
Examples:
  mianzheng bench bulk --examples examples --count 100000
  mianzheng bench bulk --database-url postgres://…/one --empty-url postgres://…/two")]
    Bulk {
        /// The folder with `catalogue/`.
        #[arg(long, value_name = "DIR", default_value = "examples")]
        examples: PathBuf,
        /// Certificates.
        #[arg(long, default_value_t = 100_000)]
        count: u32,
        /// An empty database to issue into; SQLite in a temporary folder if left out.
        #[arg(long, value_name = "URL", requires = "empty_url")]
        database_url: Option<String>,
        /// An empty database of the same kind to load the same rows into.
        #[arg(long, value_name = "URL", requires = "database_url")]
        empty_url: Option<String>,
    },
}

impl Bench {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let folder = std::env::temp_dir().join(format!("mianzheng-bench-{}", std::process::id()));
        let measured = self.measure(desk, &folder);
        // The office was for this run only, whatever came of it.
        let removed = std::fs::remove_dir_all(&folder);
        let figures = measured?;
        removed.map_err(|why| about_file(&folder, &why))?;
        print(&figures, &mut desk.output);
        Ok(Ending::Done)
    }

    fn measure(&self, desk: &Desk, folder: &Path) -> Result<Vec<Figure>, Failure> {
        let lite = |name: &str| format!("sqlite://{}", folder.join(name).display());
        match self {
            Self::Verify { examples, count } => {
                let office = bench::office(&desk.surroundings, folder, &lite("one.db"), examples)?;
                bench::verify::measure(&office, *count)
            }
            Self::Bulk {
                examples,
                count,
                database_url,
                empty_url,
            } => {
                let one = database_url.clone().unwrap_or_else(|| lite("one.db"));
                let two = empty_url.clone().unwrap_or_else(|| lite("two.db"));
                let office = bench::office(&desk.surroundings, folder, &one, examples)?;
                bench::bulk::measure(&office, &two, *count)
            }
        }
    }
}

fn print(figures: &[Figure], output: &mut Output) {
    for figure in figures {
        let Figure {
            what,
            limit,
            ours,
            least,
            unit,
            share,
        } = figure;
        output.line(&format!("{what}: {ours:.2} {unit}"));
        output.line(&format!("  limit: {limit}: {least:.2} {unit}"));
        output.line(&format!(
            "  {:.0} % of the limit, {:.2} × its time",
            share * 100.0,
            ours / least
        ));
    }
    output.object(&json!({"figures": figures}));
}
