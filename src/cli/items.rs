//! `mianzheng items`: find an item, see what it asks for and what to bring, list, check.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::domain::item::Errand;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::items::check;
use crate::flow::items::check::ItemCheck;
use crate::flow::items::checklist;
use crate::flow::items::checklist::Bilingual;
use crate::flow::items::checklist::ChecklistMaterial;
use crate::flow::items::checklist::ItemChecklist;
use crate::flow::items::list;
use crate::flow::items::search;
use crate::flow::items::search::ItemSearch;
use crate::flow::items::search::ItemsFound;
use crate::flow::items::show;
use crate::flow::items::show::ItemShown;

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
                return Ok(found(&search::search(&office, &asked)?, output));
            }
            Self::Show { item, version } => shown(&show::show(&office, item, *version)?, output),
            Self::Checklist { item, scenario } => {
                let list = checklist::checklist(&office, item, scenario.as_deref())?;
                told(&list, output);
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
                    listed(&list, output);
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

fn found(found: &ItemsFound, output: &mut Output) -> Ending {
    output.object(&json!(found));
    for main in &found.found {
        output.line(&format!("{}  {}", main.main_item, main.name));
        for scenario in &main.scenarios {
            output.line(&format!("  {}", scenario.scenario));
            for place in &scenario.items {
                let line = format!("    {}  {}", place.item, place.agency_name);
                output.line(&line);
            }
        }
    }
    if found.found.is_empty() {
        output.say("cli.no_items", &[]);
        return Ending::SomeNotGood;
    }
    Ending::Done
}

fn shown(shown: &ItemShown, output: &mut Output) {
    output.object(&json!(shown));
    let item = &shown.item;
    output.line(&format!("{}  {}", item.item, item.name));
    let with = [
        ("agency", item.agency_name.as_str()),
        ("division", &item.division_name),
    ];
    output.say("checklist.run_by", &with);
    for version in &shown.versions {
        let day = version.loaded_at.get(..10).unwrap_or_default();
        let number = version.version.to_string();
        output.say("checklist.rule", &[("version", &number), ("day", day)]);
    }
    for material in &shown.materials {
        let errand = say(
            output.lang,
            &format!("errand.{}", material.errand.name()),
            &[],
        );
        let of_type = material.type_name.as_deref().unwrap_or_default();
        let line = format!("  {}. {}  {errand}  {of_type}", material.seq, material.name);
        output.line(line.trim_end());
    }
}

/// The checklist as lines.
fn told(list: &ItemChecklist, output: &mut Output) {
    output.object(&json!(list));
    let lang = output.lang;
    let of = |said: &Bilingual| match lang {
        Lang::Zh => said.zh.clone(),
        Lang::En => said.en.clone(),
    };
    output.line(&list.item.name);
    output.line(&of(&list.headline));
    for more in &list.more {
        output.line(&of(more));
    }
    for errand in Errand::ALL {
        let mut lines = list.lines.iter().filter(|l| l.errand == errand).peekable();
        if lines.peek().is_some() {
            output.line("");
            output.say(&format!("errand.{}", errand.name()), &[]);
        }
        for line in lines {
            for (n, material) in line.materials.iter().enumerate() {
                let mark = if n == 0 { "·" } else { " " };
                output.line(&format!("  {mark} {}", sentence(material, errand, lang)));
            }
        }
    }
    output.line("");
    output.say("checklist.assured", &[]);
}

fn sentence(of: &ChecklistMaterial, line: Errand, lang: Lang) -> String {
    let told = match lang {
        Lang::Zh => &of.told.zh,
        Lang::En => &of.told.en,
    };
    let mut parts = vec![of.name.clone()];
    if of.errand != line {
        parts.push(say(lang, &format!("errand.{}", of.errand.name()), &[]));
    }
    parts.push(told.clone());
    for (key, note) in [
        ("checklist.condition", &of.condition),
        ("checklist.basis", &of.basis),
    ] {
        parts.extend(note.as_ref().map(|text| say(lang, key, &[("text", text)])));
    }
    parts.join("  ")
}

fn listed(list: &list::ItemList, output: &mut Output) {
    output.object(&json!(list));
    for count in &list.divisions {
        output.line(&format!(
            "{}  {}  {}",
            count.division, count.division_name, count.items
        ));
    }
    for count in &list.departments {
        output.line(&format!("{}  {}", count.department, count.items));
    }
    output.say("cli.items_total", &[("n", &list.total.to_string())]);
}

/// Tells what nothing can stand for.
pub(crate) fn gaps(check: &ItemCheck, output: &mut Output) -> Ending {
    for gap in &check.findings {
        let (what, act) = match output.lang {
            Lang::Zh => (&gap.told.zh, &gap.act.zh),
            Lang::En => (&gap.told.en, &gap.act.en),
        };
        let mark = if gap.nothing_serves {
            "cli.mark_error"
        } else {
            "cli.mark_attention"
        };
        let mark = say(output.lang, mark, &[]);
        output.line(&format!("{mark}  {what}"));
        output.line(&format!("      → {act}"));
    }
    let whole = check
        .findings
        .iter()
        .filter(|gap| gap.nothing_serves)
        .count();
    let with = [
        ("items", check.items.to_string()),
        ("found", whole.to_string()),
    ];
    let with = with.each_ref().map(|(name, n)| (*name, n.as_str()));
    output.say("cli.items_checked", &with);
    if check.whole {
        Ending::Done
    } else {
        Ending::SomeNotGood
    }
}
