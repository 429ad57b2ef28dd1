//! `mianzheng catalogue`: the types, agencies and divisions that everything follows from.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::items;
use crate::cli::output::Output;
use crate::domain::caller::Caller;
use crate::domain::contract::rules;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Definition;
use crate::domain::definition::Disclosure;
use crate::domain::definition::Field;
use crate::domain::definition::FieldKind;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::words::say;
use crate::flow::catalogue;
use crate::flow::catalogue::CatalogueFiles;
use crate::flow::catalogue::Loaded;
use crate::flow::failure::Failure;
use crate::flow::template;

#[derive(Subcommand)]
pub(crate) enum Catalogue {
    /// Load a folder: types, agencies, divisions, successions, items and their materials.
    #[command(after_help = "\
Examples:
  mianzheng catalogue load examples/catalogue")]
    Load {
        /// The folder; a file it does not have changes nothing.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Judge a folder's files without loading them; no office is needed.
    #[command(after_help = "\
Examples:
  mianzheng catalogue check examples/catalogue

Exit codes of this command:
  0  it can be loaded, and something stands for every exempt material of its items
  1  it cannot be loaded
  2  it can be loaded, but nothing stands for some exempt materials
  3  wrong usage
  4  it could not be found out now: ask again")]
    Check {
        /// The folder.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// List the certificate types.
    #[command(after_help = "\
Examples:
  mianzheng catalogue list
  mianzheng catalogue list --find 健康")]
    List {
        /// Only types with this text in code, name or department.
        #[arg(long, value_name = "TEXT")]
        find: Option<String>,
    },
    /// Show a type: its fields with their headings and classes, and its rules.
    #[command(after_help = "\
Examples:
  mianzheng catalogue show 食品从业人员健康证明
  mianzheng catalogue show 11152500MY0000012D002 --json")]
    Show {
        /// The type, by code or Chinese name.
        #[arg(value_name = "TYPE")]
        name: String,
    },
    /// Write an empty sheet for a type: fill it in and give it to `batch issue`.
    #[command(after_help = "\
Examples:
  mianzheng catalogue template 食品从业人员健康证明 --out 健康证明.xlsx
  mianzheng catalogue template 11152500MY0000012D002 --out 健康证明.csv

The workbook says in notes what each column takes, and has lists to choose from. The CSV file
holds the headings alone.")]
    Template {
        /// The type, by code or Chinese name.
        #[arg(value_name = "TYPE")]
        name: String,
        /// The file to write: .xlsx or .csv.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

impl Catalogue {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        match self {
            Self::Load { dir } => {
                let files = CatalogueFiles::read(dir)?;
                let office = desk.office()?;
                let loaded = catalogue::load(&office, &files, &Caller::at_the_machine())?;
                say_loaded(&loaded, &mut desk.output);
                desk.output.object(&json!(loaded));
            }
            Self::Check { dir } => {
                let checked = catalogue::check(&CatalogueFiles::read(dir)?)?;
                let with = [
                    ("types", checked.types.to_string()),
                    ("agencies", checked.agencies.to_string()),
                    ("divisions", checked.divisions.to_string()),
                    ("items", checked.items.to_string()),
                    ("rules", checked.rules.to_string()),
                ];
                let with = with.each_ref().map(|(name, n)| (*name, n.as_str()));
                desk.output.say("cli.checked", &with);
                let gaps = checked.coverage.as_ref();
                let ending = gaps.map(|found| items::gaps(found, &mut desk.output));
                desk.output.object(&json!(checked));
                return Ok(ending.unwrap_or(Ending::Done));
            }
            Self::List { find } => list(desk, find.as_deref())?,
            Self::Show { name } => {
                let of = desk.office()?.known().type_named(name)?;
                show(&of, &mut desk.output);
            }
            Self::Template { name, out } => {
                let of = desk.office()?.known().type_named(name)?;
                let bytes = match out.extension().and_then(OsStr::to_str) {
                    Some("xlsx") => template::xlsx(&of.definition)?,
                    Some("csv") => template::csv(&of.definition),
                    _ => {
                        let what = "the file must end in .xlsx or .csv";
                        let said = Said::of("fault", "bad_ending")
                            .with("path", out.display())
                            .with("endings", ".xlsx .csv");
                        return Err(Failure::saying(Reason::BadRequest, what, said));
                    }
                };
                std::fs::write(out, bytes).map_err(|why| about_file(out, &why))?;
                let columns = template::of(&of.definition).columns.into_iter();
                let columns: Vec<String> = columns.map(|column| column.heading).collect();
                let path = out.display().to_string();
                desk.output.say("cli.wrote", &[("path", &path)]);
                desk.output
                    .object(&json!({"file": out, "columns": columns}));
            }
        }
        Ok(Ending::Done)
    }
}

/// Tells what was loaded.
pub(crate) fn say_loaded(loaded: &Loaded, output: &mut Output) {
    let with = [
        ("types", loaded.types.to_string()),
        ("new", loaded.new_types.to_string()),
        ("changed", loaded.changed_types.to_string()),
        ("agencies", loaded.agencies.to_string()),
        ("divisions", loaded.divisions.to_string()),
        ("items", loaded.items.to_string()),
        ("rules", loaded.changed_rules.to_string()),
    ];
    let with = with.each_ref().map(|(name, n)| (*name, n.as_str()));
    output.say("cli.loaded", &with);
}

fn list(desk: &mut Desk, find: Option<&str>) -> Result<(), Failure> {
    let known = desk.office()?.known();
    let has = |d: &Definition| {
        let texts = [&d.code, &d.name, &d.name_en, &d.department];
        find.is_none_or(|find| texts.iter().any(|text| text.contains(find)))
    };
    let mut found: Vec<&CertificateType> = known.newest.values().map(|of| &**of).collect();
    found.retain(|of| has(&of.definition));
    found.sort_by(|a, b| a.definition.code.cmp(&b.definition.code));
    let rows = found.iter().map(|of| {
        let d = &of.definition;
        json!({"code": d.code, "name": d.name, "name_en": d.name_en, "department": d.department,
            "version": of.version, "issued_by": d.issued_by})
    });
    let object = json!({"types": rows.collect::<Vec<Value>>()});
    desk.output.object(&object);
    for of in found {
        let d = &of.definition;
        desk.output
            .line(&format!("{}  {}  {}", d.code, d.name, d.department));
    }
    Ok(())
}

fn show(of: &CertificateType, output: &mut Output) {
    let d = &of.definition;
    output.object(&json!({"version": of.version, "definition": d}));
    let version = of.version.to_string();
    let with = [
        ("code", d.code.as_str()),
        ("name", &d.name),
        ("name_en", &d.name_en),
        ("version", &version),
    ];
    output.say("cli.type", &with);
    let departments = d.issuing_departments().join("、");
    output.say("cli.type_issuers", &[("departments", &departments)]);
    let with = [
        ("regex", d.number_pattern.regex.as_str()),
        ("example", &d.number_pattern.example),
    ];
    output.say("cli.type_number", &with);
    let validity = rules::validity(output.lang, d);
    output.say("cli.type_validity", &[("validity", &validity)]);
    if d.holder_columns() {
        let headings = ["holder_name", "holder_code"].map(|key| d.label(key));
        output.say("cli.type_holder", &[("columns", &headings.join("、"))]);
    }
    for field in &d.fields {
        let line = face(field, output);
        output.line(&line);
    }
}

fn face(field: &Field, output: &Output) -> String {
    let lang = output.lang;
    let kind = match field.kind {
        FieldKind::Text => "cli.kind_text",
        FieldKind::Date => "cli.kind_date",
        FieldKind::Datetime => "cli.kind_datetime",
        FieldKind::Integer => "cli.kind_integer",
        FieldKind::Decimal => "cli.kind_decimal",
        FieldKind::Code => "cli.kind_code",
        FieldKind::Image => "cli.kind_image",
    };
    let class = match field.disclosure {
        Disclosure::Always => "cli.class_always",
        Disclosure::ByNeed => "cli.class_by_need",
        Disclosure::Sensitive => "cli.class_sensitive",
    };
    let required = if field.required {
        "cli.required"
    } else {
        "cli.optional"
    };
    let codes: Vec<&str> = field.codes.values().map(String::as_str).collect();
    let rules = [kind, class, required].map(|key| say(lang, key, &[]));
    format!(
        "  {}  {}  {}  {}",
        field.key,
        field.label,
        rules.join(" "),
        codes.join("、")
    )
    .trim_end()
    .to_owned()
}
