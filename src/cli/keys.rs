//! `mianzheng keys`: the agencies' keys and the service's own.

use std::path::PathBuf;

use clap::Subcommand;
use clap::ValueEnum;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::sheet::bar;
use crate::domain::caller::Caller;
use crate::domain::time::Timestamp;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::key_list;
use crate::flow::keys;
use crate::flow::rotate;
use crate::flow::rotate::ServicePurpose;
use crate::flow::rotate_data::rotate_data;

#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Make an issuing key for an agency; it counts once the next trust list names it.
    #[command(after_help = "\
Examples:
  mianzheng keys create 锡林浩特市疾病预防控制中心
  mianzheng keys create 12152502MY00032809 && mianzheng trust publish")]
    Create {
        /// The agency, by code or name.
        #[arg(value_name = "AGENCY")]
        agency: String,
    },
    /// List every key, how it stands, and how the trust list in force has it.
    #[command(after_help = "\
Examples:
  mianzheng keys list
  mianzheng keys list --json")]
    List,
    /// Retire a key: what it signed until now stays good. Counts with the next trust list.
    #[command(after_help = "\
Examples:
  mianzheng keys retire Tq0yQ6v… && mianzheng trust publish")]
    Retire {
        /// The key's id.
        #[arg(value_name = "KID", allow_hyphen_values = true)]
        kid: String,
    },
    /// Call a key compromised since a moment; the revocation list says so at once. Said again,
    /// it publishes again and can only move the moment earlier.
    #[command(after_help = "\
Examples:
  mianzheng keys compromise Tq0yQ6v… --since 2026-11-20T00:00:00+08:00")]
    Compromise {
        /// The key's id.
        #[arg(value_name = "KID", allow_hyphen_values = true)]
        kid: String,
        /// Since when somebody else may have had it, RFC 3339.
        #[arg(long, value_name = "TIME", value_parser = moment)]
        since: Timestamp,
    },
    /// Write the public half of a key as PEM.
    #[command(after_help = "\
Examples:
  mianzheng keys export Tq0yQ6v… --out cdc.pub.pem")]
    Export {
        /// The key's id.
        #[arg(value_name = "KID", allow_hyphen_values = true)]
        kid: String,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make a new key for one of the service's own purposes; publish it, then restart the service.
    #[command(after_help = "\
Examples:
  mianzheng keys rotate status && mianzheng trust publish")]
    Rotate {
        /// What the key signs.
        #[arg(value_enum, value_name = "PURPOSE")]
        purpose: Purpose,
    },
    /// Make a new key for personal data, of this year; what is there stays under its own.
    #[command(after_help = "\
Examples:
  mianzheng keys add-data-key")]
    AddDataKey,
    /// Seal all personal data anew under a new data key, while the service goes on working. Run
    /// again after a kill, it goes on where it was. Services on other machines need the keyring
    /// first: `keys add-data-key`, copy it, then this.
    #[command(after_help = "\
Examples:
  mianzheng keys rotate-data
  mianzheng keys add-data-key && scp keys/keyring.json other:office/keys/ && mianzheng keys rotate-data")]
    RotateData,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Purpose {
    /// Offline and printed codes.
    Show,
    /// Status lists.
    Status,
    /// Offline bundles.
    Bundle,
    /// Receipts and fetch envelopes.
    Receipt,
    /// The fast revocation list.
    Revocation,
}

impl Keys {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let by = Caller::at_the_machine();
        let output = &mut desk.output;
        match self {
            Self::Create { agency } => {
                let known = office.known();
                let agency = known.agency_named(agency)?;
                let public = keys::create(&office, agency, &by)?;
                let kid = public.kid().to_string();
                output.say("cli.key_made", &[("kid", &kid), ("agency", &agency.name)]);
                output.say("cli.then_publish", &[]);
                output.object(&json!({"kid": kid, "agency": agency.name}));
            }
            Self::List => {
                let all = key_list::list(&office)?;
                let rows = all.iter().map(|key| {
                    json!({
                        "kid": key.kid,
                        "agency": key.agency,
                        "use": key.key_use,
                        "state": key.state,
                        "since": key.since.map(|at| at.to_string()),
                        "not_before": key.not_before.to_string(),
                        "not_after": key.not_after.to_string(),
                        "listed": key.listed,
                    })
                });
                output.object(&json!({"keys": rows.collect::<Vec<Value>>()}));
                for key in &all {
                    let line = line(key, output.lang);
                    output.line(&line);
                }
            }
            Self::Retire { kid } => {
                keys::retire(&office, kid, &by)?;
                output.say("cli.key_retired", &[("kid", kid)]);
                output.say("cli.then_publish", &[]);
                output.object(&json!({"kid": kid, "state": "retired"}));
            }
            Self::Compromise { kid, since } => {
                let since = keys::compromise(&office, kid, *since, &by)?.to_string();
                let with = [("kid", kid.as_str()), ("since", &since)];
                output.say("cli.key_compromised", &with);
                output.say("cli.then_publish", &[]);
                output.object(&json!({"kid": kid, "state": "compromised", "since": since}));
            }
            Self::Export { kid, out } => {
                let pem = key_list::public_pem(&office, kid)?;
                std::fs::write(out, pem).map_err(|why| about_file(out, &why))?;
                output.say("cli.wrote", &[("path", &out.display().to_string())]);
                output.object(&json!({"kid": kid, "file": out}));
            }
            Self::Rotate { purpose } => {
                let kid = rotate::rotate(&office, purpose.of_service(), &by)?;
                let kid = kid.kid().to_string();
                output.say("cli.rotated", &[("kid", &kid)]);
                output.say("cli.then_publish_restart", &[]);
                output.object(&json!({"kid": kid}));
            }
            Self::AddDataKey => {
                let id = rotate::add_data_key(&office, &by)?;
                output.say("cli.data_key", &[("id", &id.to_string())]);
                output.say("cli.data_key_taken_in", &[]);
                output.object(&json!({"id": id}));
            }
            Self::RotateData => {
                let bar = bar();
                let rotated = rotate_data(&office, &by, &mut |at| {
                    bar.set_length(at.total);
                    bar.set_position(at.done);
                    Ok(())
                });
                bar.finish_and_clear();
                let rotated = rotated?;
                let (id, n) = (rotated.key_id.to_string(), rotated.resealed.to_string());
                output.say("cli.data_resealed", &[("id", &id), ("n", &n)]);
                output.object(&json!({
                    "id": rotated.key_id,
                    "added": rotated.added,
                    "resealed": rotated.resealed,
                    "unreadable": rotated.unreadable,
                }));
                if rotated.unreadable > 0 {
                    let n = rotated.unreadable.to_string();
                    output.say("cli.data_unreadable", &[("n", &n)]);
                    return Ok(Ending::SomeNotGood);
                }
            }
        }
        Ok(Ending::Done)
    }
}

impl Purpose {
    const fn of_service(self) -> ServicePurpose {
        match self {
            Self::Show => ServicePurpose::Show,
            Self::Status => ServicePurpose::Status,
            Self::Bundle => ServicePurpose::Bundle,
            Self::Receipt => ServicePurpose::Receipt,
            Self::Revocation => ServicePurpose::Revocation,
        }
    }
}

/// A key as one line for people.
pub(crate) fn line(key: &key_list::KeyEntry, lang: crate::domain::words::Lang) -> String {
    let state = say(lang, &format!("cli.key_{}_state", key.state), &[]);
    let since = key.since.map(|at| format!(" {at}")).unwrap_or_default();
    let listed = match key.listed {
        None => say(lang, "cli.key_unlisted", &[]),
        Some(listed) if listed != key.state => say(lang, "cli.key_outdated", &[]),
        Some(_) => String::new(),
    };
    let whose = if key.agency.is_empty() {
        "mianzheng"
    } else {
        &key.agency
    };
    format!(
        "{}  {}  {}  {state}{since}  {listed}",
        key.kid, key.key_use, whose
    )
    .trim_end()
    .to_owned()
}

fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_why| "not a moment like 2026-11-20T00:00:00+08:00".to_owned())
}
