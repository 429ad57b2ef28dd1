//! An empty sheet for a type: the columns its definition asks for, ready to be filled and sent
//! to a batch.

use crate::domain::contract::template;
use crate::domain::definition::Definition;
use crate::flow::failure::Failure;
use crate::source::sheet::Template;
use crate::source::sheet::TemplateColumn;

/// Column widths, in characters: no heading is cut off, no column fills the screen.
const NARROWEST: usize = 12;
const WIDEST: usize = 40;

/// The template of a type.
#[must_use]
pub fn of(definition: &Definition) -> Template {
    let columns = template::template(definition).into_iter();
    Template {
        title: definition.name.clone(),
        columns: columns.map(column).collect(),
    }
}

/// The template of a type as a workbook, with notes and drop-down lists.
///
/// # Errors
///
/// [`Failure::Broken`] if the type has more columns than a worksheet.
pub fn xlsx(definition: &Definition) -> Result<Vec<u8>, Failure> {
    of(definition)
        .xlsx()
        .map_err(|why| Failure::Broken(why.to_string()))
}

/// The template of a type as CSV: its header alone.
#[must_use]
pub fn csv(definition: &Definition) -> Vec<u8> {
    of(definition).csv()
}

fn column(of: template::TemplateColumn) -> TemplateColumn {
    let longest = of.choices.iter().chain([&of.heading]).map(|t| shown(t));
    let width = longest.max().unwrap_or(0) + 2;
    TemplateColumn {
        width: u16::try_from(width.clamp(NARROWEST, WIDEST)).unwrap_or_default(),
        heading: of.heading,
        note: of.note,
        required: of.required,
        choices: of.choices,
    }
}

/// How wide a text shows: a Chinese character is as wide as two letters.
fn shown(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
