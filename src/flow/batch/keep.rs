//! The report of a batch, as it is kept for whoever asks later.

use std::io::Write;

use serde_json::Value;
use serde_json::json;

use crate::domain::problem::FindingWords;
use crate::flow::batch::made::Holding;
use crate::flow::batch::made::PieceWriter;
use crate::flow::batch::pieces::BatchFile;
use crate::flow::batch::read::KeptReport;
use crate::flow::batch::read::ToldFinding;
use crate::flow::batch::read::ToldRow;
use crate::flow::batch::report::Report;
use crate::flow::batch::report::RowDiffers;
use crate::flow::batch::report::RowFindings;
use crate::flow::failure::Failure;

/// Rows with findings that are told; of more, the error file tells.
const TOLD: usize = 100;

/// Keeps the report of a batch, as long as the batch is held.
///
/// # Errors
///
/// [`Failure`] if the register fails, or the batch is lost; then nothing of it is read.
pub(super) fn keep_report(holding: &Holding<'_>, report: &Report) -> Result<(), Failure> {
    let rows = report.refused.iter().take(TOLD);
    let warned = report.warned.iter().take(TOLD);
    let kept = KeptReport {
        rows: rows.chain(warned).map(told).collect(),
        differs: json!({
            "differs": report.differs.iter().map(changed).collect::<Vec<_>>(),
            "corrected": report.corrected.iter().map(changed).collect::<Vec<_>>(),
        }),
        ignored_columns: report.ignored_columns.clone(),
        pictures: report.pictures.clone(),
    };
    let text = serde_json::to_vec(&kept).map_err(|why| Failure::Broken(why.to_string()))?;
    let mut file = PieceWriter::begin(holding, BatchFile::Report)?;
    file.write_all(&text)
        .map_err(|why| Failure::Broken(why.to_string()))?;
    file.finish()?;
    Ok(())
}

fn changed(row: &RowDiffers) -> Value {
    let changes = row
        .changes
        .iter()
        .map(|c| json!({"field": c.key, "old": c.old, "new": c.new}));
    json!({
        "row": row.row,
        "outcome": row.outcome,
        "identifier": row.identifier,
        "changes": changes.collect::<Vec<_>>(),
    })
}

fn told(row: &RowFindings) -> ToldRow {
    ToldRow {
        row: row.row,
        findings: row.findings.iter().map(told_finding).collect(),
    }
}

fn told_finding(finding: &FindingWords) -> ToldFinding {
    ToldFinding {
        column: finding.column.clone(),
        label: finding.label.clone(),
        code: finding.code.to_owned(),
        warning: finding.warning,
        zh: finding.zh.clone(),
        en: finding.en.clone(),
    }
}
