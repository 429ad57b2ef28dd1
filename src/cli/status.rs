//! `mianzheng suspend`, `resume`, `revoke`, `rebind`: what happens to a certificate later.

use clap::Args;
use clap::ValueEnum;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::domain::caller::Caller;
use crate::domain::holder::HolderCode;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::standing::Change;
use crate::domain::standing::EndWord;
use crate::domain::words::say;
use crate::flow::change_status::ChangeRequest;
use crate::flow::change_status::change_status;
use crate::flow::failure::Failure;
use crate::flow::rebind::Rebinding;
use crate::flow::rebind::rebind_once;

/// A step that leads back.
#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng suspend 1.2.156.3005.2.….001.X --reason 复查期间暂扣
  mianzheng resume 1.2.156.3005.2.….001.X --reason 复查合格")]
pub(crate) struct Step {
    /// The certificate's identifier.
    identifier: String,
    /// Why, in at most 200 characters.
    #[arg(long)]
    reason: String,
}

/// An end for good.
#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng revoke 1.2.156.3005.2.….001.X --word cancelled --reason 持证人申请注销
  mianzheng revoke 1.2.156.3005.2.….001.X --word revoked --reason 处罚决定书〔2026〕3号")]
pub(crate) struct Revoke {
    /// The certificates' identifiers.
    #[arg(required = true)]
    identifiers: Vec<String>,
    /// The legal word.
    #[arg(long, value_enum)]
    word: Word,
    /// Why, in at most 200 characters.
    #[arg(long)]
    reason: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Word {
    /// 吊销: as a penalty.
    Revoked,
    /// 撤销: it should not have been granted.
    Withdrawn,
    /// 注销: given up or run out.
    Cancelled,
    /// 作废: issued in error.
    IssuedInError,
}

/// A newborn's certificate gets the child's own number.
#[derive(Args)]
#[command(after_help = "\
Examples:
  mianzheng rebind 1.2.156.3005.2.….001.X --to 111:152501201506010038 --cause 出生登记
  mianzheng rebind 1.2.156.3005.2.….001.X --to 111:152501201506010054 \\
      --instead-of 111:152501201506010038 --cause 号码录错")]
pub(crate) struct Rebind {
    /// The certificate's identifier.
    identifier: String,
    /// The child's citizen number, as 111:number.
    #[arg(long)]
    to: String,
    /// The number it was bound to by mistake, to put that right.
    #[arg(long)]
    instead_of: Option<String>,
    /// Why, in at most 200 characters.
    #[arg(long)]
    cause: String,
}

impl Step {
    pub(crate) fn run(&self, desk: &mut Desk, change: Change) -> Result<Ending, Failure> {
        changed(desk, &self.identifier, change, &self.reason)?;
        Ok(Ending::Done)
    }
}

impl Revoke {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let word = match self.word {
            Word::Revoked => EndWord::Revoked,
            Word::Withdrawn => EndWord::Withdrawn,
            Word::Cancelled => EndWord::Cancelled,
            Word::IssuedInError => EndWord::IssuedInError,
        };
        // All names are read before the first is changed.
        for identifier in &self.identifiers {
            read(identifier)?;
        }
        for identifier in &self.identifiers {
            changed(desk, identifier, Change::End(word), &self.reason)?;
        }
        Ok(Ending::Done)
    }
}

impl Rebind {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let child = holder(&self.to)?;
        let instead_of = self.instead_of.as_deref().map(holder).transpose()?;
        let identifier = read(&self.identifier)?;
        let rebinding = Rebinding {
            identifier: &identifier,
            child: &child,
            instead_of: instead_of.as_ref(),
            cause: &self.cause,
        };
        rebind_once(&office, &rebinding, &Caller::at_the_machine(), None)?;
        desk.output
            .say("cli.rebound", &[("identifier", &identifier.to_string())]);
        desk.output
            .object(&json!({"identifier": identifier.to_string(), "rebound": true}));
        Ok(Ending::Done)
    }
}

fn changed(desk: &mut Desk, identifier: &str, change: Change, reason: &str) -> Result<(), Failure> {
    let identifier = read(identifier)?;
    let office = desk.office()?;
    let by = Caller::at_the_machine();
    let request = ChangeRequest {
        identifier: &identifier,
        change,
        reason,
        by: &by,
        key: None,
    };
    let standing = change_status(&office, &request)?;
    let word = say(desk.output.lang, &format!("word.{}", standing.name()), &[]);
    let text = identifier.to_string();
    desk.output
        .say("cli.changed", &[("identifier", &text), ("word", &word)]);
    desk.output
        .object(&json!({"identifier": text, "standing": standing.name()}));
    Ok(())
}

/// An identifier from the command line; its check character decides nothing.
pub(crate) fn read(text: &str) -> Result<CertificateIdentifier, Failure> {
    let read = CertificateIdentifier::read(text).map_err(|why| {
        let said = Said::of("fault", "bad_identifier").with("text", text);
        // The same as over HTTP, where it is an address that leads nowhere.
        Failure::saying(Reason::NotFound, why.to_string(), said)
    })?;
    Ok(read.identifier)
}

/// A holder from the command line, as type:number.
pub(crate) fn holder(text: &str) -> Result<HolderCode, Failure> {
    HolderCode::read(text).map_err(|why| {
        let said = Said::of("fault", "bad_holder_code").with("text", text);
        Failure::saying(Reason::BadRequest, why.to_string(), said)
    })
}
