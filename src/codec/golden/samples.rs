//! Codes that must be read, and what they say.

use std::collections::BTreeMap;

use sha2::Digest;
use sha2::Sha256;

use crate::codec::compact::CompactClaims;
use crate::codec::compact::FieldValue;
use crate::codec::compact::Kind;
use crate::codec::compact::StatusRef;

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

pub(super) fn health() -> CompactClaims {
    CompactClaims {
        kind: Kind::Offline,
        type_number: 17,
        definition_version: 1,
        issuer_number: 42,
        serial: "A150000001".parse().unwrap(),
        version: 1,
        issued_at: 1_795_392_000,
        expires_at: Some(1_795_392_900),
        status: Some(StatusRef {
            list: 3,
            index: 131_071,
        }),
        id: [0, 0, 0x5e, 0x0a, 0x17, 0xc3, 0x99, 0xf1],
        fields: BTreeMap::from([
            (0, text("*日娜")),
            (5, FieldValue::Int(20_742)),
            (7, FieldValue::Int(21_106)),
            (10, text("锡林浩特市疾病预防控制中心")),
            (11, text("1")),
        ]),
    }
}

pub(super) fn birth() -> CompactClaims {
    CompactClaims {
        kind: Kind::Printed,
        type_number: 1,
        definition_version: 1,
        issuer_number: 7,
        serial: "A150000001".parse().unwrap(),
        version: 1,
        issued_at: 1_795_392_000,
        expires_at: None,
        status: Some(StatusRef {
            list: 1,
            index: 70_001,
        }),
        id: [0x24, 0x04, 0x9d, 0x0a, 0xa2, 0x8f, 0x5d, 0xc1],
        fields: BTreeMap::from([
            (0, text("*日娜")),
            (11, text("2")),
            // 2026-11-22 03:47, in minutes since 1970-01-01 00:00 +08:00.
            (12, FieldValue::Int(29_921_987)),
            (13, text("锡林郭勒盟锡林浩特市")),
            (14, text("锡林郭勒盟中心医院")),
            (15, FieldValue::Int(39)),
            (16, FieldValue::Int(3_280)),
            (17, text("50.5")),
            (18, text("*其其格")),
            (19, FieldValue::Int(29)),
            (25, text("*巴特尔")),
        ]),
    }
}

pub(super) fn good() -> Vec<(&'static str, CompactClaims)> {
    let with = |mut claims: CompactClaims, change: &dyn Fn(&mut CompactClaims)| {
        change(&mut claims);
        claims
    };
    vec![
        ("offline, with Chinese text", health()),
        (
            "printed, long-term, with the reference it is printed with",
            birth(),
        ),
        (
            "on an annotated copy, for thirty days",
            with(health(), &|claims| {
                claims.kind = Kind::Copy;
                claims.id = *b"7K2M9Q4R";
                claims.expires_at = Some(1_797_984_000);
            }),
        ),
        (
            "a field that did not fit, as a digest",
            with(health(), &|claims| {
                let salted = Sha256::digest("0123456789abcdef内蒙古自治区锡林浩特市希日塔拉街道");
                let digest = salted[..8].try_into().unwrap();
                claims.fields.insert(20, FieldValue::Digest(digest));
            }),
        ),
        (
            "yes, no and the ends of the integers",
            with(health(), &|claims| {
                claims.fields = BTreeMap::from([
                    (0, FieldValue::Bool(true)),
                    (9, FieldValue::Bool(false)),
                    (23, FieldValue::Int(0)),
                    (24, FieldValue::Int(-1)),
                    (100, FieldValue::Int(9_007_199_254_740_992)),
                    (254, FieldValue::Int(i64::MIN)),
                    (255, FieldValue::Int(i64::MAX)),
                ]);
            }),
        ),
        (
            "no expiry, no status, no fields",
            with(birth(), &|claims| {
                claims.status = None;
                claims.fields.clear();
            }),
        ),
        (
            "a serial too long to be a number",
            with(health(), &|claims| {
                claims.serial = "15250220261100001X".parse().unwrap();
            }),
        ),
        (
            "a serial with a zero in front, and an id of zeros",
            with(health(), &|claims| {
                claims.serial = "00012".parse().unwrap();
                claims.id = [0; 8];
            }),
        ),
        (
            "the largest serial that is a number, and the largest numbers",
            with(health(), &|claims| {
                claims.serial = "ZZZZZZZZZZZZ".parse().unwrap();
                claims.type_number = u32::MAX;
                claims.definition_version = u32::MAX;
                claims.issuer_number = u32::MAX;
                claims.version = 999;
                claims.expires_at = Some(253_402_300_799);
                claims.status = Some(StatusRef {
                    list: u32::MAX,
                    index: u32::MAX,
                });
            }),
        ),
        (
            "empty text, and characters beyond the basic plane",
            with(health(), &|claims| {
                claims.fields = BTreeMap::from([(1, text("")), (2, text("𫖮\u{feff}ᠮᠣᠩᠭᠣᠯ"))]);
            }),
        ),
        (
            "411 bytes, the most a code can hold",
            with(health(), &|claims| {
                claims.fields = BTreeMap::from([(10, text(&"某".repeat(92)))]);
                claims.fields.insert(11, text("abcde"));
            }),
        ),
    ]
}
