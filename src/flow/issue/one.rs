//! Issue one certificate from a form or a program.

use crate::codec::digest::sha256;
use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::certificate::Content;
use crate::domain::definition::CertificateType;
use crate::domain::definition::FieldKind;
use crate::domain::draft::Circumstances;
use crate::domain::draft::Draft;
use crate::domain::draft::ISSUE_DATE;
use crate::domain::draft::judge;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::finding::Weight;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::FindingWords;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::value::Picture;
use crate::domain::value::Raw;
use crate::domain::value::Value;
use crate::domain::words::Lang;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::issue::Issued;
use crate::flow::issue::Order;
use crate::flow::issue::Submission;
use crate::flow::issue::decide::ended_in_words;
use crate::flow::issue::issue;
use crate::flow::office::Office;
use crate::source::sheet;

pub use crate::store::idempotency::RequestKey;

/// A request to issue one certificate.
pub struct OneRequest<'a> {
    /// The type.
    pub of: &'a CertificateType,
    /// The issuer.
    pub issuer: &'a Agency,
    /// What is to stand on it.
    pub draft: &'a Draft,
    /// Pictures by field.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// Whether it is an old record being digitised.
    pub stock: bool,
    /// Whether it corrects the one in force under the same number.
    pub as_correction: bool,
    /// On whose behalf.
    pub by: &'a Caller,
    /// The idempotency key, if one was sent, and the request's body.
    pub key: Option<(RequestKey<'a>, &'a [u8])>,
}

/// One certificate, issued, and what someone should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct OneIssued {
    /// What became of it: `issued`, `corrected`, `reissued` or `same`.
    pub outcome: String,
    /// Its identifier.
    pub identifier: CertificateIdentifier,
    /// Warnings.
    pub warnings: Vec<FindingWords>,
}

/// Takes a picture for a field: what the draft says of it, and its bytes.
///
/// # Errors
///
/// [`Reason::BadPicture`] if the field is no picture, or the bytes are no PNG or JPEG that the
/// field has room for.
pub fn picture(of: &CertificateType, field: &str, bytes: Vec<u8>) -> Result<TakenPicture, Failure> {
    let place = of.definition.field(field);
    let Some(place) = place.filter(|f| f.kind == FieldKind::Image) else {
        let what = format!("{field} is no picture field");
        return Err(Failure::because(Reason::BadPicture, what));
    };
    let fits = u32::try_from(bytes.len()).is_ok_and(|n| n <= place.max_length);
    let picture = sheet::CheckedPicture::parse(bytes).filter(|_| fits);
    let picture = picture.ok_or_else(|| Failure::because(Reason::BadPicture, field))?;
    let media_type = picture.media_type().name().to_owned();
    let bytes = picture.into_bytes();
    let named = Picture {
        sha256: sha256(&bytes),
        media_type,
    };
    Ok((Raw::Picture(named), bytes))
}

/// A picture for a draft, and its bytes.
pub type TakenPicture = (Raw, Vec<u8>);

/// Issues one certificate.
///
/// Repeating a request with its key gives the first answer again and issues nothing.
///
/// # Errors
///
/// [`Reason::BadDraft`] with every finding, [`Reason::Differs`], [`Reason::Ended`],
/// [`Reason::Suspended`], [`Reason::KeyReused`], and those of [`issue`]. Nothing was written then.
pub fn issue_one(office: &Office, request: OneRequest<'_>) -> Result<OneIssued, Failure> {
    let digest = request.key.map(|(_, body)| sha256(body));
    if let (Some((key, _)), Some(digest)) = (&request.key, &digest)
        && let Some(before) = repeated(office, key, digest)?
    {
        return Ok(before);
    }
    let by = Circumstances {
        today: office.clock.now().day(),
        stock: request.stock,
    };
    let judged = judge(request.draft, request.of, by);
    let mut findings = judged.findings;
    succession(office, &request, judged.content.as_ref(), &mut findings);
    if let Some(content) = &judged.content {
        findings.extend(picture_findings(&request.pictures, request.of, content));
    }
    let warnings = in_words(&findings, request.of);
    let refused = findings.iter().any(|f| f.weight == Weight::Error);
    let Some(content) = judged.content.filter(|_| !refused) else {
        let problem = Problem {
            findings: warnings,
            ..Problem::new(Reason::BadDraft)
        };
        return Err(Failure::Refused(problem));
    };
    let order = Order {
        of: request.of,
        issuer: request.issuer,
        as_correction: request.as_correction,
        by: request.by,
        key: request.key.map(|(key, _)| key).zip(digest),
    };
    let submission = Submission {
        content,
        pictures: request.pictures,
        undated: (request.draft.leaves_blank(ISSUE_DATE)).then(|| request.draft.clone()),
    };
    let mut issued = issue(office, order, &[submission])?;
    match issued.pop() {
        Some(Issued::Same(identifier)) => {
            let same = OneIssued {
                outcome: "same".to_owned(),
                identifier,
                warnings,
            };
            let once = request.key.map(|(key, body)| Once::new(key, body));
            let reference = format!("same {}", same.identifier);
            let now = office.clock.now();
            let before = office
                .store
                .write(|tx| idempotency::claim(tx, once, Some(&reference), now))?;
            // The same request came twice at the same moment, and the other one issued it.
            before.before().map_or(Ok(same), |before| answered(&before))
        }
        Some(Issued::Differs {
            identifier,
            changes,
        }) => {
            let keys: Vec<&str> = changes.iter().map(|c| c.key.as_str()).collect();
            let detail = format!("{identifier} differs in {}", keys.join(", "));
            let labels = changes.iter().map(|c| request.of.definition.label(&c.key));
            let said = Said::of("fault", "differs")
                .with("identifier", &identifier)
                .with("columns", labels.collect::<Vec<_>>().join("、"));
            Err(Failure::saying(Reason::Differs, detail, said))
        }
        Some(Issued::Ended {
            identifier,
            standing,
        }) => {
            let detail = ended_in_words(Lang::En, &identifier, standing);
            Err(Failure::because(Reason::Ended, detail))
        }
        Some(Issued::Suspended(identifier)) => {
            Err(Failure::because(Reason::Suspended, identifier.to_string()))
        }
        Some(done) => Ok(OneIssued {
            outcome: done.name().to_owned(),
            identifier: done.identifier().clone(),
            warnings,
        }),
        None => Err(Failure::Broken("no outcome for one content".to_owned())),
    }
}

/// The answer that was given to the same request before.
pub(crate) fn repeated(
    office: &Office,
    key: &RequestKey<'_>,
    digest: &[u8; 32],
) -> Result<Option<OneIssued>, Failure> {
    let seen = office.store.read(|rx| rx.seen_key(key))?;
    let Some(before) = seen else {
        return Ok(None);
    };
    if before.digest != *digest {
        return Err(Failure::refused(Reason::KeyReused));
    }
    answered(&before.reference.unwrap_or_default()).map(Some)
}

/// The answer that a reference stands for.
fn answered(reference: &str) -> Result<OneIssued, Failure> {
    let read = reference.split_once(' ').and_then(|(outcome, identifier)| {
        let identifier = CertificateIdentifier::read(identifier).ok()?.identifier;
        Some(OneIssued {
            outcome: outcome.to_owned(),
            identifier,
            warnings: Vec::new(),
        })
    });
    read.ok_or_else(|| Failure::Broken("an idempotency key without a result".to_owned()))
}

/// An old record of another body needs a succession record that names the issuer.
fn succession(
    office: &Office,
    request: &OneRequest<'_>,
    content: Option<&Content>,
    findings: &mut Vec<Finding>,
) {
    findings.extend(content.and_then(|content| {
        crate::flow::issue::succession_finding(office, request.issuer, content)
    }));
}

/// Pictures that came along must be those the content names, and no larger than allowed.
pub(crate) fn picture_findings(
    pictures: &[(String, Vec<u8>)],
    of: &CertificateType,
    content: &Content,
) -> Vec<Finding> {
    let finding = |(key, bytes): &(String, Vec<u8>)| {
        let named = match content.fields.get(key) {
            Some(Value::Picture(picture)) => picture.sha256 == sha256(bytes),
            _ => false,
        };
        let most = of.definition.field(key).map_or(0, |f| f.max_length);
        if !named {
            Some(Finding::error(key, Fault::NotAPicture))
        } else if u32::try_from(bytes.len()).is_ok_and(|n| n <= most) {
            None
        } else {
            Some(Finding::error(key, Fault::TooLong(most)))
        }
    };
    pictures.iter().filter_map(finding).collect()
}

/// Findings in both languages, with the columns' headings.
#[must_use]
pub fn in_words(findings: &[Finding], of: &CertificateType) -> Vec<FindingWords> {
    let words = findings.iter();
    words
        .map(|f| FindingWords::of(f, of.definition.label(&f.column)))
        .collect()
}
