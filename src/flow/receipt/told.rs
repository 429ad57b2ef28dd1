//! What a verified receipt, or the code on one, tells whoever verified it.

use serde::Serialize;

use crate::codec::base64url;
use crate::codec::compact::receipt::ReceiptClaims;
use crate::codec::compact::receipt_part::CodeCertificate;
use crate::codec::compact::receipt_part::CodeMaterial;
use crate::crypto::receipt_seal::Receipted;
use crate::crypto::receipt_seal::Says;
use crate::crypto::trust::Trust;
use crate::crypto::types::Types;
use crate::domain::case::PaperReason;
use crate::domain::case::State;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;
use crate::domain::identifier::Version;
use crate::domain::item::Route;
use crate::domain::receipt::Receipt;
use crate::domain::receipt::ReceiptCertificate;
use crate::domain::receipt::ReceiptMaterial;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;

/// A receipt, as far as what was verified says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReceiptTold {
    /// The number of the case.
    pub case: String,
    /// Which receipt of the case.
    pub receipt: u16,
    /// The digest of the signed receipt, in base64url.
    pub digest: String,
    /// The code of the agency at whose window it was.
    pub agency_code: String,
    /// Its name; a code has no room for it.
    pub agency_name: Option<String>,
    /// The credential of the officer.
    pub officer: String,
    /// When the case was closed.
    pub closed_at: String,
    /// Its items.
    pub items: Vec<ToldItem>,
    /// What became of each material.
    pub materials: Vec<ToldMaterial>,
    /// How many items, materials and names a code had no room for.
    pub left_out: u16,
}

/// An item of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ToldItem {
    /// Its code.
    pub item: String,
    /// Its name; a code has no room for it.
    pub name: Option<String>,
    /// The version of what it asked for.
    pub rule_version: u32,
}

/// What became of a material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ToldMaterial {
    /// Its name, where it was there.
    pub name: Option<String>,
    /// How it stood.
    pub state: String,
    /// By which way it was waived, why it was on paper, or until when it may follow.
    pub why: Option<String>,
    /// The certificates that served.
    pub certificates: Vec<ToldCertificate>,
}

/// A certificate that served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ToldCertificate {
    /// Its identifier; none where the numbers of a code are not known.
    pub identifier: Option<String>,
    /// The name of its type.
    pub type_name: Option<String>,
    /// Who issued it.
    pub issuer_name: Option<String>,
    /// The digest of its signed bytes in base64url; in a code the first eight of them.
    pub digest: String,
    /// What verifying it came to then, where that was said in full.
    pub verdict: Option<Outcome>,
    /// The same as the national result, 0 to 5.
    pub national_result: u8,
}

/// Tells what was verified; the numbers of a code mean what trust list and types say.
pub(super) fn told(receipted: &Receipted, trust: &Trust, types: &Types) -> ReceiptTold {
    let digest = base64url::encode(&receipted.digest);
    match &receipted.says {
        Says::Whole(receipt) => of_receipt(receipt, digest),
        Says::Code(claims) => of_code(claims, digest, (trust, types)),
    }
}

fn of_receipt(receipt: &Receipt, digest: String) -> ReceiptTold {
    let agency = receipt.agency.clone();
    ReceiptTold {
        case: receipt.case.clone(),
        receipt: u16::try_from(receipt.receipt).unwrap_or(0),
        digest,
        agency_code: agency.as_ref().map(|a| a.code.clone()).unwrap_or_default(),
        agency_name: agency.map(|agency| agency.name),
        officer: receipt.officer.clone(),
        closed_at: receipt.closed_at.clone().unwrap_or_default(),
        items: receipt
            .items
            .iter()
            .map(|item| ToldItem {
                item: item.code.clone(),
                name: Some(item.name.clone()),
                rule_version: item.rule_version,
            })
            .collect(),
        materials: receipt.materials.iter().map(material).collect(),
        left_out: 0,
    }
}

fn material(material: &ReceiptMaterial) -> ToldMaterial {
    let why = material.route.as_ref().or(material.reason.as_ref());
    ToldMaterial {
        name: Some(material.name.clone()),
        state: material.state.clone(),
        why: why.or(material.until.as_ref()).cloned(),
        certificates: material.certificates.iter().map(certificate).collect(),
    }
}

fn certificate(certificate: &ReceiptCertificate) -> ToldCertificate {
    let verdict = Outcome::from_name(&certificate.verdict);
    ToldCertificate {
        identifier: Some(certificate.identifier.clone()),
        type_name: certificate.of.as_ref().map(|of| of.name.clone()),
        issuer_name: certificate.issuer.as_ref().map(|of| of.name.clone()),
        digest: certificate.digest.clone(),
        verdict,
        national_result: verdict.unwrap_or(Outcome::Undetermined).national_result(),
    }
}

fn of_code(claims: &ReceiptClaims, digest: String, by: (&Trust, &Types)) -> ReceiptTold {
    let materials = claims.materials.iter();
    ReceiptTold {
        case: claims.case.clone(),
        receipt: claims.receipt,
        digest,
        agency_code: claims.agency.clone(),
        agency_name: None,
        officer: claims.officer.clone(),
        closed_at: Timestamp::from_secs(claims.closed_at).to_string(),
        items: claims
            .items
            .iter()
            .map(|item| ToldItem {
                item: item.code.clone(),
                name: None,
                rule_version: item.rule_version,
            })
            .collect(),
        materials: materials.map(|one| material_of_code(one, by)).collect(),
        left_out: claims.left_out,
    }
}

fn material_of_code(material: &CodeMaterial, by: (&Trust, &Types)) -> ToldMaterial {
    let number = i16::from(material.state);
    let state = State::name_of(number).unwrap_or_default();
    let why = material.why.and_then(|why| {
        let number = i16::try_from(why).ok();
        match state {
            "needs_paper" => Some(PaperReason::from_number(number?)?.name().to_owned()),
            "tolerant" => Some(Day::from_number(why).to_string()),
            _ => Some(Route::from_number(number?)?.name().to_owned()),
        }
    });
    let certificates = material.certificates.iter();
    ToldMaterial {
        name: material.name.clone(),
        state: state.to_owned(),
        why,
        certificates: certificates
            .map(|one| certificate_of_code(one, by))
            .collect(),
    }
}

fn certificate_of_code(
    certificate: &CodeCertificate,
    (trust, types): (&Trust, &Types),
) -> ToldCertificate {
    let mut of_number = types.iter();
    let facts = of_number.find(|facts| facts.number == certificate.type_number);
    let party = trust.party(certificate.issuer_number);
    let identifier = facts.zip(party).and_then(|(facts, party)| {
        let identifier = CertificateIdentifier {
            type_code: facts.code.parse().ok()?,
            issuer: IssuerCode::Uscc(party.code.parse().ok()?),
            serial: certificate.serial.clone(),
            version: Version::new(certificate.version)?,
        };
        Some(identifier.to_string())
    });
    ToldCertificate {
        identifier,
        type_name: facts.map(|facts| facts.name.clone()),
        issuer_name: party.map(|party| party.name.clone()),
        digest: base64url::encode(&certificate.digest),
        verdict: None,
        national_result: certificate.result,
    }
}
