//! `mianzheng account`: people who log in with a browser.

use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde_json::Value;
use serde_json::json;
use zeroize::Zeroizing;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::cli::status;
use crate::domain::account::LoginName;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::people;
use crate::flow::people::HandedCode;
use crate::flow::people::NewAccount;

/// The longest password that is read, in bytes, with the end of its line.
const LONGEST: u64 = 1024;

#[derive(Subcommand)]
pub(crate) enum Account {
    /// Make an account; its first password is read from standard input or a file.
    #[command(after_help = "\
Examples:
  mianzheng account add wang.min --display-name 王敏 --role window --place 3号窗口 \\
      --agency 锡林浩特市政务服务与数据管理局 --password-file password
  mianzheng account add chief --display-name 值班 --role operator < password")]
    Add {
        /// The login name: a-z, 0-9 and . _ - @, 3 to 64 of them.
        name: String,
        /// The name that pages greet by.
        #[arg(long)]
        display_name: String,
        /// issuer, window, holder, operator or auditor.
        #[arg(long)]
        role: String,
        /// The agency's code or name, for issuer and window.
        #[arg(long)]
        agency: Option<String>,
        /// Where its owner works, such as the number of a window.
        #[arg(long)]
        place: Option<String>,
        /// The holder as type:number, for holder.
        #[arg(long)]
        holder: Option<String>,
        /// Want a one-time code with each login; operators' accounts always do.
        #[arg(long)]
        with_code: bool,
        #[command(flatten)]
        password: PasswordFrom,
    },
    /// List accounts.
    #[command(after_help = "\
Examples:
  mianzheng account list")]
    List,
    /// Disable an account for good; its sessions end.
    #[command(after_help = "\
Examples:
  mianzheng account disable account:3")]
    Disable {
        /// Its id, as `account list` shows it.
        id: String,
    },
    /// Put another password in place, read from standard input or a file; its sessions end.
    #[command(after_help = "\
Examples:
  mianzheng account password account:3 < password")]
    Password {
        /// Its id, as `account list` shows it.
        id: String,
        #[command(flatten)]
        password: PasswordFrom,
    },
    /// Give an account a new secret for one-time codes, printed this once; its sessions end.
    #[command(after_help = "\
Examples:
  mianzheng account totp account:3")]
    Totp {
        /// Its id, as `account list` shows it.
        id: String,
    },
}

/// Where a password comes from: never the command line, which every user of the machine can list.
#[derive(Args)]
pub(crate) struct PasswordFrom {
    /// The file with the password on its first line; standard input if left out.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordFrom {
    fn read(&self) -> Result<Zeroizing<String>, Failure> {
        let mut text = Zeroizing::new(String::new());
        let (path, done) = if let Some(path) = &self.password_file {
            let file = std::fs::File::open(path);
            let read = file.and_then(|file| file.take(LONGEST).read_to_string(&mut text));
            (path.as_path(), read)
        } else {
            let input = std::io::stdin().lock();
            let read = input.take(LONGEST).read_to_string(&mut text);
            (Path::new("-"), read)
        };
        done.map_err(|why| about_file(path, &why))?;
        let first = text.lines().next().unwrap_or_default();
        Ok(Zeroizing::new(first.to_owned()))
    }
}

impl Account {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let by = Caller::at_the_machine();
        let output = &mut desk.output;
        match self {
            Self::Add {
                name,
                display_name,
                role,
                agency,
                place,
                holder,
                with_code,
                password,
            } => {
                let bad = |what: String| Failure::because(Reason::BadRequest, what);
                let name = LoginName::read(name).map_err(|why| bad(why.to_string()))?;
                let role = Role::from_name(role).ok_or_else(|| {
                    let said = Said::of("fault", "no_role").with("text", role);
                    Failure::saying(Reason::BadRequest, "there is no such role", said)
                })?;
                let known = office.known();
                let agency = agency.as_deref().map(|name| known.agency_named(name));
                let holder = holder.as_deref().map(status::holder).transpose()?;
                let new = NewAccount {
                    name: &name,
                    display: display_name,
                    role,
                    agency: agency.transpose()?.map(|agency| agency.number),
                    place: place.as_deref(),
                    holder: holder.as_ref(),
                    password: &password.read()?,
                    with_code: *with_code,
                };
                let made = people::add(&office, &new, &by)?;
                output.say("cli.account_made", &[("id", &made.id)]);
                tell(&made.id, made.code.as_ref(), output);
            }
            Self::List => {
                let known = office.known();
                let mut all = Vec::<Value>::new();
                for line in people::list(&office, &by)? {
                    let agency = line.agency.and_then(|number| known.agencies.get(&number));
                    let agency = agency.map(|agency| agency.name.as_str());
                    let state = match line.disabled {
                        Some(_) => "disabled",
                        None => "active",
                    };
                    let told = say(output.lang, &format!("cli.account_{state}"), &[]);
                    let none = "—";
                    let parts = [
                        line.id.as_str(),
                        line.name.as_deref().unwrap_or(none),
                        &line.role,
                        &told,
                        &line.display,
                        agency.unwrap_or(none),
                        line.place.as_deref().unwrap_or_default(),
                    ];
                    output.line(parts.join("  ").trim_end());
                    all.push(json!({
                        "account": line.id, "name": line.name, "display_name": line.display,
                        "role": line.role, "agency": agency, "place": line.place,
                        "with_code": line.with_code, "state": state,
                    }));
                }
                output.object(&json!({"accounts": all}));
            }
            Self::Disable { id } => {
                people::disable(&office, id, &by)?;
                output.say("cli.account_changed", &[("id", id)]);
                output.object(&json!({"disabled": id}));
            }
            Self::Password { id, password } => {
                people::set_password(&office, id, &password.read()?, &by)?;
                output.say("cli.account_changed", &[("id", id)]);
                output.object(&json!({"changed": id}));
            }
            Self::Totp { id } => {
                let code = people::new_code(&office, id, &by)?;
                output.say("cli.account_changed", &[("id", id)]);
                tell(id, Some(&code), output);
            }
        }
        Ok(Ending::Done)
    }
}

/// Tells the secret of one-time codes, if there is one, this once.
fn tell(id: &str, code: Option<&HandedCode>, output: &mut Output) {
    if let Some(code) = code {
        output.say("cli.account_code", &[("secret", &code.secret)]);
        if let Some(picture) = &code.picture {
            output.line(&picture.terminal());
        }
        output.line(&code.address);
    }
    output.object(&json!({
        "account": id,
        "code_secret": code.map(|code| code.secret.as_str()),
        "code_address": code.map(|code| code.address.as_str()),
    }));
}
