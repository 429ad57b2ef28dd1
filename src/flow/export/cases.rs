//! What happened at windows: cases that concern her, what she was asked, tasks about her.

use serde_json::Value;
use serde_json::json;

use super::Whose;
use super::cards::moment;
use crate::domain::case::CaseMaterial;
use crate::domain::case::Person;
use crate::domain::consent::ConsentState;
use crate::domain::holder::HolderCode;
use crate::domain::holder::masked_name;
use crate::domain::usage::CaseResult;
use crate::flow::case::consent::Content;
use crate::flow::case::kept::Kept;
use crate::flow::failure::Failure;
use crate::flow::foreign_cases::FoundCase;
use crate::flow::issue::holder_index;
use crate::flow::source;
use crate::flow::tasks;
use crate::store::Rx;
use crate::store::cases::CaseRow;
use crate::store::certificates::CertificateRow;
use crate::store::holders::HolderRole;
use crate::store::receipts::RECEIPT;
use crate::store::stored::read_number;

impl Whose<'_> {
    /// The cases that concern her: what she applied for as a whole, of others what is hers.
    pub(super) fn cases(&self, rx: &mut Rx<'_>, rows: &[CaseRow]) -> Result<Vec<Value>, Failure> {
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let kept = Kept::opened(self.office, row.clone())?;
            let place = kept
                .indexes(self.office)
                .iter()
                .position(|i| *i == self.index);
            let Some(place) = place else { continue };
            let applies = place == 0;
            let case = &kept.case;
            let concerns = |material: &&CaseMaterial| {
                applies
                    || case.people_of(material).contains(&place)
                    || material.uses.iter().any(|used| used.person == place)
            };
            let materials = case.materials.iter().filter(concerns);
            let people = case.people.iter().enumerate();
            all.push(json!({
                "case": row.number,
                "foreign_number": row.foreign_number.as_ref().filter(|_| applies),
                "agency": self.agency(row.agency),
                "opened_at": moment(row.opened_at),
                "opened_by": row.opened_by,
                "closed_at": row.closed_at.map(moment),
                "withdrawn": case.withdrawn.as_ref().filter(|_| applies).map(|of| &of.reason),
                "items": case.items.iter().map(|item| &item.name).collect::<Vec<_>>(),
                "people": people.map(|(at, who)| person(who, at == place)).collect::<Vec<_>>(),
                "materials": materials.map(|m| material(m, place, applies)).collect::<Vec<_>>(),
                "receipts": if applies { self.receipts(rx, row.id)? } else { Vec::new() },
            }));
        }
        Ok(all)
    }

    fn receipts(&self, rx: &mut Rx<'_>, case: i64) -> Result<Vec<Value>, Failure> {
        let rows = rx.receipts_of(case)?.into_iter();
        let told = rows.map(|row| {
            let vault = self.office.store.vault();
            let signed = vault.open(&RECEIPT, row.id, &row.sealed())?;
            Ok(json!({
                "receipt": row.version,
                "issued_at": moment(row.issued_at),
                "voided_at": row.voided_at.map(moment),
                "signed": String::from_utf8_lossy(&signed),
            }))
        });
        told.collect()
    }

    /// What she was asked and answered.
    pub(super) fn consents(&self, rx: &mut Rx<'_>) -> Result<Vec<Value>, Failure> {
        let rows = rx.consents_of_holder(&self.index, i64::MAX)?;
        let told = rows.iter().map(|row| {
            let content = Content::open(self.office, row)?;
            let state = ConsentState::from_number(row.state);
            Ok(json!({
                "consent": row.id,
                "state": state.map_or("", ConsentState::name),
                "asked_at": moment(row.asked_at),
                "answered_at": row.answered_at.map(moment),
                "slip": row.slip,
                "asked": content.asked,
                "record": content.record,
                "served": content.served,
            }))
        });
        told.collect()
    }

    /// The cases of other systems in which she applied.
    pub(super) fn foreign_cases(&self, rx: &mut Rx<'_>) -> Result<Vec<Value>, Failure> {
        let rows = rx.foreign_cases_of(&self.index)?;
        let told = rows.into_iter().map(|row| {
            let found = FoundCase::opened(self.office, row)?;
            let case = &found.kept.case;
            Ok(json!({
                "number": case.number,
                "agency": self.agency(found.row.agency),
                "item": case.item,
                "item_name": case.item_name,
                "scenario": case.scenario,
                "name": case.applicant.name,
                "opened": moment(case.opened),
                "registered_at": moment(found.row.registered_at),
                "closed_at": found.row.closed_at.map(moment),
                "result": found.result().map(CaseResult::name),
                "note": found.kept.note,
                "registration": found.kept.signed,
            }))
        });
        told.collect()
    }

    /// What platforms of the region or the nation last gave of her, with the answers.
    pub(super) fn mirrors(&self, rx: &mut Rx<'_>) -> Result<Vec<Value>, Failure> {
        let known = self.office.known();
        let rows = rx.mirrors_of(&self.index)?.into_iter();
        let told = rows.map(|row| {
            let number = read_number(row.type_number);
            let of = known.newest.values().find(|of| of.number == number);
            let kept = source::mirror_opened(self.office, &row)?;
            Ok(json!({
                "type": of.map(|of| &of.definition.name),
                "source": kept.source,
                "platform": kept.address,
                "at": moment(row.at),
                "record": kept.record,
                "evidence_hash": kept.digest,
                "answer": kept.answer,
            }))
        });
        told.collect()
    }

    /// What issuers were asked about her.
    pub(super) fn tasks(
        &self,
        rx: &mut Rx<'_>,
        cards: &[(CertificateRow, HolderRole)],
        cases: &[CaseRow],
    ) -> Result<Vec<Value>, Failure> {
        let own = cards
            .iter()
            .filter(|(_, role)| *role != HolderRole::Guardian);
        let own: Vec<i64> = own.map(|(row, _)| row.id).collect();
        let cases: Vec<i64> = cases.iter().map(|row| row.id).collect();
        let mut all = Vec::new();
        for row in rx.tasks_about(&own, &cases)? {
            let task = tasks::told(self.office, &row)?;
            let code = HolderCode::read(&task.code).ok();
            let index = code.map(|code| holder_index(self.office.store.vault(), &code));
            if index == Some(self.index) {
                let agency = self.agency(row.agency);
                let answered_at = row.answered_at.map(moment);
                all.push(json!({"task": task, "agency": agency, "answered_at": answered_at}));
            }
        }
        Ok(all)
    }

    pub(super) fn agency(&self, number: i32) -> Option<String> {
        let known = self.office.known();
        let agency = known.agencies.get(&read_number(number));
        agency.map(|agency| agency.name.clone())
    }
}

/// Somebody of a case; others as on any paper: masked, and without a number.
fn person(person: &Person, herself: bool) -> Value {
    let open = herself || person.code.kind().is_organisation();
    json!({
        "parts": person.parts.iter().map(|part| part.role).collect::<Vec<_>>(),
        "name": if open { person.name.clone() } else { masked_name(&person.name) },
        "code": herself.then(|| person.code.written()),
        "herself": herself,
    })
}

fn material(material: &CaseMaterial, place: usize, applies: bool) -> Value {
    let hers = material.uses.iter().filter(|used| used.person == place);
    let uses = hers.map(|used| {
        json!({
            "identifier": used.identifier,
            "verdict": used.verdict,
            "shown_by": used.shown_by,
            "at": moment(used.at),
            "use_record": used.record,
        })
    });
    json!({
        "name": material.name,
        "state": material.state,
        "decided_at": material.decided_at.map(moment),
        "note": material.note.as_ref().filter(|_| applies),
        "uses": uses.collect::<Vec<_>>(),
    })
}
