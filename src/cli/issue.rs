//! `mianzheng issue`: one certificate, as an office types it.

use clap::ArgGroup;
use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::ending::findings;
use crate::cli::fields::Fields;
use crate::cli::output::Output;
use crate::cli::pictures::Pictures;
use crate::domain::caller::Caller;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::issue::one::OneIssued;
use crate::flow::issue::one::OneRequest;
use crate::flow::issue::one::RequestKey;
use crate::flow::issue::one::issue_one;

/// The route that idempotency keys of this command belong to.
const ROUTE: &str = "cli issue";

#[derive(Args)]
#[command(group(ArgGroup::new("content").required(true).multiple(true).args(["fields", "draft"])))]
#[command(after_help = "\
Examples:
  mianzheng issue --type 食品从业人员健康证明 --issuer 锡林浩特市疾病预防控制中心 \\
      --field 姓名=杨敏 --field 身份证号码=152526196802205650 --field 性别=男 \\
      --field 从业类别=餐饮服务 --field 体检日期=2026-09-28 --field 体检结论=合格 \\
      --field 体检单位=锡林浩特市疾病预防控制中心 --field 发证日期=2026-09-30 \\
      --field 证照编号=锡市健〔2026〕1700001号 --picture photo=杨敏.jpg
  mianzheng issue --type 食品从业人员健康证明 --issuer 12152502MY00032809 --draft one.json --key 7f3a

A draft is a JSON object of fields: {\"holder_name\": \"杨敏\", \"exam_date\": \"2026-09-28\"}.")]
pub(crate) struct Issue {
    /// The certificate type, by code or Chinese name.
    #[arg(long = "type", value_name = "TYPE")]
    of: String,
    /// The agency that issues it, by code or name.
    #[arg(long, value_name = "AGENCY")]
    issuer: String,
    #[command(flatten)]
    fields: Fields,
    /// It is an old record being digitised: what is missing is listed, not refused.
    #[arg(long)]
    stock: bool,
    /// It corrects the certificate in force under the same number.
    #[arg(long)]
    as_correction: bool,
    /// An idempotency key: the same request with it issues nothing again.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    #[command(flatten)]
    pictures: Pictures,
}

impl Issue {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let known = office.known();
        let of = known.type_named(&self.of)?;
        let issuer = known.agency_named(&self.issuer)?;
        let (written, mut draft) = self.fields.read(&of)?;
        let pictures = self.pictures.read(&of, &mut draft)?;
        // What makes two requests the same one: all of it but where the pictures lie.
        let body = json!({
            "type": of.definition.code, "issuer": issuer.code.as_str(), "draft": written,
            "stock": self.stock, "as_correction": self.as_correction,
            "pictures": pictures,
        });
        let body = body.to_string();
        let by = Caller::at_the_machine();
        let key = self.key.as_deref().map(|key| RequestKey {
            caller: &by.id,
            route: ROUTE,
            key,
        });
        let done = issue_one(
            &office,
            OneRequest {
                of: &of,
                issuer,
                draft: &draft,
                pictures,
                stock: self.stock,
                as_correction: self.as_correction,
                by: &by,
                key: key.map(|key| (key, body.as_bytes())),
            },
        )?;
        let outcome = format!("outcome.{}", done.outcome);
        let outcome = say(desk.output.lang, &outcome, &[]);
        desk.output.line(&format!("{outcome}  {}", done.identifier));
        tell(&mut desk.output, &done);
        Ok(Ending::Done)
    }
}

/// What someone should look at; for programs, all of what was done.
pub(crate) fn tell(output: &mut Output, done: &OneIssued) {
    for warning in &done.warnings {
        let text = output.text_of(warning).to_owned();
        output.line(&format!("  {text}"));
    }
    output.object(&json!({
        "outcome": done.outcome,
        "identifier": done.identifier.to_string(),
        "warnings": findings(&done.warnings),
    }));
}
