//! What the world may know of a type: the list of types, what goes in, metadata, schemas, templates.

use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::contract::address;
use crate::domain::contract::form;
use crate::domain::contract::json_schema;
use crate::domain::contract::openapi;
use crate::domain::contract::sample;
use crate::domain::contract::template;
use crate::domain::contract::type_metadata::type_metadata;
use crate::domain::definition::CertificateType;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::known::Known;
use crate::flow::office::Office;
use crate::source::sheet::Template;
use crate::source::sheet::TemplateColumn;

/// The kind of file a template is made as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TemplateFile {
    /// A workbook.
    Xlsx,
    /// CSV, the header alone.
    Csv,
}

/// Which of a version's two schemas is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhichSchema {
    /// Of what goes in.
    Draft,
    /// Of what comes out.
    Answer,
}

/// Every type in its newest version, by code.
#[must_use]
pub fn list(office: &Office) -> Value {
    let authority = &office.settings.authority;
    let lines = in_order(&office.known()).into_iter().map(|of| {
        json!({
            "code": of.definition.code,
            "number": of.number,
            "version": of.version,
            "name": of.definition.name,
            "name_en": of.definition.name_en,
            "category": of.definition.category,
            "holder": of.definition.holder,
            "department": of.definition.department,
            "provisional": of.definition.provisional,
            "form": address::form(authority, &of),
            "interface": address::interface(authority, &of),
        })
    });
    json!({"types": lines.collect::<Vec<_>>()})
}

/// What goes into a type in its newest version.
///
/// # Errors
///
/// [`Reason::UnknownType`].
pub fn form(office: &Office, code: &str) -> Result<Value, Failure> {
    let of = by_code(office, code)?;
    Ok(form::form(&office.settings.authority, &of))
}

/// The SD-JWT VC metadata of one version of a type.
///
/// # Errors
///
/// [`Reason::UnknownType`].
pub fn metadata(office: &Office, code: &str, version: u32) -> Result<Value, Failure> {
    let of = by_version(office, code, version)?;
    Ok(type_metadata(&office.settings.authority, &of))
}

/// A JSON Schema of one version of a type.
///
/// # Errors
///
/// [`Reason::UnknownType`].
pub fn schema(
    office: &Office,
    code: &str,
    version: u32,
    which: WhichSchema,
) -> Result<Value, Failure> {
    let of = by_version(office, code, version)?;
    let authority = &office.settings.authority;
    Ok(match which {
        WhichSchema::Draft => json_schema::draft_schema(authority, &of),
        WhichSchema::Answer => json_schema::answer_schema(authority, &of),
    })
}

/// The file template of a type.
///
/// # Errors
///
/// [`Reason::UnknownType`]; [`Failure::Broken`] if it has too many columns for a workbook.
pub fn template_file(office: &Office, code: &str, kind: TemplateFile) -> Result<Vec<u8>, Failure> {
    let of = by_code(office, code)?;
    let columns = template::template(&of.definition).into_iter();
    let columns = columns.map(|column| TemplateColumn {
        width: u16::try_from(column.heading.chars().count() * 2 + 4).unwrap_or(24),
        heading: column.heading,
        note: column.note,
        required: column.required,
        choices: column.choices,
    });
    let form = Template {
        title: of.definition.name.clone(),
        columns: columns.collect(),
    };
    match kind {
        TemplateFile::Csv => Ok(form.csv()),
        TemplateFile::Xlsx => form
            .xlsx()
            .map_err(|why| Failure::Broken(format!("the template of {code}: {why}"))),
    }
}

/// What an interface document says of all types together.
#[derive(Clone, Debug, Default)]
pub struct TypeSchemas {
    /// The schema components of every type.
    pub components: Map<String, Value>,
    /// The names of those that are drafts.
    pub drafts: Vec<String>,
    /// The names of those that are answers.
    pub answers: Vec<String>,
    /// A type's code and a sample of what goes in for it.
    pub sample: Option<(String, Value)>,
}

/// The schemas of every type in its newest version.
#[must_use]
pub fn schemas(office: &Office) -> TypeSchemas {
    let known = office.known();
    let mut all = TypeSchemas::default();
    for of in in_order(&known) {
        all.components
            .extend(openapi::components(&office.settings.authority, &of));
        all.drafts.push(openapi::draft_name(&of));
        all.answers.push(openapi::answer_name(&of));
        if all.sample.is_none() {
            all.sample = Some((of.definition.code.clone(), sample::draft(&of)));
        }
    }
    all
}

pub(crate) fn in_order(known: &Known) -> Vec<Arc<CertificateType>> {
    let mut all: Vec<Arc<CertificateType>> = known.newest.values().cloned().collect();
    all.sort_by(|a, b| a.definition.code.cmp(&b.definition.code));
    all
}

pub(crate) fn by_code(office: &Office, code: &str) -> Result<Arc<CertificateType>, Failure> {
    let found = office.known().newest.get(code).cloned();
    found.ok_or(Failure::refused(Reason::UnknownType))
}

fn by_version(office: &Office, code: &str, version: u32) -> Result<Arc<CertificateType>, Failure> {
    let number = by_code(office, code)?.number;
    let found = office.known().versions.get(&(number, version)).cloned();
    found.ok_or(Failure::refused(Reason::UnknownType))
}
