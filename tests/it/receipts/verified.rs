//! What verifying a receipt comes to: altered, signed by nobody we know, with a key that was
//! lost before or after.

use mianzheng::codec::base64url;
use mianzheng::crypto::bundle::Bundle;
use mianzheng::crypto::keyring::Keyring;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::random::SystemRandomness;
use mianzheng::crypto::receipt_seal;
use mianzheng::crypto::signer::Signer;
use mianzheng::domain::receipt::Receipt;
use mianzheng::domain::time::Timestamp;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::keys;
use mianzheng::flow::receipt::ReceiptVerdict;
use mianzheng::flow::receipt::verify;
use mianzheng::flow::receipt::verify_offline;
use rstest::rstest;

use super::closed;
use super::printed;
use super::signed;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::operator;

fn says(signed: &str) -> Receipt {
    let payload = signed.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64url::decode(payload).unwrap()).unwrap()
}

fn signer(window: &Window) -> std::sync::Arc<dyn Signer> {
    window.test.office.keyring.signer(ServicePurpose::Receipt)
}

/// Calls the key of receipts compromised, and makes the next bundle.
fn compromised(window: &Window, since: Timestamp) -> Bundle {
    let office = &window.test.office;
    let kid = signer(window).kid().to_string();
    keys::compromise(office, &kid, since, &operator()).unwrap();
    window.test.bundle()
}

#[rstest]
fn what_was_altered_or_signed_by_somebody_else_is_refused(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let window = Window::on(database);
    let office = &window.test.office;
    let case = closed(&window);
    let token = signed(&window, &case.number, 1);
    let bundle = window.test.bundle();
    let both = |text: &str| {
        let online = verify(office, text).unwrap();
        let offline = verify_offline(text, &bundle, window.test.now());
        let step = |verdict: &ReceiptVerdict| {
            let last = verdict.steps.last().unwrap();
            (verdict.verdict, last.detail)
        };
        assert_eq!(step(&online), step(&offline), "{text}");
        step(&online)
    };
    assert_eq!(verify(office, &token).unwrap().verdict, Outcome::Valid);
    // Somebody says that nothing was handed in.
    let mut payload = says(&token);
    payload.materials[3].state = "waived".to_owned();
    let (header, rest) = token.split_once('.').unwrap();
    let signature = rest.split_once('.').unwrap().1;
    let payload = base64url::encode(&serde_json::to_vec(&payload).unwrap());
    let altered = format!("{header}.{payload}.{signature}");
    assert_eq!(both(&altered), (Outcome::Tampered, Some("signature")));
    // A key that is trusted for something else, and one that nobody knows.
    let show = office.keyring.signer(ServicePurpose::Show);
    let by_show = receipt_seal::seal(&says(&token), &*show).unwrap();
    let other = Keyring::create(&SystemRandomness, 2026).unwrap();
    let other = other.signer(ServicePurpose::Receipt);
    let by_other = receipt_seal::seal(&says(&token), &*other).unwrap();
    for text in [by_show, by_other] {
        assert_eq!(
            both(&text),
            (Outcome::UntrustedIssuer, Some("unknown_key")),
            "{text}"
        );
    }
    // A code whose digits were changed, and what is no receipt.
    let (_, code) = printed(&window, &case.number, 1);
    let last = if code.ends_with('1') { "2" } else { "1" };
    let changed = format!("{}{last}", &code[..code.len() - 1]);
    assert_eq!(both(&changed), (Outcome::Tampered, Some("signature")));
    assert_eq!(both("no receipt").0, Outcome::Unreadable);
    // A receipt that the key signed and the register has not.
    let mut invented = says(&token);
    invented.case = "15250220261123999999".to_owned();
    let invented = receipt_seal::seal(&invented, &*signer(&window)).unwrap();
    let verdict = verify(office, &invented).unwrap();
    assert_eq!(verdict.verdict, Outcome::Undetermined);
    assert_eq!(verdict.steps.last().unwrap().detail, Some("status_unknown"));
}

#[rstest]
fn a_receipt_of_a_key_that_was_compromised_before_is_not_accepted(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let window = Window::on(database);
    let office = &window.test.office;
    let case = closed(&window);
    let token = signed(&window, &case.number, 1);
    let (_, code) = printed(&window, &case.number, 1);
    window.test.clock.advance(3600);
    // The ledger had it an hour before the key was lost: the register still knows, nobody else.
    let bundle = compromised(&window, window.test.now());
    for text in [&token, &code] {
        let online = verify(office, text).unwrap();
        assert_eq!(online.verdict, Outcome::Valid, "{online:?}");
        let passed = online.steps.iter().map(|step| step.code);
        assert!(
            passed
                .into_iter()
                .any(|code| code == "recorded_before_compromise")
        );
        let offline = verify_offline(text, &bundle, window.test.now());
        assert_eq!(offline.verdict, Outcome::Undetermined);
        assert_eq!(
            offline.steps.last().unwrap().detail,
            Some("key_compromised")
        );
    }
    // Whoever has the key writes any date, and any digest into a code.
    let mut forged = says(&token);
    forged.waived = 4;
    let forged = receipt_seal::seal(&forged, &*signer(&window)).unwrap();
    let digits = code.split_once('#').unwrap().1;
    let (_, mut claims) = mianzheng::codec::compact::receipt::parse(digits).unwrap();
    claims.materials[3].state = 3;
    let forged_code = receipt_seal::seal_code(&claims, &*signer(&window)).unwrap();
    for text in [&forged, &forged_code] {
        let verdict = verify(office, text).unwrap();
        assert_eq!(verdict.verdict, Outcome::Undetermined, "{verdict:?}");
    }
    // It turns out that it was lost before.
    let before = window.test.now().plus_secs(-7200);
    let bundle = compromised(&window, before);
    for text in [&token, &code] {
        let online = verify(office, text).unwrap();
        assert_eq!(online.verdict, Outcome::Undetermined);
        assert_eq!(online.steps.last().unwrap().detail, Some("key_compromised"));
        let offline = verify_offline(text, &bundle, window.test.now());
        assert_eq!(offline.verdict, Outcome::Undetermined);
    }
}
