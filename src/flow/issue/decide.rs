//! Decide what each content is: new, there already, different, a correction.

use std::collections::HashMap;

use crate::domain::certificate::Content;
use crate::domain::draft::Circumstances;
use crate::domain::draft::ISSUE_DATE;
use crate::domain::draft::judge;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::standing::EndWord;
use crate::domain::standing::Standing;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::issue::Issued;
use crate::flow::issue::Marks;
use crate::flow::issue::Order;
use crate::flow::issue::Submission;
use crate::flow::issue::reserve::Place;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::certificates::CertificateRow;
use crate::store::stored::read_number;

/// A field that differs: what the register has and what was handed in.
///
/// Personal data: shown to the issuer, never logged.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldChange {
    /// The field's key.
    pub key: String,
    /// The register's value.
    pub old: Option<serde_json::Value>,
    /// The value handed in.
    pub new: Option<serde_json::Value>,
}

/// A certificate that a decision is about.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its row.
    pub row: CertificateRow,
    /// Its identifier.
    pub identifier: CertificateIdentifier,
    /// What a correction changes, field by field; nothing is told so of a renewal.
    pub changes: Vec<FieldChange>,
}

/// What is to be done with a content.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Issue it.
    New,
    /// Issue it as the next version and supersede this one.
    Correct(Box<Before>),
    /// End this one and issue a new certificate.
    Reissue(Box<Before>),
    /// Nothing: it is there.
    Same(CertificateIdentifier),
    /// Nothing: other content is there.
    Differs(CertificateIdentifier, Vec<FieldChange>),
    /// Nothing: what is there has ended, and stands so.
    Ended(CertificateIdentifier, Standing),
    /// Nothing: what is there is suspended, and a new version would be in force.
    Suspended(CertificateIdentifier),
}

impl Decision {
    /// Whether carrying it out writes.
    #[must_use]
    pub const fn writes(&self) -> bool {
        matches!(self, Self::New | Self::Correct(_) | Self::Reissue(_))
    }

    /// The certificate that ends or is superseded by it.
    #[must_use]
    pub fn before(&self) -> Option<(&Before, Standing)> {
        match self {
            Self::Correct(before) => Some((before, Standing::Superseded)),
            Self::Reissue(before) => Some((before, Standing::Ended(EndWord::IssuedInError))),
            _ => None,
        }
    }

    /// What is told once it was carried out; `None` if a place is missing.
    pub(crate) fn outcome(self, place: Option<Place>) -> Option<Issued> {
        let identifier = place.map(|p| p.identifier);
        Some(match self {
            Self::New => Issued::New(identifier?),
            Self::Correct(before) => Issued::Corrected {
                identifier: identifier?,
                replaced: before.identifier,
                changes: before.changes,
            },
            Self::Reissue(before) => Issued::Reissued {
                identifier: identifier?,
                voided: before.identifier,
                changes: before.changes,
            },
            Self::Same(identifier) => Issued::Same(identifier),
            Self::Differs(identifier, changes) => Issued::Differs {
                identifier,
                changes,
            },
            Self::Ended(identifier, standing) => Issued::Ended {
                identifier,
                standing,
            },
            Self::Suspended(identifier) => Issued::Suspended(identifier),
        })
    }
}

/// Compares contents with the register.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn decide(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
    marks: &[Marks],
) -> Result<Vec<Decision>, Failure> {
    let numbers: Vec<[u8; 32]> = marks.iter().map(|m| m.number).collect();
    let rows = office
        .store
        .read(|rx| rx.certificates_by_number(order.of.number, order.issuer.number, &numbers))?;
    let mut by_number: HashMap<Vec<u8>, CertificateRow> = HashMap::new();
    for row in rows {
        // The one in force counts; of those that ended, the last.
        let rank = |r: &CertificateRow| (matches!(r.status, 0 | 2), r.id);
        match by_number.get(&row.number_index) {
            Some(known) if rank(known) > rank(&row) => {}
            _ => {
                by_number.insert(row.number_index.clone(), row);
            }
        }
    }
    let register = Register::of(office);
    let mut decisions = Vec::with_capacity(submissions.len());
    for (submission, mark) in submissions.iter().zip(marks) {
        decisions.push(match by_number.remove(mark.number.as_slice()) {
            None => Decision::New,
            Some(row) => beside(office, &register, order, submission, mark, row)?,
        });
    }
    Ok(decisions)
}

fn beside(
    office: &Office,
    register: &Register,
    order: Order<'_>,
    submission: &Submission,
    mark: &Marks,
    row: CertificateRow,
) -> Result<Decision, Failure> {
    let identifier = register.identifier(&row)?;
    // How it stands comes first: what has ended is not "there already", whatever it says.
    let standing = match Standing::from_stored(row.status) {
        Some(Standing::Superseded) => newest_standing(office, &row)?,
        standing => standing,
    };
    if let Some(standing @ Standing::Ended(_)) = standing {
        return Ok(Decision::Ended(identifier, standing));
    }
    if row.content_mac == mark.content {
        return Ok(Decision::Same(identifier));
    }
    let dated = as_dated_before(office, register, order, submission, &row)?;
    let vault = office.store.vault();
    if let Some(dated) = &dated
        && row.content_mac == Marks::of(dated, order.of, vault).content
    {
        return Ok(Decision::Same(identifier));
    }
    if !order.as_correction {
        let new = dated.as_ref().unwrap_or(&submission.content);
        let changes = changes(register, order, &row, new)?;
        return Ok(Decision::Differs(identifier, changes));
    }
    match Standing::from_stored(row.status) {
        Some(Standing::InForce) => {}
        Some(Standing::Suspended) => return Ok(Decision::Suspended(identifier)),
        _ => return Ok(Decision::Ended(identifier, Standing::Superseded)),
    }
    let people = office.store.read(|rx| rx.holders_of(row.id))?;
    // The new version is issued on the day that it is issued on: that changes, too.
    let changes = changes(register, order, &row, &submission.content)?;
    let before = Box::new(Before {
        row,
        identifier,
        changes,
    });
    Ok(if mark.are_held_by(&people) {
        Decision::Correct(before)
    } else {
        Decision::Reissue(before)
    })
}

/// What a content says otherwise than a certificate, field by field.
fn changes(
    register: &Register,
    order: Order<'_>,
    row: &CertificateRow,
    content: &Content,
) -> Result<Vec<FieldChange>, Failure> {
    let old = register.facts(row)?;
    let new = content.facts(order.of);
    let keys = old
        .keys()
        .chain(new.keys().filter(|key| !old.contains_key(*key)));
    let changes = keys
        .filter(|key| old.get(*key) != new.get(*key))
        .map(|key| FieldChange {
            key: key.clone(),
            old: old.get(key).cloned(),
            new: new.get(key).cloned(),
        });
    Ok(changes.collect())
}

/// How the newest version stands of a certificate whose number went to nobody else.
fn newest_standing(office: &Office, row: &CertificateRow) -> Result<Option<Standing>, Failure> {
    let broken = || Failure::Broken(format!("certificate {} has no serial", row.id));
    let Ok(serial) = row.serial.parse() else {
        return Err(broken());
    };
    let (of, issuer) = (read_number(row.type_number), read_number(row.issuer));
    let newest = office
        .store
        .read(|rx| rx.latest_of_serial(of, issuer, &serial))?;
    Ok(Standing::from_stored(newest.ok_or_else(broken)?.status))
}

/// The content of a draft that left the day of issue to us, on the day that the register's own
/// certificate was issued: the same file means the same tomorrow.
fn as_dated_before(
    office: &Office,
    register: &Register,
    order: Order<'_>,
    submission: &Submission,
    row: &CertificateRow,
) -> Result<Option<Content>, Failure> {
    let Some(draft) = &submission.undated else {
        return Ok(None);
    };
    let facts = register.facts(row)?;
    let day = facts.get(ISSUE_DATE).and_then(serde_json::Value::as_str);
    let Some(Ok(day)) = day.map(str::parse) else {
        return Ok(None);
    };
    let by = Circumstances {
        today: office.clock.now().day(),
        stock: submission.content.stock.is_some(),
    };
    Ok(judge(&draft.issued_on(day), order.of, by).content)
}

/// What is said of a row whose certificate has ended: which, by what, and what to do.
#[must_use]
pub fn ended_in_words(lang: Lang, which: &CertificateIdentifier, how: Standing) -> String {
    let key = match how {
        Standing::Superseded => "batch.superseded",
        _ => "batch.ended",
    };
    let word = say(lang, &format!("word.{}", how.name()), &[]);
    let with = [("identifier", which.to_string()), ("word", word)];
    let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
    say(lang, key, &with)
}
