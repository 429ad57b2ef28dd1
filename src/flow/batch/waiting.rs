//! Good rows that wait to be issued with others, and how much memory they will take.

use crate::flow::issue::Submission;
use crate::source::sheet::Cell;
use crate::source::sheet::Row;

/// Rows that are written in one transaction while others are being served.
const CHUNK_ROWS: usize = 2000;

/// Bytes that close a chunk before it has so many rows: two thousand photos would be gigabytes.
const CHUNK_BYTES: usize = 32 << 20;

/// What a byte of a row's text takes on its way: in the row, in the content, in claims, in the
/// signed record, in the sealed row and in the statement that writes it.
const TEXT_WEIGHT: usize = 8;

/// Rows that belong to one transaction.
pub(crate) struct Chunk {
    pub(crate) rows: Vec<Row>,
    /// One for each row.
    pub(crate) submissions: Vec<Submission>,
}

/// Good rows that wait.
#[derive(Default)]
pub(crate) struct Waiting {
    rows: Vec<Row>,
    submissions: Vec<Submission>,
    weight: usize,
}

impl Waiting {
    pub(crate) fn push(&mut self, row: Row, submission: Submission) {
        let pictures = submission.pictures.iter().map(|(_, bytes)| bytes.len());
        self.weight += pictures.sum::<usize>() + TEXT_WEIGHT * text_bytes(&row);
        self.rows.push(row);
        self.submissions.push(submission);
    }

    /// Whether they are enough for one transaction.
    pub(crate) fn is_full(&self) -> bool {
        self.rows.len() >= CHUNK_ROWS || self.weight >= CHUNK_BYTES
    }

    /// The bytes they will take, about.
    pub(crate) const fn weight(&self) -> usize {
        self.weight
    }

    pub(crate) fn rows(&self) -> u64 {
        u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }

    /// Takes all of them.
    pub(crate) fn take(&mut self) -> Chunk {
        self.weight = 0;
        Chunk {
            rows: std::mem::take(&mut self.rows),
            submissions: std::mem::take(&mut self.submissions),
        }
    }
}

fn text_bytes(row: &Row) -> usize {
    let bytes = row.cells.iter().map(|cell| match cell {
        Cell::Text(text) => text.len(),
        _ => 16,
    });
    bytes.sum()
}
