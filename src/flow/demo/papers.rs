//! The files and certificates of the story.

use std::path::Path;

use super::CDC;
use super::HEALTH;
use super::people::NAME;
use super::people::PERSON;
use crate::domain::caller::Caller;
use crate::domain::draft::Draft;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::value::Raw;
use crate::flow::batch;
use crate::flow::batch::BatchOrder;
use crate::flow::batch::Outputs;
use crate::flow::batch::Task;
use crate::flow::batch::report::Counts;
use crate::flow::failure::Failure;
use crate::flow::issue::one::OneRequest;
use crate::flow::issue::one::issue_one;
use crate::flow::office::Office;
use crate::source::sheet::FileBytes;

pub(super) fn sample(
    office: &Office,
    path: &Path,
    of: &str,
    issuer: &str,
) -> Result<Counts, Failure> {
    let known = office.known();
    let of = known.type_named(of)?;
    let bytes = FileBytes::at(path)
        .map_err(|why| Failure::because(Reason::BadFile, format!("{}: {why}", path.display())))?;
    let by = Caller::at_the_machine();
    let order = BatchOrder {
        of: &of,
        issuer: known.agency_named(issuer)?,
        task: Task::Issue,
        dry_run: false,
        stock: false,
        all_or_nothing: false,
        by: &by,
    };
    let outputs = Outputs {
        results: &mut std::io::sink(),
        errors: &mut std::io::sink(),
        progress: &mut |_| Ok(()),
    };
    Ok(batch::run(office, order, &bytes, None, outputs)?.counts)
}

pub(super) fn health(
    office: &Office,
    number: &str,
    examined: Day,
    stock: bool,
) -> Result<CertificateIdentifier, Failure> {
    let known = office.known();
    let examined = examined.to_string();
    let (_, code) = PERSON.split_once(':').unwrap_or_default();
    let fields = [
        ("holder_name", NAME),
        ("holder_code", code),
        ("certificate_number", number),
        ("sex", "男"),
        ("trade_class", "餐饮服务"),
        ("exam_date", &examined),
        ("exam_unit", CDC),
        ("exam_result", "合格"),
        ("issue_date", &examined),
    ];
    let raw = fields.map(|(key, text)| (key.to_owned(), Raw::Text(text.to_owned())));
    let issued = issue_one(
        office,
        OneRequest {
            of: &*known.type_named(HEALTH)?,
            issuer: known.agency_named(CDC)?,
            draft: &Draft(raw.into_iter().collect()),
            pictures: Vec::new(),
            stock,
            as_correction: false,
            by: &Caller::at_the_machine(),
            key: None,
        },
    )?;
    Ok(issued.identifier)
}

/// The last digit changed: one bit or a few of the signature.
pub(super) fn altered(text: &str) -> String {
    let mut text = text.to_owned();
    let last = text.pop().unwrap_or('0');
    text.push(if last == '0' { '1' } else { '0' });
    text
}
