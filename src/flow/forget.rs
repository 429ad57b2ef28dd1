//! Forget what has had its time: codes, links to copies, keys of requests, nonces, sessions, batches, uploads
//! that were cut, requests that nobody answered, fields that were disclosed, counts of uses.

use crate::flow::case;
use crate::flow::failure::Failure;
use crate::flow::interface::copy;
use crate::flow::office::Office;
use crate::flow::people;

/// Days for which the keys of requests are kept.
const KEYS_DAYS: i64 = 7;

/// Days for which batches and their files are kept.
const BATCHES_DAYS: i64 = 30;

/// Days for which counts of uses are kept, and odd uses that raised no alarm.
const COUNTS_DAYS: i32 = 30;

/// Forgets, a portion at a time, so that nobody waits long.
///
/// # Errors
///
/// [`Failure`] if the register cannot be written; what was forgotten until then stays so.
pub fn forget_expired(office: &Office) -> Result<(), Failure> {
    let now = office.clock.now();
    let days_ago = |days: i64| now.plus_secs(-days * 86_400);
    office.store.write(|tx| tx.forget_expired_codes(now))?;
    copy::forget(office, days_ago(1))?;
    office
        .store
        .write(|tx| tx.forget_old_keys(days_ago(KEYS_DAYS)))?;
    office.store.write(|tx| tx.forget_old_nonces(now))?;
    people::forget(office)?;
    office.store.write(|tx| tx.drop_cut_uploads(now))?;
    while office
        .store
        .write(|tx| tx.drop_batches_before(days_ago(BATCHES_DAYS)))?
        > 0
    {}
    let day = now.day().plus(0, 0, -COUNTS_DAYS);
    office.store.write(|tx| tx.forget_counts_before(day))?;
    case::settle_due(office)
}
