//! `mianzheng batch`: a spreadsheet of certificates, checked or issued.
//!
//! Every chunk is committed: after a kill or a power cut the same command goes on where it was.

use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use clap::ValueEnum;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::batch_report;
use crate::cli::batch_report::Papers;
use crate::cli::ending::Ending;
use crate::cli::paper::Paper;
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

#[derive(Subcommand)]
pub(crate) enum Batch {
    /// Rehearse it and write nothing: each bad row is named with its column and reason, and each
    /// that would be corrected with old and new.
    #[command(after_help = "\
Examples:
  mianzheng batch check 健康证明.csv --type 食品从业人员健康证明 \\
      --issuer 锡林浩特市疾病预防控制中心
  mianzheng batch check 更正.csv --type 食品从业人员健康证明 \\
      --issuer 锡林浩特市疾病预防控制中心 --as correction

Exit code 2: some rows would be refused, or differ from what is issued already, or pictures are missing, left over or
unreadable.")]
    Check(Check),
    /// Issue the good rows; bad ones go into an error file, to be mended there and sent again.
    #[command(after_help = "\
Examples:
  mianzheng batch issue 健康证明.csv --type 食品从业人员健康证明 \\
      --issuer 锡林浩特市疾病预防控制中心
  mianzheng batch issue 健康证明.错误.csv --type 食品从业人员健康证明 \\
      --issuer 锡林浩特市疾病预防控制中心 --as correction --out /srv/results

Writes NAME.结果.csv, and NAME.错误.csv or .xlsx when there is something to mend, beside the
file or in --out, in the place of older ones; for a mended NAME.错误.csv they are NAME.结果2.csv
and NAME.错误2.csv. Rows that are issued already are skipped: after an
interruption run the same command again.

Exit code 2: some rows were refused, or differ from what is issued already, or pictures are missing, left over or
unreadable.")]
    Issue(Issue),
}

#[derive(Args)]
pub(crate) struct Sheet {
    /// The spreadsheet, CSV or XLSX, as the office exported it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
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

#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    sheet: Sheet,
    #[command(flatten)]
    meant: Meant,
}

#[derive(Args)]
pub(crate) struct Issue {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    meant: Meant,
}

/// What the sender means by a row that is there already.
#[derive(Args)]
struct Meant {
    /// What a row with other content for a number in force is; otherwise it is only reported.
    #[arg(long = "as", value_enum, value_name = "WHAT")]
    taken_as: Option<TakenAs>,
}

/// Correct certificates by a file.
#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng correct 更正.csv --type 食品从业人员健康证明 --issuer 锡林浩特市疾病预防控制中心

The same as `mianzheng batch issue … --as correction`; `mianzheng batch check … --as correction`
rehearses it. A row with other content for a number in
force makes the next version, and the one before is superseded; a changed holder voids the old
certificate 作废 and gets a new one; rows that are the same are skipped, and new ones issued.

Exit code 2: some rows were refused, or their certificates are suspended or have ended.")]
pub(crate) struct Correct {
    #[command(flatten)]
    work: Work,
}

#[derive(Args)]
struct Work {
    #[command(flatten)]
    sheet: Sheet,
    /// The folder for result file and error file.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum TakenAs {
    /// The next version; a changed holder voids the old certificate and gets a new one.
    Correction,
}

impl Batch {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        match self {
            Self::Check(Check { sheet, meant }) => {
                let mut sink = (io::sink(), io::sink());
                let how = (meant.task(), true);
                let report = sheet.work(desk, how, (&mut sink.0, &mut sink.1))?;
                Ok(sheet.tell(desk, &report, &Papers::default()))
            }
            Self::Issue(Issue { work, meant }) => work.run(desk, meant.task()),
        }
    }
}

impl Meant {
    const fn task(&self) -> Task {
        match self.taken_as {
            None => Task::Issue,
            Some(TakenAs::Correction) => Task::Correct,
        }
    }
}

impl Correct {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        self.work.run(desk, Task::Correct)
    }
}

impl Work {
    fn run(&self, desk: &mut Desk, task: Task) -> Result<Ending, Failure> {
        let file = &self.sheet.file;
        let beside = file.parent().unwrap_or(Path::new(""));
        let folder = self.out.as_deref().unwrap_or(beside);
        let (Some(stem), true) = (file.file_stem(), file.is_file()) else {
            return Err(about_file(file, &io::ErrorKind::NotFound.into()));
        };
        let (stem, again) = round(&stem.to_string_lossy());
        let name = |ending: &str| folder.join(format!("{stem}{ending}"));
        let results_name = name(&format!(".结果{again}.csv"));
        let mut results = Paper::begin(&results_name)?;
        let mut errors = Paper::begin(&name(&format!(".错误{again}")))?;
        let how = (task, false);
        let report = self
            .sheet
            .work(desk, how, (&mut results.sink, &mut errors.sink))?;
        let results = results.keep(results_name)?;
        let errors = if report.0.counts.to_mend() > 0 {
            Some(errors.keep(name(&format!(".错误{again}.{}", report.0.sheet)))?)
        } else {
            None
        };
        let papers = Papers {
            results: Some(results),
            errors,
        };
        Ok(self.sheet.tell(desk, &report, &papers))
    }
}

impl Sheet {
    fn work(
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
        Ok((report?, TypeFacts::of(&of)))
    }

    fn tell(
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

/// The name of the sheet that was first sent, and which round of mending this is: the error file
/// of 名单 is 名单.错误, that one's is 名单.错误2, and so on.
fn round(stem: &str) -> (String, String) {
    let Some((first, number)) = stem.rsplit_once(".错误") else {
        return (stem.to_owned(), String::new());
    };
    let before = if number.is_empty() {
        Some(1)
    } else {
        number.parse::<u32>().ok()
    };
    match before {
        Some(before) if !first.is_empty() => {
            (first.to_owned(), before.saturating_add(1).to_string())
        }
        _ => (stem.to_owned(), String::new()),
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
