//! Ask, and never wait longer than the source's limit.
//!
//! The question goes out on a thread of its own, which holds one of the source's places until it
//! ends; whoever asked leaves at the limit, whatever the thread still waits for. So a source that
//! hangs fills its own places and nothing else, and then answers `late` at once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use super::LoadedSource;
use super::desk::State;
use crate::crypto::random;
use crate::domain::said::Said;
use crate::domain::sourced::SourceCause;
use crate::domain::time::Clock;
use crate::flow::office::Office;
use crate::source::config::Kind;
use crate::source::config::Source;
use crate::source::config::View;
use crate::source::file;
use crate::source::http;
use crate::source::http::Moment;
use crate::source::national;
use crate::source::question::Question;
use crate::source::record::Record;
use crate::source::secrets::OfficeFolder;
use crate::store::foreign_view;
use crate::store::foreign_view::ForeignView;
use crate::store::foreign_view::ForeignViewError;

/// As many rows of a view as say that there are several.
const ROWS: u32 = 3;

/// What the thread needs to ask, all its own.
pub(super) struct Errand {
    source: Arc<LoadedSource>,
    question: Question,
    folder: OfficeFolder,
    clock: Arc<dyn Clock>,
    /// A nonce for each try, and how long to wait before it.
    tries: Vec<([u8; 16], Duration)>,
    /// Set when nobody waits any more.
    left: Arc<AtomicBool>,
}

/// What came: the records and the steps, and how often was asked.
pub(super) struct Came {
    pub(super) records: Result<Vec<Record>, SourceCause>,
    pub(super) steps: Vec<Said>,
    pub(super) tries: u32,
}

impl Errand {
    pub(super) fn new(office: &Office, source: &Arc<LoadedSource>, wanted: &Question) -> Self {
        let waits = waits(&source.source, || office.random_number());
        let nonces = waits.into_iter();
        Self {
            source: Arc::clone(source),
            question: wanted.clone(),
            folder: OfficeFolder::at(&office.settings.folder),
            clock: Arc::clone(&office.clock),
            tries: nonces
                .map(|wait| (random::array(&*office.randomness), wait))
                .collect(),
            left: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Asks as often as the source allows, while somebody waits.
    pub(super) fn run(&self) -> Came {
        let source = &self.source.source;
        let begun = self.clock.now().millis();
        let mut came = Came {
            records: Err(SourceCause::Ours),
            steps: Vec::new(),
            tries: 0,
        };
        for (nonce, wait) in &self.tries {
            if came.tries > 0 {
                thread::sleep(*wait);
                let again = Said::of("source_step", "again").with("n", came.tries + 1);
                came.steps.push(again);
            }
            let passed = u64::try_from(self.clock.now().millis() - begun).unwrap_or_default();
            let left = u64::from(source.time_limit_ms).saturating_sub(passed);
            if left == 0 || self.left.load(Ordering::Acquire) {
                came.records = Err(SourceCause::TimeLimit);
                break;
            }
            let moment = Moment {
                now: self.clock.now(),
                nonce: *nonce,
                limit: Duration::from_millis(left),
            };
            came.tries += 1;
            came.records = self.once(moment, &mut came.steps);
            if !matches!(&came.records, Err(cause) if cause.may_pass()) {
                break;
            }
        }
        came
    }

    fn once(&self, moment: Moment, steps: &mut Vec<Said>) -> Result<Vec<Record>, SourceCause> {
        let source = &self.source.source;
        let (folder, question) = (&self.folder, &self.question);
        match source.kind() {
            Some(Kind::Http(http)) => http::ask(http, folder, question, moment, steps),
            Some(Kind::File(drop)) => file::ask(drop, folder, question, &source.reads(), steps),
            Some(Kind::View(view)) => self.view(view, &source.reads(), moment.limit, steps),
            Some(Kind::National(upstream)) => {
                let who = (folder, question);
                national::ask(upstream, &source.of, who, moment, steps)
            }
            None => Err(SourceCause::Ours),
        }
    }

    fn view(
        &self,
        view: &View,
        columns: &[&str],
        limit: Duration,
        steps: &mut Vec<Said>,
    ) -> Result<Vec<Record>, SourceCause> {
        let password = view.password_file.as_deref();
        let password = password.map(|file| self.folder.line(file)).transpose()?;
        let database = match view.database.strip_prefix("sqlite://") {
            Some(path) => format!("sqlite://{}", self.folder.path(path).display()),
            None => view.database.clone(),
        };
        let fill = |hole: &str| self.question.fill(hole).unwrap_or_default();
        let asked = [
            (view.holder_code.as_deref(), fill("holder_code")),
            (view.number.as_deref(), fill("number")),
        ];
        let wanted: Vec<(&str, &str)> = asked
            .iter()
            .filter_map(|(column, text)| Some(((*column)?, text.as_str())))
            .collect();
        let said = Said::of("source_step", "view").with("view", &view.view);
        steps.push(said.with("n", columns.len()));
        let rows = foreign_view::read(&ForeignView {
            database: &database,
            password: password.as_ref().map(|password| password.as_str()),
            view: &view.view,
            columns,
            wanted: &wanted,
            rows: ROWS,
            limit,
        });
        let rows = rows.map_err(|why| match why {
            ForeignViewError::NoConnection => SourceCause::NoConnection,
            ForeignViewError::Refused => SourceCause::DatabaseRefused,
            ForeignViewError::Late => SourceCause::TimeLimit,
            ForeignViewError::Misunderstood => SourceCause::BadView,
        })?;
        steps.push(Said::of("source_step", "rows").with("n", rows.len()));
        let named = rows.into_iter().map(|row| {
            let cells = columns.iter().zip(row);
            let cells = cells.filter_map(|(name, text)| Some(((*name).to_owned(), text?)));
            Record::Row(cells.collect())
        });
        Ok(named.collect())
    }
}

/// Asks, unless the source rests or has no place free, and tells its breaker; gives the one
/// record, and how often was asked.
pub(super) fn through_the_door(
    office: &Office,
    source: &Arc<LoadedSource>,
    state: &Arc<State>,
    wanted: &Question,
) -> (Result<Record, SourceCause>, u32) {
    let seat = match state.enter(&source.source, office.clock.now()) {
        Ok(seat) => seat,
        Err(cause) => return (Err(cause), 0),
    };
    let errand = Errand::new(office, source, wanted);
    let left = Arc::clone(&errand.left);
    let limit = Duration::from_millis(source.source.time_limit_ms.into());
    let (send, receive) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("source".to_owned());
    let started = thread.spawn(move || {
        let _seat = seat;
        // Nobody may wait for it any more.
        let _ = send.send(errand.run());
    });
    let came = match started.map(|_thread| receive.recv_timeout(limit)) {
        Ok(Ok(came)) => came,
        Ok(Err(RecvTimeoutError::Timeout)) => Came::to_nothing(SourceCause::TimeLimit),
        // The thread did not start, or fell over.
        Ok(Err(RecvTimeoutError::Disconnected)) | Err(_) => Came::to_nothing(SourceCause::Ours),
    };
    left.store(true, Ordering::Release);
    let record = only(came.records);
    let now = office.clock.now();
    state.answered(&source.source, record.as_ref().err().copied(), now);
    (record, came.tries)
}

/// The one record, or why there is none.
pub(super) fn only(records: Result<Vec<Record>, SourceCause>) -> Result<Record, SourceCause> {
    let mut records = records?;
    match (records.pop(), records.len()) {
        (Some(one), 0) => Ok(one),
        (Some(_), more) => Err(SourceCause::Records(more + 1)),
        (None, _) => Err(SourceCause::NoRecord),
    }
}

impl Came {
    fn to_nothing(cause: SourceCause) -> Self {
        Self {
            records: Err(cause),
            steps: Vec::new(),
            tries: 1,
        }
    }
}

/// How long to wait before each try: nothing before the first, then twice as long each time, of
/// which between half and all, so that many who failed together do not come again together.
fn waits(source: &Source, mut chance: impl FnMut() -> u64) -> Vec<Duration> {
    let mut whole = u64::from(source.wait_ms);
    let mut waits = vec![Duration::ZERO];
    for _ in 1..source.tries {
        let jitter = chance() % (whole / 2 + 1);
        waits.push(Duration::from_millis(whole - jitter));
        whole = whole.saturating_mul(2);
    }
    waits
}
