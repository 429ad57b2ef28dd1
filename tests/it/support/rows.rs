//! Rows to put in a register, right in all that a test does not ask about.

use mianzheng::crypto::vault::Sealed;
use mianzheng::domain::agency::Agency;
use mianzheng::domain::identifier::Serial;
use mianzheng::domain::time::Timestamp;
use mianzheng::store::certificates::CertificateRow;
use mianzheng::store::holders::HolderRole;
use mianzheng::store::holders::HolderRow;

use crate::support::database::Database;
use crate::support::database::Register;

/// The hour of every test.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);

/// The type of every certificate, unless a test says otherwise.
pub(crate) const TYPE: u32 = 7;

/// The issuer of every certificate, unless a test says otherwise.
pub(crate) const ISSUER: u32 = 1;

/// An agency with this number, 1 to 4.
pub(crate) fn agency(number: u32) -> Agency {
    let code = match number {
        1 => "11152500MY0000012D",
        2 => "11152501MY0000020N",
        3 => "11152502MY00000392",
        4 => "11152522MY0000047U",
        other => panic!("there is no agency {other}"),
    };
    Agency {
        code: code.parse().unwrap(),
        number,
        name: "锡林郭勒盟政务服务与数据管理局".to_owned(),
        division: "152500".parse().unwrap(),
        department: "government_service".to_owned(),
        issuer: true,
        user: true,
    }
}

/// 32 bytes that belong to `n`.
pub(crate) fn bytes_of(n: i64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&n.to_be_bytes());
    bytes
}

/// A serial that belongs to `n`.
pub(crate) fn serial(n: i64) -> Serial {
    Serial::ours(2026, n.unsigned_abs())
}

/// The first version of certificate `id`, in force, at place `id` of list 1.
pub(crate) fn certificate(id: i64) -> CertificateRow {
    CertificateRow {
        id,
        type_number: 7,
        type_version: 1,
        issuer: 1,
        serial: serial(id).as_str().to_owned(),
        version: 1,
        number_index: bytes_of(id).to_vec(),
        content_mac: bytes_of(-id).to_vec(),
        issued_at: NOW.millis() + id,
        valid_from: NOW.millis(),
        valid_to: None,
        list_number: 1,
        list_index: i32::try_from(id).unwrap(),
        status: 0,
        status_at: NOW.millis(),
        predecessor: None,
        digest: bytes_of(id).to_vec(),
        key_id: 20_260,
        sealed: vec![1, 2, 3],
    }
}

/// The holder of certificate `id`: a different one for each.
pub(crate) fn holder(id: i64) -> HolderRow {
    HolderRow {
        certificate_id: id,
        position: 0,
        role: HolderRole::Holder.stored(),
        holder_index: bytes_of(id).to_vec(),
        type_number: 7,
    }
}

/// A sealed value; nobody will open it.
pub(crate) fn sealed(byte: u8) -> Sealed {
    Sealed {
        key_id: 65_000,
        bytes: vec![byte; 40],
    }
}

/// A register with agencies 1 to 4 and one status list, number 1, of agency 1.
pub(crate) fn with_agencies(database: Database) -> Register {
    let register = database.register();
    register.write(|tx| {
        tx.put_agencies(&[agency(1), agency(2), agency(3), agency(4)])?;
        tx.reserve_entries(ISSUER, 1, 1 << 17)
    });
    register
}

/// The same with certificates 1 to `last` and their holders.
pub(crate) fn with_certificates(database: Database, last: i64) -> Register {
    let register = with_agencies(database);
    let certificates: Vec<_> = (1..=last).map(certificate).collect();
    let holders: Vec<_> = (1..=last).map(holder).collect();
    register.write(|tx| {
        tx.insert_certificates(&certificates)?;
        tx.insert_holders(&holders)
    });
    register
}
