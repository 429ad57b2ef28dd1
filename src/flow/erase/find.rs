//! What there is about a holder, and which of it may go.

use std::collections::BTreeMap;

use crate::domain::consent::ConsentState;
use crate::domain::erasure::ErasureKind;
use crate::domain::erasure::Kept;
use crate::domain::retention::RecordKind;
use crate::domain::time::Timestamp;
use crate::flow::case::consent::Content;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::retention::Hold;
use crate::flow::retention::USES;
use crate::store::Rx;
use crate::store::mandates::CONFIRMED;
use crate::store::mandates::MandateRow;
use crate::store::mandates::PROPOSED;
use crate::store::mandates::REVOKED;

/// What there is of one kind.
pub(super) struct Found {
    pub(super) kind: ErasureKind,
    /// What may go.
    pub(super) ids: Vec<i64>,
    /// How many stay, by reason.
    pub(super) kept: BTreeMap<Kept, usize>,
}

impl Found {
    fn of(kind: ErasureKind) -> Self {
        Self {
            kind,
            ids: Vec::new(),
            kept: BTreeMap::new(),
        }
    }

    fn put(&mut self, id: i64, kept: Option<Kept>) {
        match kept {
            None => self.ids.push(id),
            Some(why) => *self.kept.entry(why).or_default() += 1,
        }
    }
}

/// Whose data is looked at, and when.
struct Look<'o> {
    office: &'o Office,
    index: [u8; 32],
    now: Timestamp,
}

/// Everything about a holder, in the order in which it is erased.
pub(super) fn find(
    office: &Office,
    rx: &mut Rx<'_>,
    index: &[u8; 32],
) -> Result<Vec<Found>, Failure> {
    let look = Look {
        office,
        index: *index,
        now: office.clock.now(),
    };
    let mut hold = Hold::read(office, rx, look.now)?;
    let mut all = vec![
        look.shown(rx)?,
        look.served(rx)?,
        look.notices(rx)?,
        look.mandates(rx)?,
        look.cases(rx, &mut hold)?,
        look.foreign_cases(rx)?,
        look.mirrors(rx)?,
        look.uses(rx, &hold)?,
        look.credentials(rx)?,
        look.accounts(rx)?,
    ];
    let mut orders = Found::of(ErasureKind::GuardianOrders);
    for order in rx.orders_about(index)? {
        orders.put(order.id, Some(Kept::Others));
    }
    all.push(orders);
    let mut cards = Found::of(ErasureKind::Certificates);
    for (row, _) in rx.certificates_of_holder(index, None, i64::MAX)? {
        cards.put(row.id, Some(Kept::PublicRecord));
    }
    all.push(cards);
    let mut subject = Found::of(ErasureKind::Subject);
    if rx.subject_of(index)?.is_some() {
        let something = all.iter().any(|found| !found.kept.is_empty());
        subject.put(0, something.then_some(Kept::Needed));
    }
    all.push(subject);
    Ok(all)
}

impl Look<'_> {
    /// The first moment that a kind of record is kept from.
    fn kept_from(&self, kind: RecordKind) -> i64 {
        let terms = &self.office.settings.terms;
        terms.kept_from(kind, self.now).start().millis()
    }

    fn shown(&self, rx: &mut Rx<'_>) -> Result<Found, Failure> {
        let mut found = Found::of(ErasureKind::Shown);
        let Some(subject) = rx.subject_of(&self.index)? else {
            return Ok(found);
        };
        for session in rx.sessions_of(&subject)? {
            let live = session.spent_at.is_none() && rx.has_live_code(session.id, self.now)?;
            found.put(session.id, live.then_some(Kept::InUse));
        }
        Ok(found)
    }

    /// Fields that a consent brought: their purpose is reached once they can no longer be used.
    fn served(&self, rx: &mut Rx<'_>) -> Result<Found, Failure> {
        let mut found = Found::of(ErasureKind::Served);
        for row in rx.consents_of_holder(&self.index, i64::MAX)? {
            let content = Content::open(self.office, &row)?;
            if content.has_fields() {
                let usable =
                    row.state == ConsentState::Given.number() && row.expires_at > self.now.millis();
                found.put(row.id, usable.then_some(Kept::InUse));
            }
        }
        Ok(found)
    }

    fn notices(&self, rx: &mut Rx<'_>) -> Result<Found, Failure> {
        let mut found = Found::of(ErasureKind::Notices);
        for row in rx.notices_of(&self.index, i64::MAX)? {
            found.put(row.id, row.read_at.is_none().then_some(Kept::Unread));
        }
        Ok(found)
    }

    fn mandates(&self, rx: &mut Rx<'_>) -> Result<Found, Failure> {
        let before = self.kept_from(RecordKind::Mandates);
        let mut found = Found::of(ErasureKind::Mandates);
        // Newest first: what hangs on another comes before it.
        for row in rx.mandates_of(&self.index, i64::MAX)? {
            let below = rx.mandates_below(&[row.id], i64::MAX)?;
            let others = below.iter().any(|one| !found.ids.contains(&one.id));
            let kept = self.mandate(&row, before);
            found.put(row.id, kept.or(others.then_some(Kept::Others)));
        }
        Ok(found)
    }

    fn mandate(&self, row: &MandateRow, before: i64) -> Option<Kept> {
        let ended = match row.state {
            REVOKED => row.ended_at.map_or(row.until, |at| at.min(row.until)),
            _ => row.until,
        };
        let stands = matches!(row.state, PROPOSED | CONFIRMED) && row.until > self.now.millis();
        if stands {
            Some(Kept::InUse)
        } else {
            (ended >= before).then_some(Kept::Term)
        }
    }

    fn cases(&self, rx: &mut Rx<'_>, hold: &mut Hold<'_>) -> Result<Found, Failure> {
        let before = self.kept_from(RecordKind::Cases);
        let mut found = Found::of(ErasureKind::Cases);
        for row in rx.cases_of(&self.index, i64::MAX)? {
            let (id, closed) = (row.id, row.closed_at);
            let people = rx.case_sides(id)?.people;
            let kept = if people.first() != Some(&self.index) {
                Some(Kept::Others)
            } else if hold.case(rx, row, before)?.is_some() {
                None
            } else if closed.is_some_and(|at| at >= before) {
                Some(Kept::Term)
            } else {
                Some(Kept::Open)
            };
            found.put(id, kept);
        }
        Ok(found)
    }

    fn foreign_cases(&self, rx: &mut Rx<'_>) -> Result<Found, Failure> {
        let before = self.kept_from(RecordKind::ForeignCases);
        let mut found = Found::of(ErasureKind::ForeignCases);
        for row in rx.foreign_cases_of(&self.index)? {
            let ended = row.closed_at.unwrap_or(row.until);
            let kept = if row.closed_at.is_none() && row.until > self.now.millis() {
                Some(Kept::Open)
            } else {
                (ended >= before).then_some(Kept::Term)
            };
            found.put(row.id, kept);
        }
        Ok(found)
    }

    /// A copy of another's public record: whoever needs it again asks there.
    fn mirrors(&self, rx: &mut Rx<'_>) -> Result<Found, Failure> {
        let mut found = Found::of(ErasureKind::Mirrors);
        for row in rx.mirrors_of(&self.index)? {
            found.put(row.id, None);
        }
        Ok(found)
    }

    fn uses(&self, rx: &mut Rx<'_>, hold: &Hold<'_>) -> Result<Found, Failure> {
        let before = self.kept_from(RecordKind::Uses);
        let mut found = Found::of(ErasureKind::Uses);
        let Some(subject) = rx.subject_of(&self.index)? else {
            return Ok(found);
        };
        let kinds = USES.map(|kind| kind.number());
        for details in rx.details_of_subject(&subject, &kinds)? {
            let kept = if details.old.at >= before {
                Some(Kept::Term)
            } else {
                hold.holds(&details).then_some(Kept::Open)
            };
            found.put(details.old.id, kept);
        }
        Ok(found)
    }

    fn accounts(&self, rx: &mut Rx<'_>) -> Result<Found, Failure> {
        let before = self.kept_from(RecordKind::Accounts);
        let mut found = Found::of(ErasureKind::Accounts);
        for row in rx.accounts_of(&self.index)? {
            let kept = match row.disabled_at {
                None => Some(Kept::InUse),
                Some(at) => (at >= before).then_some(Kept::Term),
            };
            found.put(row.id, kept);
        }
        Ok(found)
    }

    fn credentials(&self, rx: &mut Rx<'_>) -> Result<Found, Failure> {
        let before = self.kept_from(RecordKind::Credentials);
        let mut found = Found::of(ErasureKind::Credentials);
        for row in rx.credentials_of(&self.index)? {
            let ended = row
                .revoked_at
                .map_or(row.expires_at, |at| at.min(row.expires_at));
            let kept = if ended > self.now.millis() {
                Some(Kept::InUse)
            } else {
                (ended >= before).then_some(Kept::Term)
            };
            // What bears a name that this program never gave is for `ledger verify` to tell.
            if let Some(Ok(number)) = row.id.strip_prefix('c').map(str::parse) {
                found.put(number, kept);
            }
        }
        Ok(found)
    }
}
