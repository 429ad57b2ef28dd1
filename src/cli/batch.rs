//! `mianzheng batch`: a spreadsheet of certificates, checked or issued.
//!
//! Every chunk is committed: after a kill or a power cut the same command goes on where it was.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use clap::ValueEnum;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::batch_report::Papers;
use crate::cli::ending::Ending;
use crate::cli::paper::Paper;
use crate::cli::sheet::Sheet;
use crate::flow::batch::Task;
use crate::flow::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Batch {
    /// Rehearse it and write nothing: bad rows are named with column and reason, corrections with
    /// old and new.
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
