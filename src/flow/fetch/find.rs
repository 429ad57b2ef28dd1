//! Which certificates a fetch is about, and whose they are.

use super::FetchRequest;
use super::MOST;
use super::Wanted;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::stored::stored_number;

/// What is asked for, and whether there is more of it.
pub(super) fn find(
    office: &Office,
    request: &FetchRequest<'_>,
) -> Result<(Vec<CertificateRow>, bool), Failure> {
    match request.wanted {
        Wanted::Identifier(identifier) => {
            let row = Register::of(office).find(identifier)?;
            let of_type =
                |row: &CertificateRow| row.type_number == stored_number(request.of.number);
            Ok((row.into_iter().filter(of_type).collect(), false))
        }
        Wanted::Holder(code) => {
            let index = holder_index(office.store.vault(), code);
            let one_more = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
            let mut rows = office
                .store
                .read(|rx| rx.own_certificates(&index, request.of.number, one_more))?;
            let more = rows.len() > MOST;
            rows.truncate(MOST);
            Ok((rows, more))
        }
    }
}

/// The holders of each certificate, but for the one that the use record names.
pub(super) fn others(
    office: &Office,
    rows: &[CertificateRow],
    named: Option<[u8; 32]>,
) -> Result<Vec<(i64, [u8; 32])>, Failure> {
    let mut all = Vec::new();
    for row in rows {
        let people = office.store.read(|rx| rx.holders_of(row.id))?;
        let holders = people
            .into_iter()
            .filter(|p| p.role != HolderRole::Guardian.stored());
        let indexes = holders.filter_map(|p| <[u8; 32]>::try_from(p.holder_index).ok());
        all.extend(indexes.map(|index| (row.id, index)));
    }
    let first = rows.first().map(|row| row.id);
    all.retain(|(id, index)| !(Some(*id) == first && Some(*index) == named));
    Ok(all)
}

/// The first holder of a certificate: the record of its use is theirs to read.
pub(super) fn whose(
    office: &Office,
    row: Option<&CertificateRow>,
) -> Result<Option<[u8; 32]>, Failure> {
    let Some(row) = row else { return Ok(None) };
    let people = office.store.read(|rx| rx.holders_of(row.id))?;
    let mut holders = people
        .into_iter()
        .filter(|p| p.role == HolderRole::Holder.stored());
    Ok(holders.next().and_then(|h| h.holder_index.try_into().ok()))
}
