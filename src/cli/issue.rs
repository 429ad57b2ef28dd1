//! `mianzheng issue`: one certificate, as an office types it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::about_file;
use crate::cli::ending::Ending;
use crate::cli::ending::findings;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Draft;
use crate::domain::problem::Reason;
use crate::domain::value::Raw;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::issue::one::OneRequest;
use crate::flow::issue::one::RequestKey;
use crate::flow::issue::one::issue_one;
use crate::flow::issue::one::picture;

/// The route that idempotency keys of this command belong to.
const ROUTE: &str = "cli issue";

#[derive(Args)]
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
    /// A field by key or heading, and its value as an office would type it.
    #[arg(long = "field", value_name = "KEY=VALUE", required_unless_present = "draft",
        value_parser = pair)]
    fields: Vec<(String, String)>,
    /// A JSON file with the fields.
    #[arg(long, value_name = "FILE", conflicts_with = "fields")]
    draft: Option<PathBuf>,
    /// It is an old record being digitised: what is missing is listed, not refused.
    #[arg(long)]
    stock: bool,
    /// It corrects the certificate in force under the same number.
    #[arg(long)]
    as_correction: bool,
    /// An idempotency key: the same request with it issues nothing again.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// A picture for a field, PNG or JPEG.
    #[arg(long = "picture", value_name = "KEY=FILE", value_parser = pair)]
    pictures: Vec<(String, String)>,
}

impl Issue {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let known = office.known();
        let of = known.type_named(&self.of)?;
        let issuer = known.agency_named(&self.issuer)?;
        let (written, mut draft) = self.draft(&of)?;
        let mut pictures = Vec::new();
        for (field, path) in &self.pictures {
            let path = PathBuf::from(path);
            let bytes = std::fs::read(&path).map_err(|why| about_file(&path, &why))?;
            let key = column(&of, field);
            let (raw, bytes) = picture(&of, &key, bytes)?;
            draft.0.insert(key.clone(), raw);
            pictures.push((key, bytes));
        }
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
        let identifier = done.identifier.to_string();
        let output = &mut desk.output;
        let outcome = say(output.lang, &format!("outcome.{}", done.outcome), &[]);
        output.line(&format!("{outcome}  {identifier}"));
        for warning in &done.warnings {
            let text = output.text_of(warning).to_owned();
            output.line(&format!("  {text}"));
        }
        output.object(&json!({
            "outcome": done.outcome,
            "identifier": identifier,
            "warnings": findings(&done.warnings),
        }));
        Ok(Ending::Done)
    }

    /// The fields as they were written, and as they are judged.
    fn draft(&self, of: &CertificateType) -> Result<(BTreeMap<String, Value>, Draft), Failure> {
        let bad = |what: String| Failure::because(Reason::BadRequest, what);
        let mut written: BTreeMap<String, Value> = BTreeMap::new();
        if let Some(path) = &self.draft {
            let text = std::fs::read_to_string(path).map_err(|why| about_file(path, &why))?;
            written = serde_json::from_str(&text)
                .map_err(|why| bad(format!("{}: {why}", path.display())))?;
        }
        for (key, value) in &self.fields {
            written.insert(key.clone(), Value::from(value.as_str()));
        }
        let mut draft = Draft::default();
        for (key, value) in &written {
            let raw = match value {
                Value::Null => continue,
                Value::String(text) => Raw::Text(text.clone()),
                // As it is written: no digit may change on the way.
                Value::Number(number) => Raw::Text(number.to_string()),
                _ => return Err(bad(format!("{key} is neither text nor a number"))),
            };
            if draft.0.insert(column(of, key), raw).is_some() {
                return Err(bad(format!("{key} is there twice")));
            }
        }
        Ok((written, draft))
    }
}

/// The column that a key or heading means; what means none is left for the judge to refuse.
fn column(of: &CertificateType, name: &str) -> String {
    of.definition.column_of(name).unwrap_or(name).to_owned()
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("not of the form KEY=VALUE".to_owned()),
    }
}
