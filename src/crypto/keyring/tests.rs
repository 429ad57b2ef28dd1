//! Rotation keeps what is still needed.

use std::collections::BTreeSet;

use super::*;
use crate::crypto::random::SeededRandomness;
use crate::crypto::vault::Index;
use crate::crypto::vault::Place;

const NAME: Place = Place {
    table: "certificates",
    column: "holder_name",
};

fn keyring() -> Keyring {
    Keyring::create(&SeededRandomness::new(b"keyring"), 2026).unwrap()
}

#[test]
fn every_purpose_signs_with_a_key_of_its_own() {
    let keyring = keyring();
    let kids: BTreeSet<_> = ServicePurpose::ALL
        .map(|purpose| *keyring.signer(purpose).kid())
        .into();
    assert_eq!(kids.len(), 5);
    for purpose in ServicePurpose::ALL {
        let public = keyring.signer(purpose).public_key().clone();
        assert_eq!(keyring.public_keys(purpose), [public]);
    }
}

#[test]
fn a_rotated_key_overlaps_with_the_one_before() {
    let mut keyring = keyring();
    let randomness = SeededRandomness::new(b"rotation");
    let show = ServicePurpose::Show;
    let first = keyring.signer(show).public_key().clone();
    let status = *keyring.signer(ServicePurpose::Status).kid();

    let second = keyring.rotate_signing(show, &randomness);
    assert_eq!(keyring.signer(show).public_key(), &second);
    assert_eq!(keyring.public_keys(show), [second.clone(), first.clone()]);
    assert_eq!(*keyring.signer(ServicePurpose::Status).kid(), status);

    let third = keyring.rotate_signing(show, &randomness);
    assert_eq!(keyring.public_keys(show), [third, second]);
}

#[test]
fn former_data_keys_still_open() {
    let mut keyring = keyring();
    let randomness = SeededRandomness::new(b"data");
    let old = keyring.vault();
    let sealed = old.seal(&NAME, 1, b"Zhang San", &randomness);
    assert_eq!(sealed.key_id, 20_260);

    assert_eq!(keyring.add_data_key(2027, &randomness), Ok(20_270));
    let new = keyring.vault();
    assert_eq!(new.current(), 20_270);
    assert_eq!(new.key_ids(), [20_260, 20_270]);
    assert!(new.needs_rekey(&sealed));
    assert_eq!(
        new.open(&NAME, 1, &sealed).unwrap().as_slice(),
        b"Zhang San"
    );
    // An index must find what was stored before, so its key never turns.
    let index = |vault: &Vault| vault.index(Index::Name, b"Zhang San");
    assert_eq!(index(&old), index(&new));
}

#[test]
fn a_year_has_ten_data_keys_and_does_not_come_back() {
    let mut keyring = keyring();
    let randomness = SeededRandomness::new(b"data");
    for id in 20_261..=20_269 {
        assert_eq!(keyring.add_data_key(2026, &randomness), Ok(id));
    }
    for year in [2026, 2025, 0, 6553, u16::MAX] {
        assert_eq!(
            keyring.add_data_key(year, &randomness),
            Err(YearRefused(year))
        );
    }
    assert_eq!(keyring.vault().current(), 20_269);
    assert_eq!(keyring.add_data_key(2027, &randomness), Ok(20_270));
    assert_eq!(
        keyring.add_data_key(2026, &randomness),
        Err(YearRefused(2026))
    );
    assert_eq!(keyring.vault().key_ids().len(), 11);
    assert_eq!(keyring.add_data_key(6552, &randomness), Ok(65_520));
}

#[test]
fn the_ledger_key_is_no_index_key() {
    let keyring = keyring();
    let mac = keyring.ledger_key().mac(&[b"row"]);
    assert_ne!(mac, keyring.vault().index(Index::Details, b"row"));
    assert_eq!(format!("{keyring:?}"), "Keyring(..)");
}
