//! How a certificate stood at a time that is over, for disputes: by the events of the ledger,
//! judged as strictly as now, and with nothing of it that is not told without a time.

use serde_json::json;

use crate::codec::presented::Presented;
use crate::codec::presented::recognise;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::event::EventKind;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Verdict;
use crate::flow::case::kept::Kept;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::compact::reference_digest;
use crate::flow::verify::judge::StatusFound;
use crate::flow::verify::offline;
use crate::flow::verify::offline::Opened;
use crate::flow::verify::online::is_of;
use crate::flow::verify::own::by_register_then;
use crate::flow::verify::own::stood;
use crate::flow::verify::used::Use;
use crate::store::certificates::CertificateRow;
use crate::store::ledger::Event;
use crate::store::stored::read_number;

/// What a certificate is called that was not issued then.
const NOT_YET: &str = "not_yet_issued";

/// A time that is over and that the record knows.
#[derive(Clone, Copy, Debug)]
pub struct Past(Timestamp);

impl Past {
    /// The time in a text of RFC 3339. A blank stands for `+`, which is how an address that was
    /// not escaped arrives.
    ///
    /// # Errors
    ///
    /// [`Reason::BadRequest`] for a text that is none, [`Reason::FutureTime`],
    /// [`Reason::BeforeRecord`] for one before the ledger begins.
    pub fn read(office: &Office, text: &str) -> Result<Self, Failure> {
        let Ok(at) = text.trim().replace(' ', "+").parse::<Timestamp>() else {
            let what = "time is a moment as RFC 3339 writes it";
            return Err(Failure::because(Reason::BadRequest, what));
        };
        if at > office.clock.now() {
            return Err(Failure::refused(Reason::FutureTime));
        }
        let begins = office.store.read(|rx| rx.ledger_begins())?;
        if begins.is_none_or(|begins| at < begins) {
            return Err(Failure::refused(Reason::BeforeRecord));
        }
        Ok(Self(at))
    }

    /// The time.
    #[must_use]
    pub const fn at(self) -> Timestamp {
        self.0
    }
}

/// How a certificate stood, and what verifying it would have come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    /// The stable name of its standing, or `not_yet_issued`.
    pub standing: &'static str,
    /// What it came to.
    pub verdict: Outcome,
}

/// How a certificate stood at a time.
///
/// # Errors
///
/// [`Failure`] if its record cannot be opened, or there is no trust list to ask.
pub(crate) fn stood_at(
    office: &Office,
    row: &CertificateRow,
    past: Past,
) -> Result<Stood, Failure> {
    let recorded = office.store.read(|rx| rx.standing_at(row.id, past.at()))?;
    let verdict = Verdict::begin(ShownBy::None, office.clock.now());
    let verdict = then(office, verdict, row, (past, recorded))?.verdict;
    let standing = recorded.map(|stored| Standing::from_stored(stored).map_or("", Standing::name));
    Ok(Stood {
        standing: standing.unwrap_or(NOT_YET),
        verdict,
    })
}

/// Tells how the certificate of an identifier, a record or a printed code stood at a time: to
/// the agency that issued it, to operators, and to an officer or system for a case of its own
/// agency. Nothing is spent, and that it was asked is recorded.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody else and for an officer without a case;
/// [`Reason::NotFound`] for a case or certificate that is not the caller's to ask about;
/// [`Reason::BadRequest`] for a live or offline code, which are of their moment.
pub fn verify_at(
    office: &Office,
    text: &str,
    (past, case): (Past, Option<&str>),
    by: &Caller,
) -> Result<Verdict, Failure> {
    may_ask(office, case, by)?;
    let row = meant(office, text)?;
    let own = |row: &CertificateRow| by.agency == Some(read_number(row.issuer));
    let row = row.filter(|row| by.role != Role::Issuer || own(row));
    let mut verdict = Verdict::begin(ShownBy::None, office.clock.now());
    verdict.stood_at = Some(past.at().to_string());
    verdict.passed("read", None);
    let verdict = match &row {
        None => verdict.failed("register", Outcome::NotFound, None),
        Some(row) => {
            let id = row.id;
            let recorded = office.store.read(|rx| rx.standing_at(id, past.at()))?;
            then(office, verdict, row, (past, recorded))?
        }
    };
    leave(office, by, row.as_ref(), (&verdict, case))?;
    Ok(verdict)
}

fn may_ask(office: &Office, case: Option<&str>, by: &Caller) -> Result<(), Failure> {
    match (by.role, case) {
        (Role::Operator | Role::Issuer, None) => Ok(()),
        (Role::Window | Role::System, Some(number)) => {
            let kept = office.store.read(|rx| Kept::read(office, rx, number, by));
            kept.map(drop)
        }
        _ => Err(Failure::refused(Reason::Forbidden)),
    }
}

/// The certificate that a text names or carries, if it is one of ours and unaltered.
fn meant(office: &Office, text: &str) -> Result<Option<CertificateRow>, Failure> {
    let (now, known, trust) = (office.clock.now(), office.known(), office.trust()?);
    let hosts = std::slice::from_ref(&office.settings.code_host);
    let register = Register::of(office);
    match recognise(text, hosts) {
        Presented::Identifier(read) => register.find(&read.identifier),
        Presented::Printed {
            reference,
            digits: None,
        } => Ok(office.store.read(|rx| {
            let code = rx.compact_code_by_reference(&reference_digest(&reference))?;
            code.map_or(Ok(None), |code| rx.certificate(code.certificate_id))
        })?),
        Presented::Printed { .. } | Presented::Record(_) => {
            match offline::open(text, hosts, &trust, &known.types, now) {
                Opened::Certified(certified) => {
                    let row = register.find(&certified.get().identifier)?;
                    Ok(row.filter(|row| is_of(certified.get(), row)))
                }
                Opened::Refused(..) | Opened::NeedsRegister(_) => Ok(None),
            }
        }
        _ => {
            let what = "an identifier, a certificate or a printed code";
            Err(Failure::because(Reason::BadRequest, what))
        }
    }
}

/// Goes on with a verdict on a certificate as it stood.
fn then(
    office: &Office,
    verdict: Verdict,
    row: &CertificateRow,
    (past, recorded): (Past, Option<i16>),
) -> Result<Verdict, Failure> {
    let status = recorded.map_or(GOOD, stood);
    let verdict = by_register_then(office, verdict, row, (past.at(), status))?;
    Ok(match recorded {
        Some(_) => verdict,
        None => verdict.failed(NOT_YET, Outcome::NotYetValid, None),
    })
}

/// What is asked of a certificate that was not issued then: whose it is, and no more.
const GOOD: StatusFound = StatusFound::Known {
    outcome: Outcome::Valid,
    word: None,
    age_s: 0,
};

/// Records that it was asked how a certificate stood.
fn leave(
    office: &Office,
    by: &Caller,
    row: Option<&CertificateRow>,
    (verdict, case): (&Verdict, Option<&str>),
) -> Result<(), Failure> {
    let now = office.clock.now();
    let used = Use::of(office, by, row)?.map(|used| used.for_case(case));
    office.store.write(|tx| {
        if let Some(used) = &used {
            return used.leave(tx, now, verdict);
        }
        let mut event = Event::new(EventKind::Read, now, &by.id);
        event.certificate = row.map(|row| row.id);
        event.details = Some(json!({"what": "standing", "time": verdict.stood_at}));
        tx.record(event);
        Ok(())
    })
}
