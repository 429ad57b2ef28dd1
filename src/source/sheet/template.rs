//! A template: an empty sheet with the right headings, ready to be filled and uploaded.

use rust_xlsxwriter::Color;
use rust_xlsxwriter::DataValidation;
use rust_xlsxwriter::DataValidationErrorStyle;
use rust_xlsxwriter::DocProperties;
use rust_xlsxwriter::ExcelDateTime;
use rust_xlsxwriter::Format as Look;
use rust_xlsxwriter::FormatAlign;
use rust_xlsxwriter::FormatBorder;
use rust_xlsxwriter::Note;
use rust_xlsxwriter::Workbook;
use rust_xlsxwriter::Worksheet;

use super::encoding::BOM;
use super::error::WriteError;
use super::line::line;
use super::workbook::XLSX_ROWS;

/// The second worksheet, with the notes.
const NOTES_SHEET: &str = "填写说明";

/// The hidden worksheet that holds the choices.
const CHOICES_SHEET: &str = "选项";

/// One column of a template.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TemplateColumn {
    /// The heading, written as it is: a required column is marked by colour and note only.
    pub heading: String,
    /// What to fill in; may be empty.
    pub note: String,
    /// Whether the column must be filled in.
    pub required: bool,
    /// What may be filled in, as a drop-down list; empty for free text.
    pub choices: Vec<String>,
    /// The width in characters.
    pub width: u16,
}

/// An empty sheet to be filled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Template {
    /// The name of the first worksheet; signs that a worksheet may not bear are left out.
    pub title: String,
    /// The columns from left to right.
    pub columns: Vec<TemplateColumn>,
}

impl Template {
    /// The template as a workbook.
    ///
    /// Every cell is in text format, so that an ID number typed in keeps all its digits.
    ///
    /// # Errors
    ///
    /// [`WriteError::Workbook`] if there are more columns than a worksheet has.
    pub fn xlsx(&self) -> Result<Vec<u8>, WriteError> {
        let mut form = Worksheet::new();
        form.set_name(sheet_name(&self.title))?;
        form.set_freeze_panes(1, 0)?;
        let mut choices = Worksheet::new();
        choices.set_name(CHOICES_SHEET)?.set_hidden(true);
        let last = u32::try_from(XLSX_ROWS).unwrap_or(u32::MAX);
        for (at, column) in (0_u16..).zip(&self.columns) {
            form.set_column_format(at, &Look::new().set_num_format("@"))?;
            form.set_column_width(at, column.width)?;
            form.write_string_with_format(0, at, &column.heading, &heading_look(column))?;
            if let Some(note) = column.say() {
                form.insert_note(0, at, &Note::new(note).add_author_prefix(false))?;
            }
            if !column.choices.is_empty() {
                for (row, choice) in (0_u32..).zip(&column.choices) {
                    choices.write_string(row, at, choice)?;
                }
                form.add_data_validation(1, at, last, at, &choice_of(column, at)?)?;
            }
        }
        let mut workbook = Workbook::new();
        // The same template is the same bytes, so that who has it need not fetch it again.
        let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        workbook.push_worksheet(form);
        workbook.push_worksheet(self.notes()?);
        if self.columns.iter().any(|column| !column.choices.is_empty()) {
            workbook.push_worksheet(choices);
        }
        Ok(workbook.save_to_buffer()?)
    }

    /// The template as CSV: the header alone, UTF-8 with a byte order mark.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let headings = self.columns.iter().map(|column| column.heading.as_str());
        let mut bytes = BOM.to_vec();
        bytes.extend_from_slice(line(headings, ',').as_bytes());
        bytes
    }

    fn notes(&self) -> Result<Worksheet, WriteError> {
        let bold = Look::new().set_bold();
        let wrapped = Look::new().set_text_wrap().set_align(FormatAlign::Top);
        let mut notes = Worksheet::new();
        notes.set_name(NOTES_SHEET)?;
        for (at, (heading, width)) in
            (0_u16..).zip([("栏目", 24), ("是否必填", 10), ("说明", 60), ("可选值", 60)])
        {
            notes.set_column_width(at, width)?;
            notes.write_string_with_format(0, at, heading, &bold)?;
        }
        for (row, column) in (1_u32..).zip(&self.columns) {
            let required = if column.required { "必填" } else { "选填" };
            let choices = column.choices.join("、");
            let cells = [column.heading.as_str(), required, &column.note, &choices];
            for (at, cell) in (0_u16..).zip(cells) {
                notes.write_string_with_format(row, at, cell, &wrapped)?;
            }
        }
        Ok(notes)
    }
}

impl TemplateColumn {
    /// What the note on the heading says, if there is anything to say.
    fn say(&self) -> Option<String> {
        match (self.required, self.note.is_empty()) {
            (true, true) => Some("必填".to_owned()),
            (true, false) => Some(format!("必填。{}", self.note)),
            (false, true) => None,
            (false, false) => Some(self.note.clone()),
        }
    }
}

fn heading_look(column: &TemplateColumn) -> Look {
    let look = Look::new()
        .set_num_format("@")
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin);
    if column.required {
        look.set_background_color(Color::RGB(0x00FF_E699))
    } else {
        look.set_background_color(Color::RGB(0x00ED_EDED))
    }
}

/// By reference to the hidden sheet: a list written out may have 255 characters and no commas.
fn choice_of(column: &TemplateColumn, at: u16) -> Result<DataValidation, WriteError> {
    let letters = rust_xlsxwriter::utility::column_number_to_name(at);
    let list = format!(
        "='{CHOICES_SHEET}'!${letters}$1:${letters}${}",
        column.choices.len()
    );
    Ok(DataValidation::new()
        .allow_list_formula(list.as_str().into())
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("请从列表中选择")?
        .set_error_message("此栏只能填写下拉列表中的值。")?)
}

/// At most 31 characters, none of those that formulas need.
fn sheet_name(title: &str) -> String {
    let name: String = title
        .chars()
        .filter(|c| {
            !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !c.is_control()
        })
        .take(31)
        .collect();
    if name.trim().is_empty() || name == NOTES_SHEET || name == CHOICES_SHEET {
        "数据".to_owned()
    } else {
        name
    }
}
