//! A workbook to rows: the first visible worksheet with anything in it.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use calamine::DataRef;
use calamine::ExcelDateTime;
use calamine::Reader;
use calamine::SheetType;
use calamine::SheetVisible;
use calamine::Xlsx;
use jiff::Unit;
use jiff::civil::DateTime;

use super::cell::Cell;
use super::cell::Row;
use super::error::SheetError;
use super::header::HEADER_WITHIN;
use super::package::Package;
use super::package::XLSX_INFLATED;
use super::records::CELL_CHARS;
use super::records::COLUMNS;

/// The most data rows; titles and the header come on top.
pub const XLSX_ROWS: usize = 100_000;

/// The most cells held, gaps between cells included.
const CELLS: usize = 16_000_000;

type Workbook = Xlsx<Cursor<Vec<u8>>>;

/// The name and the rows of the worksheet that counts.
pub(super) fn read(package: Package) -> Result<(String, Vec<Row>), SheetError> {
    // The parser is others' code over hostile bytes: should it panic on an absurd cell
    // reference, that is one damaged workbook and not a lost worker.
    let reading = AssertUnwindSafe(|| read_package(package));
    catch_unwind(reading).unwrap_or(Err(SheetError::Damaged))
}

fn read_package(package: Package) -> Result<(String, Vec<Row>), SheetError> {
    let Ok(mut workbook) = Workbook::new(Cursor::new(package.into_bytes())) else {
        return Err(SheetError::Damaged);
    };
    let visible: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in visible {
        let rows = read_sheet(&mut workbook, &name)?;
        if !rows.is_empty() {
            return Ok((name, rows));
        }
    }
    Err(SheetError::Empty)
}

/// Cell by cell, because a range would be as large as the furthest cell says.
fn read_sheet(workbook: &mut Workbook, name: &str) -> Result<Vec<Row>, SheetError> {
    let Ok(mut cells) = workbook.worksheet_cells_reader(name) else {
        return Err(SheetError::Damaged);
    };
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let mut held = 0_usize;
    let mut text = 0_u64;
    loop {
        let Ok(next) = cells.next_cell() else {
            return Err(SheetError::Damaged);
        };
        let Some(found) = next else { break };
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell == Cell::Empty {
            continue;
        }
        let number = u64::from(row) + 1;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= COLUMNS {
            return Err(SheetError::TooManyColumns {
                row: number,
                limit: COLUMNS,
            });
        }
        if let Cell::Text(said) = &cell {
            if said.len() > CELL_CHARS && said.chars().count() > CELL_CHARS {
                return Err(SheetError::CellTooLong {
                    row: number,
                    column: column + 1,
                    limit: CELL_CHARS,
                });
            }
            // One shared text may be used by every cell, so the sum can pass the file's own size.
            text += u64::try_from(said.len()).unwrap_or(u64::MAX);
        }
        let in_row = rows.entry(row).or_default();
        if in_row.len() <= column {
            held += column + 1 - in_row.len();
            in_row.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = in_row.get_mut(column) {
            *place = cell;
        }
        if rows.len() > XLSX_ROWS + HEADER_WITHIN {
            return Err(SheetError::TooManyRows { limit: XLSX_ROWS });
        }
        if held > CELLS || text > XLSX_INFLATED {
            return Err(SheetError::TooLarge {
                limit: XLSX_INFLATED,
            });
        }
    }
    Ok(rows
        .into_iter()
        .map(|(row, cells)| Row {
            number: u64::from(row) + 1,
            cells,
        })
        .filter(|row| !row.is_blank())
        .collect())
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::from_text(text.clone()),
        DataRef::SharedString(text) => Cell::from_text((*text).to_owned()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Int(number) => match number.to_string().parse() {
            Ok(number) => Cell::Number(number),
            Err(_) => Cell::Text(number.to_string()),
        },
        DataRef::Bool(truth) => Cell::Bool(*truth),
        DataRef::DateTime(at) => date(at),
        DataRef::DateTimeIso(text) => match text.parse::<DateTime>() {
            Ok(at) => Cell::DateTime(at),
            Err(_) => Cell::Text(text.clone()),
        },
        DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(fault) => Cell::Text(fault.to_string()),
    }
}

/// A day, with or without a time; a mere time or a span becomes the text that the screen shows.
fn date(at: &ExcelDateTime) -> Cell {
    if at.is_duration() || (0.0..1.0).contains(&at.as_f64()) {
        let seconds = format!("{:.0}", at.as_f64() * 86_400.0);
        return match seconds.parse::<u64>() {
            Ok(all) => {
                let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
                Cell::Text(if seconds == 0 {
                    format!("{hours:02}:{minutes:02}")
                } else {
                    format!("{hours:02}:{minutes:02}:{seconds:02}")
                })
            }
            Err(_) => Cell::Number(at.as_f64()),
        };
    }
    civil(at).map_or(Cell::Number(at.as_f64()), Cell::DateTime)
}

/// Stored as a fraction of a day, so a minute may come back a millisecond short.
fn civil(at: &ExcelDateTime) -> Option<DateTime> {
    // Days before 1900 and after 9999 are numbers that wear a date format by mistake.
    if !(0.0..2_958_466.0).contains(&at.as_f64()) {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let exact = DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        i32::from(milli) * 1_000_000,
    );
    exact.ok()?.round(Unit::Second).ok()
}
