//! `mianzheng case decide`: what becomes of materials.

use clap::Args;
use clap::ValueEnum;

use crate::cli::case::One;
use crate::cli::case::no_word;
use crate::domain::case::PaperReason;
use crate::domain::time::Day;
use crate::flow::case;
use crate::flow::case::CaseView;
use crate::flow::case::Decision;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

#[derive(Args)]
pub(crate) struct Decide {
    #[command(flatten)]
    one: One,
    /// What becomes of them.
    #[arg(value_enum)]
    decision: Word,
    /// The materials, by place.
    #[arg(long, required = true, value_delimiter = ',')]
    materials: Vec<usize>,
    /// Why on paper: `not_found`, `no_phone`, `refused`, `mismatch`, `expired`, `source_down`,
    /// `preferred_paper`, `used_up`, `required` or `returned`.
    #[arg(long, required_if_eq("decision", "paper"))]
    reason: Option<String>,
    /// What is promised, disputed, asked or noted.
    #[arg(long)]
    note: Option<String>,
    /// Until the end of which day it may follow.
    #[arg(long, value_name = "DAY", required_if_eq("decision", "tolerate"))]
    until: Option<Day>,
    /// The officer compared face and card: for codes shown on paper or offline.
    #[arg(long)]
    matched: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Word {
    /// 免交.
    Waive,
    /// On paper.
    Paper,
    /// 告知承诺.
    Promise,
    /// 容缺.
    Tolerate,
    /// 部门核验.
    Check,
    /// 有异议.
    Dispute,
    /// The identity card was read.
    Identify,
}

impl Decide {
    pub(super) fn run(&self, office: &Office) -> Result<CaseView, Failure> {
        let decision = self.decision()?;
        let by = self.one.by.caller(office)?;
        case::decide(office, &self.one.case, &self.materials, &decision, &by)
    }

    fn decision(&self) -> Result<Decision, Failure> {
        let note = || self.note.clone().unwrap_or_default();
        Ok(match self.decision {
            Word::Waive => Decision::Waive {
                matched: self.matched,
            },
            Word::Paper => {
                let word = self.reason.as_deref().unwrap_or_default();
                let reason = PaperReason::from_name(word);
                Decision::Paper {
                    reason: reason.ok_or_else(|| no_word("reason", word))?,
                    note: self.note.clone(),
                }
            }
            Word::Promise => Decision::Promise { text: note() },
            Word::Tolerate => Decision::Tolerate {
                until: self.until.ok_or_else(|| no_word("until", ""))?,
            },
            Word::Check => Decision::Check { note: note() },
            Word::Dispute => Decision::Dispute { note: note() },
            Word::Identify => Decision::Identify,
        })
    }
}
