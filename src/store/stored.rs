//! How numbers and sealed values stand in columns, which know signed integers only.

use crate::crypto::vault::Sealed;
use crate::store::StoreError;
use crate::store::ledger::read_key_id;

/// A number as the databases keep it: its 32 bits, signed.
#[must_use]
pub fn stored_number(number: u32) -> i32 {
    i32::from_be_bytes(number.to_be_bytes())
}

/// A number as it was stored.
#[must_use]
pub fn read_number(number: i32) -> u32 {
    u32::from_be_bytes(number.to_be_bytes())
}

/// A sealed value from its two columns.
#[must_use]
pub fn sealed(key_id: i16, bytes: Vec<u8>) -> Sealed {
    Sealed {
        key_id: read_key_id(key_id),
        bytes,
    }
}

/// The bytes of a column that has always so many.
pub(crate) fn exactly<const N: usize>(
    bytes: Vec<u8>,
    table: &'static str,
) -> Result<[u8; N], StoreError> {
    let Ok(bytes) = bytes.try_into() else {
        return Err(StoreError::Damaged { table });
    };
    Ok(bytes)
}
