//! Offline verification on one core, beside the bare signature check.

use crate::crypto::bundle::Bundle;
use crate::crypto::random::array;
use crate::crypto::signer::Ed25519Signer;
use crate::crypto::signer::Signer;
use crate::domain::verdict::Outcome;
use crate::flow::bench::Figure;
use crate::flow::bench::micros_each;
use crate::flow::bench::timed;
use crate::flow::bundle;
use crate::flow::demo;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::compact;
use crate::flow::verify::offline::verify_offline;

/// Rounds of which the fastest counts: neighbours only ever make a round slower.
const ROUNDS: usize = 9;

/// Measures a printed code and a record with 12 disclosures.
///
/// # Errors
///
/// [`Failure`] if the certificate cannot be made.
pub fn measure(office: &Office, count: u32) -> Result<Vec<Figure>, Failure> {
    let (identifier, holder) = demo::one_certificate(office)?;
    let printed = compact::printed(office, &identifier, &holder)?;
    let register = Register::of(office);
    let row = register.find(&identifier)?;
    let row = row.ok_or_else(|| Failure::Broken("the certificate is gone".to_owned()))?;
    let record = register.record(&row)?;
    let record = with_disclosures(&record, 12);
    let token = bundle::make(office, 24)?;
    let bundle =
        Bundle::open(&token, &office.anchors, 0).map_err(|why| Failure::Broken(why.to_string()))?;
    let now = office.clock.now();
    let signer = Ed25519Signer::generate(&*office.randomness);
    let message: [u8; 400] = array(&*office.randomness);
    let signature = signer.sign(&message)?;
    let good = |text: &str| verify_offline(text, &bundle, now).verdict == Outcome::Valid;
    if !good(&printed.text) || !good(&record) {
        return Err(Failure::Broken("what is measured is not valid".to_owned()));
    }
    let (mut raw, mut code, mut whole) = (f64::MAX, f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        let round = |work: &dyn Fn()| {
            let ((), taken) = timed(|| (0..count).for_each(|_| work()));
            micros_each(taken, count)
        };
        raw = raw.min(round(&|| {
            let checked = signer.public_key().verify(&message, &signature);
            std::hint::black_box(checked.is_ok());
        }));
        code = code.min(round(&|| {
            std::hint::black_box(verify_offline(&printed.text, &bundle, now).national_result);
        }));
        whole = whole.min(round(&|| {
            std::hint::black_box(verify_offline(&record, &bundle, now).national_result);
        }));
    }
    let limit = "verify_strict of 400 bytes";
    Ok(vec![
        Figure::new(
            "offline verdict on a printed code",
            limit,
            (code, raw),
            "µs",
        ),
        Figure::new(
            "offline verdict on an SD-JWT, 12 fields",
            limit,
            (whole, raw),
            "µs",
        ),
    ])
}

/// The record with its first so many disclosures.
fn with_disclosures(record: &str, most: usize) -> String {
    let parts: Vec<&str> = record.split('~').collect();
    let kept: Vec<&str> = parts.iter().take(most + 1).copied().collect();
    format!("{}~", kept.join("~"))
}
