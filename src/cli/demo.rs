//! `mianzheng demo`: the whole thread on sample files, and a server left running.

use std::net::SocketAddr;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::catalogue;
use crate::cli::ending::Ending;
use crate::cli::init::Init;
use crate::cli::output::Output;
use crate::cli::verdict;
use crate::config;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::words::say;
use crate::flow::demo;
use crate::flow::demo::Demonstration;
use crate::flow::failure::Failure;
use crate::flow::init::make_folder;
use crate::flow::token_file::TokenFile;
use crate::flow::verify::describe::Types;

/// How often, and at which distance, a server that starts is asked whether it listens.
const KNOCKS: u32 = 100;
const KNOCK_EVERY: Duration = Duration::from_millis(100);

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng --folder demo-data demo --examples examples
  kill $(cat demo-data/server.pid)     # stops the server it left running")]
pub(crate) struct Demo {
    /// The folder with `catalogue/` and `samples/`.
    #[arg(long, value_name = "DIR", default_value = "examples")]
    examples: PathBuf,
    /// Where the server listens.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
}

impl Demo {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let listening = TcpStream::connect_timeout(&self.listen, KNOCK_EVERY).is_ok();
        if listening {
            let what = format!("somebody listens on {} already", self.listen);
            let said = Said::of("fault", "port_in_use").with("address", self.listen);
            return Err(Failure::saying(Reason::PortInUse, what, said));
        }
        let office = if desk.folder.join(config::FILE).exists() {
            desk.output.say(
                "cli.demo_again",
                &[("path", &desk.folder.display().to_string())],
            );
            let office = desk.office()?;
            // A run before this one that ended early left no list of trust.
            if office.known().trust.is_none() {
                let loaded = demo::prepare(&office, &self.examples)?;
                catalogue::say_loaded(&loaded, &mut desk.output);
            }
            office
        } else {
            let authority = format!("localhost:{}", self.listen.port());
            let (office, _) =
                Init::demonstration(&authority, &self.listen.to_string()).make(desk)?;
            let loaded = demo::prepare(&office, &self.examples)?;
            catalogue::say_loaded(&loaded, &mut desk.output);
            office
        };
        let story = demo::tell(&office, &self.examples)?;
        let tokens = keep_tokens(&desk.folder, &story)?;
        let known = office.known();
        drop(office);
        let pid = self.leave_running(&desk.folder)?;
        tell(&story, &tokens, &known.types, &mut desk.output);
        let url = format!("https://localhost:{}", self.listen.port());
        let ca = desk.folder.join("tls/ca.pem").display().to_string();
        let with = [
            ("url", url.as_str()),
            ("ca", &ca),
            ("pid", &pid.to_string()),
        ];
        desk.output.say("cli.demo_running", &with);
        desk.output.object(&json!({
            "url": url,
            "ca": ca,
            "pid": pid,
            "certificate": story.certificate.to_string(),
            "tokens": tokens.iter().map(|(role, path)| (role.clone(), json!(path)))
                .collect::<serde_json::Map<_, _>>(),
            "accounts": story.accounts.iter().map(|account| json!({
                "name": account.name, "password": account.password,
                "role": account.role.name(), "display_name": account.display,
                "code_secret": account.code_secret,
            })).collect::<Vec<_>>(),
            "verdicts": story.verdicts.iter().map(|v| json!({
                "meant": v.meant, "verdict": verdict::json(&v.verdict),
            })).collect::<Vec<_>>(),
        }));
        Ok(Ending::Done)
    }

    /// Starts the server as a process of its own and waits until it listens.
    fn leave_running(&self, folder: &Path) -> Result<u32, Failure> {
        let log = folder.join("server.log");
        let sink = std::fs::File::create(&log).map_err(|why| about_file(&log, &why))?;
        let own =
            std::env::current_exe().map_err(|why| about_file(Path::new("mianzheng"), &why))?;
        let started = Command::new(own)
            .arg("--folder")
            .arg(folder)
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(sink))
            .spawn();
        let mut child = started.map_err(|why| about_file(&log, &why))?;
        let failed = || {
            let what = format!("the server did not start: see {}", log.display());
            let said = Said::of("fault", "server_did_not_start").with("path", log.display());
            Failure::saying(Reason::Setup, what, said)
        };
        for _ in 0..KNOCKS {
            if TcpStream::connect_timeout(&self.listen, KNOCK_EVERY).is_ok() {
                let file = folder.join("server.pid");
                std::fs::write(&file, format!("{}\n", child.id()))
                    .map_err(|why| about_file(&file, &why))?;
                return Ok(child.id());
            }
            if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return Err(failed());
            }
            std::thread::sleep(KNOCK_EVERY);
        }
        Err(failed())
    }
}

/// Writes each token to a file of its own and returns where.
fn keep_tokens(folder: &Path, story: &Demonstration) -> Result<Vec<(String, String)>, Failure> {
    let folder = folder.join("tokens");
    make_folder(&folder)?;
    let mut kept = Vec::with_capacity(story.tokens.len());
    for made in &story.tokens {
        let path = folder.join(format!("{}.token", made.name));
        if path.exists() {
            std::fs::remove_file(&path).map_err(|why| about_file(&path, &why))?;
        }
        TokenFile::begin(&path)?.write(&made.token)?;
        kept.push((made.name.to_owned(), path.display().to_string()));
    }
    Ok(kept)
}

fn tell(story: &Demonstration, tokens: &[(String, String)], types: &Types, output: &mut Output) {
    for sample in &story.samples {
        let counts = &sample.counts;
        let with = [
            ("file", sample.file.to_owned()),
            ("rows", counts.rows.to_string()),
            ("issued", (counts.issued + counts.same).to_string()),
            ("refused", counts.refused.to_string()),
        ];
        let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
        output.say("cli.demo_sample", &with);
    }
    let codes = [
        ("shown.live", &story.live.picture),
        ("shown.offline", &story.offline.picture),
        ("shown.printed", &story.printed.picture),
    ];
    for (name, picture) in codes {
        output.line("");
        output.say(name, &[]);
        output.line(&picture.terminal());
    }
    output.line(&format!("{}  {}", story.live.text, story.live.spoken));
    output.line(&story.printed.text);
    for one in &story.verdicts {
        output.line("");
        output.say(&format!("cli.demo_{}", one.meant), &[]);
        verdict::print(&one.verdict, types, output);
    }
    output.line("");
    for (role, path) in tokens {
        output.line(&format!("{role}: {path}"));
    }
    output.line("");
    output.say("cli.demo_accounts", &[]);
    for account in &story.accounts {
        let role = say(output.lang, &format!("role.{}", account.role.name()), &[]);
        let with = [
            ("name", account.name.as_str()),
            ("password", &account.password),
            ("role", &role),
            ("display", &account.display),
        ];
        output.say("cli.demo_account", &with);
        if let Some(secret) = &account.code_secret {
            output.say("cli.demo_code", &[("secret", secret)]);
        }
    }
}
