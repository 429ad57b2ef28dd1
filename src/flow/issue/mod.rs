//! Issue: from checked contents to signed, stored, recorded certificates.
//!
//! One path for one certificate and for a hundred thousand:
//!
//! ```text
//! compare with the register → decide → reserve places → sign and seal → one write
//! ```
//!
//! Signing happens outside any transaction. Reserved places that a crash leaves unused stay
//! unused; a number that somebody else put in force meanwhile makes the whole go round again.

pub mod decide;
pub mod keep;
pub mod one;
pub mod renew;
pub mod reserve;
pub mod seal;
pub mod write;

use crate::crypto::vault::Index;
use crate::crypto::vault::Vault;
use crate::domain::agency::Agency;
use crate::domain::caller::Caller;
use crate::domain::certificate::Content;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Draft;
use crate::domain::holder::Holder;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::flow::failure::Failure;
use crate::flow::issue::decide::Before;
use crate::flow::issue::decide::Decision;
use crate::flow::issue::decide::FieldChange;
use crate::flow::issue::write::Stop;
use crate::flow::office::Office;
use crate::flow::status;
use crate::store::holders::HolderRole;
use crate::store::holders::HolderRow;
use crate::store::idempotency::RequestKey;
use crate::store::stored::read_number;

/// How often a race with another writer makes us look again.
const ROUNDS: usize = 4;

/// Seconds the clock may lie behind the last ledger row before issuing stops.
const STEP_BACK_S: i64 = 60;

/// Who issues what, and how rows that are there already are taken.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The type.
    pub of: &'a CertificateType,
    /// The issuer.
    pub issuer: &'a Agency,
    /// Whether other content for a number in force is a correction rather than a difference.
    pub as_correction: bool,
    /// On whose behalf.
    pub by: &'a Caller,
    /// The idempotency key of a request for one certificate, with its body's digest.
    pub key: Option<(RequestKey<'a>, [u8; 32])>,
}

/// A content, and the pictures its fields name.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The content.
    pub content: Content,
    /// Field key and bytes of each picture that came along.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// The draft, if it left the day of issue to us: beside a certificate that is there already
    /// it is judged with that one's day, so that it is the same tomorrow as well.
    pub undated: Option<Draft>,
}

/// What became of a content.
#[derive(Clone, Debug, PartialEq)]
pub enum Issued {
    /// A new certificate.
    New(CertificateIdentifier),
    /// A new version; the old one is superseded.
    Corrected {
        /// The new version.
        identifier: CertificateIdentifier,
        /// The version it replaces.
        replaced: CertificateIdentifier,
        /// Field by field.
        changes: Vec<FieldChange>,
    },
    /// The holder changed: the old one is void 作废 and a new one issued.
    Reissued {
        /// The new certificate.
        identifier: CertificateIdentifier,
        /// The one that is void.
        voided: CertificateIdentifier,
        /// Field by field.
        changes: Vec<FieldChange>,
    },
    /// The register has just this already.
    Same(CertificateIdentifier),
    /// The register has other content under this number; nothing was written.
    Differs {
        /// What the register has.
        identifier: CertificateIdentifier,
        /// Field by field.
        changes: Vec<FieldChange>,
    },
    /// The certificate with this number ended; it is neither issued again nor corrected.
    Ended {
        /// Which.
        identifier: CertificateIdentifier,
        /// How it stands.
        standing: Standing,
    },
    /// The certificate with this number is suspended; it cannot be corrected until resumed.
    Suspended(CertificateIdentifier),
}

impl Issued {
    /// The stable name of the outcome.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::New(_) => "issued",
            Self::Corrected { .. } => "corrected",
            Self::Reissued { .. } => "reissued",
            Self::Same(_) => "same",
            Self::Differs { .. } => "differs",
            Self::Ended { .. } => "ended",
            Self::Suspended(_) => "suspended",
        }
    }

    /// The identifier of the certificate that stands for the content, or against it.
    #[must_use]
    pub const fn identifier(&self) -> &CertificateIdentifier {
        match self {
            Self::New(identifier)
            | Self::Corrected { identifier, .. }
            | Self::Reissued { identifier, .. }
            | Self::Same(identifier)
            | Self::Differs { identifier, .. }
            | Self::Ended { identifier, .. }
            | Self::Suspended(identifier) => identifier,
        }
    }

    /// What is told of it, as what was foreseen is told.
    #[must_use]
    pub fn told(self) -> Foreseen {
        let name = self.name();
        let identifier = Some(self.identifier().clone());
        let mut told = Foreseen {
            name,
            identifier,
            replaces: None,
            changes: Vec::new(),
            standing: None,
        };
        match self {
            Self::Corrected {
                replaced: before,
                changes,
                ..
            }
            | Self::Reissued {
                voided: before,
                changes,
                ..
            } => {
                told.replaces = Some(before);
                told.changes = changes;
            }
            Self::Differs { changes, .. } => told.changes = changes,
            Self::Ended { standing, .. } => told.standing = Some(standing),
            _ => {}
        }
        told
    }

    /// Whether something was written.
    #[must_use]
    pub const fn wrote(&self) -> bool {
        matches!(
            self,
            Self::New(_) | Self::Corrected { .. } | Self::Reissued { .. }
        )
    }
}

/// The blind indexes of a content.
#[derive(Clone, Debug)]
pub struct Marks {
    /// Of its number.
    pub number: [u8; 32],
    /// Of all its facts.
    pub content: [u8; 32],
    /// Of its holders' codes.
    pub holders: Vec<[u8; 32]>,
    /// Of its guardians' codes.
    pub guardians: Vec<[u8; 32]>,
}

impl Marks {
    /// Computes them.
    #[must_use]
    pub fn of(content: &Content, of: &CertificateType, vault: &Vault) -> Self {
        let facts = serde_json::to_vec(&content.facts(of)).unwrap_or_default();
        let people = |list: &[Holder]| list.iter().map(|h| holder_index(vault, &h.code)).collect();
        Self {
            number: number_index(vault, &content.certificate_number),
            content: vault.index(Index::Content, &facts),
            holders: people(&content.holders),
            guardians: people(&content.guardians),
        }
    }
}

impl Marks {
    /// Whether the register's people of a certificate are just these holders.
    #[must_use]
    pub fn are_held_by(&self, people: &[HolderRow]) -> bool {
        let role = HolderRole::Holder.stored();
        let holders: Vec<&[u8]> = people
            .iter()
            .filter(|p| p.role == role)
            .map(|p| p.holder_index.as_slice())
            .collect();
        holders.len() == self.holders.len()
            && self
                .holders
                .iter()
                .all(|index| holders.contains(&index.as_slice()))
    }
}

/// The blind index of a holder's code.
#[must_use]
pub fn holder_index(vault: &Vault, code: &crate::domain::holder::HolderCode) -> [u8; 32] {
    vault.index(Index::HolderCode, code.written().as_bytes())
}

/// The blind index of a certificate's number.
#[must_use]
pub fn number_index(vault: &Vault, number: &str) -> [u8; 32] {
    vault.index(Index::CertificateNumber, number.as_bytes())
}

/// Refuses an agency that may not issue a type: by the catalogue, and by the trust list in
/// force, which is what verifiers will ask. An agency that the list does not name yet has no
/// key that it names either, and is told so when it signs.
///
/// # Errors
///
/// [`Reason::MayNotIssue`].
pub fn may_issue(office: &Office, issuer: &Agency, of: &CertificateType) -> Result<(), Failure> {
    let refused = |what| Err(Failure::because(Reason::MayNotIssue, what));
    let departments = of.definition.issuing_departments();
    let (name, type_name) = (&issuer.name, &of.definition.name);
    if !issuer.issuer || !departments.contains(&issuer.department.as_str()) {
        return refused(format!("{name} does not issue {type_name}"));
    }
    let known = office.known();
    let party = known.trust.as_ref().and_then(|t| t.party(issuer.number));
    if party.is_some_and(|party| !departments.contains(&party.department.as_str())) {
        return refused(format!(
            "the trust list in force has {name} as a department that does not issue {type_name}: \
             publish the next one first"
        ));
    }
    Ok(())
}

/// Issues contents, in their order; the answer has one outcome for each.
///
/// All that one call writes is one transaction. Contents must have different numbers.
///
/// # Errors
///
/// [`Failure`]: the agency may not issue, has no key, the clock stepped back, or register or
/// key store fail. Nothing was written then.
pub fn issue(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
) -> Result<Vec<Issued>, Failure> {
    match in_rounds(office, order, submissions, |_| false)? {
        Together::Issued(issued) => Ok(issued),
        Together::Not(_) => Err(Failure::Broken("nobody asked to stop".to_owned())),
    }
}

/// What became of contents that are issued together or not at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Together {
    /// They are issued, in their order, or were there already.
    Issued(Vec<Issued>),
    /// Nothing was written: at least one differs, has ended or is suspended. What would become of each.
    Not(Vec<Foreseen>),
}

/// Issues contents as [`issue`] does, all of them or none: also when another writer puts
/// something in the way of one of them meanwhile.
///
/// # Errors
///
/// As [`issue`]; nothing was written then.
pub fn issue_together(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
) -> Result<Together, Failure> {
    let stands_against = |decision: &Decision| {
        matches!(
            decision,
            Decision::Differs(..) | Decision::Ended(..) | Decision::Suspended(..)
        )
    };
    in_rounds(office, order, submissions, stands_against)
}

/// Decides and carries out, anew after each race, unless a decision stops all of them.
fn in_rounds(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
    stops: impl Fn(&Decision) -> bool,
) -> Result<Together, Failure> {
    may_issue(office, order.issuer, order.of)?;
    let vault = office.store.vault();
    let marks: Vec<Marks> = submissions
        .iter()
        .map(|s| Marks::of(&s.content, order.of, vault))
        .collect();
    for _ in 0..ROUNDS {
        let decisions = decide::decide(office, order, submissions, &marks)?;
        if decisions.iter().any(&stops) {
            return Ok(Together::Not(foreseen(decisions)));
        }
        match carry_out(office, order, submissions, &marks, decisions) {
            Err(Stop::Raced) => {}
            Err(Stop::Failed(why)) if why.is_taken() => {}
            Err(Stop::Failed(why)) => return Err(why),
            Ok(issued) => return Ok(Together::Issued(issued)),
        }
    }
    Err(Failure::because(
        Reason::Unavailable,
        "other writers were faster four times",
    ))
}

/// Carries decisions out: places, signatures, one write.
pub(crate) fn carry_out(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
    marks: &[Marks],
    decisions: Vec<Decision>,
) -> Result<Vec<Issued>, Stop> {
    if !decisions.iter().any(Decision::writes) {
        let nowhere = decisions.into_iter().map(|decision| decision.outcome(None));
        return Ok(nowhere.flatten().collect());
    }
    let signer = office.issuing_key(order.issuer.number)?;
    check_clock(office)?;
    let places = reserve::reserve(office, order, &decisions)?;
    let sealed = seal::seal_all(office, order, &*signer, submissions, &places)?;
    write::write(
        office,
        order,
        &write::Work {
            submissions,
            marks,
            decisions: &decisions,
            places: &places,
            sealed: &sealed,
        },
    )?;
    for (before, _) in decisions.iter().filter_map(Decision::before) {
        status::forget(office, read_number(before.row.list_number));
    }
    let done = decisions.into_iter().zip(places);
    Ok(done
        .filter_map(|(decision, place)| decision.outcome(place))
        .collect())
}

/// Refuses to issue while the clock lies behind what the ledger has seen.
fn check_clock(office: &Office) -> Result<(), Failure> {
    let last = office.store.read(|rx| rx.last_ledger_row())?;
    let behind = last.map_or(0, |row| row.at - office.clock.now().millis());
    if behind > STEP_BACK_S * 1000 {
        return Err(Failure::refused(Reason::ClockStepped));
    }
    Ok(())
}

/// The finding against an old record of another body, unless a succession record names the
/// issuer as its successor : stock is signed by the successor and never passed off as new issue.
pub(crate) fn succession_finding(
    office: &Office,
    issuer: &Agency,
    content: &Content,
) -> Option<crate::domain::finding::Finding> {
    use crate::domain::finding::Fault;
    use crate::domain::finding::Finding;
    let original = content.stock.as_ref()?.original_issuer.as_ref()?;
    let known = office.known();
    let succeeded = known
        .successions
        .iter()
        .any(|(predecessor, successor)| predecessor == original && *successor == issuer.number);
    let own = *original == issuer.name || *original == issuer.code.as_str();
    (!own && !succeeded).then(|| Finding::error("original_issuer", Fault::NoSuccession))
}

/// What would become of a content if it were issued now.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreseen {
    /// The name of the outcome, as [`Issued::name`] would have it.
    pub name: &'static str,
    /// The certificate that stands for it already, or against it.
    pub identifier: Option<CertificateIdentifier>,
    /// The certificate that a correction is about.
    pub replaces: Option<CertificateIdentifier>,
    /// What differs, field by field.
    pub changes: Vec<FieldChange>,
    /// How the certificate stands that ended.
    pub standing: Option<Standing>,
}

/// Tells what [`issue`] would do, and does nothing.
///
/// # Errors
///
/// [`Failure`] if the register cannot be read.
pub fn foresee(
    office: &Office,
    order: Order<'_>,
    submissions: &[Submission],
) -> Result<Vec<Foreseen>, Failure> {
    let vault = office.store.vault();
    let marks: Vec<Marks> = submissions
        .iter()
        .map(|s| Marks::of(&s.content, order.of, vault))
        .collect();
    let decisions = decide::decide(office, order, submissions, &marks)?;
    Ok(foreseen(decisions))
}

fn foreseen(decisions: Vec<Decision>) -> Vec<Foreseen> {
    let foreseen = decisions.into_iter().map(|decision| {
        let mut told = Foreseen {
            name: "issued",
            identifier: None,
            replaces: None,
            changes: Vec::new(),
            standing: None,
        };
        let mut of = |before: Before| {
            told.changes = before.changes;
            told.replaces = Some(before.identifier.clone());
            Some(before.identifier)
        };
        (told.name, told.identifier) = match decision {
            Decision::New => ("issued", None),
            Decision::Correct(before) => ("corrected", of(*before)),
            Decision::Reissue(before) => ("reissued", of(*before)),
            Decision::Same(identifier) => ("same", Some(identifier)),
            Decision::Differs(identifier, changes) => {
                told.changes = changes;
                ("differs", Some(identifier))
            }
            Decision::Suspended(identifier) => ("suspended", Some(identifier)),
            Decision::Ended(identifier, standing) => {
                told.standing = Some(standing);
                ("ended", Some(identifier))
            }
        };
        told
    });
    foreseen.collect()
}
