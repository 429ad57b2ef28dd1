//! `mianzheng items`: find an item, see what it asks for and what to bring, list, check.

mod print;

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::flow::failure::Failure;
use crate::flow::items::check;
use crate::flow::items::checklist;
use crate::flow::items::list;
use crate::flow::items::search;
use crate::flow::items::search::ItemSearch;
use crate::flow::items::show;

pub(crate) use print::gaps;

#[derive(Subcommand)]
pub(crate) enum Items {
    /// Find items by a piece of the name, the initials of its reading, or a code.
    #[command(after_help = "\
Examples:
  mianzheng items search 生育
  mianzheng items search sydj --division 152502
  mianzheng items search 152023901 --json

Exit codes of this command:
  0  found
  1  refused, or cannot be done
  2  nothing found
  3  wrong usage
  4  it could not be found out now: ask again")]
    Search {
        /// What is looked for.
        #[arg(value_name = "QUERY")]
        query: String,
        /// Only items run in this division, by code.
        #[arg(long, value_name = "CODE")]
        division: Option<String>,
        /// Only items of this kind of department, such as `health`.
        #[arg(long, value_name = "KIND")]
        department: Option<String>,
        /// At most so many main items.
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
    },
    /// Show what an item asks for, in the version in force or an older one.
    #[command(after_help = "\
Examples:
  mianzheng items show 11152501MY0001840D415202390100001
  mianzheng items show 11152501MY0001840D415202390100001 --version 1 --json")]
    Show {
        /// The item's code.
        #[arg(value_name = "ITEM")]
        item: String,
        /// A version of its rule.
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Tell what to bring for an item, and what not 出发前看一眼.
    #[command(after_help = "\
Examples:
  mianzheng items checklist 11152501MY0001840D415202390100001
  mianzheng items checklist 11152501MY0001840D415202390100001 --scenario 补办 --lang en")]
    Checklist {
        /// The item's code.
        #[arg(value_name = "ITEM")]
        item: String,
        /// Another situation in which the same agency runs it.
        #[arg(long, value_name = "NAME")]
        scenario: Option<String>,
    },
    /// Tell the published list, or write it as CSV.
    #[command(after_help = "\
Examples:
  mianzheng items list
  mianzheng items list --division 152502 --department health
  mianzheng items list --division 152502 --out 免证办清单.csv")]
    List {
        /// Only items run in this division, by code.
        #[arg(long, value_name = "CODE")]
        division: Option<String>,
        /// Only items of this kind of department.
        #[arg(long, value_name = "KIND")]
        department: Option<String>,
        /// The CSV file to write.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check which exempt materials nothing can stand for, and say what to do about each.
    #[command(after_help = "\
Examples:
  mianzheng items check
  mianzheng items check --json

Exit codes of this command:
  0  something stands for every exempt material
  1  refused, or cannot be done
  2  nothing stands for some of them
  3  wrong usage
  4  it could not be found out now: ask again")]
    Check,
}

impl Items {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Search {
                query,
                division,
                department,
                limit,
            } => {
                let asked = ItemSearch {
                    text: query,
                    division: division.as_deref(),
                    department: department.as_deref(),
                    most: Some(*limit),
                };
                return Ok(print::found(&search::search(&office, &asked)?, output));
            }
            Self::Show { item, version } => {
                print::shown(&show::show(&office, item, *version)?, output);
            }
            Self::Checklist { item, scenario } => {
                let list = checklist::checklist(&office, item, scenario.as_deref())?;
                print::told(&list, output);
            }
            Self::List {
                division,
                department,
                out,
            } => {
                let list = list::list(&office, division.as_deref(), department.as_deref())?;
                if let Some(out) = out {
                    std::fs::write(out, list::csv(&list)?).map_err(|why| about_file(out, &why))?;
                    output.say("cli.wrote", &[("path", &out.display().to_string())]);
                    output.object(&json!({"file": out, "total": list.total}));
                } else {
                    print::listed(&list, output);
                }
            }
            Self::Check => {
                let check = check::check(&office)?;
                let ending = gaps(&check, output);
                output.object(&json!(check));
                return Ok(ending);
            }
        }
        Ok(Ending::Done)
    }
}
