//! The code on a printed receipt, made of the receipt as it was signed.

use crate::codec::base64url;
use crate::codec::compact::receipt::ReceiptClaims;
use crate::codec::compact::receipt_part::CodeCertificate;
use crate::codec::compact::receipt_part::CodeItem;
use crate::codec::compact::receipt_part::CodeMaterial;
use crate::codec::compact::receipt_reference;
use crate::codec::qr::printed_digit_budget;
use crate::domain::case::PaperReason;
use crate::domain::case::State;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;
use crate::domain::item::Route;
use crate::domain::problem::Reason;
use crate::domain::receipt::Receipt;
use crate::domain::receipt::ReceiptCertificate;
use crate::domain::receipt::ReceiptMaterial;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::flow::failure::Failure;
use crate::flow::known::Known;
use crate::flow::office::Office;

/// The address in a receipt's code: anybody's phone opens it, and reads whether the receipt stands.
#[must_use]
pub fn address(office: &Office, digest: &[u8; 32]) -> String {
    let host = office.settings.code_host.to_uppercase();
    format!("HTTPS://{host}/P/{}", receipt_reference::of(digest))
}

/// What the code of a receipt says when it is printed now.
///
/// # Errors
///
/// [`Reason::CodeTooLarge`] if not even the case has room beside the address.
pub(super) fn claims(
    office: &Office,
    receipt: &Receipt,
    digest: [u8; 32],
    printed_at: Timestamp,
) -> Result<ReceiptClaims, Failure> {
    let known = office.known();
    let closed_at = receipt.closed_at.as_deref();
    let closed_at = closed_at.and_then(|text| text.parse::<Timestamp>().ok());
    let agency = receipt.agency.as_ref();
    let all = ReceiptClaims {
        case: receipt.case.clone(),
        receipt: u16::try_from(receipt.receipt).unwrap_or(0),
        printed_at: printed_at.secs(),
        closed_at: closed_at.map_or(receipt.iat, Timestamp::secs),
        agency: agency.map(|agency| agency.code.clone()).unwrap_or_default(),
        officer: receipt.officer.clone(),
        digest,
        items: receipt
            .items
            .iter()
            .map(|item| CodeItem {
                code: item.code.clone(),
                rule_version: item.rule_version,
            })
            .collect(),
        materials: receipt
            .materials
            .iter()
            .map(|one| material(&known, one))
            .collect(),
        left_out: 0,
    };
    let budget = printed_digit_budget(&address(office, &digest));
    let none = || Failure::because(Reason::CodeTooLarge, "no room beside the address");
    all.fitted(budget).ok_or_else(none)
}

fn material(known: &Known, material: &ReceiptMaterial) -> CodeMaterial {
    let route = material.route.as_deref().and_then(Route::from_name);
    let reason = material.reason.as_deref().and_then(PaperReason::from_name);
    let until = material.until.as_deref();
    let until = until.and_then(|text| text.parse::<Day>().ok());
    let certificates = material.certificates.iter();
    CodeMaterial {
        name: Some(material.name.clone()),
        state: State::number_of(&material.state)
            .and_then(|number| u8::try_from(number).ok())
            .unwrap_or_default(),
        why: route
            .map(|route| i64::from(route.number()))
            .or(reason.map(|reason| i64::from(reason.number())))
            .or(until.map(Day::number)),
        certificates: certificates
            .filter_map(|one| certificate(known, one))
            .collect(),
    }
}

fn certificate(known: &Known, certificate: &ReceiptCertificate) -> Option<CodeCertificate> {
    let read = CertificateIdentifier::read(&certificate.identifier).ok()?;
    let read = read.identifier;
    let IssuerCode::Uscc(issuer) = &read.issuer else {
        return None;
    };
    let digest = base64url::decode(&certificate.digest).ok()?;
    let verdict = Outcome::from_name(&certificate.verdict);
    Some(CodeCertificate {
        type_number: known.newest.get(read.type_code.as_str())?.number,
        issuer_number: *known.agency_numbers.get(issuer)?,
        serial: read.serial,
        version: read.version.number(),
        digest: *digest.first_chunk()?,
        result: verdict.unwrap_or(Outcome::Undetermined).national_result(),
    })
}
