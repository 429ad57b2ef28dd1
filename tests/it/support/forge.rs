//! Tokens and codes as a forger makes them: taken apart, changed, signed with whatever key.

use mianzheng::codec::base64url;
use mianzheng::codec::compact::CompactClaims;
use mianzheng::codec::compact::code::UnverifiedCode;
use mianzheng::codec::cose;
use mianzheng::codec::digits;
use mianzheng::codec::sd_jwt;
use mianzheng::codec::sd_jwt::Disclosure;
use mianzheng::crypto::random;
use mianzheng::crypto::random::Randomness;
use mianzheng::crypto::random::SystemRandomness;
use mianzheng::crypto::signer::Signer;
use serde_json::Value;
use serde_json::json;

/// A record taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Forgery {
    pub(crate) header: Value,
    pub(crate) payload: Value,
    pub(crate) disclosures: Vec<String>,
}

impl Forgery {
    pub(crate) fn of(record: &str) -> Self {
        let mut parts = record.split('~');
        let jwt = parts.next().unwrap();
        let mut jwt = jwt.split('.');
        let mut json = || {
            let bytes = base64url::decode(jwt.next().unwrap()).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        Self {
            header: json(),
            payload: json(),
            disclosures: parts
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Puts it together again, signed by `signer` under its own header.
    pub(crate) fn signed(&self, signer: &dyn Signer) -> String {
        self.signed_as(
            self.header.to_string().as_bytes(),
            self.payload.to_string().as_bytes(),
            signer,
        )
    }

    /// The same with header and payload as they are written here.
    pub(crate) fn signed_as(&self, header: &[u8], payload: &[u8], signer: &dyn Signer) -> String {
        let input = format!(
            "{}.{}",
            base64url::encode(header),
            base64url::encode(payload)
        );
        let signature = signer.sign(input.as_bytes()).unwrap();
        self.with_signature(&input, &signature)
    }

    pub(crate) fn with_signature(&self, input: &str, signature: &[u8]) -> String {
        let mut text = format!("{input}.{}~", base64url::encode(signature));
        for disclosure in &self.disclosures {
            text.push_str(disclosure);
            text.push('~');
        }
        text
    }

    /// Signs under the signer's own key id.
    pub(crate) fn signed_by(&self, signer: &dyn Signer) -> String {
        let mut own = self.clone();
        own.header["kid"] = signer.kid().to_string().into();
        own.signed(signer)
    }

    /// With a member of the payload changed.
    pub(crate) fn with(&self, name: &str, value: Value) -> Self {
        let mut changed = self.clone();
        changed.payload[name] = value;
        changed
    }

    /// Without a member of the payload.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut changed = self.clone();
        changed.payload.as_object_mut().unwrap().remove(name);
        changed
    }

    /// With a member of the header added.
    pub(crate) fn with_header(&self, name: &str, value: Value) -> Self {
        let mut changed = self.clone();
        changed.header[name] = value;
        changed
    }

    /// With one more disclosure whose digest is signed.
    pub(crate) fn hiding(&self, disclosure: &Disclosure) -> Self {
        let mut changed = self.clone();
        let digests = changed.payload["_sd"].as_array_mut().unwrap();
        digests.push(disclosure.digest.as_str().into());
        changed.disclosures.push(disclosure.encoded.clone());
        changed
    }

    /// With a claim moved from the payload to a disclosure.
    pub(crate) fn with_hidden(&self, name: &str) -> Self {
        let value = self.payload[name].clone();
        self.without(name).hiding(&disclosure(name, &value))
    }
}

/// A disclosure of a member.
pub(crate) fn disclosure(key: &str, value: &Value) -> Disclosure {
    sd_jwt::disclose(&[7; 16], key, value)
}

/// A disclosure as it is written here, and its digest.
pub(crate) fn raw_disclosure(json: &str) -> Disclosure {
    let encoded = base64url::encode(json.as_bytes());
    let digest = mianzheng::codec::digest::sha256(encoded.as_bytes());
    Disclosure {
        digest: base64url::encode(&digest),
        encoded,
    }
}

/// A disclosure of an array's element.
pub(crate) fn element(value: &Value) -> Disclosure {
    raw_disclosure(&json!(["c2FsdA", value]).to_string())
}

/// The claims of a code.
pub(crate) fn claims_of(digits: &str) -> CompactClaims {
    UnverifiedCode::parse(digits)
        .unwrap()
        .into_claims_unverified()
}

/// A payload signed as a code, over whatever else is signed with it.
pub(crate) fn code(payload: &[u8], aad: &[u8], signer: &dyn Signer) -> String {
    digits::to_digits(&message(payload, aad, signer))
}

/// The same, as the bytes of the message.
pub(crate) fn message(payload: &[u8], aad: &[u8], signer: &dyn Signer) -> Vec<u8> {
    let kid = signer.kid().short();
    let to_sign = cose::to_be_signed(cose::EDDSA, kid, aad, payload);
    let signature = signer.sign(&to_sign).unwrap();
    cose::encode(cose::EDDSA, kid, payload, &signature)
}

/// Bytes as a decimal number, as any format would write it: the leading byte is part of them.
pub(crate) fn decimal(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = u8::try_from(carry % 10).unwrap();
            carry /= 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap());
            carry /= 10;
        }
    }
    digits.iter().rev().map(|d| char::from(b'0' + d)).collect()
}

/// Numbers for a random test. Its seed is printed, and shown when the test fails.
pub(crate) struct Dice {
    numbers: random::SeededRandomness,
}

impl Dice {
    pub(crate) fn thrown() -> Self {
        let seed: [u8; 8] = random::array(&SystemRandomness);
        println!("seed {seed:?}");
        Self {
            numbers: random::SeededRandomness::new(&seed),
        }
    }

    /// A number below `most`.
    pub(crate) fn below(&self, most: usize) -> usize {
        let number = u64::from_be_bytes(random::array(&self.numbers));
        usize::try_from(number % u64::try_from(most).unwrap()).unwrap()
    }

    /// So many bytes.
    pub(crate) fn bytes(&self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.numbers.fill(&mut bytes);
        bytes
    }

    /// A text with one to three characters changed, added, taken out or doubled.
    pub(crate) fn mutated(&self, text: &str, alphabet: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        let alphabet: Vec<char> = alphabet.chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(chars.len());
            let new = alphabet[self.below(alphabet.len())];
            match self.below(6) {
                0..=2 => chars[at] = new,
                3 => chars.insert(at, new),
                4 => {
                    chars.remove(at);
                }
                _ => {
                    let end = (at + 1 + self.below(40)).min(chars.len());
                    let piece: Vec<char> = chars[at..end].to_vec();
                    chars.splice(at..at, piece);
                }
            }
        }
        chars.into_iter().collect()
    }
}
