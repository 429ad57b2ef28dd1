//! Whether a configuration fits the type that it is for.

use super::FieldRule;
use super::IssueRule;
use super::Mistake;
use super::Source;
use crate::domain::definition::Definition;
use crate::domain::definition::FieldKind;
use crate::domain::definition::RegisterKeeper;

/// The common columns that are days.
const DAYS: [&str; 3] = ["issue_date", "valid_from", "valid_to"];

impl Source {
    /// Whether it is for this very type.
    ///
    /// # Errors
    ///
    /// [`Mistake`]: the file defines another type than its source is for.
    pub(super) fn names(&self, definition: &Definition) -> Result<(), Mistake> {
        if self.of == definition.code || self.of == definition.name {
            return Ok(());
        }
        Err(Mistake::at("source.type", "other_type")
            .with("given", &self.of)
            .with("wanted", &definition.name))
    }

    /// Checks that it fits its type: only columns that it has, all that it needs, codes of its
    /// lists; and that nothing of the region's or the nation's would be signed here.
    ///
    /// # Errors
    ///
    /// [`Mistake`]: what does not fit, and where.
    pub fn fits(&self, definition: &Definition) -> Result<(), Mistake> {
        let elsewhere = definition.issued_by != RegisterKeeper::Local;
        if elsewhere && self.issue != IssueRule::Never {
            return Err(Mistake::at("source.issue", "not_ours").with("type", &definition.name));
        }
        if elsewhere && self.national.is_none() {
            return Err(Mistake::at("source", "only_national").with("type", &definition.name));
        }
        let filled = self.filled(definition);
        let columns = definition.columns();
        for (key, rule) in &filled.fields {
            let place = format!("source.fields.{key}");
            if !columns.contains(&key.as_str()) || key == "original_issuer" {
                let mistake = Mistake::at(&place, "no_such_column");
                return Err(mistake.with("type", &definition.name));
            }
            rule.fits(&place, key, definition)?;
        }
        let needed = needed(definition);
        match needed.iter().find(|key| !filled.fields.contains_key(**key)) {
            Some(missing) => Err(Mistake::at("source.fields", "column_needed")
                .with("given", missing)
                .with("label", definition.label(missing))),
            None => Ok(()),
        }
    }
}

/// The columns without which no record could be used, or compared with who was asked for.
fn needed(definition: &Definition) -> Vec<&str> {
    let number = definition.number_from.as_deref();
    // Without a day of issue the judge says today, which of a record elsewhere is not so.
    let mut needed = vec![number.unwrap_or("certificate_number"), "issue_date"];
    if definition.holder_columns() {
        needed.extend(["holder_name", "holder_code"]);
    } else {
        let faces = definition.holders.iter().take(1);
        needed.extend(faces.flat_map(|at| [at.name.as_str(), at.code.as_str()]));
    }
    let required = definition.fields.iter().filter(|field| field.required);
    needed.extend(required.map(|field| field.key.as_str()));
    needed
}

impl FieldRule {
    fn fits(&self, place: &str, key: &str, definition: &Definition) -> Result<(), Mistake> {
        let field = definition.field(key);
        let kind = field.map(|field| field.kind);
        if kind == Some(FieldKind::Image) {
            return Err(Mistake::at(place, "no_pictures"));
        }
        let is_day = kind == Some(FieldKind::Date) || DAYS.contains(&key);
        if self.date.is_some() && !is_day {
            return Err(Mistake::at(&format!("{place}.date"), "no_date"));
        }
        let Some(field) = field.filter(|field| field.kind == FieldKind::Code) else {
            return Ok(());
        };
        let known = |code: &&String| field.codes.contains_key(*code);
        let given = self
            .codes
            .values()
            .chain(self.constant.iter().filter(|_| self.codes.is_empty()));
        let mut unknown = given.filter(|code| !known(code));
        match unknown.next() {
            Some(code) => {
                let some: Vec<&str> = field.codes.keys().take(12).map(String::as_str).collect();
                Err(Mistake::at(&format!("{place}.codes"), "no_such_code")
                    .with("given", code)
                    .with("wanted", some.join("、")))
            }
            None => Ok(()),
        }
    }
}
