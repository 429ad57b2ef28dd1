use proptest::prelude::*;

use super::*;

/// A plain offline code of a health certificate.
pub(crate) fn sample() -> CompactClaims {
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
        id: [1, 2, 3, 4, 5, 6, 7, 8],
        fields: BTreeMap::from([(0, FieldValue::Text("娜*".to_owned()))]),
    }
}

pub(crate) fn field_values() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        "[a-zA-Z0-9\u{4e00}-\u{9fff}]{0,20}".prop_map(FieldValue::Text),
        any::<i64>().prop_map(FieldValue::Int),
        (-40_000_i64..40_000).prop_map(FieldValue::Int),
        any::<bool>().prop_map(FieldValue::Bool),
        any::<[u8; 8]>().prop_map(FieldValue::Digest),
    ]
}

prop_compose! {
    pub(crate) fn claims()(
        kind in prop_oneof![Just(Kind::Offline), Just(Kind::Printed)],
        numbers in any::<[u32; 3]>(),
        serial in "[0-9A-Z]{1,32}",
        version in 1..=LAST_VERSION,
        issued_at in 0..LAST_SECOND,
        life in prop::option::of(1..10_000_000_000_i64),
        status in prop::option::of(any::<[u32; 2]>()),
        id: [u8; 8],
        fields in prop::collection::btree_map(any::<u8>(), field_values(), 0..12),
    ) -> CompactClaims {
        CompactClaims {
            kind,
            type_number: numbers[0],
            definition_version: numbers[1],
            issuer_number: numbers[2],
            serial: serial.parse().unwrap(),
            version,
            issued_at,
            expires_at: life.map(|life| (issued_at + life).min(LAST_SECOND)),
            status: status.map(|[list, index]| StatusRef { list, index }),
            id,
            fields,
        }
    }
}

/// The claims as a CBOR array, to be spoilt.
fn spoilt(change: impl FnOnce(&mut Vec<Value>)) -> Result<CompactClaims, CompactError> {
    let Ok(Value::Array(mut claims)) = cbor::decode(&sample().encode().unwrap()) else {
        panic!("claims are an array");
    };
    change(&mut claims);
    CompactClaims::decode(&cbor::encode(&Value::Array(claims)))
}

fn field(number: i64, value: Value) -> Value {
    Value::Map(vec![(Value::Int(number), value)])
}

proptest! {
    #[test]
    fn claims_come_back_as_they_were(claims in claims()) {
        let bytes = claims.encode().unwrap();
        prop_assert_eq!(CompactClaims::decode(&bytes), Ok(claims));
    }

    #[test]
    fn what_is_accepted_has_one_spelling(
        claims in claims(), at in any::<prop::sample::Index>(), new: u8,
    ) {
        let mut bytes = claims.encode().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = new;
        if let Ok(other) = CompactClaims::decode(&bytes) {
            prop_assert_eq!(other.encode().unwrap(), bytes);
        }
    }
}

#[test]
fn every_claim_has_its_bounds() {
    let int = Value::Int;
    assert_eq!(spoilt(|_| ()), Ok(sample()));
    assert_eq!(spoilt(|c| c.truncate(10)), Err(CompactError::Shape));
    assert_eq!(spoilt(|c| c.push(Value::Null)), Err(CompactError::Shape));
    assert_eq!(spoilt(|c| c[0] = int(3)), Err(CompactError::UnknownKind(3)));
    for at in [1, 2, 3] {
        for bad in [int(-1), int(1 << 32), Value::Null] {
            assert!(matches!(
                spoilt(|c| c[at] = bad),
                Err(CompactError::Claim(_))
            ));
        }
        assert!(spoilt(|c| c[at] = int(u32::MAX.into())).is_ok());
    }
    for bad in [0, 1000, -1, 65_537] {
        assert_eq!(
            spoilt(|c| c[5] = int(bad)),
            Err(CompactError::Claim(VERSION))
        );
    }
    assert!(spoilt(|c| c[5] = int(999)).is_ok());
    assert_eq!(
        spoilt(|c| c[6] = int(-1)),
        Err(CompactError::Claim(ISSUED_AT))
    );
    assert_eq!(
        spoilt(|c| c[6] = Value::Null),
        Err(CompactError::Claim(ISSUED_AT))
    );
    assert_eq!(
        spoilt(|c| c[7] = int(1_795_392_000)),
        Err(CompactError::ExpiresTooEarly)
    );
    assert_eq!(
        spoilt(|c| c[7] = int(LAST_SECOND + 1)),
        Err(CompactError::Claim(EXPIRES_AT))
    );
    assert!(spoilt(|c| c[7] = Value::Null).is_ok());
    for bad in [vec![], vec![int(1)], vec![int(1), int(-1)], vec![int(1); 3]] {
        assert_eq!(
            spoilt(|c| c[8] = Value::Array(bad)),
            Err(CompactError::Claim(STATUS))
        );
    }
    assert!(spoilt(|c| c[8] = Value::Null).is_ok());
    assert!(spoilt(|c| c[9] = Value::Bytes(vec![0; 7])).is_err());
    assert!(spoilt(|c| c[9] = Value::Bytes(vec![0; 9])).is_err());
}

#[test]
fn every_field_has_its_form() {
    assert!(spoilt(|c| c[10] = field(255, Value::Bool(true))).is_ok());
    assert!(spoilt(|c| c[10] = Value::Map(vec![])).is_ok());
    for bad in [
        field(256, Value::Bool(true)),
        field(-1, Value::Bool(true)),
        field(1, Value::Null),
        field(1, Value::Array(vec![])),
        field(1, Value::Bytes(vec![0; 7])),
        field(1, Value::Bytes(vec![0; 9])),
        Value::Map(vec![(Value::Text("1".to_owned()), Value::Null)]),
        Value::Array(vec![]),
    ] {
        assert_eq!(spoilt(|c| c[10] = bad), Err(CompactError::Field));
    }
}

#[test]
fn claims_that_would_not_be_read_are_not_written() {
    let written = |change: fn(&mut CompactClaims)| {
        let mut claims = sample();
        change(&mut claims);
        claims.encode().is_ok()
    };
    assert!(written(|_| ()));
    assert!(!written(|claims| claims.version = 0));
    assert!(!written(|claims| claims.version = 1000));
    assert!(!written(|claims| claims.issued_at = -1));
    assert!(!written(|claims| claims.expires_at = Some(claims.issued_at)));
    assert!(!written(|claims| claims.expires_at = Some(LAST_SECOND + 1)));
}
