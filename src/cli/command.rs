//! Every command, on one page.

use clap::Subcommand;

use crate::cli::Desk;
use crate::cli::account;
use crate::cli::alarm;
use crate::cli::batch;
use crate::cli::bench;
use crate::cli::case;
use crate::cli::catalogue;
use crate::cli::demo;
use crate::cli::doctor;
use crate::cli::ending::Ending;
use crate::cli::figures;
use crate::cli::foreign_case;
use crate::cli::grant;
use crate::cli::guardian;
use crate::cli::holder;
use crate::cli::init;
use crate::cli::issue;
use crate::cli::items;
use crate::cli::keys;
use crate::cli::ledger;
use crate::cli::mandate;
use crate::cli::notice;
use crate::cli::query;
use crate::cli::receipt;
use crate::cli::renew;
use crate::cli::retention;
use crate::cli::serve;
use crate::cli::show;
use crate::cli::source;
use crate::cli::status;
use crate::cli::token;
use crate::cli::trust;
use crate::cli::uses;
use crate::cli::verify;
use crate::domain::standing::Change;
use crate::flow::failure::Failure;

/// Every command.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Make an office in an empty folder: settings, keys, roots, TLS files, register.
    Init(init::Init),
    /// The whole thread on sample files: an office, codes, verdicts, a server left running.
    Demo(demo::Demo),
    /// Serve, until told to stop.
    Serve(serve::Serve),
    /// Load, check and read the catalogue of certificate types, agencies and divisions.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng catalogue load examples/catalogue
  mianzheng catalogue show 食品从业人员健康证明"
    )]
    Catalogue(catalogue::Catalogue),
    /// Load, try, list and remove sources 数源: systems of departments that hold a type's records.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng source check examples/sources/health-file.toml
  mianzheng source load examples/sources/unseen.toml"
    )]
    Source(source::Source),
    /// Find items 事项, what they ask for, and what to bring for them.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng items search sydj
  mianzheng items checklist 11152501MY0001840D415202390100001"
    )]
    Items(items::Items),
    /// Count what was really waived, and why the rest was not 免交统计.
    Figures(figures::Figures),
    /// Make, list, retire and rotate keys.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng keys create 锡林浩特市疾病预防控制中心 && mianzheng trust publish
  mianzheng keys list"
    )]
    Keys(keys::Keys),
    /// Publish and show the list of trusted keys.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng trust publish
  mianzheng trust show"
    )]
    Trust(trust::Trust),
    /// Issue one certificate.
    Issue(issue::Issue),
    /// Check or issue a spreadsheet of certificates.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng batch check 健康证明.csv --type 食品从业人员健康证明 \\
      --issuer 锡林浩特市疾病预防控制中心"
    )]
    Batch(batch::Batch),
    /// Correct certificates by a spreadsheet: `batch issue --as correction`.
    Correct(batch::Correct),
    /// Renew a certificate 换发: the next version supersedes the one in force.
    Renew(renew::Renew),
    /// Suspend a certificate 暂扣.
    Suspend(status::Step),
    /// Put a suspended certificate back in force.
    Resume(status::Step),
    /// End certificates for good, with the legal word.
    Revoke(status::Revoke),
    /// Bind a newborn's certificate to the number the child has now.
    Rebind(status::Rebind),
    /// Show a holder's certificate as a live, offline or printed code.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng show cards --token-file holder.token
  mianzheng show live IDENTIFIER --token-file holder.token"
    )]
    Show(show::Show),
    /// Verify any text or picture.
    Verify(verify::Verify),
    /// A case 办件 at the window: opened, its materials settled, closed with a receipt.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng case open 11152502MY0000426E415070990200001 --name 其其格 \\
      --holder 111:152502199206120020 --token-file window.token
  mianzheng case list --token-file window.token"
    )]
    Case(case::Case),
    /// Receipts 回执 of closed cases: show, print, void, verify.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng receipt pdf 15250220261123000017 --out receipt.pdf --token-file window.token
  mianzheng receipt verify receipt.jwt"
    )]
    Receipt(receipt::Receipt),
    /// Tell what was done with somebody's certificates, on the screen or as a PDF.
    Uses(uses::Uses),
    /// Query the granted fields of certificates, for an item and with what proves the reason.
    Query(query::Query),
    /// Grants 用证授权: proposed by one operator, confirmed by another; and what each lets see.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng grant waiting --token-file second-operator.token
  mianzheng grant report --csv 用证授权.csv"
    )]
    Grant(grant::Grant),
    /// Cases of other systems 外部办件: those that are open, and what they owe a result for.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng foreign-case list
  mianzheng foreign-case report"
    )]
    ForeignCase(foreign_case::ForeignCases),
    /// Alarms 预警 about odd uses by other systems: listed, looked into, settled.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng alarm list
  mianzheng alarm show 3"
    )]
    Alarm(alarm::Alarm),
    /// Give, confirm, end and ask mandates 委托: who may act for whom.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng mandate list --token-file holder.token
  mianzheng mandate may --principal 001:91152502MA0000001L --agent 111:152522198804150036 \\
      --item 150723903000"
    )]
    Mandate(mandate::Mandate),
    /// Who acts for a child, and orders about that.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng guardian list 999:A157000001
  mianzheng guardian confirm 7 --token-file second-officer.token"
    )]
    Guardian(guardian::Guardian),
    /// Give somebody what is held about her, or erase what may be erased of it.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng holder export 111:152502199003070019 --face-checked --out export.json
  mianzheng holder erase 111:152502199003070019 --face-checked"
    )]
    Holder(holder::Holder),
    /// Read what a holder was told.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng notice list --token-file holder.token"
    )]
    Notice(notice::Notice),
    /// Make the offline bundle.
    Bundle(ledger::Bundle),
    /// Check the ledger, and write its head down.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng ledger verify --head data/heads/ledger-head.jwt
  mianzheng ledger head"
    )]
    Ledger(ledger::Ledger),
    /// Show what has had its term, and delete it.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng retention show
  mianzheng retention run --until 2029-11-23T09:30:00+08:00 --shown 5f2c9d0a71be4438"
    )]
    Retention(retention::Retention),
    /// Measure, beside limits measured in the same run.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng bench verify --examples examples"
    )]
    Bench(bench::Bench),
    /// Make, list and revoke credentials.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng token create --role holder --holder 111:152502199003070019 --out holder.token
  mianzheng token list"
    )]
    Token(token::Token),
    /// People who log in with a browser: make, list, change and disable their accounts.
    #[command(
        subcommand,
        after_help = "\
Examples:
  mianzheng account add batar --display-name 巴特尔 --role holder \\
      --holder 111:152502199003070019 --password-file password
  mianzheng account list"
    )]
    Account(account::Account),
    /// Say what is wrong with this deployment, and what to do about it.
    Doctor(doctor::Doctor),
}

impl Command {
    /// Carries it out.
    ///
    /// # Errors
    ///
    /// [`Failure`], in the words that are told of it.
    pub(super) fn run(self, desk: &mut Desk) -> Result<Ending, Failure> {
        match self {
            Self::Init(command) => command.run(desk),
            Self::Demo(command) => command.run(desk),
            Self::Serve(command) => command.run(desk),
            Self::Catalogue(command) => command.run(desk),
            Self::Source(command) => command.run(desk),
            Self::Items(command) => command.run(desk),
            Self::Figures(command) => command.run(desk),
            Self::Keys(command) => command.run(desk),
            Self::Trust(command) => command.run(desk),
            Self::Issue(command) => command.run(desk),
            Self::Batch(command) => command.run(desk),
            Self::Correct(command) => command.run(desk),
            Self::Renew(command) => command.run(desk),
            Self::Suspend(command) => command.run(desk, Change::Suspend),
            Self::Resume(command) => command.run(desk, Change::Resume),
            Self::Revoke(command) => command.run(desk),
            Self::Rebind(command) => command.run(desk),
            Self::Show(command) => command.run(desk),
            Self::Verify(command) => command.run(desk),
            Self::Case(command) => command.run(desk),
            Self::Receipt(command) => command.run(desk),
            Self::Uses(command) => command.run(desk),
            Self::Query(command) => command.run(desk),
            Self::Grant(command) => command.run(desk),
            Self::Alarm(command) => command.run(desk),
            Self::ForeignCase(command) => command.run(desk),
            Self::Mandate(command) => command.run(desk),
            Self::Guardian(command) => command.run(desk),
            Self::Holder(command) => command.run(desk),
            Self::Notice(command) => command.run(desk),
            Self::Bundle(command) => command.run(desk),
            Self::Ledger(command) => command.run(desk),
            Self::Retention(command) => command.run(desk),
            Self::Bench(command) => command.run(desk),
            Self::Token(command) => command.run(desk),
            Self::Account(command) => command.run(desk),
            Self::Doctor(_) => Ok(doctor::Doctor::run(desk)),
        }
    }
}
