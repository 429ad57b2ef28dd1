//! Offline verification on one core, beside the bare signature check.

use crate::crypto::bundle::Bundle;
use crate::crypto::random::array;
use crate::crypto::signer::Ed25519Signer;
use crate::crypto::signer::Signer;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::flow::bench::Figure;
use crate::flow::bench::processor_us;
use crate::flow::bundle;
use crate::flow::demo;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::compact;
use crate::flow::verify::offline::verify_offline;

/// A printed code and a record with 12 disclosures of one certificate, and what it takes to
/// verify them without an office.
pub struct Codes {
    /// The printed code.
    pub printed: String,
    /// The record with 12 disclosures.
    pub record: String,
    bundle: Bundle,
    now: Timestamp,
}

impl Codes {
    /// Issues a certificate and makes its codes.
    ///
    /// # Errors
    ///
    /// [`Failure`] if that fails, or one of them is not valid.
    pub fn of(office: &Office) -> Result<Self, Failure> {
        let (identifier, holder) = demo::one_certificate(office)?;
        let printed = compact::printed(office, &identifier, &holder)?;
        let register = Register::of(office);
        let row = register.find(&identifier)?;
        let row = row.ok_or_else(|| Failure::Broken("the certificate is gone".to_owned()))?;
        let record = with_disclosures(&register.record(&row)?, 12);
        let token = bundle::make(office, 24)?;
        let bundle = Bundle::open(&token, &office.anchors, 0)
            .map_err(|why| Failure::Broken(why.to_string()))?;
        let codes = Self {
            printed: printed.text,
            record,
            bundle,
            now: office.clock.now(),
        };
        for text in [&codes.printed, &codes.record] {
            if verify_offline(text, &codes.bundle, codes.now).verdict != Outcome::Valid {
                return Err(Failure::Broken("what is measured is not valid".to_owned()));
            }
        }
        Ok(codes)
    }

    /// Microseconds of processor time of one verdict without an office; `count` verdicts a round.
    ///
    /// # Errors
    ///
    /// [`Failure`] where the system does not tell processor time.
    pub fn offline_us(&self, text: &str, count: u32) -> Result<f64, Failure> {
        processor_us(count, || {
            std::hint::black_box(verify_offline(text, &self.bundle, self.now).national_result);
        })
    }
}

/// Measures a printed code and a record with 12 disclosures.
///
/// # Errors
///
/// [`Failure`] if the certificate cannot be made.
pub fn measure(office: &Office, count: u32) -> Result<Vec<Figure>, Failure> {
    let codes = Codes::of(office)?;
    let signer = Ed25519Signer::generate(&*office.randomness);
    let message: [u8; 400] = array(&*office.randomness);
    let signature = signer.sign(&message)?;
    let raw = processor_us(count, || {
        let checked = signer.public_key().verify(&message, &signature);
        std::hint::black_box(checked.is_ok());
    })?;
    let figure = |what: &str, text: &str| {
        let ours = codes.offline_us(text, count)?;
        let limit = "verify_strict of 400 bytes";
        Ok::<_, Failure>(Figure::new(what, limit, (ours, raw), "µs"))
    };
    Ok(vec![
        figure("offline verdict on a printed code", &codes.printed)?,
        figure("offline verdict on an SD-JWT, 12 fields", &codes.record)?,
    ])
}

/// The record with its first so many disclosures.
fn with_disclosures(record: &str, most: usize) -> String {
    let parts: Vec<&str> = record.split('~').collect();
    let kept: Vec<&str> = parts.iter().take(most + 1).copied().collect();
    format!("{}~", kept.join("~"))
}
