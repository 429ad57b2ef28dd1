//! A signing key as encrypted PKCS#8 in PEM, the way OpenSSL reads and writes it.
//!
//! We write PBES2 with scrypt and AES-256-CBC. We also read what `openssl pkcs8 -topk8` writes by
//! default (PBKDF2 with a SHA-2 hash), so that a key made elsewhere can be brought along.

use ed25519_dalek::pkcs8::KeypairBytes;
use pkcs8::EncodePrivateKey;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::LineEnding;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::SecretDocument;
use pkcs8::pkcs5;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::pkcs5::pbes2::Parameters;
use zeroize::Zeroizing;

use crate::crypto::passphrase::Passphrase;
use crate::crypto::random;
use crate::crypto::random::Randomness;
use crate::crypto::scrypt_cost::ScryptCost;
use crate::crypto::secret::Secret;
use crate::crypto::signer::Ed25519Signer;
use crate::crypto::signer::Signer;

const LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// OpenSSL 3.0 refuses to spend more than 32 MiB on a key file, which N = 2^15, r = 8 exceeds by
/// a few hundred bytes. N = 2^14 done twice is the same work.
const COST: (u64, u32, u32) = (1 << 14, 8, 2);

/// As many as OWASP asks for today, sixteen times over.
const MOST_PBKDF2_ROUNDS: u32 = 10_000_000;

/// Why a text is not a key we can sign with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadPem {
    WrongPassphrase,
    NotAKey(&'static str),
    AlgorithmUnsupported(String),
}

/// Writes a key under a passphrase.
#[expect(
    clippy::expect_used,
    reason = "the parameters and the lengths are constants; a test writes a key"
)]
pub(crate) fn write(
    signer: &Ed25519Signer,
    passphrase: &Passphrase,
    randomness: &dyn Randomness,
) -> Zeroizing<String> {
    let key = KeypairBytes {
        secret_key: *signer.seed().expose(),
        // With the public key it would be PKCS#8 version 2, which OpenSSL 3.0 does not read.
        public_key: None,
    };
    let (n, r, p) = COST;
    let cost = ScryptCost::new(n, r, p).expect("constant");
    let salt: [u8; 16] = random::array(randomness);
    let iv: [u8; 16] = random::array(randomness);
    let parameters = Parameters::generate_scrypt_aes256cbc(*cost.params(), &salt, iv);
    let plain = key.to_pkcs8_der().expect("48 bytes");
    PrivateKeyInfoRef::try_from(plain.as_bytes())
        .and_then(|info| info.encrypt_with_params(parameters?, passphrase.expose()))
        .and_then(|sealed| Ok(sealed.to_pem(LABEL, LineEnding::LF)?))
        .expect("constant parameters")
}

/// Reads a key that [`write()`] or OpenSSL has written. Slow on purpose.
pub(crate) fn read(text: &str, passphrase: &Passphrase) -> Result<Ed25519Signer, BadPem> {
    let Ok((label, sealed)) = SecretDocument::from_pem(text) else {
        return Err(BadPem::NotAKey("not PEM"));
    };
    match label {
        LABEL => {}
        "PRIVATE KEY" => return Err(BadPem::NotAKey("the private key is not encrypted")),
        _ => return Err(BadPem::NotAKey("not an encrypted private key")),
    }
    let Ok(sealed) = EncryptedPrivateKeyInfoRef::try_from(sealed.as_bytes()) else {
        return Err(BadPem::NotAKey(
            "not PKCS#8, or encrypted in an unknown way",
        ));
    };
    bear_the_cost(&sealed.encryption_algorithm)?;
    let plain = sealed.decrypt(passphrase.expose()).map_err(refused)?;
    // A wrong passphrase passes the padding check once in 256 times, and ends here.
    let Ok(info) = PrivateKeyInfoRef::try_from(plain.as_bytes()) else {
        return Err(BadPem::WrongPassphrase);
    };
    if info.algorithm.oid != ed25519_dalek::pkcs8::ALGORITHM_OID {
        return Err(BadPem::AlgorithmUnsupported(info.algorithm.oid.to_string()));
    }
    let Ok(key) = KeypairBytes::try_from(info) else {
        return Err(BadPem::NotAKey("not an Ed25519 key"));
    };
    let signer = Ed25519Signer::from_seed(&Secret::new(key.secret_key));
    match &key.public_key {
        Some(public) if public.as_ref().as_slice() != signer.public_key().as_bytes() => {
            Err(BadPem::NotAKey("its two halves do not belong together"))
        }
        _ => Ok(signer),
    }
}

/// Refuses what would cost too much, before anything is spent on it.
fn bear_the_cost(scheme: &EncryptionScheme) -> Result<(), BadPem> {
    let EncryptionScheme::Pbes2(parameters) = scheme else {
        return Err(BadPem::AlgorithmUnsupported("PBES1".to_owned()));
    };
    let bearable = match &parameters.kdf {
        Kdf::Scrypt(scrypt) => ScryptCost::new(
            scrypt.cost_parameter,
            scrypt.block_size.into(),
            scrypt.parallelization.into(),
        )
        .is_ok(),
        Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= MOST_PBKDF2_ROUNDS,
        _ => true,
    };
    if bearable {
        Ok(())
    } else {
        Err(BadPem::NotAKey("key derivation malformed or too costly"))
    }
}

fn refused(error: pkcs8::Error) -> BadPem {
    match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::UnsupportedAlgorithm { oid }) => {
            BadPem::AlgorithmUnsupported(oid.to_string())
        }
        pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::AlgorithmParametersInvalid { .. }) => {
            BadPem::NotAKey("encryption parameters malformed")
        }
        // Bad padding, or a plaintext that is not DER.
        _ => BadPem::WrongPassphrase,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SeededRandomness;

    fn passphrase() -> Passphrase {
        Passphrase::new(b"open sesame").unwrap()
    }

    fn written() -> (Ed25519Signer, Zeroizing<String>) {
        let randomness = SeededRandomness::new(b"pem");
        let signer = Ed25519Signer::generate(&randomness);
        let text = write(&signer, &passphrase(), &randomness);
        (signer, text)
    }

    #[test]
    fn a_key_comes_back_from_its_text() {
        let (signer, text) = written();
        let read = read(&text, &passphrase()).unwrap();
        assert_eq!(read.public_key(), signer.public_key());
        assert_eq!(read.seed(), signer.seed());
    }

    #[test]
    fn other_passphrases_do_not_open_it() {
        let (_, text) = written();
        for wrong in ["open sesamE", "x", "open sesame "] {
            let wrong = Passphrase::new(wrong.as_bytes()).unwrap();
            assert_eq!(read(&text, &wrong).unwrap_err(), BadPem::WrongPassphrase);
        }
    }

    #[test]
    fn what_is_not_an_encrypted_key_is_refused() {
        let (signer, text) = written();
        for not in [
            String::new(),
            "nonsense".to_owned(),
            signer.public_key().pem(),
            text.replace("ENCRYPTED PRIVATE", "PRIVATE"),
            text.replace('M', "N"),
            text[..text.len() / 2].to_owned(),
        ] {
            let refused = read(&not, &passphrase()).unwrap_err();
            assert!(matches!(refused, BadPem::NotAKey(_)), "{refused:?}");
        }
    }

    #[test]
    fn a_file_that_asks_for_too_much_is_refused_unread() {
        let (signer, _) = written();
        let key = KeypairBytes {
            secret_key: *signer.seed().expose(),
            public_key: None,
        };
        let plain = key.to_pkcs8_der().unwrap();
        let info = PrivateKeyInfoRef::try_from(plain.as_bytes()).unwrap();
        let cheap = scrypt::Params::new(1, 1, 1).unwrap();
        let costly = [(u64::MAX, 8), (1 << 40, 8), (0, 8), (3, 8), (2, 0)];
        for (n, r) in costly {
            let parameters = Parameters::generate_scrypt_aes256cbc(cheap, b"salt", [0; 16]);
            let sealed = info.encrypt_with_params(parameters.unwrap(), b"x").unwrap();
            let mut sealed = EncryptedPrivateKeyInfoRef::try_from(sealed.as_bytes()).unwrap();
            if let EncryptionScheme::Pbes2(parameters) = &mut sealed.encryption_algorithm
                && let Kdf::Scrypt(scrypt) = &mut parameters.kdf
            {
                scrypt.cost_parameter = n;
                scrypt.block_size = r;
            }
            let text = SecretDocument::try_from(&sealed).unwrap();
            let text = text.to_pem(LABEL, LineEnding::LF).unwrap();
            let refused = read(&text, &passphrase()).unwrap_err();
            let reason = "key derivation malformed or too costly";
            assert_eq!(refused, BadPem::NotAKey(reason), "{n} {r}");
        }
    }
}
