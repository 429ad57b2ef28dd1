//! Codes that must be refused. All but the forged ones carry a good signature, so that
//! only a strict reader refuses them.

mod claims;
mod encoding;

use super::*;

const AAD: &[u8] = Kind::Offline.external_aad();

fn of(bytes: &[u8]) -> String {
    digits::to_digits(bytes)
}

fn payload(change: impl FnOnce(&mut Vec<Value>)) -> String {
    of(&sign_payload(&payload_with(change), AAD))
}

fn field(number: i64, value: Value) -> Value {
    Value::Map(vec![(Value::Int(number), value)])
}

pub(super) fn cases() -> Vec<(&'static str, String, &'static str)> {
    [
        text_of_the_code(),
        encoding::encoding(),
        message(),
        claims::claims(),
        forged(),
    ]
    .concat()
}

type Cases = Vec<(&'static str, String, &'static str)>;

fn text_of_the_code() -> Cases {
    let (_, _, good) = sign(&health());
    let bytes = digits::from_digits(&good).unwrap();
    vec![
        ("nothing", String::new(), "unreadable"),
        ("a zero in front", format!("0{good}"), "unreadable"),
        ("a space in front", format!(" {good}"), "unreadable"),
        ("a line break at the end", format!("{good}\n"), "unreadable"),
        (
            "a letter among the digits",
            good.replacen('7', "l", 1),
            "unreadable",
        ),
        (
            "a full-width digit",
            good.replacen('7', "７", 1),
            "unreadable",
        ),
        ("59 digits", good.chars().take(59).collect(), "unreadable"),
        ("992 digits", "1".repeat(992), "unreadable"),
        (
            "the last digit missing",
            good[..good.len() - 1].to_owned(),
            "unsupported",
        ),
        ("format 2", digits_of_format(2, &bytes), "unsupported"),
        ("format 255", digits_of_format(255, &bytes), "unsupported"),
        (
            "a byte after the message",
            of(&[bytes.as_slice(), &[0]].concat()),
            "unreadable",
        ),
        (
            "the last byte missing",
            of(&bytes[..bytes.len() - 1]),
            "unreadable",
        ),
        ("no message at all", of(&[0; 40]), "unreadable"),
    ]
}

fn message() -> Cases {
    let plain = header(cose::EDDSA, &kid());
    let tag = [&[0xd2], message_with(&plain, |_| ()).as_slice()].concat();
    let entries = |entries| cbor::encode(&Value::Map(entries));
    let alg = (Value::Int(1), Value::Int(cose::EDDSA));
    let crit = (Value::Int(2), Value::Array(vec![Value::Int(4)]));
    let name = (Value::Int(4), Value::Bytes(kid().to_vec()));
    let with_crit = entries(vec![alg.clone(), crit, name.clone()]);
    let long = [&plain[..2], &[0x38, 0x07], &plain[3..]].concat();
    vec![
        ("tag 18", of(&tag), "unreadable"),
        (
            "something in the unprotected header",
            of(&message_with(&plain, |parts| {
                parts[1] = Value::Map(vec![name.clone()]);
            })),
            "unreadable",
        ),
        (
            "a key id of 5 bytes",
            of(&message_with(&header(cose::EDDSA, &[1; 5]), |_| ())),
            "unreadable",
        ),
        (
            "a key id of 3 bytes",
            of(&message_with(&header(cose::EDDSA, &[1; 3]), |_| ())),
            "unreadable",
        ),
        (
            "no key id",
            of(&message_with(&entries(vec![alg]), |_| ())),
            "unreadable",
        ),
        (
            "no algorithm",
            of(&message_with(&entries(vec![name.clone()]), |_| ())),
            "unreadable",
        ),
        (
            "a header more",
            of(&message_with(&with_crit, |_| ())),
            "unreadable",
        ),
        (
            "a header that is not the shortest",
            of(&message_with(&long, |_| ())),
            "unreadable",
        ),
        (
            "an empty header",
            of(&message_with(&[], |_| ())),
            "unreadable",
        ),
        (
            "a signature of 63 bytes",
            of(&message_with(&plain, |parts| {
                parts[3] = Value::Bytes(vec![7; 63]);
            })),
            "unreadable",
        ),
        (
            "a detached payload",
            of(&message_with(&plain, |parts| parts[2] = Value::Null)),
            "unreadable",
        ),
        (
            "five parts",
            of(&message_with(&plain, |parts| parts.push(Value::Null))),
            "unreadable",
        ),
        (
            "algorithm ES256, reserved",
            of(&message_with(&header(cose::ES256, &kid()), |_| ())),
            "unsupported",
        ),
        (
            "algorithm SM2, reserved",
            of(&message_with(&header(cose::SM2, &kid()), |_| ())),
            "unsupported",
        ),
        (
            "a key that nobody trusts",
            of(&message_with(&header(cose::EDDSA, &[1; 4]), |_| ())),
            "untrusted_issuer",
        ),
    ]
}

fn forged() -> Cases {
    let good = health().encode().unwrap();
    let (_, signature, digits) = sign(&health());
    let bytes = digits::from_digits(&digits).unwrap();
    let another = replace(
        &bytes,
        &[0x8b, 1, 17, 1, 0x18, 42],
        &[0x8b, 1, 17, 1, 0x18, 43],
    );
    let printed = CompactClaims {
        kind: Kind::Printed,
        ..health()
    }
    .encode()
    .unwrap();
    let mut flipped = signature;
    flipped[40] ^= 1;
    let stranger = SigningKey::from_bytes(&[9; 32]);
    let theirs = stranger.sign(&cose::to_be_signed(cose::EDDSA, kid(), AAD, &good));
    vec![
        ("a bit of the claims flipped", of(&another), "bad_signature"),
        (
            "a bit of the signature flipped",
            of(&cose::encode(cose::EDDSA, kid(), &good, &flipped)),
            "bad_signature",
        ),
        (
            "signed as printed, said to be offline",
            of(&sign_payload(&good, Kind::Printed.external_aad())),
            "bad_signature",
        ),
        (
            "signed as offline, said to be printed",
            of(&sign_payload(&printed, AAD)),
            "bad_signature",
        ),
        (
            "signed without the external data",
            of(&sign_payload(&good, b"")),
            "bad_signature",
        ),
        (
            "signed by a stranger under our key id",
            of(&cose::encode(cose::EDDSA, kid(), &good, &theirs.to_bytes())),
            "bad_signature",
        ),
        (
            "a signature of zeros",
            of(&cose::encode(cose::EDDSA, kid(), &good, &[0; 64])),
            "bad_signature",
        ),
    ]
}
