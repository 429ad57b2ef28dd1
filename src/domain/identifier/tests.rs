//! Published identifiers, and slips of the pen.

use super::CertificateIdentifier;
use super::CheckFinding;

const PUBLISHED: &[&str] = &[
    "11100000000013338W011.11430000006122244L.20230000403.001.U",
    "11100000000013338W011.11430000006122244L.20230000403.002.S",
    "11100000000013338W009.11330105002500287C.2025052201.002.0",
    "11100000000013338W032.11220000013544541J.2430599.001.F",
    "11100000MB03271699022.340100.000000016.001.9",
    "11100000000013338W001.11152502000000001R.2026A000001.001.Y",
];

#[test]
fn published_identifiers_read_and_print_the_same() {
    for text in PUBLISHED {
        let read = CertificateIdentifier::read(text).unwrap();
        assert_eq!(read.check, CheckFinding::Right, "{text}");
        assert_eq!(
            read.identifier.to_string(),
            format!("1.2.156.3005.2.{text}")
        );
    }
}

#[test]
fn a_wrong_check_character_is_a_finding_not_an_error() {
    let text = PUBLISHED[0].replace(".U", ".V");
    assert_eq!(
        CertificateIdentifier::read(&text).unwrap().check,
        CheckFinding::Wrong
    );
    for broken in [
        "",
        "1.2.156.3005.2",
        "a.b.c.d.e",
        &text[1..],
        &format!("{text}.1"),
    ] {
        assert!(CertificateIdentifier::read(broken).is_err(), "{broken}");
    }
}

proptest::proptest! {
    #[test]
    fn every_single_substitution_in_the_serial_is_found(at in 0_usize..11, by in "[0-9A-Z]") {
        let good = "2026A000001";
        let mut serial = good.to_owned();
        serial.replace_range(at..=at, &by);
        let text = PUBLISHED[5].replace(good, &serial);
        let right = CertificateIdentifier::read(&text).unwrap().check == CheckFinding::Right;
        proptest::prop_assert_eq!(right, serial == good);
    }

    #[test]
    fn every_swap_of_neighbours_in_the_serial_is_found(at in 0_usize..10) {
        let good = "2026A000001";
        let mut bytes = good.as_bytes().to_vec();
        bytes.swap(at, at + 1);
        let serial = String::from_utf8(bytes).unwrap();
        let text = PUBLISHED[5].replace(good, &serial);
        let right = CertificateIdentifier::read(&text).unwrap().check == CheckFinding::Right;
        proptest::prop_assert_eq!(right, serial == good);
    }
}
