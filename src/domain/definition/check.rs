//! What a schema cannot check of a definition: that it means one thing, and can be used.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use regex::Regex;

use super::BadDefinition;
use super::Definition;
use super::Field;
use super::FieldKind;
use super::HolderKind;
use super::NamedValidity;
use super::PersonAt;
use super::Validity;
use crate::domain::heading::COMMON;
use crate::domain::heading::heading_key;
use crate::domain::holder::HolderCodeType;
use crate::domain::identifier::TypeCode;
use crate::domain::reserved::is_reserved;

impl Definition {
    /// Checks what a schema cannot: codes, patterns, that every name it uses exists, and that
    /// every heading means one column.
    ///
    /// # Errors
    ///
    /// [`BadDefinition`] with the first fault.
    pub fn check(&self) -> Result<(), BadDefinition> {
        let fault = self
            .code_fault()
            .or_else(|| self.pattern_fault())
            .or_else(|| self.fields.iter().find_map(Field::fault))
            .or_else(|| self.key_fault())
            .or_else(|| self.people().find_map(|p| self.person_fault(p)))
            .or_else(|| self.holder_fault())
            .or_else(|| self.reference_fault())
            .or_else(|| self.validity_fault())
            .or_else(|| self.heading_fault());
        match fault {
            None => Ok(()),
            Some(what) => Err(BadDefinition {
                code: self.code.clone(),
                what,
            }),
        }
    }

    fn people(&self) -> impl Iterator<Item = &PersonAt> {
        self.holders.iter().chain(&self.guardians)
    }

    fn code_fault(&self) -> Option<String> {
        let right = self.code.parse::<TypeCode>().is_ok();
        (!right).then(|| "the code is not a unified code and three digits".to_owned())
    }

    fn pattern_fault(&self) -> Option<String> {
        let pattern = &self.number_pattern;
        let what = match Regex::new(&pattern.regex) {
            Err(_) => "number_pattern.regex is no regular expression",
            // Without anchors, a number with anything around it would pass.
            Ok(_) if !pattern.regex.starts_with('^') || !pattern.regex.ends_with('$') => {
                "number_pattern.regex does not begin with ^ and end with $"
            }
            Ok(regex) if !regex.is_match(&pattern.example) => {
                "number_pattern.example does not match its regex"
            }
            Ok(_) => return None,
        };
        Some(what.to_owned())
    }

    fn key_fault(&self) -> Option<String> {
        let mut keys: BTreeSet<&str> = COMMON.iter().map(|(key, _)| *key).collect();
        for Field { key, .. } in &self.fields {
            if is_reserved(key) {
                return Some(format!("the key {key} is one that every record uses"));
            }
            if !keys.insert(key) {
                return Some(format!("the key {key} stands twice or is a common one"));
            }
        }
        None
    }

    fn person_fault(&self, person: &PersonAt) -> Option<String> {
        let is = |key: &str, kinds: &[FieldKind]| {
            self.field(key)
                .is_some_and(|field| kinds.contains(&field.kind))
        };
        let PersonAt {
            name,
            code,
            code_type,
        } = person;
        if !is(name, &[FieldKind::Text]) {
            return Some(format!(
                "it names the column {name}, which is no text field"
            ));
        }
        if code != "certificate_number" && !is(code, &[FieldKind::Text]) {
            return Some(format!(
                "it names the column {code}, which is no text field"
            ));
        }
        let fixed = code_type.len() == 3 && code_type.parse::<HolderCodeType>().is_ok();
        (!fixed && !is(code_type, &[FieldKind::Text, FieldKind::Code]))
            .then(|| format!("{code_type} is neither a holder code type nor a field that says one"))
    }

    /// Without one holder who is always there, a certificate could be nobody's.
    fn holder_fault(&self) -> Option<String> {
        let filled = |key: &str| self.field(key).is_none_or(|f| f.required);
        let always = |p: &PersonAt| filled(&p.name) && filled(&p.code);
        (!self.holders.is_empty() && !self.holders.iter().any(always))
            .then(|| "none of its holders has a required name and code".to_owned())
    }

    fn reference_fault(&self) -> Option<String> {
        let text = |key: &str| self.field(key).is_some_and(|f| f.kind == FieldKind::Text);
        let common = |key: &str| self.common_columns().any(|column| column == key);
        if let Some(from) = &self.number_from
            && !text(from)
            && !(from == "holder_code" && common(from))
        {
            return Some(format!(
                "number_from names the column {from}, which gives no number"
            ));
        }
        if let Some(term) = &self.term
            && !(text(term) && self.validity == Validity::Named(NamedValidity::PerField))
        {
            return Some(format!(
                "term names {term}: it must be a text field, and the validity per_field"
            ));
        }
        if let Some(representative) = &self.representative
            && !(text(representative) && self.holder != HolderKind::Person)
        {
            return Some(format!(
                "representative names {representative}: it must be a text field, and the holder an organisation"
            ));
        }
        let stray = self.column_aliases.keys().find(|key| !common(key));
        stray.map(|key| format!("column_aliases names {key}, which is no common column of it"))
    }

    fn validity_fault(&self) -> Option<String> {
        let Validity::Span(span) = &self.validity else {
            return None;
        };
        let parts = [span.years, span.months, span.days].map(Option::unwrap_or_default);
        if parts.iter().any(|n| *n < 0) || parts.iter().all(|n| *n == 0) {
            return Some("the validity is not a span of years, months or days".to_owned());
        }
        let from = span.from.as_deref()?;
        let day = self.field(from).is_some_and(|f| f.kind == FieldKind::Date);
        (!day).then(|| format!("validity counts from {from}, which is no date field"))
    }

    /// A heading of two columns would send a value to whichever was looked at first.
    ///
    /// Common headings are not among them: a type's own win over those, by intent. Only the
    /// heading that templates print for a common column must still mean that column.
    fn heading_fault(&self) -> Option<String> {
        let mut meant: BTreeMap<String, &str> = BTreeMap::new();
        let own = self.fields.iter().flat_map(|field| {
            let headings = [&field.label, &field.key].into_iter().chain(&field.aliases);
            headings.map(|heading| (heading, field.key.as_str()))
        });
        let aliases = self.column_aliases.iter();
        let common = aliases.flat_map(|(key, list)| list.iter().map(|h| (h, key.as_str())));
        for (heading, key) in own.chain(common) {
            let wanted = heading_key(heading);
            if wanted.is_empty() {
                return Some(format!("{key} has a blank heading"));
            }
            if meant.insert(wanted, key).is_some_and(|other| other != key) {
                return Some(format!("the heading {heading} means two columns"));
            }
        }
        // Common headings mean one column each, so that only the type's own can take one away.
        let taken = |key: &str| {
            meant
                .get(&heading_key(self.label(key)))
                .is_some_and(|by| *by != key)
        };
        let lost = self.common_columns().find(|key| taken(key));
        lost.map(|key| format!("the heading of {key} means another column"))
    }
}

impl Field {
    fn fault(&self) -> Option<String> {
        let key = &self.key;
        let shape = key.starts_with(|c: char| c.is_ascii_lowercase())
            && key
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
        if !shape {
            return Some(format!("the key {key} is not of the form [a-z][a-z0-9_]*"));
        }
        if (self.kind == FieldKind::Code) == self.codes.is_empty() {
            return Some(format!(
                "{key}: a code field needs a list of codes, no other has one"
            ));
        }
        let mut words = BTreeSet::new();
        let told_apart = |label: &String| words.insert(heading_key(label));
        if self.codes.contains_key("") || !self.codes.values().all(told_apart) {
            return Some(format!(
                "{key}: a code is blank, or two of its labels are the same"
            ));
        }
        if self.format.is_some() && self.kind != FieldKind::Text {
            return Some(format!("{key}: only a text field has a format"));
        }
        if self.past && !matches!(self.kind, FieldKind::Date | FieldKind::Datetime) {
            return Some(format!("{key}: only a day or a time can be past"));
        }
        (self.max_length == 0).then(|| format!("{key}: max_length is zero"))
    }
}
