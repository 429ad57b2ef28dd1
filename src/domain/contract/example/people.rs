//! Who stands where on the face of an example.

use std::iter;

use super::CHILD;
use super::FIRST;
use super::ORGANISATION;
use super::OTHER_NUMBER;
use super::OTHERS;
use crate::domain::citizen_id::CitizenId;
use crate::domain::definition::Definition;
use crate::domain::definition::Field;
use crate::domain::definition::PersonAt;
use crate::domain::holder::HolderCodeType;

/// Who stands where on the face.
pub(super) struct People<'a>(Vec<Someone<'a>>);

struct Someone<'a> {
    at: &'a PersonAt,
    name: &'static str,
    /// The code, and the type of it.
    code: String,
    kind: HolderCodeType,
    /// The code list that says the type, if a column does.
    kind_field: Option<&'a Field>,
    number: &'static str,
}

impl<'a> People<'a> {
    pub(super) fn of(definition: &'a Definition) -> Self {
        let holders = definition.holders.iter().enumerate();
        // The first guardian is usually the mother.
        let guardians = definition
            .guardians
            .iter()
            .enumerate()
            .map(|(i, p)| (i + 1, p));
        let all = holders.chain(guardians);
        Self(all.map(|(i, at)| Someone::new(i, at, definition)).collect())
    }

    /// The value of a column that says something of someone on the face.
    pub(super) fn value(&self, column: &str) -> Option<String> {
        self.0.iter().find_map(|someone| {
            let at = someone.at;
            if column == at.name {
                Some(someone.name.to_owned())
            } else if column == at.code {
                Some(someone.code.clone())
            } else if column == at.code_type {
                Some(someone.kind.to_string())
            } else {
                None
            }
        })
    }

    /// The longest value of such a column.
    pub(super) fn longest(&self, field: &Field) -> Option<String> {
        let most = usize::try_from(field.max_length).unwrap_or_default();
        self.0.iter().zip('0'..).find_map(|(someone, nth)| {
            let at = someone.at;
            let free = someone.other_fits();
            if field.key == at.name {
                Some("中".repeat(most))
            } else if field.key == at.code && free {
                // Told apart by the last character: nobody holds a certificate twice.
                Some("中".repeat(most.min(40) - 1) + &nth.to_string())
            } else if field.key == at.code_type && free {
                Some(HolderCodeType::OTHER_PERSON.to_string())
            } else {
                self.value(&field.key)
            }
        })
    }

    /// The citizen whose facts a column such as `man_birth_date` says; without anyone on the
    /// face, the holder.
    pub(super) fn citizen(&self, column: &str) -> Option<CitizenId> {
        if self.0.is_empty() {
            return FIRST.1.parse().ok();
        }
        let mut about = self.0.iter().filter(|someone| {
            let prefix = someone.at.name.strip_suffix("name");
            prefix.is_some_and(|prefix| column.starts_with(prefix))
        });
        about.next()?.number.parse().ok()
    }
}

impl<'a> Someone<'a> {
    fn new(nth: usize, at: &'a PersonAt, definition: &'a Definition) -> Self {
        let mut people = iter::once(FIRST).chain(OTHERS);
        let (name, number) = people.nth(nth).unwrap_or(FIRST);
        let kind_field = definition.field(&at.code_type);
        let in_list = |kind: &HolderCodeType| {
            kind_field.is_none_or(|f| f.codes.is_empty() || f.codes.contains_key(&kind.to_string()))
        };
        let fixed = at.code_type.parse().ok().filter(|_| kind_field.is_none());
        let mut usual = [HolderCodeType::CITIZEN]
            .into_iter()
            .chain(HolderCodeType::all());
        let kind = fixed
            .or_else(|| usual.find(in_list))
            .unwrap_or(HolderCodeType::CITIZEN);
        let (name, code) = match kind {
            HolderCodeType::CITIZEN => (name, number),
            HolderCodeType::USCC => ORGANISATION,
            _ => (CHILD, OTHER_NUMBER),
        };
        Self {
            at,
            name,
            code: code.to_owned(),
            kind,
            kind_field,
            number,
        }
    }

    /// Whether a number of any document fits, so that it can be as long as those are.
    fn other_fits(&self) -> bool {
        let other = HolderCodeType::OTHER_PERSON;
        match self.kind_field {
            Some(field) => field.codes.is_empty() || field.codes.contains_key(&other.to_string()),
            None => self.kind == other,
        }
    }
}
