//! Ask a department's system over HTTP: one question, one answer, bounded in size and time.
//!
//! Redirects are not followed and no proxy of the machine is used, so nothing that is asked
//! leaves for another place than the configuration names.

mod answer;
mod client;
mod fault;
mod prove;
pub mod template;

pub(super) use answer::records;

use std::time::Duration;

use ureq::http::Request;

use crate::domain::said::Said;
use crate::domain::sourced::SourceCause;
use crate::domain::time::Timestamp;
use crate::source::config::Http;
use crate::source::question::Question;
use crate::source::record::Record;
use crate::source::secrets::OfficeFolder;

/// What belongs to one time of asking, besides the question.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The hour.
    pub now: Timestamp,
    /// A number used once.
    pub nonce: [u8; 16],
    /// The longest that the whole call may take, from the address to the last byte.
    pub limit: Duration,
}

/// Asks once. The steps say what was asked and what came, without personal data.
///
/// # Errors
///
/// [`SourceCause`]: why there are no records; `NoRecord` if the system says that there is none.
pub fn ask(
    http: &Http,
    folder: &OfficeFolder,
    question: &Question,
    moment: Moment,
    steps: &mut Vec<Said>,
) -> Result<Vec<Record>, SourceCause> {
    let path = template::path(&http.path, question);
    let body = http
        .body
        .as_deref()
        .map(|body| template::json(body, question));
    let body = body.transpose()?.unwrap_or_default();
    let (status, read) = send(http, folder, (&path, body), moment, steps)?;
    records(http, status, read)
}

/// Sends a request that is written already, and gives the answer's status and bytes.
///
/// # Errors
///
/// [`SourceCause`]: why there was no answer at all.
pub(super) fn send(
    http: &Http,
    folder: &OfficeFolder,
    (path, body): (&str, String),
    moment: Moment,
    steps: &mut Vec<Said>,
) -> Result<(u16, Result<Vec<u8>, SourceCause>), SourceCause> {
    let url = format!("{}{path}", http.address.trim_end_matches('/'));
    let mut request = Request::builder().method(http.method.as_str()).uri(url);
    for (name, value) in &http.headers {
        request = request.header(name, value);
    }
    if !body.is_empty() {
        request = request.header("Content-Type", "application/json");
    }
    request = request.header("Accept", "application/json");
    request = prove::prove(request, http, folder, (path, body.as_bytes()), moment)?;
    let agent = client::agent(http, folder, moment.limit)?;
    // The template, and not what it was filled with.
    let asked = Said::of("source_step", "asked")
        .with("method", &http.method)
        .with("address", &http.address)
        .with("path", &http.path);
    steps.push(asked);
    let Ok(request) = request.body(body) else {
        return Err(SourceCause::Ours);
    };
    let mut response = agent.run(request).map_err(|why| fault::cause(why, http))?;
    let status = response.status().as_u16();
    let read = response
        .body_mut()
        .with_config()
        .limit(http.most_bytes)
        .read_to_vec()
        .map_err(|why| fault::cause(why, http));
    let size = read.as_ref().map_or(0, Vec::len);
    let came = Said::of("source_step", "came")
        .with("status", status)
        .with("bytes", size);
    steps.push(came);
    Ok((status, read))
}

#[cfg(test)]
mod tests;
