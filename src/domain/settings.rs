//! How an office is set up. Read once, passed down.

use std::path::PathBuf;

use crate::domain::account::PasswordCost;
use crate::domain::retention::Terms;

/// What an office runs for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// To try it: test keys allowed, everything marked as a test.
    Demo,
    /// In earnest: test keys and demo roots are refused.
    Production,
}

impl Mode {
    /// Its stable name, as the settings file has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Production => "production",
        }
    }
}

/// How much may be used on a day, and when it is odd enough to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseLimits {
    /// How many odd uses of an operator for an item on one day raise an alarm.
    pub alarm_after: u32,
    /// How many uses one operator of an agency has a day.
    pub per_operator_day: u32,
    /// How many uses an agency has a day.
    pub per_agency_day: u32,
}

impl Default for UseLimits {
    fn default() -> Self {
        Self {
            alarm_after: 10,
            per_operator_day: 500,
            per_agency_day: 100_000,
        }
    }
}

/// The settings of an office, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The folder everything lies in.
    pub folder: PathBuf,
    /// The DNS name (with port if not 443) that is signed for life.
    pub authority: String,
    /// The host in codes, in lower case, with port if not 443.
    pub code_host: String,
    /// `sqlite://PATH` or `postgres://…`.
    pub database_url: String,
    /// Most connections to the database.
    pub database_connections: u32,
    /// Demo or production.
    pub mode: Mode,
    /// Whether an operator accepted that signatures are not SM2.
    pub accept_non_sm: bool,
    /// The file with the passphrase of the keyring and the agencies' keys.
    pub passphrase_file: PathBuf,
    /// Where systemd puts credentials, if it does.
    pub credentials_folder: Option<PathBuf>,
    /// Where to listen.
    pub listen: String,
    /// TLS; none means plain HTTP, allowed on loopback or when asked for.
    pub tls: Option<TlsFiles>,
    /// Whether plain HTTP beyond loopback was asked for.
    pub plain_http: bool,
    /// Threads that serve.
    pub workers: usize,
    /// Requests a second one caller may make, and the burst.
    pub rate: (u32, u32),
    /// Fonts for what those that are compiled in lack, in the order in which they are asked.
    pub paper_fonts: Vec<PathBuf>,
    /// How long records are kept.
    pub terms: Terms,
    /// Whether a server deletes every day what has had its term.
    pub forgets_daily: bool,
    /// How much may be used on a day.
    pub limits: UseLimits,
    /// The national shape.
    pub national: NationalShape,
    /// What it costs to hash a password.
    pub passwords: PasswordCost,
}

/// What is there of the national shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NationalShape {
    /// Whether the operations of the national interface are offered beside our own.
    pub facade: bool,
}

/// The files of TLS.
#[derive(Clone, Debug, PartialEq)]
pub struct TlsFiles {
    /// The server's TLS certificate chain, PEM.
    pub chain: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
    /// Roots for callers' TLS certificates, PEM; none means callers show none.
    pub client_roots: Option<PathBuf>,
}

impl Settings {
    /// A path inside the office's folder; absolute ones stay.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        self.folder.join(inside)
    }

    /// The hosts that codes may name.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        vec![self.code_host.to_lowercase()]
    }
}
