//! Settings: a commented file, read once; unknown keys stop the start.

use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;

use crate::domain::account::PasswordCost;
use crate::domain::retention::Terms;
use crate::domain::said::Said;
use crate::domain::said::one_line;
use crate::domain::settings::Mode;
use crate::domain::settings::NationalShape;
use crate::domain::settings::Settings;
use crate::domain::settings::TlsFiles;
use crate::domain::settings::UseLimits;

/// The name of the settings file in an office's folder.
pub const FILE: &str = "mianzheng.toml";

/// The settings file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The DNS name, with port if not 443, that is signed for life.
    authority: String,
    /// The host in codes; the authority if left out.
    code_host: Option<String>,
    /// `demo` or `production`.
    mode: WrittenMode,
    /// `sqlite://PATH` (relative to the folder) or `postgres://…`. `DATABASE_URL` overrides it.
    #[serde(default = "default_database")]
    database_url: String,
    /// Most connections to the database, 1 to 64.
    #[serde(default = "eight")]
    database_connections: u32,
    /// In production: signatures are Ed25519 rather than SM2, and somebody decided so.
    #[serde(default)]
    accept_non_sm: bool,
    /// The passphrase of keyring and agencies' keys.
    #[serde(default = "default_passphrase")]
    passphrase_file: PathBuf,
    /// Where to listen.
    #[serde(default = "default_listen")]
    listen: String,
    /// Plain HTTP beyond loopback: only behind a proxy that ends TLS on the same machine.
    #[serde(default)]
    plain_http: bool,
    /// TLS files.
    tls: Option<WrittenTls>,
    /// Threads that serve; as many as cores if left out.
    workers: Option<usize>,
    /// Requests a second that one caller may make.
    #[serde(default = "default_rate")]
    requests_per_second: u32,
    /// How many may come at once before that counts.
    #[serde(default = "default_burst")]
    burst: u32,
    /// Paper.
    #[serde(default)]
    paper: WrittenPaper,
    /// How long records are kept.
    #[serde(default)]
    retention: WrittenRetention,
    /// How much may be used on a day.
    #[serde(default)]
    limits: WrittenLimits,
    /// The national shape.
    #[serde(default)]
    national: WrittenNational,
    /// What it costs to hash a password.
    #[serde(default)]
    passwords: WrittenPasswords,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenMode {
    Demo,
    Production,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTls {
    /// The server's TLS certificate chain, PEM.
    chain: PathBuf,
    /// Its private key, PEM.
    key: PathBuf,
    /// Roots for callers' TLS certificates, PEM.
    client_roots: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPaper {
    /// Font files for characters that the fonts compiled in lack.
    #[serde(default)]
    fonts: Vec<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRetention {
    /// Years for which use records are kept, at least 3.
    use_years: Option<u16>,
    /// Years for which closed cases are kept, at least 3.
    case_years: Option<u16>,
    /// Months for which security logs are kept, at least 6.
    security_months: Option<u16>,
    /// Months for which notices are kept, at least 6.
    notice_months: Option<u16>,
    /// Whether a server deletes every day what has had its term.
    #[serde(default)]
    daily: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLimits {
    /// How many odd uses of an operator for an item on one day raise an alarm.
    alarm_after: Option<u32>,
    /// How many uses one operator of an agency has a day.
    uses_per_operator_day: Option<u32>,
    /// How many uses an agency has a day.
    uses_per_agency_day: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNational {
    /// Whether the national operations are offered under `/national/v1/`.
    #[serde(default)]
    facade: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPasswords {
    /// Memory that hashing a password takes, in KiB.
    memory_kib: Option<u32>,
    /// Passes over it.
    passes: Option<u32>,
}

/// What hashing a password may take at most: somebody waits for it.
const MOST_PASSWORD_KIB: u32 = 1024 * 1024;
const MOST_PASSWORD_PASSES: u32 = 16;

impl WrittenPasswords {
    fn checked(&self, mode: WrittenMode) -> Result<PasswordCost, String> {
        let usual = PasswordCost::default();
        let cost = PasswordCost {
            memory_kib: self.memory_kib.unwrap_or(usual.memory_kib),
            passes: self.passes.unwrap_or(usual.passes),
            ..usual
        };
        let least = match mode {
            WrittenMode::Demo => (8, 1),
            WrittenMode::Production => {
                let least = PasswordCost::LEAST;
                (least.memory_kib, least.passes)
            }
        };
        let memory = (least.0..=MOST_PASSWORD_KIB).contains(&cost.memory_kib);
        if memory && (least.1..=MOST_PASSWORD_PASSES).contains(&cost.passes) {
            return Ok(cost);
        }
        Err(format!(
            "what stands under [passwords] must be at least memory_kib = {} and passes = {}, \
             and at most {MOST_PASSWORD_KIB} and {MOST_PASSWORD_PASSES}",
            least.0, least.1
        ))
    }
}

impl WrittenLimits {
    fn checked(&self) -> Result<UseLimits, String> {
        let usual = UseLimits::default();
        let limits = UseLimits {
            alarm_after: self.alarm_after.unwrap_or(usual.alarm_after),
            per_operator_day: self.uses_per_operator_day.unwrap_or(usual.per_operator_day),
            per_agency_day: self.uses_per_agency_day.unwrap_or(usual.per_agency_day),
        };
        let all = [
            limits.alarm_after,
            limits.per_operator_day,
            limits.per_agency_day,
        ];
        if all.contains(&0) {
            return Err("what stands under [limits] must be at least 1".to_owned());
        }
        Ok(limits)
    }
}

fn default_database() -> String {
    "sqlite://register.sqlite".to_owned()
}

fn eight() -> u32 {
    8
}

fn default_passphrase() -> PathBuf {
    PathBuf::from("passphrase")
}

fn default_listen() -> String {
    "127.0.0.1:8443".to_owned()
}

fn default_rate() -> u32 {
    200
}

fn default_burst() -> u32 {
    400
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// The file cannot be read.
    #[error("{path}: {why}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The file has a mistake: a missing or unknown key, or a value of another kind.
    #[error("{path}: {why}")]
    Mistake {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        why: String,
    },
}

impl BadConfig {
    /// What is wrong and what to do about it, in words.
    #[must_use]
    pub fn said(&self) -> Said {
        let (path, mistake) = match self {
            Self::Unreadable { path, why } if why.kind() == std::io::ErrorKind::NotFound => {
                return Said::of("fault", "settings_missing").with("path", path.display());
            }
            Self::Unreadable { path, why } => (path, why.to_string()),
            Self::Mistake { path, why } => (path, why.clone()),
        };
        // serde has texts for these two and no codes.
        let key = |before: &str| {
            let (_, rest) = mistake.split_once(before)?;
            Some(rest.split_once('`')?.0.to_owned())
        };
        if let Some(key) = key("unknown field `") {
            let line = mistake.split_once("at line ").map(|(_, rest)| rest);
            let line = line.and_then(|rest| rest.split_once(',')).map(|(n, _)| n);
            return Said::of("fault", "settings_unknown")
                .with("path", path.display())
                .with("line", line.unwrap_or("?"))
                .with("key", key);
        }
        if let Some(key) = key("missing field `") {
            return Said::of("fault", "settings_incomplete")
                .with("path", path.display())
                .with("key", key);
        }
        // As `BadTerm` tells it.
        if let Some((setting, rest)) = mistake.split_once(": at least ")
            && let Some((name, given)) = setting.split_once(" is ")
            && let Some((least, most)) = rest.split_once(" and at most ")
        {
            return Said::of("fault", "settings_term")
                .with("path", path.display())
                .with("key", name)
                .with("given", given)
                .with("least", least)
                .with("most", most);
        }
        let why = format!("{}: {mistake}", path.display());
        Said::of("doctor", "settings_bad").with("why", why)
    }
}

/// What the environment adds to the file.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `DATABASE_URL`.
    pub database_url: Option<String>,
    /// `CREDENTIALS_DIRECTORY`, as systemd sets it.
    pub credentials_folder: Option<PathBuf>,
}

impl Environment {
    /// Reads the two variables we know.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    #[must_use]
    pub fn read() -> Self {
        Self {
            database_url: std::env::var("DATABASE_URL")
                .ok()
                .filter(|url| !url.is_empty()),
            credentials_folder: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
        }
    }
}

/// Reads the settings of the office in a folder.
///
/// # Errors
///
/// [`BadConfig`] with one line that names the file and the mistake.
pub fn read(folder: &Path, environment: &Environment) -> Result<Settings, BadConfig> {
    let path = folder.join(FILE);
    let text = std::fs::read_to_string(&path).map_err(|why| BadConfig::Unreadable {
        path: path.clone(),
        why,
    })?;
    parse(&text, folder, environment).map_err(|why| BadConfig::Mistake { path, why })
}

/// Understands the text of a settings file.
///
/// # Errors
///
/// The mistake, in one line.
pub fn parse(text: &str, folder: &Path, environment: &Environment) -> Result<Settings, String> {
    let written: Written = toml::from_str(text).map_err(|why| one_line(&why.to_string()))?;
    let authority = written.authority.to_lowercase();
    let plausible = !authority.is_empty()
        && authority
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || b".-:".contains(&c));
    if !plausible {
        return Err("authority is not a DNS name with an optional port".to_owned());
    }
    if !(1..=64).contains(&written.database_connections) {
        return Err("database_connections is not between 1 and 64".to_owned());
    }
    if written.requests_per_second == 0 || written.burst == 0 {
        return Err("requests_per_second and burst must be at least 1".to_owned());
    }
    let retention = written.retention;
    let terms = Terms::of(
        (retention.use_years, retention.case_years),
        (retention.security_months, retention.notice_months),
    );
    let terms = terms.map_err(|why| why.to_string())?;
    let inside = |path: PathBuf| folder.join(path);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(Settings {
        folder: folder.to_path_buf(),
        code_host: written
            .code_host
            .unwrap_or_else(|| authority.clone())
            .to_lowercase(),
        authority,
        database_url: environment
            .database_url
            .clone()
            .unwrap_or(written.database_url),
        database_connections: written.database_connections,
        mode: match written.mode {
            WrittenMode::Demo => Mode::Demo,
            WrittenMode::Production => Mode::Production,
        },
        accept_non_sm: written.accept_non_sm,
        passphrase_file: match &environment.credentials_folder {
            Some(credentials) if credentials.join("passphrase").exists() => {
                credentials.join("passphrase")
            }
            _ => inside(written.passphrase_file),
        },
        credentials_folder: environment.credentials_folder.clone(),
        listen: written.listen,
        tls: written.tls.map(|tls| TlsFiles {
            chain: inside(tls.chain),
            key: inside(tls.key),
            client_roots: tls.client_roots.map(inside),
        }),
        plain_http: written.plain_http,
        workers: written.workers.unwrap_or(cores),
        rate: (written.requests_per_second, written.burst),
        paper_fonts: written.paper.fonts.into_iter().map(inside).collect(),
        terms,
        forgets_daily: retention.daily,
        limits: written.limits.checked()?,
        national: NationalShape {
            facade: written.national.facade,
        },
        passwords: written.passwords.checked(written.mode)?,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Environment;
    use super::parse;

    #[test]
    fn unknown_missing_and_odd_keys_stop_the_start() {
        let parse = |text: &str| parse(text, Path::new("/x"), &Environment::default());
        assert!(parse("authority = \"a\"\nmode = \"demo\"").is_ok());
        let quick = "authority = \"a\"\nmode = \"demo\"\n[passwords]\nmemory_kib = 8\npasses = 1";
        assert!(parse(quick).is_ok());
        for bad in [
            "mode = \"demo\"",
            "authority = \"a\"\nmode = \"demo\"\nlisten_on = \"x\"",
            "authority = \"a b\"\nmode = \"demo\"",
            "authority = \"a\"\nmode = \"test\"",
            "authority = \"a\"\nmode = \"demo\"\ndatabase_connections = 0",
            "authority = \"a\"\nmode = \"demo\"\n[paper]\nfont = [\"a.otf\"]",
            "authority = \"a\"\nmode = \"demo\"\n[paper]\nfonts = \"a.otf\"",
            "authority = \"a\"\nmode = \"demo\"\n[retention]\nuse_years = 2",
            "authority = \"a\"\nmode = \"demo\"\n[retention]\nsecurity_months = 5",
            "authority = \"a\"\nmode = \"demo\"\n[limits]\nalarm_after = 0",
            "authority = \"a\"\nmode = \"demo\"\n[limits]\nalarms = 9",
            "authority = \"a\"\nmode = \"demo\"\n[national]\nfacades = true",
            "authority = \"a\"\nmode = \"demo\"\n[passwords]\nmemory = 64",
            "authority = \"a\"\nmode = \"demo\"\n[passwords]\nmemory_kib = 7",
            "authority = \"a\"\nmode = \"demo\"\n[passwords]\npasses = 0",
            "authority = \"a\"\nmode = \"demo\"\n[passwords]\npasses = 17",
            "authority = \"a\"\nmode = \"production\"\n[passwords]\nmemory_kib = 19455",
            "authority = \"a\"\nmode = \"production\"\n[passwords]\npasses = 1",
        ] {
            let why = parse(bad).unwrap_err();
            assert!(!why.contains('\n'), "{why}");
        }
    }

    #[test]
    fn fonts_lie_in_the_folder_or_where_their_path_says() {
        let text = "authority = \"a\"\nmode = \"demo\"\n[paper]\nfonts = [\"a.otf\", \"/b.ttc\"]";
        let read = parse(text, Path::new("/x"), &Environment::default()).unwrap();
        assert_eq!(
            read.paper_fonts,
            [Path::new("/x/a.otf"), Path::new("/b.ttc")]
        );
    }
}
