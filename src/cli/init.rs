//! `mianzheng init`: an office in an empty folder.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::settings_file;
use crate::cli::settings_file::Choices;
use crate::config;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::settings::Settings;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::init::make_folder;
use crate::flow::init::write_private;
use crate::flow::office::Office;
use crate::flow::tls_files;
use crate::flow::traces::Traces;

#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng init
  mianzheng --folder /var/lib/mianzheng init --mode production --authority zz.xlgl.gov.cn \\
      --database-url postgres://mianzheng@/register --listen 0.0.0.0:443")]
pub(crate) struct Init {
    /// The DNS name, with port if not 443, that is signed into every certificate, for life.
    #[arg(long, value_name = "HOST[:PORT]", default_value = "localhost:8443")]
    authority: String,
    /// The host in the codes that people show, if it is not the authority.
    #[arg(long, value_name = "HOST[:PORT]")]
    code_host: Option<String>,
    /// Whether it is to try things out, or in earnest.
    #[arg(long, value_enum, default_value_t = Mode::Demo)]
    mode: Mode,
    /// Where the service will listen.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8443")]
    listen: String,
    /// The database: `sqlite://PATH` in the folder, or `postgres://…`.
    #[arg(long, value_name = "URL", default_value = "sqlite://register.sqlite")]
    database_url: String,
    /// Whether callers may show TLS certificates by the office's own TLS authority.
    #[arg(skip)]
    callers_show: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Mode {
    /// Test keys that everybody knows; everything is marked as a test.
    Demo,
    /// Root keys of your own.
    Production,
}

impl Init {
    /// An office for the demonstration.
    pub(crate) fn demonstration(authority: &str, listen: &str) -> Self {
        Self {
            authority: authority.to_owned(),
            code_host: None,
            mode: Mode::Demo,
            listen: listen.to_owned(),
            database_url: "sqlite://register.sqlite".to_owned(),
            // The league's systems call in each of the three ways.
            callers_show: true,
        }
    }

    /// Makes the office, and tells which files were made.
    pub(crate) fn make(&self, desk: &Desk) -> Result<(Office, Vec<String>), Failure> {
        let setup = |what: String| Failure::because(Reason::Setup, what);
        let file = desk.folder.join(config::FILE);
        if file.exists() {
            let folder = desk.folder.display();
            let said = Said::of("fault", "office_there").with("path", &folder);
            let what = format!("{folder} holds an office already");
            return Err(Failure::saying(Reason::Setup, what, said));
        }
        let text = settings_file::text(&Choices {
            authority: &self.authority.to_lowercase(),
            code_host: self.code_host.as_deref(),
            mode: match self.mode {
                Mode::Demo => "demo",
                Mode::Production => "production",
            },
            listen: &self.listen,
            database_url: &self.database_url,
            callers_show: self.callers_show,
        });
        let mut settings = config::parse(&text, &desk.folder, &desk.environment).map_err(setup)?;
        // Making the office signs nothing; opening it later asks for the decision.
        settings.accept_non_sm = true;
        let traces = Traces::before(&settings, std::slice::from_ref(&file));
        let done = make(desk, settings, &file, &text);
        if done.is_err() {
            traces.undo();
        }
        let (office, tls) = done?;
        let mut made = vec![
            file,
            office.settings.passphrase_file.clone(),
            office.settings.keyring(),
            office.settings.anchors(),
            office.settings.root_keys(),
        ];
        made.extend(tls);
        let made = made.iter().map(|p| p.display().to_string()).collect();
        Ok((office, made))
    }

    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let (office, made) = self.make(desk)?;
        let mut next = Vec::new();
        if self.mode == Mode::Production {
            next.push("cli.next_accept");
            next.push("cli.next_root");
        }
        next.extend(["cli.next_catalogue", "cli.next_keys", "cli.next_trust"]);
        let next: Vec<String> = next
            .into_iter()
            .map(|key| say(desk.output.lang, key, &[]))
            .collect();
        desk.output
            .say("cli.made", &[("authority", &office.settings.authority)]);
        for path in &made {
            desk.output.line(&format!("  {path}"));
        }
        desk.output.say("cli.next", &[]);
        for (step, text) in next.iter().enumerate() {
            desk.output.line(&format!("  {}. {text}", step + 1));
        }
        desk.output.object(&json!({
            "folder": desk.folder,
            "authority": office.settings.authority,
            "made": made,
            "next": next,
        }));
        Ok(Ending::Done)
    }
}

/// The office and its TLS files. The database comes last: what is in it cannot be taken back.
fn make(
    desk: &Desk,
    settings: Settings,
    file: &Path,
    text: &str,
) -> Result<(Office, Vec<PathBuf>), Failure> {
    make_folder(&desk.folder)?;
    write_private(file, text)?;
    let tls = tls_files::make(&settings, desk.surroundings.clock.now())?;
    Ok((desk.surroundings.init(settings)?, tls))
}
