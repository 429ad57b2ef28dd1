//! What is sealed comes back, and nothing else opens.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use serde_json::json;

use super::*;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::random::SeededRandomness;
use crate::crypto::random::SystemRandomness;
use crate::crypto::scratch::Scratch;
use crate::crypto::signer::Signer;
use crate::crypto::vault::Index;

fn passphrase() -> Passphrase {
    Passphrase::new(b"open sesame").unwrap()
}

fn keyring() -> Keyring {
    Keyring::create(&SeededRandomness::new(b"keyring"), 2026).unwrap()
}

#[test]
fn a_keyring_comes_back_whole() {
    let scratch = Scratch::new();
    let path = scratch.path("keyring.json");
    let mut before = keyring();
    before.rotate_signing(ServicePurpose::Show, &SystemRandomness);
    before.add_data_key(2027, &SystemRandomness).unwrap();
    before
        .seal_to(&path, &passphrase(), &SystemRandomness)
        .unwrap();
    let after = Keyring::open(&path, &passphrase()).unwrap();
    assert_eq!(*plaintext(&before), *plaintext(&after));
    for purpose in ServicePurpose::ALL {
        assert_eq!(after.public_keys(purpose), before.public_keys(purpose));
    }
    let index = |keyring: &Keyring| keyring.vault().index(Index::Name, b"Zhang San");
    assert_eq!(index(&before), index(&after));
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn no_secret_stands_in_the_file() {
    let text = seal(&plaintext(&keyring()), &passphrase(), &SystemRandomness);
    let text = String::from_utf8(text).unwrap();
    let plain: Value = serde_json::from_slice(&plaintext(&keyring())).unwrap();
    let ledger = plain["ledger"].as_str().unwrap();
    assert_eq!(ledger.len(), 43);
    assert!(!text.contains(ledger) && !text.contains("sesame"));
}

#[test]
fn sealing_twice_shares_neither_salt_nor_nonce() {
    let envelope = || -> Envelope {
        let text = seal(b"{}", &passphrase(), &SystemRandomness);
        serde_json::from_slice(&text).unwrap()
    };
    let (one, two) = (envelope(), envelope());
    assert_ne!(one.kdf.salt.0, two.kdf.salt.0);
    assert_ne!(one.nonce.0, two.nonce.0);
}

#[test]
fn the_keys_of_a_register_are_made_once() {
    let scratch = Scratch::new();
    let path = scratch.path("keyring.json");
    let keyring = keyring();
    keyring
        .seal_new(&path, &passphrase(), &SystemRandomness)
        .unwrap();
    let before = fs::read(&path).unwrap();
    let again = keyring
        .seal_new(&path, &passphrase(), &SystemRandomness)
        .unwrap_err();
    assert!(matches!(
        again,
        KeyringError::File(PrivateFileError::AlreadyExists(_))
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_missing_or_open_file_and_a_wrong_passphrase_are_told_apart() {
    let scratch = Scratch::new();
    let path = scratch.path("keyring.json");
    let missing = Keyring::open(&path, &passphrase()).unwrap_err();
    assert!(matches!(
        missing,
        KeyringError::File(PrivateFileError::Missing(_))
    ));

    keyring()
        .seal_new(&path, &passphrase(), &SystemRandomness)
        .unwrap();
    let other = Passphrase::new(b"open barley").unwrap();
    let wrong = Keyring::open(&path, &other).unwrap_err();
    assert!(matches!(wrong, KeyringError::WrongPassphrase));

    scratch.chmod("keyring.json", 0o640);
    let open = Keyring::open(&path, &passphrase()).unwrap_err();
    assert!(matches!(
        open,
        KeyringError::File(PrivateFileError::UnsafePermissions { mode: 0o640, .. })
    ));
}

#[test]
fn a_file_that_was_touched_does_not_open() {
    let scratch = Scratch::new();
    let path = scratch.path("keyring.json");
    keyring()
        .seal_new(&path, &passphrase(), &SystemRandomness)
        .unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let good: Value = serde_json::from_str(&text).unwrap();
    let opened = |text: &str| {
        fs::write(&path, text).unwrap();
        Keyring::open(&path, &passphrase())
    };
    let touched = |pointer: &str, value: Value| {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        opened(&bad.to_string()).unwrap_err()
    };
    assert!(opened(&good.to_string()).is_ok());

    for (pointer, value) in [
        ("/format", json!(2)),
        ("/format", json!("1")),
        ("/kdf/name", json!("argon2id")),
        ("/cipher", json!("none")),
        ("/nonce", json!("AAAA")),
        ("/nonce", json!("!")),
        ("/sealed", json!("AAAA")),
    ] {
        let damaged = touched(pointer, value);
        assert!(matches!(damaged, KeyringError::Damaged(_)), "{pointer}");
    }
    for (pointer, value) in [
        ("/kdf/n", json!(1_u64 << 40)),
        ("/kdf/n", json!(0)),
        ("/kdf/r", json!(1_u64 << 20)),
        ("/kdf/p", json!(1_000_000)),
    ] {
        let costly = touched(pointer, value);
        assert!(matches!(costly, KeyringError::TooCostly), "{pointer}");
    }
    for (pointer, value) in [
        ("/kdf/n", json!(1 << 14)),
        ("/kdf/salt", json!("AAAA")),
        ("/nonce", json!("AAAAAAAAAAAAAAAA")),
        ("/sealed", json!("A".repeat(80))),
    ] {
        let altered = touched(pointer, value);
        assert!(
            matches!(altered, KeyringError::WrongPassphrase),
            "{pointer}"
        );
    }
    let twice = text.replacen("\"format\": 1,", "\"format\": 1, \"format\": 1,", 1);
    let unknown = text.replacen("\"format\": 1,", "\"format\": 1, \"hint\": \"\",", 1);
    for text in [
        "",
        "{}",
        "[]",
        "nonsense",
        &twice,
        &unknown,
        &format!("{text}x"),
    ] {
        let damaged = opened(text).unwrap_err();
        assert!(matches!(damaged, KeyringError::Damaged(_)), "{text}");
    }
}

#[test]
fn the_header_is_bound_member_by_member() {
    let kdf = Kdf {
        name: KDF.to_owned(),
        n: 1 << 15,
        r: 8,
        p: 1,
        salt: Bytes(vec![0; 16]),
    };
    assert_eq!(
        String::from_utf8(header(&kdf)).unwrap(),
        "{\"format\":1,\"kdf\":{\"name\":\"scrypt\",\"n\":32768,\"r\":8,\"p\":1,\
         \"salt\":\"AAAAAAAAAAAAAAAAAAAAAA\"},\"cipher\":\"AES-256-GCM\"}"
    );
}

#[test]
fn content_with_an_unknown_member_is_damage() {
    let scratch = Scratch::new();
    let path = scratch.path("keyring.json");
    let mut plain: Value = serde_json::from_slice(&plaintext(&keyring())).unwrap();
    plain["hint"] = json!("");
    let text = seal(
        plain.to_string().as_bytes(),
        &passphrase(),
        &SystemRandomness,
    );
    private_file::create(&path, &text).unwrap();
    let damaged = Keyring::open(&path, &passphrase()).unwrap_err();
    assert!(matches!(damaged, KeyringError::Damaged(_)));
}

#[test]
fn a_signer_outlives_its_keyring() {
    let keyring = keyring();
    let signer = keyring.signer(ServicePurpose::Receipt);
    drop(keyring);
    let signature = Signer::sign(&*signer, b"receipt").unwrap();
    assert_eq!(signer.public_key().verify(b"receipt", &signature), Ok(()));
}
