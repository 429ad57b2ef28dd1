//! How soon a server is ready, and how much memory it needs, idle and while it issues.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::cli::about_file;
use crate::cli::bench::load;
use crate::cli::bench::load::Request;
use crate::cli::bench::process::Resident;
use crate::cli::bench::process::Served;
use crate::domain::problem::Reason;
use crate::flow::bench::Figure;
use crate::flow::failure::Failure;

/// Promised, in seconds and MiB.
const READY_S: f64 = 1.0;
const IDLE_MIB: f64 = 100.0;
const ISSUING_MIB: f64 = 256.0;

/// How long a server is left alone before it counts as idle, and between looks at a batch.
const SETTLE: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Lets the server of an office issue a sheet, and starts it again on the register that it left.
///
/// # Errors
///
/// [`Failure`] if a server does not start or the sheet is not issued.
pub(crate) fn measure(
    folder: &Path,
    at: &str,
    sheet: &[u8],
    issuer: &str,
) -> Result<Vec<Figure>, Failure> {
    let most = {
        let (server, _) = Served::office(folder, at)?;
        issue(&server, sheet, issuer)?;
        server.resident_mib(Resident::Most)?
    };
    let (server, ready) = Served::office(folder, at)?;
    std::thread::sleep(SETTLE);
    let idle = server.resident_mib(Resident::Now)?;
    let promised = "what is promised";
    Ok(vec![
        Figure::new(
            "ready on the register it left",
            promised,
            (ready.as_secs_f64(), READY_S),
            "s",
        ),
        Figure::new("memory, idle", promised, (idle, IDLE_MIB), "MiB"),
        Figure::new(
            "memory, at most, while issuing",
            promised,
            (most, ISSUING_MIB),
            "MiB",
        ),
    ])
}

/// Sends the sheet as an issuer does and waits for its end.
fn issue(server: &Served, sheet: &[u8], issuer: &str) -> Result<(), Failure> {
    let broken = |why: std::io::Error| about_file(Path::new("HTTP"), &why);
    let path = "/api/v1/batches?type=%E9%A3%9F%E5%93%81%E4%BB%8E%E4%B8%9A%E4%BA%BA%E5%91%98%E5%81%A5%E5%BA%B7%E8%AF%81%E6%98%8E&task=issue";
    let sent = Request::post(path, "text/csv", Some(issuer), sheet);
    let answer = load::once(server.address, &sent).map_err(broken)?;
    let batch = member(&answer, "/batch")?;
    let path = format!("/api/v1/batches/{batch}");
    loop {
        let answer = load::get_as(server.address, &path, issuer).map_err(broken)?;
        match member(&answer, "/state")?.as_str() {
            "queued" | "running" => std::thread::sleep(LOOK_EVERY),
            "done" => return Ok(()),
            _ => return Err(Failure::because(Reason::BadFile, answer)),
        }
    }
}

fn member(answer: &str, pointer: &str) -> Result<String, Failure> {
    let read: Value = serde_json::from_str(answer).unwrap_or_default();
    let member = read.pointer(pointer).and_then(Value::as_str);
    member
        .map(str::to_owned)
        .ok_or_else(|| Failure::Broken(format!("no {pointer} in {answer}")))
}
