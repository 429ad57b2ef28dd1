//! The spreadsheet of a batch: how it is named on a command line, gone through and told of.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::batch_report;
use crate::cli::batch_report::Papers;
use crate::cli::ending::Ending;
use crate::domain::caller::Caller;
use crate::domain::type_facts::TypeFacts;
use crate::flow::batch;
use crate::flow::batch::BatchOrder;
use crate::flow::batch::Bytes;
use crate::flow::batch::FileBytes;
use crate::flow::batch::Outputs;
use crate::flow::batch::Progress;
use crate::flow::batch::Task;
use crate::flow::failure::Failure;
use crate::flow::reading;

/// A spreadsheet, and what it is said to be.
#[derive(Args)]
pub(crate) struct Sheet {
    /// The spreadsheet, CSV or XLSX, as the office exported it.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// The certificate type, by code or Chinese name.
    #[arg(long = "type", value_name = "TYPE")]
    of: String,
    /// The agency that issues them, by code or name.
    #[arg(long, value_name = "AGENCY")]
    issuer: String,
    /// A zip of pictures, each named by its holder's code or the certificate's number.
    #[arg(long, value_name = "ZIP")]
    photos: Option<PathBuf>,
    /// The rows are old records being digitised: what is missing is listed, not refused.
    #[arg(long)]
    stock: bool,
    /// One bad row stops them all.
    #[arg(long)]
    all_or_nothing: bool,
}

impl Sheet {
    /// Goes through it; nothing is written when it is a dry run.
    pub(super) fn work(
        &self,
        desk: &Desk,
        (task, dry_run): (Task, bool),
        (results, errors): (&mut dyn Write, &mut dyn Write),
    ) -> Result<(batch::report::Report, TypeFacts), Failure> {
        let office = desk.office()?;
        let known = office.known();
        let of = known.type_named(&self.of)?;
        let open = |path: &PathBuf| FileBytes::at(path).map_err(|why| about_file(path, &why));
        let file = open(&self.file)?;
        let photos = self.photos.as_ref().map(open).transpose()?;
        let order = BatchOrder {
            of: &of,
            issuer: known.agency_named(&self.issuer)?,
            task,
            dry_run,
            stock: self.stock,
            all_or_nothing: self.all_or_nothing,
            by: &Caller::at_the_machine(),
        };
        let bar = bar();
        let mut progress = |at: Progress| {
            bar.set_length(at.total);
            bar.set_position(at.done);
            Ok(())
        };
        let outputs = Outputs {
            results,
            errors,
            progress: &mut progress,
        };
        let photos: Option<&dyn Bytes> = match &photos {
            Some(zip) => Some(zip),
            None => None,
        };
        let report = batch::run(&office, order, &file, photos, outputs);
        bar.finish_and_clear();
        let report = report?;
        reading::differing(&office, &Caller::at_the_machine(), &report)?;
        Ok((report, TypeFacts::of(&of)))
    }

    /// Tells what became of it.
    pub(super) fn tell(
        &self,
        desk: &mut Desk,
        (report, facts): &(batch::report::Report, TypeFacts),
        papers: &Papers,
    ) -> Ending {
        batch_report::tell(&mut desk.output, &self.file, report, papers, facts);
        let found = &report.pictures;
        let pictures = found.missing.len() + found.extra.len() + found.unreadable.len();
        if report.counts.to_mend() > 0 || pictures > 0 {
            Ending::SomeNotGood
        } else {
            Ending::Done
        }
    }
}

/// A bar on a terminal; nothing where nobody looks.
pub(crate) fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len}  {eta}") {
        bar.set_style(style);
    }
    bar
}
