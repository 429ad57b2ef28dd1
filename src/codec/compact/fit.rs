//! What goes into a code that has only so much room.

use thiserror::Error;

use crate::codec::cbor;
use crate::codec::compact::CompactClaims;
use crate::codec::compact::CompactError;
use crate::codec::compact::FieldValue;
use crate::codec::cose;
use crate::codec::digits;

/// A field that could be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its number in the certificate type.
    pub number: u8,
    /// Its value.
    pub value: FieldValue,
    /// The digest that stands for the value where there is no room for it.
    pub digest: [u8; 8],
}

/// Claims that fit, and what had to stay out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// The claims with as many fields as there is room for.
    pub claims: CompactClaims,
    /// The numbers of the fields that are not even there as a digest, by priority.
    pub left_out: Vec<u8>,
}

/// There is not even room for a code without fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DoesNotFit {
    /// The claims around the fields need more room than there is.
    #[error("the claims alone need {needed} digits, and there is room for {room}")]
    NoRoom {
        /// The digits a code without fields needs.
        needed: usize,
        /// The digits there are.
        room: usize,
    },
    /// The claims cannot be written at all.
    #[error(transparent)]
    BadClaims(#[from] CompactError),
}

/// Chooses fields by priority for a code of at most `max_digits` digits, signature
/// and all.
///
/// First every field gets its short form: the digest, or the value itself where that
/// is no longer. If even those are too many, the last ones are left out. Then the
/// values replace the digests, the first field first; one that is too long keeps its
/// digest and the next is tried. The same input always gives the same choice. Fields
/// in `base` itself, and a second candidate for a number already taken, are dropped.
///
/// # Errors
///
/// [`DoesNotFit`] if there is no room for a code without fields.
pub fn fit(
    base: &CompactClaims,
    fields: &[Candidate],
    max_digits: usize,
) -> Result<Fitted, DoesNotFit> {
    let mut claims = base.clone();
    claims.fields.clear();
    // The empty map is one byte, which `code_len` counts by itself.
    let around = claims.encode()?.len() - 1;
    let room = digits::most_bytes(max_digits.min(digits::MAX_DIGITS));
    let mut entries = 0;
    let mut count = 0;
    if code_len(around, count, entries) > room {
        let needed = digits::most_digits(code_len(around, count, entries));
        return Err(DoesNotFit::NoRoom {
            needed,
            room: max_digits,
        });
    }

    let mut left_out = Vec::new();
    let mut shortened = Vec::new();
    let mut full = false;
    for field in fields {
        if claims.fields.contains_key(&field.number) || left_out.contains(&field.number) {
            continue;
        }
        let digest = FieldValue::Digest(field.digest);
        let is_short = value_len(&field.value) <= value_len(&digest);
        let short = if is_short { &field.value } else { &digest };
        let longer = entries + entry_len(field.number, short);
        full = full || code_len(around, count + 1, longer) > room;
        if full {
            left_out.push(field.number);
            continue;
        }
        entries = longer;
        count += 1;
        if !is_short {
            shortened.push(field);
        }
        claims.fields.insert(field.number, short.clone());
    }
    for field in shortened {
        let digest = FieldValue::Digest(field.digest);
        let longer = entries - value_len(&digest) + value_len(&field.value);
        if code_len(around, count, longer) <= room {
            entries = longer;
            claims.fields.insert(field.number, field.value.clone());
        }
    }
    Ok(Fitted { claims, left_out })
}

/// The bytes of the whole signed message with so many fields of so many bytes.
fn code_len(around: usize, count: u64, entries: usize) -> usize {
    cose::encoded_len(around + cbor::head_len(count) + entries)
}

fn entry_len(number: u8, value: &FieldValue) -> usize {
    cbor::head_len(number.into()) + value_len(value)
}

fn value_len(value: &FieldValue) -> usize {
    match value {
        FieldValue::Text(text) => {
            cbor::head_len(u64::try_from(text.len()).unwrap_or(u64::MAX)) + text.len()
        }
        FieldValue::Int(number) if *number < 0 => cbor::head_len((!*number).unsigned_abs()),
        FieldValue::Int(number) => cbor::head_len(number.unsigned_abs()),
        FieldValue::Bool(_) => 1,
        FieldValue::Digest(digest) => 1 + digest.len(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::compact::tests::claims;
    use crate::codec::compact::tests::field_values;

    fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
        prop::collection::btree_map(any::<u8>(), (field_values(), any::<[u8; 8]>()), 0..30)
            .prop_map(|fields| {
                fields
                    .into_iter()
                    .map(|(number, (value, digest))| Candidate {
                        number,
                        value,
                        digest,
                    })
                    .collect::<Vec<_>>()
            })
            .prop_shuffle()
    }

    fn digits_of(claims: &CompactClaims, signature: u8) -> usize {
        let payload = claims.encode().unwrap();
        digits::to_digits(&cose::encode(
            cose::EDDSA,
            [255; 4],
            &payload,
            &[signature; 64],
        ))
        .len()
    }

    proptest! {
        #[test]
        fn what_is_chosen_fits_and_nothing_is_lost_unsaid(
            base in claims(), fields in candidates(), max in 200_usize..1100,
        ) {
            let room = max.min(digits::MAX_DIGITS);
            let Ok(Fitted { claims, left_out }) = fit(&base, &fields, max) else {
                let around = CompactClaims { fields: std::collections::BTreeMap::new(), ..base };
                // The bound on digits is by length, so it may be one digit too careful.
                prop_assert!(digits_of(&around, 255) + 3 >= room);
                return Ok(());
            };
            prop_assert!(digits_of(&claims, 0) <= room && digits_of(&claims, 255) <= room);
            prop_assert_eq!(claims.fields.len() + left_out.len(), fields.len());
            let mut longest = claims.clone();
            let mut smaller_lost = false;
            for field in &fields {
                match claims.fields.get(&field.number) {
                    Some(value) if *value == field.value => prop_assert!(!smaller_lost),
                    Some(FieldValue::Digest(digest)) => {
                        prop_assert!(!smaller_lost);
                        prop_assert_eq!(*digest, field.digest);
                        longest.fields.insert(field.number, field.value.clone());
                        prop_assert!(digits_of(&longest, 255) + 3 > room, "{} would fit", field.number);
                        longest.fields.insert(field.number, FieldValue::Digest(field.digest));
                    }
                    Some(other) => prop_assert!(false, "{other:?} is neither value nor digest"),
                    None => {
                        smaller_lost = true;
                        prop_assert!(left_out.contains(&field.number));
                    }
                }
            }
            prop_assert_eq!(fit(&base, &fields, max), Ok(Fitted { claims, left_out }));
        }
    }

    fn text(number: u8, text: &str) -> Candidate {
        Candidate {
            number,
            value: FieldValue::Text(text.to_owned()),
            digest: [number; 8],
        }
    }

    #[test]
    fn the_first_field_has_the_first_right_to_room() {
        let base = crate::codec::compact::tests::sample();
        let long = "住".repeat(30);
        let fields = [
            text(10, &long),
            text(11, &long),
            text(12, "锡林浩特市"),
            text(13, "男"),
        ];
        let all = fit(&base, &fields, 991).unwrap();
        assert!(all.left_out.is_empty());
        assert_eq!(all.claims.fields[&11], fields[1].value);

        // Room for one long field: the second keeps its digest, the third still fits.
        let some = fit(&base, &fields, 610).unwrap().claims.fields;
        assert_eq!(some[&10], fields[0].value);
        assert_eq!(some[&11], FieldValue::Digest([11; 8]));
        assert_eq!(some[&12], fields[2].value);
        assert_eq!(some[&13], fields[3].value);

        let needed = digits_of(
            &CompactClaims {
                fields: std::collections::BTreeMap::new(),
                ..base.clone()
            },
            255,
        );
        let few = fit(&base, &fields, needed + 28).unwrap();
        assert_eq!(few.claims.fields[&10], FieldValue::Digest([10; 8]));
        assert_eq!(few.left_out, [11, 12, 13]);
        assert!(matches!(
            fit(&base, &fields, needed - 3),
            Err(DoesNotFit::NoRoom { .. })
        ));
    }
}
