use proptest::prelude::*;

use super::*;

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Int),
        (-300_i64..300).prop_map(Value::Int),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        ".{0,12}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((inner.clone(), inner), 0..6).prop_map(|mut entries| {
                entries.sort_by_key(|(key, _)| encode(key));
                entries.dedup_by_key(|(key, _)| encode(key));
                Value::Map(entries)
            }),
        ]
    })
}

fn in_ciborium(value: &Value) -> ciborium::Value {
    match value {
        Value::Int(n) => ciborium::Value::Integer((*n).into()),
        Value::Bytes(bytes) => ciborium::Value::Bytes(bytes.clone()),
        Value::Text(text) => ciborium::Value::Text(text.clone()),
        Value::Array(items) => ciborium::Value::Array(items.iter().map(in_ciborium).collect()),
        Value::Map(entries) => ciborium::Value::Map(
            entries
                .iter()
                .map(|(key, value)| (in_ciborium(key), in_ciborium(value)))
                .collect(),
        ),
        Value::Bool(yes) => ciborium::Value::Bool(*yes),
        Value::Null => ciborium::Value::Null,
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(value in values()) {
        prop_assert_eq!(decode(&encode(&value)), Ok(value));
    }

    #[test]
    fn another_library_writes_the_same_bytes(value in values()) {
        let mut theirs = Vec::new();
        ciborium::into_writer(&in_ciborium(&value), &mut theirs).unwrap();
        prop_assert_eq!(encode(&value), theirs);
    }

    #[test]
    fn what_is_accepted_is_canonical(bytes in prop::collection::vec(any::<u8>(), 0..24)) {
        if let Ok(value) = decode(&bytes) {
            prop_assert_eq!(encode(&value), bytes.clone());
            let theirs: ciborium::Value = ciborium::from_reader(bytes.as_slice()).unwrap();
            prop_assert_eq!(theirs, in_ciborium(&value));
        }
    }

    #[test]
    fn a_cut_message_is_refused(value in values(), cut in any::<prop::sample::Index>()) {
        let bytes = encode(&value);
        prop_assert_eq!(decode(&bytes[..cut.index(bytes.len())]), Err(CborError::Truncated));
    }

    #[test]
    fn a_changed_byte_never_gives_a_second_spelling(
        value in values(), at in any::<prop::sample::Index>(), new in any::<u8>(),
    ) {
        let mut bytes = encode(&value);
        let at = at.index(bytes.len());
        bytes[at] = new;
        if let Ok(other) = decode(&bytes) {
            prop_assert_eq!(encode(&other), bytes);
        }
    }
}

#[test]
fn each_way_out_of_the_profile_has_its_own_error() {
    let cases: &[(&[u8], CborError)] = &[
        (&[], CborError::Truncated),
        (&[0x18], CborError::Truncated),
        (&[0x42, 0], CborError::Truncated),
        (&[0x9a, 0xff, 0xff, 0xff, 0xff], CborError::Truncated),
        (
            &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            CborError::Truncated,
        ),
        (&[0, 0], CborError::TrailingData),
        (&[0x18, 23], CborError::NotShortest),
        (&[0x19, 0, 255], CborError::NotShortest),
        (&[0x38, 23], CborError::NotShortest),
        (&[0x58, 1, 0], CborError::NotShortest),
        (&[0x1a, 0, 0, 255, 255], CborError::NotShortest),
        (
            &[0x1b, 0, 0, 0, 0, 255, 255, 255, 255],
            CborError::NotShortest,
        ),
        (&[0x5f, 0xff], CborError::Indefinite),
        (&[0x9f, 0xff], CborError::Indefinite),
        (&[0xff], CborError::Indefinite),
        (&[0x1f], CborError::Reserved),
        (&[0x1c], CborError::Reserved),
        (&[0xa2, 2, 0, 1, 0], CborError::UnsortedKeys),
        (&[0xa2, 1, 0, 1, 0], CborError::DuplicateKey),
        (&[0x61, 0xff], CborError::BadUtf8),
        (&[0x63, 0xed, 0xa0, 0x80], CborError::BadUtf8),
        (&[0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0], CborError::IntTooLarge),
        (&[0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0], CborError::IntTooLarge),
        (&[0xd2, 0x80], CborError::Tag),
        (&[0xf7], CborError::Simple),
        (&[0xf9, 0, 0], CborError::Simple),
        (&[0xf8, 32], CborError::Simple),
    ];
    for (bytes, error) in cases {
        assert_eq!(decode(bytes), Err(*error), "{bytes:02x?}");
    }
}

#[test]
fn sixteen_levels_are_read_and_seventeen_are_not() {
    let nested = |levels: usize| {
        let mut bytes = vec![0x81; levels];
        bytes.push(0);
        decode(&bytes)
    };
    assert!(nested(MAX_DEPTH).is_ok());
    assert_eq!(nested(MAX_DEPTH + 1), Err(CborError::TooDeep));
}

#[test]
fn the_ends_of_the_integers_are_kept() {
    for n in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
        assert_eq!(decode(&encode(&Value::Int(n))), Ok(Value::Int(n)));
    }
}
