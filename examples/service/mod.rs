//! The service as its clients meet it: an address, a bearer token, and one way to be refused.
//! `issuing_client` and `fetching_client` share it.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;
use ureq::Agent;
use ureq::Body;
use ureq::http::Response;
use ureq::http::header::RETRY_AFTER;
use ureq::tls::PemItem;
use ureq::tls::RootCerts;
use ureq::tls::TlsConfig;
use ureq::tls::parse_pem;

/// How often a request is made before its client gives up.
const TRIES: u32 = 5;

/// Result files are as long as an office's sheet: up to 512 MB come in, and no more go out.
const LONGEST: u64 = 512 << 20;

/// Where the service is, and as whom to speak to it.
#[derive(clap::Args)]
pub(crate) struct Address {
    /// The service's address: `https://HOST[:PORT]`, or `http://` on this machine
    #[arg(long)]
    url: String,
    /// A file with the bearer token; on a command line everybody at the machine could read it
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// Certificates (PEM) that vouch for the service's own; needed for https
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
}

/// A service that was found.
pub(crate) struct Service {
    agent: Agent,
    url: String,
    authorization: String,
}

/// A refusal, as RFC 9457 tells it.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    /// The stable code, to be acted on. Titles are for people and may change.
    pub(crate) code: String,
    title_zh: String,
    #[serde(default)]
    detail: String,
    /// What to quote to whoever runs the service.
    trace_id: String,
    /// What is wrong with a draft, column by column.
    findings: Vec<Finding>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    label: String,
    zh: String,
}

impl Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code, self.title_zh, self.detail)?;
        for found in &self.findings {
            write!(f, "\n  {}：{}", found.label, found.zh)?;
        }
        write!(f, "\n  trace_id {}", self.trace_id)
    }
}

impl Service {
    /// Gets ready to ask; nothing is sent yet.
    pub(crate) fn at(address: &Address) -> anyhow::Result<Self> {
        let token = fs::read_to_string(&address.token_file)
            .with_context(|| address.token_file.display().to_string())?;
        let mut roots = Vec::new();
        if let Some(path) = &address.cacert {
            let pem = fs::read(path).with_context(|| path.display().to_string())?;
            for item in parse_pem(&pem) {
                if let PemItem::Certificate(root) = item? {
                    roots.push(root);
                }
            }
        } else if address.url.starts_with("https:") {
            anyhow::bail!("https 需要 --cacert");
        }
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_connect(Some(Duration::from_secs(10)))
            // A refusal says more than its status.
            .http_status_as_error(false)
            .build()
            .new_agent();
        Ok(Self {
            agent,
            url: address.url.trim_end_matches('/').to_owned(),
            authorization: format!("Bearer {}", token.trim()),
        })
    }

    /// Gets what stands at a path.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let url = format!("{}{path}", self.url);
        until_answered(|| {
            let request = self.agent.get(&url);
            request.header("Authorization", &self.authorization).call()
        })
    }

    /// Sends a body to a path, with whatever the path wants in its query and in headers.
    pub(crate) fn post(
        &self,
        path: &str,
        query: &[(&str, &str)],
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> anyhow::Result<Vec<u8>> {
        let url = format!("{}{path}", self.url);
        until_answered(|| {
            let request = self.agent.post(&url).query_pairs(query.iter().copied());
            let request = request.header("Authorization", &self.authorization);
            let with = |request: ureq::RequestBuilder<_>, (name, value): &(&str, &str)| {
                request.header(*name, *value)
            };
            headers.iter().fold(request, with).send(body)
        })
    }
}

/// Asks until there is an answer. A connection that broke, 429 and 503 are worth another try;
/// whatever writes carries an `Idempotency-Key` and is done once, however often it is sent.
fn until_answered(
    ask: impl Fn() -> Result<Response<Body>, ureq::Error>,
) -> anyhow::Result<Vec<u8>> {
    let mut tries = 1;
    loop {
        let pause = match ask() {
            Ok(response) if tries < TRIES && [429, 503].contains(&response.status().as_u16()) => {
                let after = response.headers().get(RETRY_AFTER);
                let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
                after.unwrap_or(1)
            }
            Ok(response) => return whole(response),
            Err(ureq::Error::Io(_)) if tries < TRIES => 1,
            Err(why) => return Err(why.into()),
        };
        sleep(Duration::from_secs(pause));
        tries += 1;
    }
}

fn whole(mut response: Response<Body>) -> anyhow::Result<Vec<u8>> {
    let body = response.body_mut().with_config().limit(LONGEST);
    let body = body.read_to_vec()?;
    let status = response.status();
    if status.is_success() {
        return Ok(body);
    }
    Err(match serde_json::from_slice::<Refused>(&body) {
        Ok(refused) => anyhow::Error::new(refused),
        Err(_) => anyhow::anyhow!("{status}"),
    })
}
