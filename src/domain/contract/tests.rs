mod catalogue;
mod files;
mod unseen;

use jsonschema::Validator;
use serde_json::Value;

use crate::domain::definition::CertificateType;
use crate::domain::definition::CodeFields;
use crate::domain::definition::Definition;
use crate::domain::draft::Circumstances;
use crate::domain::draft::Draft;
use crate::domain::draft::Judged;
use crate::domain::draft::judge;

const AUTHORITY: &str = "localhost:8443";

fn as_type(definition: Definition) -> CertificateType {
    let numbers = CodeFields::default().extended(&definition).unwrap();
    CertificateType::new(1, 1, definition, numbers).unwrap()
}

fn all_types() -> Vec<CertificateType> {
    let text = include_str!("../../../examples/catalogue/certificate-types.json");
    let all: Vec<Definition> = serde_json::from_str(text).unwrap();
    assert_eq!(all.len(), 211);
    all.into_iter().map(as_type).collect()
}

fn type_named(name: &str) -> CertificateType {
    let mut all = all_types().into_iter();
    all.find(|of| of.definition.name == name).unwrap()
}

fn validator(schema: &Value) -> Validator {
    assert!(jsonschema::meta::is_valid(schema));
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).unwrap()
}

fn complaints(validator: &Validator, instance: &Value) -> Vec<String> {
    let errors = validator.iter_errors(instance);
    errors
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect()
}

fn judged(draft: &Draft, of: &CertificateType) -> Judged {
    let today = "2026-11-23".parse().unwrap();
    judge(
        draft,
        of,
        Circumstances {
            today,
            stock: false,
        },
    )
}

fn judged_old(draft: &Draft, of: &CertificateType) -> Judged {
    let today = "2026-11-23".parse().unwrap();
    judge(draft, of, Circumstances { today, stock: true })
}

/// Columns and codes of all findings.
fn faults(judged: &Judged) -> Vec<(&str, &'static str)> {
    let findings = judged.findings.iter();
    findings
        .map(|f| (f.column.as_str(), f.fault.code()))
        .collect()
}
