//! Queries over HTTP: case, grant and consent looked at, fields subset and verified, the use on the
//! disk, the envelope signed; at a number of certificates and at a tenth of it, beside what is
//! promised; and whether a department's system that takes five seconds slows another type.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::cli::about_file;
use crate::cli::bench::load;
use crate::cli::bench::load::Connection;
use crate::cli::bench::load::Request;
use crate::cli::bench::process::Served;
use crate::flow::bench::Figure;
use crate::flow::bench::query;
use crate::flow::bench::query::Asking;
use crate::flow::bench::timed;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

/// Connections that ask as fast as they can. Each waits for its use to be on the disk, and for
/// all others before it asks again, so that a few would measure the disk's turns alone.
const AT_ONCE: u32 = 32;

/// Connections that ask at half the promised load.
const CALLERS: u32 = 8;

/// What whole queries took.
#[derive(Clone, Copy)]
struct Taken {
    /// Microseconds on the wall, with [`AT_ONCE`] connections.
    wall_us: f64,
    /// Microseconds of the server's processor.
    processor_us: f64,
}

fn broken(why: &std::io::Error) -> Failure {
    about_file(Path::new("HTTP"), why)
}

fn requests(asking: &Asking) -> Vec<Request> {
    let one = |body: &String| {
        let token = Some(asking.token.as_str());
        Request::post(&asking.path, "application/json", token, body.as_bytes())
    };
    asking.bodies.iter().map(one).collect()
}

/// Measures so many queries.
///
/// # Errors
///
/// [`Failure`] if an answer is not a good one, or has no certificate.
fn taken(server: &Served, asking: &Asking, count: u32) -> Result<Taken, Failure> {
    let requests = requests(asking);
    for request in requests.iter().take(1) {
        let answer = load::once(server.address, request).map_err(|why| broken(&why))?;
        if !answer.contains("\"verdict\":\"valid\"") {
            return Err(Failure::Broken(format!("nothing to measure: {answer}")));
        }
    }
    let ask = |count| {
        let asked = load::many_of(server.address, &requests, (count, AT_ONCE));
        asked.map_err(|why| broken(&why))
    };
    // The first round warms up what is kept between requests.
    ask(count / 10)?;
    let before = server.processor_s()?;
    let (asked, wall) = timed(|| ask(count));
    asked?;
    let each = 1e6 / f64::from(count);
    Ok(Taken {
        wall_us: wall.as_secs_f64() * each,
        processor_us: (server.processor_s()? - before) * each,
    })
}

/// Milliseconds within which 99 of 100 queries are answered when so many a second come.
///
/// # Errors
///
/// [`Failure`] if an answer is not a good one.
fn p99_ms(
    server: &Served,
    asking: &Asking,
    (per_second, count): (u32, u32),
) -> Result<f64, Failure> {
    let requests = requests(asking);
    let pace = Duration::from_secs_f64(f64::from(CALLERS) / f64::from(per_second));
    let share = count / CALLERS;
    let one = |caller: u32| -> std::io::Result<Vec<f64>> {
        let mut connection = Connection::open(server.address)?;
        let mut taken = Vec::new();
        let mine = requests
            .iter()
            .cycle()
            .skip(usize::try_from(caller).unwrap_or_default());
        for request in mine.take(usize::try_from(share).unwrap_or_default()) {
            let (answer, time) = timed(|| connection.ask(request).map(<[u8]>::len));
            answer?;
            taken.push(time.as_secs_f64() * 1e3);
            std::thread::sleep(pace.saturating_sub(time));
        }
        Ok(taken)
    };
    let all = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|n| scope.spawn(move || one(n))).collect();
        let joined = callers.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.collect::<Vec<_>>()
    });
    let mut taken = Vec::new();
    for one in all {
        let one = one.map_err(|_panic| Failure::Broken("a caller".to_owned()))?;
        taken.extend(one.map_err(|why| broken(&why))?);
    }
    taken.sort_by(f64::total_cmp);
    let at = taken.len().saturating_mul(99) / 100;
    Ok(taken.get(at).copied().unwrap_or_default())
}

/// A department's system that takes questions and never answers within five seconds.
fn slow_department() -> Result<std::net::SocketAddr, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|why| broken(&why))?;
    let at = listener.local_addr().map_err(|why| broken(&why))?;
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            // It reads what it is asked, and keeps the connection.
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer);
            held.push(stream);
        }
    });
    Ok(at)
}

/// Measures so many queries, with so many certificates and with a tenth of them.
///
/// # Errors
///
/// [`Failure`] if a server does not start, or an answer is not a good one.
pub(crate) fn measure(
    folder: &Path,
    office: &Office,
    (certificates, count): (u32, u32),
) -> Result<Vec<Figure>, Failure> {
    let promised = if office.store.is_embedded() {
        2000
    } else {
        1000
    };
    let at = office.settings.listen.as_str();
    let few = (certificates / 10).max(1);
    query::issue(office, few)?;
    let asking = Asking::many(office, few)?;
    let tenth = taken(&Served::office(folder, at)?.0, &asking, count)?;
    query::issue(office, certificates)?;
    let server = Served::office(folder, at)?.0;
    let whole = taken(&server, &asking, count)?;
    let half = promised / 2;
    let paced = count.min(half * 10);
    let alone = p99_ms(&server, &asking, (half, paced))?;
    let department = slow_department()?;
    let slow = Asking::slow(office, &department.to_string())?;
    let beside = beside_slow(&server, (&asking, &slow), (half, paced))?;
    let figures = |what: &str, limit: &str, both, unit| Figure::new(what, limit, both, unit);
    let each = 1e6 / f64::from(promised);
    Ok(vec![
        figures(
            &format!(
                "a query of a type with {certificates} certificates, {AT_ONCE} at once, on the wall"
            ),
            &format!("promised: {promised} a second"),
            (whole.wall_us, each),
            "µs",
        ),
        figures(
            &format!("server's processor time for a query with {certificates} certificates"),
            &format!("the same with {few}; at most 1.3 × is promised"),
            (whole.processor_us, tenth.processor_us),
            "µs",
        ),
        figures(
            &format!("99 of 100 queries, {half} a second"),
            &format!("one query of those that come {AT_ONCE} at once"),
            (alone, whole.wall_us / 1e3),
            "ms",
        ),
        figures(
            &format!(
                "the same while a department of another type takes five seconds, {half} a second"
            ),
            "without it",
            (beside, alone),
            "ms",
        ),
    ])
}

/// The same while a system asks for a type whose department does not answer.
fn beside_slow(
    server: &Served,
    (asking, slow): (&Asking, &Asking),
    paced: (u32, u32),
) -> Result<f64, Failure> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for request in requests(slow) {
            let stop = &stop;
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    // That it is late is its answer, at once for whoever comes while all places
                    // of the source are taken: she asks again a while later, like any caller.
                    let _ = load::once(server.address, &request);
                    std::thread::sleep(Duration::from_millis(500));
                }
            });
        }
        let measured = p99_ms(server, asking, paced);
        stop.store(true, Ordering::Relaxed);
        measured
    })
}
