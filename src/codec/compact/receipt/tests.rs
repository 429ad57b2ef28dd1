use super::*;
use crate::codec::compact::receipt_part::CodeCertificate;

fn material(name: &str) -> CodeMaterial {
    CodeMaterial {
        name: Some(name.to_owned()),
        state: 3,
        why: Some(1),
        certificates: vec![CodeCertificate {
            type_number: 33,
            issuer_number: 12,
            serial: "2026A000001".parse().unwrap(),
            version: 1,
            digest: [7; 8],
            result: 0,
        }],
    }
}

fn claims(items: u32, materials: usize) -> ReceiptClaims {
    ReceiptClaims {
        case: "15250220261123000017".to_owned(),
        receipt: 1,
        printed_at: 1_795_397_400,
        closed_at: 1_795_397_000,
        agency: "11152502MY0000143N".to_owned(),
        officer: "c7".to_owned(),
        digest: [9; 32],
        items: (1..=items)
            .map(|rule_version| CodeItem {
                code: "11152502MY0000426E415070990200001".to_owned(),
                rule_version,
            })
            .collect(),
        materials: vec![material("父亲或母亲居民户口簿"); materials],
        left_out: 0,
    }
}

#[test]
fn what_is_written_is_read_and_never_as_a_certificate() {
    let claims = claims(1, 2);
    let payload = claims.encode();
    assert_eq!(ReceiptClaims::decode(&payload), Ok(claims));
    let digits = into_digits(cose::EDDSA, [1; 4], &payload, &[7; 64]);
    assert_eq!(parse(&digits).unwrap().1.encode(), payload);
    let other = crate::codec::compact::code::UnverifiedCode::parse(&digits).unwrap_err();
    assert!(other.is_unsupported(), "{other}");
}

#[test]
fn the_bytes_of_a_code_never_change() {
    let small = ReceiptClaims {
        case: "1".to_owned(),
        agency: "A".to_owned(),
        officer: "o".to_owned(),
        ..claims(0, 1)
    };
    let hex = small.encode().iter().fold(String::new(), |mut hex, byte| {
        use std::fmt::Write;
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let expected = "8b036131011a6b0397181a6b0395886141616f5820\
        0909090909090909090909090909090909090909090909090909090909090909\
        808184781ee788b6e4bab2e68896e6af8de4bab2e5b185e6b091e688b7e58fa3e7b0bf0301818618210c\
        1b001a0017ab4e2001014807070707070707070000";
    assert_eq!(hex, expected);
}

#[test]
fn what_does_not_fit_is_left_out_and_counted() {
    let whole = claims(1, 3).fitted(digits::MAX_DIGITS).unwrap();
    assert_eq!((whole.left_out, whole.materials.len()), (0, 3));
    let many = claims(20, 60);
    let fitted = many.fitted(digits::MAX_DIGITS).unwrap();
    let payload = fitted.encode();
    let digits = into_digits(cose::EDDSA, [1; 4], &payload, &[7; 64]);
    assert!(digits.len() <= digits::MAX_DIGITS, "{}", digits.len());
    let named = fitted.materials.iter().filter(|m| m.name.is_some()).count();
    let there = fitted.items.len() + named;
    assert_eq!(usize::from(fitted.left_out), 20 + 60 - there);
    assert_eq!(
        fitted.fitted(digits::MAX_DIGITS).unwrap().items,
        fitted.items
    );
    assert_eq!(many.fitted(100), None);
}
