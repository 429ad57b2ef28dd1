//! `mianzheng token`: credentials for officers, holders and systems.

use std::path::Path;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::Value;
use serde_json::json;
use zeroize::Zeroizing;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::status;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::time::Timestamp;
use crate::domain::value::unhex;
use crate::domain::words::say;
use crate::flow::app_keys;
use crate::flow::credentials;
use crate::flow::credentials::NewCredential;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::token_file::TokenFile;

#[derive(Subcommand)]
pub(crate) enum Token {
    /// Make a bearer token, or an app key with its secret; they are printed this once.
    #[command(after_help = "\
Examples:
  mianzheng token create --role window --agency 锡林浩特市政务服务与数据管理局 --label 3号窗口
  mianzheng token create --role holder --holder 111:152502199003070019 --out holder.token
  mianzheng token create --role system --agency 锡林浩特市公安局 --hmac --out app-key.json
  mianzheng token create --role operator --days 1")]
    Create {
        /// issuer, window, holder, system, operator or auditor.
        #[arg(long)]
        role: String,
        /// The agency's code or name, for issuer, window and system.
        #[arg(long)]
        agency: Option<String>,
        /// The holder as type:number, for holder.
        #[arg(long)]
        holder: Option<String>,
        /// A label for lists; no personal data.
        #[arg(long, default_value = "")]
        label: String,
        /// Days it is good for.
        #[arg(long, default_value_t = 30)]
        days: i64,
        /// Write the token to a new file that only its owner can read, and print nothing.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Enter a TLS certificate by the SHA-256 of its DER bytes instead of making a token.
        #[arg(long, value_name = "HEX", conflicts_with = "out")]
        tls_fingerprint: Option<String>,
        /// Make an app key, which signs each request, instead: a line of JSON with its secret.
        #[arg(long, conflicts_with = "tls_fingerprint")]
        hmac: bool,
    },
    /// List credentials, without their secrets.
    #[command(after_help = "\
Examples:
  mianzheng token list")]
    List,
    /// Take a credential away, at once.
    #[command(after_help = "\
Examples:
  mianzheng token revoke c3")]
    Revoke {
        /// Its id, as `token list` shows it.
        id: String,
    },
}

impl Token {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let by = Caller::at_the_machine();
        let output = &mut desk.output;
        match self {
            Self::Create {
                role,
                agency,
                holder,
                label,
                days,
                out,
                tls_fingerprint,
                hmac,
            } => {
                let role = Role::from_name(role).ok_or_else(|| {
                    let said = Said::of("fault", "no_role").with("text", role);
                    Failure::saying(Reason::BadRequest, "there is no such role", said)
                })?;
                let known = office.known();
                let agency = agency
                    .as_deref()
                    .map(|name| known.agency_named(name))
                    .transpose()?;
                let holder = holder.as_deref().map(status::holder).transpose()?;
                let new = NewCredential {
                    role,
                    agency: agency.map(|a| a.number),
                    holder: holder.as_ref(),
                    label,
                    days: *days,
                };
                if let Some(hex) = tls_fingerprint {
                    let bytes: Option<[u8; 32]> =
                        unhex(&hex.replace(':', "")).and_then(|b| b.try_into().ok());
                    let bytes = bytes.ok_or_else(|| {
                        let what = "a fingerprint has 64 hexadecimal digits";
                        let said = Said::of("fault", "bad_fingerprint");
                        Failure::saying(Reason::BadRequest, what, said)
                    })?;
                    credentials::enter_tls_certificate(&office, &new, bytes, &by)?;
                    output.object(&json!({"entered": true}));
                    return Ok(Ending::Done);
                }
                // The file first: a token that cannot be handed over must not come to life.
                let file = out.as_deref().map(TokenFile::begin).transpose()?;
                let (token, object) = make(&office, &new, *hmac, &by)?;
                if let (Some(path), Some(file)) = (out, file) {
                    file.write(&token)?;
                    output.say("cli.wrote", &[("path", &path.display().to_string())]);
                    output.object(&json!({"file": path}));
                } else {
                    output.line(&token);
                    output.object(&object);
                }
            }
            Self::List => {
                let lines = credentials::list(&office)?;
                let known = office.known();
                let mut all = Vec::<Value>::new();
                for line in lines {
                    let until = Timestamp::from_millis(line.expires_at).to_string();
                    let state = if line.revoked_at.is_some() {
                        "revoked"
                    } else {
                        "active"
                    };
                    let number = line.agency.and_then(|number| u32::try_from(number).ok());
                    let agency = number.and_then(|number| known.agencies.get(&number));
                    let name = agency.map(|agency| agency.name.as_str());
                    let told = say(output.lang, &format!("cli.token_{state}"), &[]);
                    output.line(
                        [
                            &line.id,
                            &line.role,
                            &told,
                            &until,
                            name.unwrap_or("—"),
                            &line.label,
                        ]
                        .join("  ")
                        .trim_end(),
                    );
                    all.push(
                        json!({"id": line.id, "role": line.role, "label": line.label,
                        "agency": name, "state": state, "expires_at": until}),
                    );
                }
                output.object(&json!({"credentials": all}));
            }
            Self::Revoke { id } => {
                credentials::revoke(&office, id, &by)?;
                output.object(&json!({"revoked": id}));
            }
        }
        Ok(Ending::Done)
    }
}

/// Makes a token or an app key: its line, and the same for programs.
fn make(
    office: &Office,
    new: &NewCredential<'_>,
    hmac: bool,
    by: &Caller,
) -> Result<(Zeroizing<String>, Value), Failure> {
    if hmac {
        let made = app_keys::create(office, new, by)?;
        let object = json!({"app_key": made.id, "secret": *made.secret});
        return Ok((Zeroizing::new(object.to_string()), object));
    }
    let token = credentials::create_token(office, new, by)?;
    let object = json!({"token": token});
    Ok((Zeroizing::new(token), object))
}

/// The caller whose token a file holds.
pub(crate) fn caller_of(office: &Office, path: &Path) -> Result<Caller, Failure> {
    let token = std::fs::read_to_string(path).map_err(|why| about_file(path, &why))?;
    credentials::by_token(office, token.trim())
}
