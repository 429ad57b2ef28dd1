//! What a verdict over HTTP costs the server's processor, beside a server that does nothing.

use std::path::Path;

use serde_json::json;

use crate::cli::about_file;
use crate::cli::bench::load;
use crate::cli::bench::load::Request;
use crate::cli::bench::process::Served;
use crate::flow::bench::Figure;
use crate::flow::bench::verify::Codes;
use crate::flow::failure::Failure;

/// What the path from a request to its verdict may cost beyond both ends, in microseconds.
const BETWEEN_US: f64 = 15.0;

/// Measures strangers' verdicts, and a window's with its entry in the ledger.
///
/// # Errors
///
/// [`Failure`] if a server does not start or an answer is not a good one.
pub(crate) fn measure(
    folder: &Path,
    at: &str,
    codes: &Codes,
    window: &str,
    count: u32,
) -> Result<Vec<Figure>, Failure> {
    let bare = Served::bare()?;
    let (office, _) = Served::office(folder, at)?;
    let mut figures = Vec::new();
    for (what, code) in [
        ("a printed code", &codes.printed),
        ("an SD-JWT, 12 fields", &codes.record),
    ] {
        let body = json!({ "code": code }).to_string();
        let request =
            |token| Request::post("/api/v1/verify", "application/json", token, body.as_bytes());
        let empty = each(&bare, &request(None), count)?;
        let library = codes.offline_us(code, 2000)?;
        let least = empty + library;
        let limit = format!(
            "empty POST of the same size ({empty:.1} µs), the library ({library:.1} µs) and {BETWEEN_US} µs"
        );
        for (who, token, asked) in [
            ("a stranger", None, count),
            ("a window, with a ledger entry", Some(window), count / 10),
        ] {
            let ours = each(&office, &request(token), asked)?;
            let what = format!("server's processor time for {what}, asked by {who}");
            figures.push(Figure::new(&what, &limit, (ours, least + BETWEEN_US), "µs"));
        }
    }
    Ok(figures)
}

/// Microseconds of the server's processor for each of so many requests.
fn each(server: &Served, request: &Request, count: u32) -> Result<f64, Failure> {
    let broken = |why: std::io::Error| about_file(Path::new("HTTP"), &why);
    let answer = load::once(server.address, request).map_err(broken)?;
    if !answer.is_empty() && !answer.contains("\"verdict\":\"valid\"") {
        return Err(Failure::Broken(format!(
            "not a verdict to measure: {answer}"
        )));
    }
    // The first round warms up what is kept between requests.
    load::many(server.address, request, count / 10).map_err(broken)?;
    let before = server.processor_s()?;
    load::many(server.address, request, count).map_err(broken)?;
    Ok((server.processor_s()? - before) * 1e6 / f64::from(count))
}
