//! Retention: what has had its term is shown first, and then deleted, just that.
//!
//! Whoever deletes names the moment and the digest of what she was shown. Terms count from the
//! moment, so nothing can have become due since; what became held back meanwhile (a dispute, a
//! case opened again) changes the digest, and she looks again.

mod hold;
mod run;

pub(crate) use hold::Hold;
pub use run::Deleted;
pub use run::run;
pub use run::run_daily;

use crate::codec::digest::RunningDigest;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::retention::RecordKind;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::value::hex;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::retention::Old;

/// Rows read at a time.
const PAGE: i64 = 1000;

/// What tells of uses. What tells of certificates and keys themselves is kept for their life.
pub(crate) const USES: [EventKind; 20] = [
    EventKind::Shown,
    EventKind::Verified,
    EventKind::Fetched,
    EventKind::FetchRefused,
    EventKind::Read,
    EventKind::CaseOpened,
    EventKind::CaseChanged,
    EventKind::Used,
    EventKind::ConsentChanged,
    EventKind::ReceiptChanged,
    EventKind::TaskChanged,
    EventKind::Objected,
    EventKind::CaseWithdrawn,
    EventKind::MandateChanged,
    EventKind::GuardianChanged,
    EventKind::Noticed,
    EventKind::ForeignCaseChanged,
    EventKind::WeekReported,
    EventKind::AlarmChanged,
    EventKind::MirrorChanged,
];

/// What tells who got access.
pub(crate) const SECURITY: [EventKind; 6] = [
    EventKind::CredentialChanged,
    EventKind::GrantChanged,
    EventKind::PhoneLost,
    EventKind::AccountChanged,
    EventKind::SessionChanged,
    EventKind::LoginRefused,
];

/// What of one kind has had its term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLine {
    /// The kind.
    pub kind: RecordKind,
    /// The first day that is kept.
    pub kept_from: Day,
    /// How many records have had their term.
    pub records: usize,
    /// The day of the oldest.
    pub oldest: Option<Day>,
    /// The day of the newest.
    pub newest: Option<Day>,
    /// How many have had it and are kept all the same: a case is open or in dispute.
    pub held: usize,
}

/// What has had its term at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The moment.
    pub until: Timestamp,
    /// By kind.
    pub lines: Vec<DueLine>,
    /// The digest of what was shown, to be named by whoever deletes it.
    pub shown: String,
}

/// The records of one kind whose term is over.
struct Found {
    kind: RecordKind,
    kept_from: Day,
    old: Vec<Old>,
    held: usize,
}

/// Shows what has had its term at a moment, now if none is given; nothing is deleted.
///
/// # Errors
///
/// [`Reason::Forbidden`] for who is neither operator nor auditor; [`Reason::BadRequest`] for a
/// moment to come; [`Failure`] if the register cannot be read.
pub fn show(office: &Office, until: Option<Timestamp>, by: &Caller) -> Result<Due, Failure> {
    if !matches!(by.role, Role::Operator | Role::Auditor) {
        return Err(Failure::refused(Reason::Forbidden));
    }
    // Whole seconds, as they are written: the moment is named again by whoever deletes.
    let now = Timestamp::from_secs(office.clock.now().secs());
    let until = until.unwrap_or(now);
    let found = find(office, until)?;
    let day = |old: Option<&Old>| old.map(|old| Timestamp::from_millis(old.at).day());
    let lines = found.iter().map(|one| DueLine {
        kind: one.kind,
        kept_from: one.kept_from,
        records: one.old.len(),
        oldest: day(one.old.iter().min_by_key(|old| old.at)),
        newest: day(one.old.iter().max_by_key(|old| old.at)),
        held: one.held,
    });
    Ok(Due {
        until,
        lines: lines.collect(),
        shown: digest(until, &found),
    })
}

/// Finds, in one snapshot, what has had its term at a moment.
fn find(office: &Office, until: Timestamp) -> Result<Vec<Found>, Failure> {
    if until > office.clock.now() {
        let what = "the moment is to come";
        return Err(Failure::because(Reason::BadRequest, what));
    }
    office.store.snapshot(|rx| {
        let mut hold = Hold::read(office, rx, until)?;
        RecordKind::ALL
            .into_iter()
            .map(|kind| {
                let kept_from = office.settings.terms.kept_from(kind, until);
                let before = kept_from.start().millis();
                let (old, held) = of_kind(rx, kind, before, &mut hold)?;
                Ok(Found {
                    kind,
                    kept_from,
                    old,
                    held,
                })
            })
            .collect()
    })
}

/// The records of one kind from before then, and how many more are held back.
fn of_kind(
    rx: &mut Rx<'_>,
    kind: RecordKind,
    before: i64,
    hold: &mut Hold<'_>,
) -> Result<(Vec<Old>, usize), Failure> {
    Ok(match kind {
        RecordKind::Cases => hold.cases(rx, before)?,
        RecordKind::ForeignCases => (rx.old_foreign_cases(before)?, 0),
        RecordKind::Tasks => (rx.old_tasks(before)?, 0),
        RecordKind::Alarms => (rx.old_alarms(before)?, 0),
        RecordKind::Mirrors => (rx.old_mirrors(before)?, 0),
        RecordKind::Mandates => hold::mandates(rx, before)?,
        RecordKind::Credentials => (rx.old_credentials(before)?, 0),
        RecordKind::Accounts => (rx.old_accounts(before)?, 0),
        RecordKind::Notices => (rx.old_notices(before)?, 0),
        RecordKind::Uses => hold.details(rx, &USES, before)?,
        RecordKind::Security => hold.details(rx, &SECURITY, before)?,
    })
}

/// The digest of what was found, short enough to be typed.
fn digest(until: Timestamp, found: &[Found]) -> String {
    let mut digest = RunningDigest::default();
    digest.update(b"mianzheng retention 1");
    digest.update(&until.millis().to_be_bytes());
    for one in found {
        digest.update(&[0]);
        digest.update(one.kind.name().as_bytes());
        for old in &one.old {
            digest.update(&[1]);
            digest.update(&old.id.to_be_bytes());
        }
    }
    hex(&digest.finish()).chars().take(16).collect()
}
