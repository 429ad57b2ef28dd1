//! Values stay where they were sealed, and the bytes stay what they are.

use std::collections::BTreeSet;

use super::*;
use crate::crypto::random::SeededRandomness;
use crate::crypto::random::SystemRandomness;
use crate::crypto::secret::Secret;

const NAME: Place = Place {
    table: "certificates",
    column: "holder_name",
};

const INDEXES: [Index; 7] = [
    Index::HolderCode,
    Index::CertificateNumber,
    Index::Name,
    Index::Content,
    Index::Details,
    Index::SpokenDigits,
    Index::PermutationSeed,
];

fn secret(byte: u8) -> Secret {
    Secret::new([byte; 32])
}

fn vault() -> Vault {
    let index = |byte| MacKey::new(&secret(byte));
    let indexes = IndexKeys {
        holder_code: index(1),
        certificate_number: index(2),
        name: index(3),
        content: index(4),
        details: index(5),
        spoken_digits: index(7),
        permutation_seed: index(6),
    };
    let former = [(20_250, secret(10)), (20_270, secret(12))];
    Vault::new(DataKeys::new((20_260, &secret(11)), former), indexes)
}

#[test]
fn what_is_sealed_opens_in_its_place() {
    let vault = vault();
    for plaintext in [&b""[..], "张三".as_bytes(), &[7; 5000]] {
        for row_id in [0, 1, -1, i64::MAX, i64::MIN] {
            let sealed = vault.seal(&NAME, row_id, plaintext, &SystemRandomness);
            assert_eq!(sealed.bytes.len(), plaintext.len() + 28);
            let opened = vault.open(&NAME, row_id, &sealed).unwrap();
            assert_eq!(opened.as_slice(), plaintext);
        }
    }
}

#[test]
fn a_value_moved_elsewhere_is_refused() {
    let vault = vault();
    let sealed = vault.seal(&NAME, 7, b"Zhang San", &SystemRandomness);
    let refused = |place: Place, row_id, sealed: &Sealed| {
        let opened = vault.open(&place, row_id, sealed);
        assert_eq!(opened.unwrap_err(), VaultError::NotGenuine);
    };
    refused(NAME, 8, &sealed);
    let place = |table, column| Place { table, column };
    refused(place("certificates", "guardian_name"), 7, &sealed);
    refused(place("drafts", "holder_name"), 7, &sealed);
    refused(place("certificatesh", "older_name"), 7, &sealed);
    refused(place("certificate", "sholder_name"), 7, &sealed);

    let mut other_key = sealed.clone();
    other_key.key_id = 20_250;
    refused(NAME, 7, &other_key);
    other_key.key_id = 1;
    let opened = vault.open(&NAME, 7, &other_key);
    assert_eq!(opened.unwrap_err(), VaultError::UnknownKey(1));
}

#[test]
fn a_key_id_is_bound_even_if_two_ids_share_a_key() {
    let keys = |current: u16, former: u16| {
        let indexes = vault().indexes;
        Vault::new(
            DataKeys::new((current, &secret(11)), [(former, secret(11))]),
            indexes,
        )
    };
    let mut sealed = keys(1, 2).seal(&NAME, 7, b"Zhang San", &SystemRandomness);
    assert!(keys(2, 1).open(&NAME, 7, &sealed).is_ok());
    sealed.key_id = 2;
    let opened = keys(2, 1).open(&NAME, 7, &sealed);
    assert_eq!(opened.unwrap_err(), VaultError::NotGenuine);
}

#[test]
fn an_altered_value_is_refused_whatever_byte_it_was() {
    let vault = vault();
    let sealed = vault.seal(&NAME, 7, b"Zhang San", &SystemRandomness);
    for at in 0..sealed.bytes.len() {
        let mut altered = sealed.clone();
        altered.bytes[at] ^= 1;
        assert!(vault.open(&NAME, 7, &altered).is_err(), "byte {at}");
        altered.bytes = sealed.bytes[..at].to_vec();
        assert!(vault.open(&NAME, 7, &altered).is_err(), "cut at {at}");
    }
}

#[test]
fn no_two_values_share_a_nonce() {
    let vault = vault();
    let nonces: BTreeSet<_> = (0..2000)
        .map(|_| vault.seal(&NAME, 7, b"", &SystemRandomness).bytes[..NONCE].to_vec())
        .collect();
    assert_eq!(nonces.len(), 2000);
}

#[test]
fn the_bytes_are_what_they_were() {
    // Made independently with Python: cryptography's AESGCM(bytes([11]) * 32), the nonce
    // sha256(b"golden" + bytes(8))[:12], and the associated data as documented.
    let randomness = SeededRandomness::new(b"golden");
    let sealed = vault().seal(&NAME, 7, "张三".as_bytes(), &randomness);
    assert_eq!(
        hex(&sealed.bytes),
        "46036653ff28504852a661f167a398a355d8aa837b5a4e05c8f3166fa16d8c667649"
    );
    // hmac.new(bytes([1]) * 32, b"111|110101199003070011", "sha256")
    let index = vault().index(Index::HolderCode, b"111|110101199003070011");
    assert_eq!(
        hex(&index),
        "e4a8f36fd30d4c6a20e4da69097f33f938797083b9df60846bb522528691977b"
    );
}

fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| format!("{byte:02x}");
    bytes.iter().map(digits).collect::<Vec<_>>().concat()
}

#[test]
fn one_value_has_another_index_for_every_purpose() {
    let vault = vault();
    let all: BTreeSet<_> = INDEXES.map(|index| vault.index(index, b"value")).into();
    assert_eq!(all.len(), INDEXES.len());
    for index in INDEXES {
        assert_eq!(vault.index(index, b"value"), vault.index(index, b"value"));
        assert_ne!(vault.index(index, b"value"), vault.index(index, b"valuE"));
    }
}

#[test]
fn keys_are_named_in_order_and_old_seals_are_due() {
    let vault = vault();
    assert_eq!(vault.current(), 20_260);
    assert_eq!(vault.key_ids(), [20_250, 20_260, 20_270]);
    let mut sealed = vault.seal(&NAME, 7, b"", &SystemRandomness);
    assert!(!vault.needs_rekey(&sealed));
    sealed.key_id = 20_250;
    assert!(vault.needs_rekey(&sealed));
}

#[test]
fn two_threads_may_use_it_at_once() {
    let vault = vault();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for row_id in 0..500 {
                    let sealed = vault.seal(&NAME, row_id, b"Zhang San", &SystemRandomness);
                    assert!(vault.open(&NAME, row_id, &sealed).is_ok());
                }
            });
        }
    });
}
