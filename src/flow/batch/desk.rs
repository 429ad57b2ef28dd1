//! The desk where a file's rows become certificates, and what became of them is written down.

use std::io::Write;

use crate::domain::problem::FindingWords;
use crate::domain::problem::Problem;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::batch::BatchOrder;
use crate::flow::batch::TOGETHER_BYTES;
use crate::flow::batch::Task;
use crate::flow::batch::bad_sheet;
use crate::flow::batch::columns::Columns;
use crate::flow::batch::differing::changes_in_words;
use crate::flow::batch::differing::differing;
use crate::flow::batch::pace::Pace;
use crate::flow::batch::report::Report;
use crate::flow::batch::rows::Reader;
use crate::flow::batch::too_many_together;
use crate::flow::batch::unwritable;
use crate::flow::batch::waiting::Chunk;
use crate::flow::batch::waiting::Waiting;
use crate::flow::failure::Failure;
use crate::flow::issue;
use crate::flow::issue::Foreseen;
use crate::flow::issue::Issued;
use crate::flow::issue::Order;
use crate::flow::issue::Submission;
use crate::flow::issue::Together;
use crate::flow::issue::decide::ended_in_words;
use crate::flow::office::Office;
use crate::source::sheet::ErrorFile;
use crate::source::sheet::ResultFile;
use crate::source::sheet::Row;
use crate::source::sheet::SheetError;

/// The desk where rows become certificates, and papers go into one of two files.
pub(super) struct Desk<'a, 'w> {
    pub(super) office: &'a Office,
    pub(super) order: BatchOrder<'a>,
    pub(super) columns: &'a Columns,
    pub(super) report: Report,
    pub(super) results: ResultFile<&'w mut dyn Write>,
    pub(super) errors: ErrorFile<&'w mut dyn Write>,
    pub(super) waiting: Waiting,
}

impl Desk<'_, '_> {
    /// Takes every row and issues the good ones, chunk by chunk or all together; `Some` with the
    /// reason when somebody ended it before its last row.
    pub(super) fn work_through(
        &mut self,
        rows: impl Iterator<Item = Result<Row, SheetError>>,
        reader: &mut Reader<'_>,
        pace: &mut Pace<'_>,
    ) -> Result<Option<Problem>, Failure> {
        let together = self.order.all_or_nothing;
        for row in rows {
            let row = row.map_err(bad_sheet)?;
            self.report.counts.rows += 1;
            self.take(row, reader)?;
            let ended = if together {
                if self.waiting.weight() > TOGETHER_BYTES {
                    return Err(too_many_together());
                }
                pace.step(self.done(), self.report.counts)?
            } else if self.waiting.is_full() {
                self.issue()?;
                pace.tell(self.done(), self.report.counts)?
            } else {
                pace.step(self.done(), self.report.counts)?
            };
            if ended.is_some() {
                return Ok(ended);
            }
        }
        // What is left, and all of what belongs together, is issued on the last word.
        let ended = pace.tell(self.done(), self.report.counts)?;
        if ended.is_some() {
            return Ok(ended);
        }
        if together {
            self.issue_together()?;
        } else {
            self.issue()?;
        }
        pace.tell(self.done(), self.report.counts)?;
        Ok(None)
    }

    /// Closes both files.
    pub(super) fn close(self) -> Result<Report, Failure> {
        self.results.finish().map_err(unwritable)?;
        self.errors.finish().map_err(unwritable)?;
        Ok(self.report)
    }

    /// Rows that were issued, refused, or found to be there.
    fn done(&self) -> u64 {
        self.report.counts.rows.saturating_sub(self.waiting.rows())
    }

    fn take(&mut self, row: Row, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let read = reader.read(&row)?;
        match read.submitted {
            Some(submission) => {
                self.report.counts.pictures += u64::from(!submission.pictures.is_empty());
                if !read.findings.is_empty() {
                    self.report.warn(row.number, read.findings);
                }
                self.waiting.push(row, submission);
                Ok(())
            }
            None => self.refuse(&row, read.findings),
        }
    }

    fn refuse(&mut self, row: &Row, findings: Vec<FindingWords>) -> Result<(), Failure> {
        let errors = findings.iter().filter(|f| !f.warning);
        let reason: Vec<&str> = errors.map(|f| f.zh.as_str()).collect();
        self.errors
            .push(row, &reason.join("；"))
            .map_err(unwritable)?;
        self.report.refuse(row.number, findings);
        Ok(())
    }

    fn issue_order(&self) -> Order<'_> {
        Order {
            of: self.order.of,
            issuer: self.order.issuer,
            as_correction: self.order.task == Task::Correct,
            by: self.order.by,
            key: None,
        }
    }

    /// Issues the rows that wait, or tells what would become of them.
    fn issue(&mut self) -> Result<(), Failure> {
        let Chunk { rows, submissions } = self.waiting.take();
        if self.order.dry_run {
            let foreseen = issue::foresee(self.office, self.issue_order(), &submissions)?;
            return self.note_all(&rows, &submissions, foreseen);
        }
        let issued = issue::issue(self.office, self.issue_order(), &submissions)?;
        self.note_all(&rows, &submissions, issued.into_iter().map(Issued::told))
    }

    /// Issues every row of the file, or none and tells what would become of them.
    fn issue_together(&mut self) -> Result<(), Failure> {
        let Chunk { rows, submissions } = self.waiting.take();
        let together = if self.report.counts.refused == 0 && !self.order.dry_run {
            issue::issue_together(self.office, self.issue_order(), &submissions)?
        } else {
            Together::Not(issue::foresee(
                self.office,
                self.issue_order(),
                &submissions,
            )?)
        };
        match together {
            Together::Issued(issued) => {
                self.note_all(&rows, &submissions, issued.into_iter().map(Issued::told))
            }
            Together::Not(foreseen) => {
                self.report.written = false;
                self.note_all(&rows, &submissions, foreseen)
            }
        }
    }

    fn note_all(
        &mut self,
        rows: &[Row],
        submissions: &[Submission],
        told: impl IntoIterator<Item = Foreseen>,
    ) -> Result<(), Failure> {
        for ((row, submission), told) in rows.iter().zip(submissions).zip(told) {
            self.note(row, submission, told)?;
        }
        Ok(())
    }

    fn note(&mut self, row: &Row, submission: &Submission, told: Foreseen) -> Result<(), Failure> {
        let name = told.name;
        let known = (self.columns, self.order.of);
        let counts = &mut self.report.counts;
        let which = told.identifier.as_ref();
        let identifier = which.map(ToString::to_string).unwrap_or_default();
        match name {
            "issued" => counts.issued += 1,
            "corrected" | "reissued" => {
                let replaced = told.replaces.map(|which| which.to_string());
                let row = differing(known, row, name, replaced.unwrap_or_default(), told.changes);
                self.report.correct(row);
            }
            "same" => counts.same += 1,
            "ended" => {
                counts.ended += 1;
                let reason = which.zip(told.standing);
                let reason = reason.map(|(which, how)| ended_in_words(Lang::Zh, which, how));
                let reason = reason.unwrap_or_default();
                self.errors.push(row, &reason).map_err(unwritable)?;
            }
            "suspended" => {
                counts.suspended += 1;
                let reason = say(Lang::Zh, "batch.suspended", &[("identifier", &identifier)]);
                self.errors.push(row, &reason).map_err(unwritable)?;
            }
            _ => {
                let differs = differing(known, row, name, identifier.clone(), told.changes);
                let changes = &differs.changes;
                let words = changes_in_words(changes);
                let number = row.number.to_string();
                let with = [
                    ("identifier", identifier.as_str()),
                    ("changes", &words),
                    ("row", &number),
                ];
                // A number typed twice looks like a correction, and would void a stranger's.
                let other = changes.iter().any(|c| c.key == "holder_code");
                let key = if other {
                    "batch.differs_person"
                } else {
                    "batch.differs"
                };
                self.errors
                    .push(row, &say(Lang::Zh, key, &with))
                    .map_err(unwritable)?;
                self.report.differ(differs);
            }
        }
        let group = if self.report.written {
            "outcome"
        } else {
            "foreseen"
        };
        let outcome = say(Lang::Zh, &format!("{group}.{name}"), &[]);
        let line = [
            row.number.to_string(),
            outcome,
            identifier,
            submission.content.certificate_number.clone(),
        ];
        self.results.push(&line).map_err(unwritable)
    }
}

/// The headings of the result file.
pub(super) fn result_headings() -> [String; 4] {
    ["row", "outcome", "identifier", "number"]
        .map(|key| say(Lang::Zh, &format!("result.{key}"), &[]))
}
