//! Codes that must be refused. All but the forged ones carry a good signature, so that
//! only a strict reader refuses them.

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
        encoding(),
        message(),
        claims(),
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

fn encoding() -> Cases {
    let good = health().encode().unwrap();
    let changed = |old: &[u8], new: &[u8]| of(&sign_payload(&replace(&good, old, new), AAD));
    // The array head, kind 1, type 17, definition 1, issuer 42.
    let start: &[u8] = &[0x8b, 1, 17, 1, 0x18, 42];
    // The first entries of the fields: 0 → text of 7 bytes, 5 → 20742.
    let zero = [&[0, 0x67][..], "*日娜".as_bytes()].concat();
    let five: &[u8] = &[5, 0x19, 0x51, 0x06];
    let both = [zero.as_slice(), five].concat();
    vec![
        (
            "an integer that is not the shortest",
            changed(start, &[0x8b, 1, 0x18, 17, 1, 0x18, 42]),
            "unreadable",
        ),
        (
            "a two-byte integer that fits in one",
            changed(start, &[0x8b, 1, 17, 1, 0x19, 0, 42]),
            "unreadable",
        ),
        (
            "a length that is not the shortest",
            changed(&zero, &[&[0, 0x78, 7][..], "*日娜".as_bytes()].concat()),
            "unreadable",
        ),
        (
            "an array of indefinite length",
            of(&sign_payload(&[&[0x9f], &good[1..], &[0xff]].concat(), AAD)),
            "unreadable",
        ),
        (
            "a map that is not sorted",
            changed(&both, &[five, &zero].concat()),
            "unreadable",
        ),
        (
            "a key twice",
            changed(&both, &[five, five].concat()),
            "unreadable",
        ),
        (
            "a text that is not UTF-8",
            changed("日".as_bytes(), &[0xed, 0xa0, 0x80]),
            "unreadable",
        ),
        (
            "a float for an integer",
            changed(start, &[0x8b, 1, 0xf9, 0x4c, 0x40, 1, 0x18, 42]),
            "unreadable",
        ),
        (
            "undefined for a value",
            changed(five, &[5, 0xf7]),
            "unreadable",
        ),
        (
            "a tagged value",
            changed(five, &[5, 0xc1, 0x19, 0x51, 0x06]),
            "unreadable",
        ),
        (
            "an integer beyond 64 bits with a sign",
            changed(five, &[5, 0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0]),
            "unreadable",
        ),
        (
            "a length of four gigabytes",
            changed(five, &[5, 0x5a, 0xff, 0xff, 0xff, 0xff]),
            "unreadable",
        ),
        (
            "a byte after the claims",
            of(&sign_payload(&[good.as_slice(), &[0]].concat(), AAD)),
            "unreadable",
        ),
        (
            "an empty payload",
            of(&sign_payload(&[], AAD)),
            "unreadable",
        ),
        (
            "seventeen levels",
            payload(|claims| {
                claims[10] = field(
                    0,
                    (0..15).fold(Value::Array(vec![]), |inner, _| Value::Array(vec![inner])),
                );
            }),
            "unreadable",
        ),
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

fn claims() -> Cases {
    let int = Value::Int;
    let put = |at: usize, value: Value| payload(|claims| claims[at] = value);
    vec![
        (
            "ten claims",
            payload(|claims| claims.truncate(10)),
            "unreadable",
        ),
        (
            "twelve claims",
            payload(|claims| claims.push(Value::Null)),
            "unreadable",
        ),
        ("a kind of a later time", put(0, int(3)), "unsupported"),
        (
            "a kind that is text",
            put(0, Value::Text("1".to_owned())),
            "unreadable",
        ),
        ("a type number below zero", put(1, int(-1)), "unreadable"),
        ("a type number of 2^32", put(1, int(1 << 32)), "unreadable"),
        (
            "a serial as text that could be a number",
            put(4, Value::Text("A150000001".to_owned())),
            "unreadable",
        ),
        (
            "a serial in lower case",
            put(4, Value::Text("a1500000010000".to_owned())),
            "unreadable",
        ),
        (
            "an empty serial",
            put(4, Value::Text(String::new())),
            "unreadable",
        ),
        (
            "a serial of 33 characters",
            put(4, Value::Text("A".repeat(33))),
            "unreadable",
        ),
        ("serial zero as a number", put(4, int(0)), "unreadable"),
        (
            "a serial number of 13 characters",
            put(4, int(36_i64.pow(12))),
            "unreadable",
        ),
        ("version 0", put(5, int(0)), "unreadable"),
        ("version 1000", put(5, int(1000)), "unreadable"),
        ("issued before 1970", put(6, int(-1)), "unreadable"),
        (
            "expires in the second of issue",
            put(7, int(1_795_392_000)),
            "unreadable",
        ),
        (
            "expires after the year 9999",
            put(7, int(253_402_300_800)),
            "unreadable",
        ),
        (
            "a status place without an index",
            put(8, Value::Array(vec![int(1)])),
            "unreadable",
        ),
        ("a status that is a number", put(8, int(1)), "unreadable"),
        (
            "an id of 7 bytes",
            put(9, Value::Bytes(vec![1; 7])),
            "unreadable",
        ),
        ("field 256", put(10, field(256, int(1))), "unreadable"),
        ("field -1", put(10, field(-1, int(1))), "unreadable"),
        (
            "a field named by a text",
            put(10, Value::Map(vec![(Value::Text("0".to_owned()), int(1))])),
            "unreadable",
        ),
        (
            "a field that is null",
            put(10, field(0, Value::Null)),
            "unreadable",
        ),
        (
            "a field that is a list",
            put(10, field(0, Value::Array(vec![]))),
            "unreadable",
        ),
        (
            "a digest of 7 bytes",
            put(10, field(0, Value::Bytes(vec![1; 7]))),
            "unreadable",
        ),
        (
            "a digest of 32 bytes",
            put(10, field(0, Value::Bytes(vec![1; 32]))),
            "unreadable",
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
