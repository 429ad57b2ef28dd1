//! Reserve places: row ids, serials, entries of status lists. One short transaction.

use crate::codec::compact::StatusRef;
use crate::crypto::permutation;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;
use crate::domain::identifier::Serial;
use crate::domain::identifier::Version;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::issue::Order;
use crate::flow::issue::decide::Decision;
use crate::flow::office::Office;

/// Bits of the number of entries of a new status list.
const LIST_BITS: u32 = 18;

/// Where a new certificate goes.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its row's id.
    pub id: i64,
    /// Its identifier.
    pub identifier: CertificateIdentifier,
    /// Where its status stands.
    pub status: StatusRef,
    /// The certificate it replaces: row id and identifier.
    pub predecessor: Option<(i64, CertificateIdentifier)>,
}

/// Reserves a place for every decision that writes; `None` for the others.
///
/// # Errors
///
/// [`Failure`] if the register cannot be written, or a certificate has had 999 versions.
pub(crate) fn reserve(
    office: &Office,
    order: Order<'_>,
    decisions: &[Decision],
) -> Result<Vec<Option<Place>>, Failure> {
    let count = |of: fn(&Decision) -> bool| decisions.iter().filter(|d| of(d)).count();
    let places = count(Decision::writes);
    let new_serials = count(|d| matches!(d, Decision::New | Decision::Reissue(_)));
    let (Ok(ids), Ok(entries), Ok(serials)) = (
        i64::try_from(places),
        u32::try_from(places),
        i64::try_from(new_serials),
    ) else {
        return Err(Failure::refused(Reason::TooLarge));
    };
    let counter = format!("serial {} {}", order.of.number, order.issuer.number);
    let (first_id, first_serial, ranges) = office.store.write(|tx| {
        let first_id = tx.reserve("certificate", ids)?;
        let first_serial = if serials > 0 {
            tx.reserve(&counter, serials)?
        } else {
            0
        };
        let ranges = tx.reserve_entries(order.issuer.number, entries, 1 << LIST_BITS)?;
        Ok::<_, Failure>((first_id, first_serial, ranges))
    })?;
    let vault = office.store.vault();
    let year = office.clock.now().day().year();
    let mut entries = ranges.into_iter().flat_map(|range| {
        (range.first..range.first + range.count).map(move |counter| (range.list, counter))
    });
    let (mut id, mut serial) = (first_id, first_serial);
    let mut all = Vec::with_capacity(decisions.len());
    for decision in decisions {
        if !decision.writes() {
            all.push(None);
            continue;
        }
        let Some((list, counter)) = entries.next() else {
            return Err(Failure::Broken(
                "fewer entries were reserved than asked for".to_owned(),
            ));
        };
        let index = permutation::place(vault, list, LIST_BITS, counter);
        let before = decision.before().map(|(before, _)| before);
        let (serial_text, version) =
            if let (Decision::Correct(_), Some(before)) = (decision, before) {
                let next = before.identifier.version.next().ok_or_else(|| {
                    Failure::because(Reason::Ended, "the certificate has had 999 versions")
                })?;
                (before.identifier.serial.clone(), next)
            } else {
                let number = u64::try_from(serial).unwrap_or(0);
                serial += 1;
                (Serial::ours(year, number), Version::FIRST)
            };
        all.push(Some(Place {
            id,
            identifier: CertificateIdentifier {
                type_code: order.of.code,
                issuer: IssuerCode::Uscc(order.issuer.code),
                serial: serial_text,
                version,
            },
            status: StatusRef { list, index },
            predecessor: before.map(|b| (b.row.id, b.identifier.clone())),
        }));
        id += 1;
    }
    Ok(all)
}
