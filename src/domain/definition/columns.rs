//! Columns of files and drafts: what they are called and in which order they stand.

use super::Definition;
use super::Field;
use super::FieldKind;
use super::HolderKind;
use crate::domain::heading::COMMON;
use crate::domain::heading::heading_key;
use crate::domain::heading::headings_of;

impl Definition {
    /// The key of the column that a heading means: by label, alias or key.
    ///
    /// A type's own labels win over the common headings, so that 名称 can be a face field.
    #[must_use]
    pub fn column_of(&self, heading: &str) -> Option<&str> {
        let wanted = heading_key(heading);
        if wanted.is_empty() {
            return None;
        }
        let is = |text: &str| heading_key(text) == wanted;
        let own = self
            .fields
            .iter()
            .find(|f| is(&f.label) || is(&f.key) || f.aliases.iter().any(|alias| is(alias)));
        let by_alias = || {
            let found = self
                .column_aliases
                .iter()
                .find(|(_, list)| list.iter().any(|a| is(a)));
            found.map(|(key, _)| key.as_str())
        };
        let common = || {
            let meant = |key: &str| headings_of(key).iter().any(|h| is(h)) || is(key);
            self.common_columns().find(|key| meant(key))
        };
        own.map(|f| f.key.as_str())
            .or_else(by_alias)
            .or_else(common)
    }

    /// The Chinese label of a column, common ones included; the key itself if unknown.
    #[must_use]
    pub fn label<'a>(&'a self, key: &'a str) -> &'a str {
        let own = self.field(key).map(|f| f.label.as_str());
        let alias = || self.column_aliases.get(key)?.first().map(String::as_str);
        let common = || headings_of(key).first().copied();
        own.or_else(alias).or_else(common).unwrap_or(key)
    }

    /// Whether the holders stand in the common columns rather than in face fields.
    #[must_use]
    pub fn holder_columns(&self) -> bool {
        self.holders.is_empty()
    }

    /// The common columns that drafts of this type may fill: no holder columns where its face
    /// names the holders.
    pub fn common_columns(&self) -> impl Iterator<Item = &'static str> {
        let holders = self.holder_columns();
        let all = COMMON.iter().map(|(key, _)| *key);
        all.filter(move |key| holders || !key.starts_with("holder_"))
    }

    /// All columns of its drafts in office order: holder, number, face fields, days.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let common = self.common_columns();
        let (mut columns, last): (Vec<&str>, Vec<&str>) =
            common.partition(|key| key.starts_with("holder_") || *key == "certificate_number");
        columns.extend(self.fields.iter().map(|field| field.key.as_str()));
        columns.extend(last);
        columns
    }

    /// The face field that says an organisation's name, where the holder's column is blank:
    /// 单位名称 and its like are headings of both.
    #[must_use]
    pub fn name_on_face(&self) -> Option<&Field> {
        if self.holder == HolderKind::Person || !self.holder_columns() {
            return None;
        }
        let names: Vec<String> = headings_of("holder_name")
            .iter()
            .map(|h| heading_key(h))
            .collect();
        self.fields.iter().find(|field| {
            let mut headings = [&field.label].into_iter().chain(&field.aliases);
            field.kind == FieldKind::Text && headings.any(|h| names.contains(&heading_key(h)))
        })
    }
}
