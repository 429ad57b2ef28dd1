//! A case as the window sees it: how everything stands, and nothing that a passer-by may read.

use serde::Serialize;

use super::kept::Kept;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::case::Case;
use crate::domain::case::CaseMaterial;
use crate::domain::case::PaperReason;
use crate::domain::case::Part;
use crate::domain::case::Person;
use crate::domain::case::Proof;
use crate::domain::case::State;
use crate::domain::item::HowMany;
use crate::domain::item::Necessity;
use crate::domain::item::Route;
use crate::domain::item::Whose;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct CaseView {
    /// Its number.
    pub number: String,
    /// The text of the picture on the window's screen, by which a phone opens it.
    pub scan: String,
    /// The number that the agency's own system has for it.
    pub foreign_number: Option<String>,
    /// When it was opened.
    pub opened_at: String,
    /// When it was closed, or withdrawn.
    pub closed_at: Option<String>,
    /// Why it was withdrawn, if it was.
    pub withdrawn: Option<String>,
    /// Its items.
    pub items: Vec<ItemView>,
    /// The applicant first, then whoever else it concerns.
    pub people: Vec<PersonView>,
    /// What it asks for, each once.
    pub materials: Vec<MaterialView>,
    /// The places of the materials that keep it open.
    pub unsettled: Vec<usize>,
    /// How many materials were really waived.
    pub waived: usize,
}

/// An item of a case.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ItemView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The situation.
    pub scenario: String,
    /// The version of the rule that the case keeps.
    pub rule_version: u32,
}

/// Somebody whom a case concerns.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct PersonView {
    /// What she is in the case.
    pub parts: Vec<PartView>,
    /// Her name, all but its ends hidden.
    pub name_masked: String,
    /// The type of her code.
    pub code_type: String,
    /// The last four characters of her code.
    pub code_last4: String,
}

/// What somebody is in a case.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct PartView {
    /// `applicant`, `legal_representative`, `spouse`, `parent`, `child`, `staff`, `agent`,
    /// `deceased` or `third_party`.
    pub role: &'static str,
    /// By what she is that: `applicant`, `none`, `guardian`, `certificate`, `mandate` or
    /// `second_officer`.
    pub proof: &'static str,
}

/// A material of a case.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MaterialView {
    /// Its name.
    pub name: String,
    /// `required`, `conditional` or `tolerant`.
    pub necessity: &'static str,
    /// The code of the certificate type that can stand for it.
    pub type_code: Option<String>,
    /// Its name.
    pub type_name: Option<String>,
    /// The way by which it need not be handed in.
    pub route: Option<&'static str>,
    /// Whose it is.
    pub whose: Option<&'static str>,
    /// The least that must be seen.
    pub fields: Vec<String>,
    /// The places of the items that ask for it.
    pub items: Vec<usize>,
    /// Whether the paper is taken back.
    pub return_paper: bool,
    /// Whether it only identifies somebody.
    pub identity: bool,
    /// How it stands.
    pub state: &'static str,
    /// Why it is on paper.
    pub reason: Option<&'static str>,
    /// Until when it may follow.
    pub until: Option<String>,
    /// When it came to stand so.
    pub decided_at: Option<String>,
    /// The request that its holder has not answered, or under which something serves.
    pub consent: Option<i64>,
    /// What could be done about it now, of `ask` and the decisions.
    pub can: Vec<&'static str>,
    /// How many certificates it needs.
    pub wanted: usize,
    /// Those that serve.
    pub uses: Vec<UseView>,
}

/// A certificate that serves for a material.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct UseView {
    /// Its identifier.
    pub identifier: String,
    /// Of which of the people, by place.
    pub person: usize,
    /// How it was put before the officer.
    pub shown_by: String,
    /// Whether face and card have to be compared before the material is waived.
    pub needs_match: bool,
    /// The number of the use record.
    pub record: i64,
}

/// Looks a case of one's own agency up, which is recorded.
///
/// # Errors
///
/// [`Reason::NotFound`](crate::domain::problem::Reason::NotFound), whether there is none or it
/// is another agency's.
pub fn look(office: &Office, number: &str, by: &Caller) -> Result<CaseView, Failure> {
    let kept = office.store.read(|rx| Kept::read(office, rx, number, by))?;
    kept.reading("case", 1, office).record(office, by)?;
    Ok(view(office, &kept))
}

/// What a case looks like after a step, of which the ledger tells by itself.
pub(super) fn look_after(office: &Office, number: &str, by: &Caller) -> Result<CaseView, Failure> {
    let kept = office.store.read(|rx| Kept::read(office, rx, number, by))?;
    Ok(view(office, &kept))
}

/// What a case looks like.
pub(super) fn view(office: &Office, kept: &Kept) -> CaseView {
    let (row, case) = (&kept.row, &kept.case);
    let items = case.items.iter().map(|item| ItemView {
        code: item.code.clone(),
        name: item.name.clone(),
        scenario: item.scenario.clone(),
        rule_version: item.rule_version,
    });
    let materials = (0..case.materials.len()).zip(&case.materials);
    CaseView {
        number: row.number.clone(),
        scan: format!(
            "HTTPS://{}/C/{}",
            office.settings.code_host.to_uppercase(),
            row.number
        ),
        foreign_number: row.foreign_number.clone(),
        opened_at: Timestamp::from_millis(row.opened_at).to_string(),
        closed_at: case
            .closed_at
            .map(|at| Timestamp::from_millis(at).to_string()),
        withdrawn: case.withdrawn.as_ref().map(|of| of.reason.clone()),
        items: items.collect(),
        people: case.people.iter().map(person).collect(),
        materials: materials
            .map(|(place, of)| material(office, case, place, of))
            .collect(),
        unsettled: case
            .unsettled()
            .into_iter()
            .map(|one| one.material)
            .collect(),
        waived: case.waived(),
    }
}

fn person(person: &Person) -> PersonView {
    PersonView {
        name_masked: person.shown_name(),
        code_type: person.code.kind().to_string(),
        code_last4: person.code.last4(),
        parts: person.parts.iter().map(part).collect(),
    }
}

fn part(part: &Part) -> PartView {
    PartView {
        role: part.role.name(),
        proof: match part.proof {
            Proof::Applicant => "applicant",
            Proof::None => "none",
            Proof::Guardian => "guardian",
            Proof::Certificate { .. } => "certificate",
            Proof::Mandate { .. } => "mandate",
            Proof::SecondOfficer { .. } => "second_officer",
        },
    }
}

fn material(office: &Office, case: &Case, place: usize, of: &CaseMaterial) -> MaterialView {
    let known = office.known();
    let code = of.certificate_type.clone();
    let named = code.as_ref().and_then(|code| known.newest.get(code));
    let uses = of.uses.iter().map(|used| UseView {
        identifier: used.identifier.clone(),
        person: used.person,
        shown_by: used.shown_by.clone(),
        needs_match: used.needs_match,
        record: used.record,
    });
    MaterialView {
        name: of.name.clone(),
        necessity: match of.necessity {
            Necessity::Required => "required",
            Necessity::Conditional => "conditional",
            Necessity::Tolerant => "tolerant",
        },
        type_name: named.map(|of| of.definition.name.clone()),
        type_code: code,
        route: of.route.map(Route::name),
        whose: of.whose.map(Whose::name),
        fields: of.fields().into_iter().map(str::to_owned).collect(),
        items: of.wants.iter().map(|want| want.item).collect(),
        return_paper: of.return_paper,
        identity: of.identity,
        state: of.state.name(),
        reason: match of.state {
            State::NeedsPaper { reason } => Some(reason.name()),
            _ => None,
        },
        until: match of.state {
            State::Tolerant { until } => Some(until.to_string()),
            _ => None,
        },
        decided_at: of
            .decided_at
            .map(|at| Timestamp::from_millis(at).to_string()),
        consent: match of.state {
            State::Waiting { consent } => Some(consent),
            _ => of.uses.iter().rev().find_map(|used| used.consent),
        },
        can: can(case, place, of),
        wanted: match of.how_many {
            HowMany::One => 1,
            HowMany::Each => case.wanted(place).unwrap_or(1),
        },
        uses: uses.collect(),
    }
}

/// What could be done about a material now. Whose it is, and whether a certificate is still good,
/// is asked when it is done.
fn can(case: &Case, place: usize, of: &CaseMaterial) -> Vec<&'static str> {
    let paper = if of.is_waivable() {
        PaperReason::PreferredPaper
    } else {
        PaperReason::of_rule(of.return_paper)
    };
    // Nobody is asked and no day is chosen yet: any stands for all.
    let acts = [
        ("ask", Act::Ask(0)),
        ("waive", Act::Waive),
        ("paper", Act::Paper(paper)),
        ("promise", Act::Promise),
        ("tolerate", Act::Tolerate(Day::from_number(0))),
        ("check", Act::Check(0)),
        ("dispute", Act::Dispute(0)),
        ("identify", Act::Identify),
    ];
    let possible = acts.into_iter().filter(|(_, act)| case.can(place, act));
    possible.map(|(name, _)| name).collect()
}
