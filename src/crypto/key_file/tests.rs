//! The store against a real folder and a real OpenSSL.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::crypto::random::SystemRandomness;
use crate::crypto::scratch::Scratch;

fn store(scratch: &Scratch, passphrase: &str) -> FileKeyStore {
    let passphrase = Passphrase::new(passphrase.as_bytes()).unwrap();
    FileKeyStore::new(scratch.path("keys"), passphrase)
}

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

/// Runs `openssl` in a shell in the scratch folder, and returns what it printed.
fn openssl(folder: &Path, script: &str) -> String {
    let script = format!("set -eu\numask 077\nprintf 'open sesame' > pass\n{script}");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn openssl_reads_our_keys() {
    let scratch = Scratch::new();
    let store = store(&scratch, "open sesame");
    let public = store.create(&name("ours"), &SystemRandomness).unwrap();

    let text = openssl(
        scratch.folder(),
        "openssl pkey -in keys/ours.pem -passin file:pass -text -noout",
    );
    assert!(text.starts_with("ED25519 Private-Key:"), "{text}");
    let printed: String = text
        .split("pub:")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .collect();
    let expected: Vec<_> = public
        .as_bytes()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(printed, expected.join(":"));

    let pem = openssl(
        scratch.folder(),
        "openssl pkey -in keys/ours.pem -passin file:pass -pubout",
    );
    assert_eq!(pem, public.pem());
}

#[test]
fn we_read_openssls_keys_and_agree_on_signatures() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("keys")).unwrap();
    for options in [
        "-scrypt -v2 aes-256-cbc",
        "-scrypt -scrypt_N 4096 -scrypt_p 2 -v2 aes-128-cbc",
        "-v2 aes-256-cbc",
        "-v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 100000",
    ] {
        let script = format!(
            "openssl genpkey -algorithm ed25519 \
             | openssl pkcs8 -topk8 {options} -passout file:pass -out keys/theirs.pem\n\
             printf message > message\n\
             openssl pkeyutl -sign -rawin -in message -out signature \
                 -inkey keys/theirs.pem -passin file:pass\n\
             openssl pkey -in keys/theirs.pem -passin file:pass -pubout"
        );
        let public_pem = openssl(scratch.folder(), &script);
        let signer = store(&scratch, "open sesame")
            .open(&name("theirs"))
            .unwrap();
        assert_eq!(signer.public_key().pem(), public_pem);
        let signature = fs::read(scratch.path("signature")).unwrap();
        assert_eq!(signer.public_key().verify(b"message", &signature), Ok(()));
        assert_eq!(signer.sign(b"message").unwrap()[..], signature);
    }
}

#[test]
fn keys_and_their_folder_are_the_owners_alone() {
    let scratch = Scratch::new();
    let store = store(&scratch, "open sesame");
    store.create(&name("a"), &SystemRandomness).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(scratch.path("keys")), 0o700);
    assert_eq!(mode(scratch.path("keys/a.pem")), 0o600);
}

#[test]
fn a_key_is_listed_opened_once_and_not_overwritten() {
    let scratch = Scratch::new();
    let store = store(&scratch, "open sesame");
    assert_eq!(store.list().unwrap(), []);
    let public = store.create(&name("b"), &SystemRandomness).unwrap();
    store.create(&name("a"), &SystemRandomness).unwrap();
    fs::write(scratch.path("keys/notes.txt"), "").unwrap();
    fs::write(scratch.path("keys/NOT A NAME.pem"), "").unwrap();
    assert_eq!(store.list().unwrap(), [name("a"), name("b")]);

    let again = store.create(&name("b"), &SystemRandomness).unwrap_err();
    assert!(matches!(again, KeyStoreError::AlreadyExists(_)));

    let fresh = self::store(&scratch, "open sesame");
    let one = fresh.open(&name("b")).unwrap();
    assert_eq!(one.public_key(), &public);
    assert!(Arc::ptr_eq(&one, &fresh.open(&name("b")).unwrap()));
}

#[test]
fn every_failure_has_its_own_name() {
    let scratch = Scratch::new();
    let store = store(&scratch, "open sesame");
    store.create(&name("key"), &SystemRandomness).unwrap();
    let fresh = |passphrase| self::store(&scratch, passphrase);

    let missing = fresh("open sesame").open(&name("other")).unwrap_err();
    assert!(matches!(missing, KeyStoreError::Missing(_)));

    let wrong = fresh("open barley").open(&name("key")).unwrap_err();
    assert!(matches!(wrong, KeyStoreError::WrongPassphrase(_)));

    let path = scratch.path("keys/key.pem");
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let open = fresh("open sesame").open(&name("key")).unwrap_err();
    assert!(matches!(
        open,
        KeyStoreError::File(PrivateFileError::UnsafePermissions { mode: 0o644, .. })
    ));
    assert!(open.to_string().contains("chmod 600"), "{open}");

    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, "nonsense").unwrap();
    let nonsense = fresh("open sesame").open(&name("key")).unwrap_err();
    assert!(matches!(nonsense, KeyStoreError::NotAKey { .. }));

    let p256 = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
    let as_pkcs8 = "openssl pkcs8 -topk8 -v2 aes-256-cbc -passout file:pass";
    for script in [
        format!("openssl genpkey {p256} | {as_pkcs8} -out keys/other.pem"),
        format!(
            "rm keys/other.pem; openssl genpkey -algorithm ed25519 \
             | {as_pkcs8} -v2prf hmacWithSHA1 -out keys/other.pem"
        ),
    ] {
        openssl(scratch.folder(), &script);
        let other = fresh("open sesame").open(&name("other")).unwrap_err();
        assert!(
            matches!(other, KeyStoreError::AlgorithmUnsupported { .. }),
            "{other}"
        );
    }

    openssl(
        scratch.folder(),
        "openssl genpkey -algorithm ed25519 > keys/plain.pem",
    );
    let plain = fresh("open sesame").open(&name("plain")).unwrap_err();
    assert!(plain.to_string().contains("not encrypted"), "{plain}");
}

#[test]
fn the_store_shows_no_passphrase() {
    let scratch = Scratch::new();
    let text = format!("{:?}", store(&scratch, "open sesame"));
    assert!(
        !text.contains("sesame") && text.contains("Passphrase(..)"),
        "{text}"
    );
}
