//! Read a row: cells to draft, draft to content, or the findings why not.

use std::collections::HashMap;

use crate::domain::draft::Circumstances;
use crate::domain::draft::ISSUE_DATE;
use crate::domain::draft::judge;
use crate::domain::finding::Fault;
use crate::domain::finding::Finding;
use crate::domain::finding::Weight;
use crate::domain::problem::FindingWords;
use crate::flow::batch::BatchOrder;
use crate::flow::batch::columns::Columns;
use crate::flow::batch::pictures::Album;
use crate::flow::batch::report::PictureReport;
use crate::flow::failure::Failure;
use crate::flow::issue::Submission;
use crate::flow::issue::number_index;
use crate::flow::issue::succession_finding;
use crate::flow::office::Office;
use crate::source::sheet::Format;
use crate::source::sheet::Row;

/// A row, read.
pub(crate) struct Read {
    /// What is to be issued; none when the row is refused.
    pub(crate) submitted: Option<Submission>,
    /// Everything found.
    pub(crate) findings: Vec<FindingWords>,
}

/// Reads one row after the other and remembers the numbers it has seen.
pub(crate) struct Reader<'a> {
    office: &'a Office,
    order: BatchOrder<'a>,
    columns: &'a Columns,
    /// CSV writes every cell; a workbook leaves out blank ones at a row's end.
    writes_every_cell: bool,
    album: Option<Album<'a>>,
    seen: HashMap<[u8; 16], u64>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        office: &'a Office,
        order: BatchOrder<'a>,
        columns: &'a Columns,
        format: &Format,
        album: Option<Album<'a>>,
    ) -> Self {
        let writes_every_cell = matches!(format, Format::Csv { .. });
        Self {
            office,
            order,
            columns,
            writes_every_cell,
            album,
            seen: HashMap::new(),
        }
    }

    pub(crate) fn read(&mut self, row: &Row) -> Result<Read, Failure> {
        if self.writes_every_cell && row.cells.len() < self.columns.width() {
            return Ok(self.refused(&[Finding::error("", Fault::TooFewCells)]));
        }
        let mut draft = self.columns.draft(row);
        let mut pictures = Vec::new();
        if let Some(album) = &mut self.album {
            pictures.extend(album.attach(row.number, &mut draft)?);
        }
        let by = Circumstances {
            today: self.office.clock.now().day(),
            stock: self.order.stock,
        };
        let judged = judge(&draft, self.order.of, by);
        let mut findings = judged.findings;
        let Some(content) = judged.content else {
            return Ok(self.refused(&findings));
        };
        findings.extend(succession_finding(self.office, self.order.issuer, &content));
        let index = number_index(self.office.store.vault(), &content.certificate_number);
        let (seen, _) = index.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
        if let Some(before) = self.seen.get(seen) {
            findings.push(Finding::error(
                "certificate_number",
                Fault::Duplicate(*before),
            ));
        }
        if findings.iter().any(|f| f.weight == Weight::Error) {
            return Ok(self.refused(&findings));
        }
        self.seen.insert(*seen, row.number);
        let submission = Submission {
            undated: draft.leaves_blank(ISSUE_DATE).then_some(draft),
            content,
            pictures,
        };
        Ok(Read {
            submitted: Some(submission),
            findings: self.in_words(&findings),
        })
    }

    pub(crate) fn close(self) -> PictureReport {
        self.album.map(Album::close).unwrap_or_default()
    }

    fn refused(&self, findings: &[Finding]) -> Read {
        Read {
            submitted: None,
            findings: self.in_words(findings),
        }
    }

    /// Findings in words, with the headings as they stand in this very sheet.
    fn in_words(&self, findings: &[Finding]) -> Vec<FindingWords> {
        let words = findings.iter().map(|finding| {
            let whole_row = finding.column.is_empty();
            let label = if whole_row {
                ""
            } else {
                self.columns.heading(&finding.column, self.order.of)
            };
            FindingWords::of(finding, label)
        });
        words.collect()
    }
}
