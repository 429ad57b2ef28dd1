//! A sample of what goes in and what comes out for a type, made of its example.

use serde_json::Map;
use serde_json::Value;

use crate::domain::contract::example::example;
use crate::domain::contract::example::example_day;
use crate::domain::contract::json_draft;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Circumstances;
use crate::domain::draft::judge;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;

/// The serial of samples, of the form of our own.
const SERIAL: &str = "2026A000001";

/// The division of samples: Xilinhot.
const DIVISION: &str = "152502";

/// The example as the issuing interface takes it.
#[must_use]
pub fn draft(of: &CertificateType) -> Value {
    Value::Object(json_draft::write(&example(of), &of.definition))
}

/// The example as it is answered once issued, with everything disclosed.
#[must_use]
pub fn answer(of: &CertificateType) -> Value {
    let by = Circumstances {
        today: example_day(),
        stock: false,
    };
    let mut fields = Map::new();
    let Some(content) = judge(&example(of), of, by).content else {
        return Value::Object(fields);
    };
    let body = &of.definition.defining_body;
    let mut put = |key: &str, value: String| fields.insert(key.to_owned(), value.into());
    if let (Ok(issuer), Ok(serial), Ok(version)) =
        (body.code.parse(), SERIAL.parse(), "001".parse())
    {
        let identifier = CertificateIdentifier {
            type_code: of.code,
            issuer: IssuerCode::Uscc(issuer),
            serial,
            version,
        };
        put("certificate_identifier", identifier.to_string());
    }
    put("issuing_agency", body.name.clone());
    put("issuing_agency_code", body.code.clone());
    put("area_code", DIVISION.to_owned());
    put("issue_date", content.issue_date.to_string());
    put("valid_from", content.valid_from.to_string());
    if let Some(last) = content.valid_to {
        put("valid_to", last.to_string());
    }
    for claim in content.claims(of) {
        fields.insert(claim.key, claim.value);
    }
    Value::Object(fields)
}
