//! Whole cases over HTTP: opened, five materials verified by one code and waived, closed with a
//! receipt; beside as many bare durable transactions and as many requests to a server that does
//! nothing.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;

use crate::cli::about_file;
use crate::cli::bench::load;
use crate::cli::bench::load::Connection;
use crate::cli::bench::load::Request;
use crate::cli::bench::process::Served;
use crate::flow::bench::Figure;
use crate::flow::bench::cases::Counter;
use crate::flow::bench::timed;
use crate::flow::failure::Failure;

/// Officers at the same time.
pub(crate) const OFFICERS: u32 = 4;

/// Cases between two looks at the clock: their codes are drawn before, and live 45 seconds.
const ROUND: u32 = 200;

/// Promised: a hundred whole cases a second.
const PROMISED_MS: f64 = 10.0;

/// The requests of a case: open, code, decision, closing.
const REQUESTS: f64 = 4.0;

/// What the parts of a case cost at least, measured in the same run, in microseconds.
pub(crate) struct Limits {
    /// One durable transaction, on the wall.
    pub(crate) transaction_wall: f64,
    /// The same, of processor time.
    pub(crate) transaction: f64,
    /// A signature.
    pub(crate) signature: f64,
}

/// What whole cases took, all together.
#[derive(Default)]
struct Taken {
    wall: Duration,
    processor_s: f64,
    transactions: f64,
}

/// Measures so many whole cases.
///
/// # Errors
///
/// [`Failure`] if a server does not start, or a case does not go its way.
pub(crate) fn measure(
    folder: &Path,
    at: &str,
    counter: &Counter,
    limits: &Limits,
    count: u32,
) -> Result<Vec<Figure>, Failure> {
    let empty = empty_us(count)?;
    let (office, _) = Served::office(folder, at)?;
    // The first round warms up what is kept between requests.
    round(&office, counter, "warm", OFFICERS)?;
    let mut all = Taken::default();
    let rounds = count.div_ceil(ROUND);
    for n in 0..rounds {
        let taken = round(&office, counter, &n.to_string(), ROUND.min(count))?;
        all.wall += taken.wall;
        all.processor_s += taken.processor_s;
        all.transactions += taken.transactions;
    }
    let cases = f64::from(rounds * (ROUND.min(count) / OFFICERS) * OFFICERS);
    let wall = all.wall.as_secs_f64() * 1e3 / cases;
    let processor = all.processor_s * 1e6 / cases;
    let transactions = all.transactions / cases;
    let bare = transactions * limits.transaction_wall / 1e3;
    let least = REQUESTS * empty + transactions * limits.transaction + limits.signature;
    let said = format!(
        "{REQUESTS} empty requests ({empty:.1} µs each), {transactions:.1} bare transactions \
         ({:.1} µs each) and a signature ({:.1} µs)",
        limits.transaction, limits.signature
    );
    let whole = format!("a whole case, {OFFICERS} officers at once, on the wall");
    Ok(vec![
        Figure::new(&whole, "promised: 100 a second", (wall, PROMISED_MS), "ms"),
        Figure::new(
            &whole,
            "as many bare durable transactions",
            (wall, bare),
            "ms",
        ),
        Figure::new(
            "server's processor time for a whole case",
            &said,
            (processor, least),
            "µs",
        ),
        Figure::new(
            "durable transactions for a whole case",
            "one for each request",
            (transactions, REQUESTS),
            "transactions",
        ),
    ])
}

/// Microseconds of processor time of an empty POST.
fn empty_us(count: u32) -> Result<f64, Failure> {
    let bare = Served::bare()?;
    let request = Request::post("/", "application/json", None, &[b' '; 200]);
    let before = bare.processor_s()?;
    let sent = (count * 4).max(1600);
    load::many(bare.address, &request, sent).map_err(|why| broken(&why))?;
    Ok((bare.processor_s()? - before) * 1e6 / f64::from(sent))
}

fn broken(why: &std::io::Error) -> Failure {
    about_file(Path::new("HTTP"), why)
}

/// Draws the codes, and then takes so many cases from opening to receipt.
fn round(server: &Served, counter: &Counter, name: &str, count: u32) -> Result<Taken, Failure> {
    let each = count / OFFICERS;
    let codes = together(|officer| {
        let mut line = Connection::open(server.address).map_err(|why| broken(&why))?;
        (0..each)
            .map(|n| draw(&mut line, counter, &format!("{name}-{officer}-{n}")))
            .collect::<Result<Vec<String>, Failure>>()
    })?;
    let processor = server.processor_s()?;
    let transactions = transactions(server)?;
    let (done, wall) = timed(|| {
        together(|officer| {
            let mut line = Connection::open(server.address).map_err(|why| broken(&why))?;
            let own = usize::try_from(officer).ok().and_then(|n| codes.get(n));
            for (n, code) in own.into_iter().flatten().enumerate() {
                case(&mut line, counter, code, &format!("{name}-{officer}-{n}"))?;
            }
            Ok(())
        })
    });
    done?;
    Ok(Taken {
        wall,
        processor_s: server.processor_s()? - processor,
        transactions: self::transactions(server)? - transactions,
    })
}

/// Does the same for every officer at once.
fn together<T: Send>(work: impl Fn(u32) -> Result<T, Failure> + Sync) -> Result<Vec<T>, Failure> {
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = (0..OFFICERS)
            .map(|n| scope.spawn(move || work(n)))
            .collect();
        let ended = running.into_iter().map(|one| match one.join() {
            Ok(done) => done,
            Err(_) => Err(Failure::Broken("a thread panicked".to_owned())),
        });
        ended.collect()
    })
}

/// A live code with all the certificates.
fn draw(line: &mut Connection, counter: &Counter, key: &str) -> Result<String, Failure> {
    let choices = counter
        .shown
        .iter()
        .map(|(identifier, fields)| json!({"identifier": identifier, "fields": fields}));
    let body = json!({"choices": choices.collect::<Vec<_>>()});
    let drawn = post(line, "/api/v1/shows", key, &counter.phone, &body)?;
    text(&drawn, "text")
}

/// One whole case.
fn case(line: &mut Connection, counter: &Counter, code: &str, key: &str) -> Result<(), Failure> {
    let body = json!({
        "items": [counter.item], "name": counter.name,
        "holder": {"type": "001", "code": counter.code},
    });
    let mut post = |path: &str, body: &Value| post(line, path, key, &counter.window, body);
    let opened = post("/api/v1/cases", &body)?;
    let at = format!("/api/v1/cases/{}", text(&opened, "number")?);
    post(&format!("{at}/codes"), &json!({ "code": code }))?;
    let materials = opened.get("unsettled").cloned().unwrap_or_default();
    let body = json!({"materials": materials, "decision": "waive"});
    post(&format!("{at}/decisions"), &body)?;
    let closed = post(&format!("{at}/closing"), &Value::Null)?;
    let waived = closed.get("waived").and_then(Value::as_u64);
    let ended = closed.get("closed_at").is_some_and(Value::is_string);
    if waived != u64::try_from(counter.shown.len()).ok() || !ended {
        return Err(Failure::Broken(format!("not a case to measure: {closed}")));
    }
    Ok(())
}

fn post(
    line: &mut Connection,
    path: &str,
    key: &str,
    token: &str,
    body: &Value,
) -> Result<Value, Failure> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let media = "application/json";
    let request = Request::post_once(path, key, media, Some(token), body.as_bytes());
    let answer = line.ask(&request).map_err(|why| broken(&why))?;
    serde_json::from_slice(answer).map_err(|why| Failure::Broken(why.to_string()))
}

fn text(answer: &Value, member: &str) -> Result<String, Failure> {
    let text = answer.get(member).and_then(Value::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| Failure::Broken(format!("no {member} in {answer}")))
}

/// How many transactions the server has written.
fn transactions(server: &Served) -> Result<f64, Failure> {
    let text = load::get(server.address, "/metrics").map_err(|why| broken(&why))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("mianzheng_register_transactions "));
    line.and_then(|count| count.parse().ok())
        .ok_or_else(|| Failure::Broken("no transactions in /metrics".to_owned()))
}
