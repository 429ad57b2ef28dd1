//! Is the record of whom was asked for, and does it keep its type's rules?

use serde_json::Value;

use crate::domain::certificate::Content;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Circumstances;
use crate::domain::draft::Draft;
use crate::domain::draft::ISSUE_DATE;
use crate::domain::draft::judge as judged;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::normalise::certificate_number_text;
use crate::domain::normalise::code_text;
use crate::domain::problem::FindingWords;
use crate::domain::sourced::SourceCause;
use crate::domain::time::Day;
use crate::domain::value::Raw;
use crate::domain::value::plain_text;
use crate::domain::verdict::Outcome;
use crate::source::config::Source;
use crate::source::fields;
use crate::source::fields::name_text;
use crate::source::question::Question;
use crate::source::record::Record;
use crate::source::record::Upstream;

/// A record, judged.
pub(super) struct Judged {
    /// The content and the draft it came from, or why not.
    pub(super) outcome: Result<(Content, Draft), SourceCause>,
    /// Everything found, by field.
    pub(super) findings: Vec<FindingWords>,
    /// How it stands where it comes from, if that is said.
    pub(super) standing: Option<Outcome>,
    /// The answer that it was a part of.
    pub(super) upstream: Option<Upstream>,
}

impl Judged {
    /// Nothing that can be used.
    pub(super) const fn not(cause: SourceCause, findings: Vec<FindingWords>) -> Self {
        Self {
            outcome: Err(cause),
            findings,
            standing: None,
            upstream: None,
        }
    }
}

/// How a platform says that a certificate stands: by one of our verdicts, or by the national result.
fn standing(record: &Record) -> Option<Outcome> {
    let Record::National(value, _) = record else {
        return None;
    };
    let named = value.get("verdict").and_then(Value::as_str);
    let named = named.and_then(|name| Outcome::ALL.into_iter().find(|o| o.name() == name));
    let result = value.get("result").map(plain_text);
    Some(named.unwrap_or(match result.as_deref() {
        Some("0") => Outcome::Valid,
        Some("1") => Outcome::NotYetValid,
        Some("2") => Outcome::Suspended,
        Some("3") => Outcome::Revoked,
        // Without a word of how it stands nobody may call it valid.
        _ => Outcome::Undetermined,
    }))
}

pub(super) fn judge(
    source: &Source,
    of: &CertificateType,
    wanted: &Question,
    record: &Record,
    today: Day,
) -> Judged {
    let not = Judged::not;
    let mapped = fields::map(&source.filled(&of.definition), record);
    let Some(draft) = fields::draft(&mapped) else {
        let unfit = mapped.iter().filter(|one| one.became.is_err());
        let findings = unfit.map(|one| Finding::error(&one.key, Fault::NotAValue));
        return not(SourceCause::BadValue, in_words(findings, of));
    };
    let by = Circumstances {
        today,
        stock: false,
    };
    let mut judged = judged(&draft, of, by);
    if draft.leaves_blank(ISSUE_DATE) {
        // The judge would say today: of a record that lives elsewhere that would be made up.
        let missing = Finding::error(ISSUE_DATE, Fault::Missing);
        judged.findings.push(missing);
        judged.content = None;
    }
    let findings = in_words(judged.findings, of);
    // Whose it is comes first: nothing is said of a record of somebody else.
    let Some(content) = judged.content else {
        let elses = is_somebody_elses(&draft, of, wanted);
        let cause = if elses {
            SourceCause::OtherCode
        } else {
            SourceCause::BadRecord
        };
        return not(cause, if elses { Vec::new() } else { findings });
    };
    match differs(&content, wanted) {
        Some(cause) => not(cause, Vec::new()),
        None => Judged {
            outcome: Ok((content, draft)),
            findings,
            standing: standing(record),
            upstream: match record {
                Record::National(_, upstream) => Some(upstream.clone()),
                _ => None,
            },
        },
    }
}

/// What is not as it was asked for.
fn differs(content: &Content, wanted: &Question) -> Option<SourceCause> {
    if let Some(code) = &wanted.holder_code {
        let Some(holder) = content.holders.iter().find(|h| h.code == *code) else {
            return Some(SourceCause::OtherCode);
        };
        let name = wanted.holder_name.as_deref().map(name_text);
        if name.is_some_and(|name| name != name_text(&holder.name)) {
            return Some(SourceCause::OtherName);
        }
    }
    let number = wanted.number.as_deref().map(certificate_number_text);
    let same = number.is_none_or(|n| n == certificate_number_text(&content.certificate_number));
    (!same).then_some(SourceCause::OtherNumber)
}

/// Whether a draft that breaks rules names somebody, and nobody who was asked for.
fn is_somebody_elses(draft: &Draft, of: &CertificateType, wanted: &Question) -> bool {
    let Some(code) = &wanted.holder_code else {
        return false;
    };
    let faces = of.definition.holders.iter().map(|at| at.code.as_str());
    let columns = faces.chain(
        ["holder_code"]
            .into_iter()
            .filter(|_| of.definition.holder_columns()),
    );
    let named: Vec<String> = columns
        .filter_map(|column| match draft.0.get(column) {
            Some(Raw::Text(text)) => Some(code_text(text)),
            _ => None,
        })
        .collect();
    !named.is_empty() && !named.iter().any(|text| text.contains(code.number()))
}

fn in_words(
    findings: impl IntoIterator<Item = Finding>,
    of: &CertificateType,
) -> Vec<FindingWords> {
    let words = |f: Finding| FindingWords::of(&f, of.definition.label(&f.column));
    findings.into_iter().map(words).collect()
}
