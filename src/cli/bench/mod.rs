//! `mianzheng bench`: our paths beside limits measured in the same run.

mod cases;
mod http;
mod load;
mod memory;
mod process;
mod query;

use std::net::SocketAddr;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::config;
use crate::config::Environment;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::flow::bench;
use crate::flow::bench::Figure;
use crate::flow::bench::cases::Counter;
use crate::flow::bench::verify::Codes;
use crate::flow::demo;
use crate::flow::failure::Failure;
use crate::flow::init::make_folder;
use crate::flow::init::write_private;
use crate::flow::office::Office;
use crate::http::bare;

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
    /// Searches for items, beside what is promised of them.
    #[command(after_help = "\
Examples:
  mianzheng bench items --examples examples")]
    Items {
        /// The folder with `catalogue/`.
        #[arg(long, value_name = "DIR", default_value = "examples")]
        examples: PathBuf,
        /// Searches.
        #[arg(long, default_value_t = 10_000)]
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
    /// What a verdict over HTTP costs the server, beside a server that does nothing.
    #[command(after_help = "\
Examples:
  mianzheng bench http --examples examples
  mianzheng bench http --database-url postgres://…/one")]
    Http {
        /// The folder with `catalogue/`.
        #[arg(long, value_name = "DIR", default_value = "examples")]
        examples: PathBuf,
        /// Requests; a tenth of them where each leaves an entry in the ledger.
        #[arg(long, default_value_t = 40_000)]
        count: u32,
        /// An empty database for the register; SQLite in a temporary folder if left out.
        #[arg(long, value_name = "URL")]
        database_url: Option<String>,
    },
    /// Whole cases, beside bare durable transactions, and figures over generated ones.
    #[command(after_help = "\
Examples:
  mianzheng bench cases --examples examples
  mianzheng bench cases --database-url postgres://…/one")]
    Cases {
        /// The folder with `catalogue/`.
        #[arg(long, value_name = "DIR", default_value = "examples")]
        examples: PathBuf,
        /// Whole cases.
        #[arg(long, default_value_t = 1000)]
        count: u32,
        /// Generated cases that figures are made of.
        #[arg(long, default_value_t = 20_000)]
        generated: u32,
        /// An empty database for the register; SQLite in a temporary folder if left out.
        #[arg(long, value_name = "URL")]
        database_url: Option<String>,
    },
    /// Queries of one type with many certificates, beside what is promised and beside a tenth.
    #[command(after_help = "\
Examples:
  mianzheng bench query --examples examples
  mianzheng bench query --certificates 17600 --count 4000
  mianzheng bench query --database-url postgres://…/one")]
    Query {
        /// The folder with `catalogue/`.
        #[arg(long, value_name = "DIR", default_value = "examples")]
        examples: PathBuf,
        /// Queries.
        #[arg(long, default_value_t = 20_000)]
        count: u32,
        /// Certificates of the type.
        #[arg(long, default_value_t = 176_000)]
        certificates: u32,
        /// An empty database for the register; SQLite in a temporary folder if left out.
        #[arg(long, value_name = "URL")]
        database_url: Option<String>,
    },
    /// How soon a server is ready, and its memory, with a key for every agency.
    #[command(after_help = "\
Examples:
  mianzheng bench memory --examples examples --count 100000
  mianzheng bench memory --database-url postgres://…/one")]
    Memory {
        /// The folder with `catalogue/`.
        #[arg(long, value_name = "DIR", default_value = "examples")]
        examples: PathBuf,
        /// Certificates.
        #[arg(long, default_value_t = 100_000)]
        count: u32,
        /// An empty database for the register; SQLite in a temporary folder if left out.
        #[arg(long, value_name = "URL")]
        database_url: Option<String>,
    },
    /// The server that does nothing, until the process is ended.
    #[command(
        hide = true,
        after_help = "\
Examples:
  mianzheng bench bare --listen 127.0.0.1:8080"
    )]
    Bare {
        /// Where to listen.
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: SocketAddr,
    },
}

impl Bench {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        if let Self::Bare { listen } = self {
            let served = TcpListener::bind(listen).and_then(bare::serve);
            served.map_err(|why| Failure::because(Reason::Setup, why.to_string()))?;
            return Ok(Ending::Done);
        }
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
        let one = |url: &Option<String>| url.clone().unwrap_or_else(|| lite("one.db"));
        match self {
            Self::Verify { examples, count } => {
                let office = office(desk, folder, &lite("one.db"), examples)?;
                bench::verify::measure(&office, *count)
            }
            Self::Items { examples, count } => {
                let office = office(desk, folder, &lite("one.db"), examples)?;
                bench::items::measure(&office, *count)
            }
            Self::Bulk {
                examples,
                count,
                database_url,
                empty_url,
            } => {
                let two = empty_url.clone().unwrap_or_else(|| lite("two.db"));
                let office = office(desk, folder, &one(database_url), examples)?;
                bench::bulk::measure(&office, &two, *count)
            }
            Self::Http {
                examples,
                count,
                database_url,
            } => {
                let office = office(desk, folder, &one(database_url), examples)?;
                let codes = Codes::of(&office)?;
                let window = bench::token(&office, Role::Window, demo::HALL)?;
                let at = office.settings.listen.clone();
                drop(office);
                http::measure(folder, &at, &codes, &window, *count)
            }
            Self::Cases {
                examples,
                count,
                generated,
                database_url,
            } => {
                let office = office(desk, folder, &one(database_url), examples)?;
                let counter = Counter::of(&office)?;
                let figures = bench::cases::figures(&office, *generated)?;
                let officers = cases::OFFICERS;
                let bare = bench::cases::bare_transaction_us(&office, officers, 4 * *count)?;
                let limits = cases::Limits {
                    transaction_wall: bare.0,
                    transaction: bare.1,
                    signature: bench::cases::signature_us(&office)?,
                };
                let at = office.settings.listen.clone();
                drop(office);
                let mut all = cases::measure(folder, &at, &counter, &limits, *count)?;
                all.push(figures);
                Ok(all)
            }
            Self::Query {
                examples,
                count,
                certificates,
                database_url,
            } => {
                let office = office(desk, folder, &one(database_url), examples)?;
                query::measure(folder, &office, (*certificates, *count))
            }
            Self::Memory {
                examples,
                count,
                database_url,
            } => {
                let office = office(desk, folder, &one(database_url), examples)?;
                demo::keys_for_all(&office)?;
                let issuer = bench::token(&office, Role::Issuer, demo::CDC)?;
                let sheet = bench::bulk::sheet(&office, *count);
                let at = office.settings.listen.clone();
                drop(office);
                memory::measure(folder, &at, &sheet, &issuer)
            }
            Self::Bare { .. } => Ok(Vec::new()),
        }
    }
}

/// An office with catalogue and keys in a folder of its own, and the settings for a server of
/// one thread that turns nobody away.
fn office(desk: &Desk, folder: &Path, database: &str, examples: &Path) -> Result<Office, Failure> {
    let setup = |why: String| Failure::because(Reason::Setup, why);
    let text = format!(
        "authority = \"mz.example\"\nmode = \"demo\"\nworkers = 1\nlisten = \"{}\"\n\
         database_url = {database:?}\nrequests_per_second = 1000000\nburst = 1000000\n\
         [limits]\nuses_per_operator_day = 1000000000\nuses_per_agency_day = 1000000000\n",
        process::free_address()?
    );
    let settings = config::parse(&text, folder, &Environment::default()).map_err(setup)?;
    make_folder(folder)?;
    write_private(&folder.join(config::FILE), &text)?;
    bench::office(&desk.surroundings, settings, examples)
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
