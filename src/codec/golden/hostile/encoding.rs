//! Bytes that a lax reader of CBOR would take.

use super::*;

pub(super) fn encoding() -> Cases {
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
