//! The case that a use stands on: a live one, about this item, in which this type replaces a
//! material.

use crate::domain::definition::CertificateType;
use crate::domain::item::Item;
use crate::domain::item::Route;
use crate::domain::problem::Reason;
use crate::domain::usage::ForeignStanding;
use crate::domain::usage::stated;
use crate::flow::case::kept::Kept;
use crate::flow::failure::Failure;
use crate::flow::foreign_cases::FoundCase;
use crate::flow::foreign_cases::kept;
use crate::flow::guardians;
use crate::flow::issue::holder_index;
use crate::flow::mandates;
use crate::flow::office::Office;
use crate::store::stored::read_number;

/// The most characters of a case's number.
const LONGEST_NUMBER: usize = 64;

/// A live case, and whom it concerns.
pub(super) struct LiveCase {
    /// The number under which the agency registered it as one of its own 外部办件, if it is one.
    pub(super) foreign: Option<i64>,
    /// The applicant.
    applicant: [u8; 32],
    /// Whoever else is proven to be of it.
    related: Vec<[u8; 32]>,
    /// The item.
    item: String,
}

impl LiveCase {
    /// The live case of an agency with a number: one of ours, or one that it registered.
    ///
    /// # Errors
    ///
    /// [`Reason::CaseMissing`], [`Reason::UnknownCase`], [`Reason::CaseClosed`],
    /// [`Reason::CaseExpired`], [`Reason::OtherItem`], [`Reason::NotOnList`].
    pub(super) fn find(
        office: &Office,
        agency: u32,
        number: Option<&str>,
        (of, item): (&CertificateType, &Item),
    ) -> Result<Self, Failure> {
        let number = number.and_then(|number| stated(number, LONGEST_NUMBER));
        let number = number.ok_or(Failure::refused(Reason::CaseMissing))?;
        let (ours, foreign) = office.store.read(|rx| {
            let ours = rx.case(number)?;
            let ours = ours.filter(|row| read_number(row.agency) == agency);
            let foreign = match ours {
                Some(_) => None,
                None => kept::find(office, rx, agency, number)?,
            };
            Ok::<_, Failure>((ours, foreign))
        })?;
        if let Some(row) = ours {
            return Self::ours(office, &Kept::opened(office, row)?, (of, item));
        }
        let foreign = foreign.ok_or(Failure::refused(Reason::UnknownCase))?;
        Self::registered(office, &foreign, (of, item))
    }

    fn ours(
        office: &Office,
        kept: &Kept,
        (of, item): (&CertificateType, &Item),
    ) -> Result<Self, Failure> {
        if kept.case.is_closed() {
            return Err(Failure::refused(Reason::CaseClosed));
        }
        let code = item.code.to_string();
        let place = kept.case.items.iter().position(|own| own.code == code);
        let place = place.ok_or(Failure::refused(Reason::OtherItem))?;
        let replaced = kept.case.materials.iter().any(|material| {
            material.certificate_type.as_ref() == Some(&of.definition.code)
                && is_replaced(material.route)
                && material.wants.iter().any(|want| want.item == place)
        });
        if !replaced {
            return Err(Failure::refused(Reason::NotOnList));
        }
        let people = kept.case.people.iter().zip(kept.indexes(office));
        let mut proven = people.filter(|(person, _)| person.is_proven(None));
        let applicant = proven.next().map(|(_, index)| index);
        let applicant = applicant.ok_or_else(|| Failure::Broken("a case of nobody".to_owned()))?;
        Ok(Self {
            foreign: None,
            applicant,
            related: proven.map(|(_, index)| index).collect(),
            item: code,
        })
    }

    fn registered(
        office: &Office,
        found: &FoundCase,
        (of, item): (&CertificateType, &Item),
    ) -> Result<Self, Failure> {
        match found.standing(office.clock.now()) {
            ForeignStanding::Open => {}
            ForeignStanding::Closed => return Err(Failure::refused(Reason::CaseClosed)),
            ForeignStanding::Overdue => return Err(Failure::refused(Reason::CaseExpired)),
        }
        let case = found.case();
        let code = item.code.to_string();
        // The base item alone says nothing of the situation: that is what the agency registered.
        let registered = case.item == code
            || case.item == item.code.base().to_string() && case.scenario == item.scenario;
        if !registered {
            return Err(Failure::refused(Reason::OtherItem));
        }
        let items = office.items()?;
        let rule = items.rule(item.code.base());
        let replaced = rule.is_some_and(|rule| {
            let mut asked = rule.in_scenario(&item.scenario);
            asked.any(|material| {
                material.certificate_type.as_ref() == Some(&of.definition.code)
                    && is_replaced(material.route)
            })
        });
        if !replaced {
            return Err(Failure::refused(Reason::NotOnList));
        }
        Ok(Self {
            foreign: Some(found.id()),
            applicant: holder_index(office.store.vault(), &case.applicant.code),
            related: Vec::new(),
            item: code,
        })
    }

    /// Whether it concerns somebody: the applicant, who is proven to be of it, or whom the
    /// register knows to be the applicant's child or to have mandated her.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it could not be found out.
    pub(super) fn concerns(&self, office: &Office, holder: &[u8; 32]) -> Result<bool, Failure> {
        if self.applicant == *holder || self.related.contains(holder) {
            return Ok(true);
        }
        let now = office.clock.now();
        if guardians::authority(office, holder, &self.applicant, now)?.is_ok() {
            return Ok(true);
        }
        let mandate = mandates::authority(office, holder, &self.applicant, &self.item, None, now)?;
        Ok(mandate.is_ok())
    }
}

/// Whether a certificate, or what is fetched, stands for a material.
pub(crate) const fn is_replaced(route: Option<Route>) -> bool {
    matches!(
        route,
        Some(Route::Certificate | Route::DataSharing | Route::DepartmentCheck)
    )
}
