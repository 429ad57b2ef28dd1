//! `mianzheng renew`: the next version of a certificate, in the place of the one in force.

use clap::ArgGroup;
use clap::Args;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::ending::Ending;
use crate::cli::fields::Fields;
use crate::cli::issue::tell;
use crate::cli::pictures::Pictures;
use crate::cli::status::read;
use crate::domain::caller::Caller;
use crate::flow::failure::Failure;
use crate::flow::issue::keep::Kept;
use crate::flow::issue::keep::keep;
use crate::flow::issue::one::RequestKey;
use crate::flow::issue::renew::RenewRequest;
use crate::flow::issue::renew::renew;

/// The route that idempotency keys of this command belong to.
const ROUTE: &str = "cli renew";

#[derive(Args)]
#[command(group(ArgGroup::new("content").required(true).multiple(true)
    .args(["fields", "draft", "keep", "pictures"])))]
#[command(after_help = "\
Examples:
  mianzheng renew 1.2.156.3005.2.….001.X --keep --field 体检日期=2027-09-20 \\
      --field 发证日期=2027-09-22
  mianzheng renew 1.2.156.3005.2.….001.X --keep --picture 照片=新照片.jpg
  mianzheng renew 1.2.156.3005.2.….001.X --keep
  mianzheng renew 1.2.156.3005.2.….001.X --draft one.json --key 7f3a

换发 is for a certificate that was right and goes on with new content: a new term, a changed
address, a lost card. The next version of the same serial is issued, 001 → 002; the one before
is superseded and verifies as 已有新版本 from then on, and its printed codes with it. What was
wrong from the beginning is mended with `mianzheng correct`; what ends is ended with
`mianzheng revoke`. What is suspended is resumed or ended first: a new version would be in
force. The holder stays: another holder gets another certificate.

Without --keep the fields given are all that will stand on the new version. With --keep it
begins with what the certificate says now. If a field that the validity counts from is given,
the old first and last days are not kept but counted anew.")]
pub(crate) struct Renew {
    /// The identifier of the certificate in force.
    identifier: String,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    pictures: Pictures,
    /// Begin with what the certificate says now, and change the given fields only.
    #[arg(long)]
    keep: bool,
    /// An idempotency key: the same request with it renews nothing again.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

impl Renew {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let identifier = read(&self.identifier)?;
        let office = desk.office()?;
        let known = office.known();
        let of = known.type_named(identifier.type_code.as_str())?;
        let (written, mut given) = self.fields.read(&of)?;
        let pictures = self.pictures.read(&of, &mut given)?;
        let by = Caller::at_the_machine();
        let Kept { draft, dropped } = if self.keep {
            keep(&office, &identifier, &given, &by)?
        } else {
            Kept {
                draft: given,
                dropped: Vec::new(),
            }
        };
        // The fields as they were given: the facts behind --keep are another version's next time.
        let body = json!({
            "identifier": identifier.to_string(), "draft": written, "keep": self.keep,
            "pictures": pictures,
        });
        let body = body.to_string();
        let key = self.key.as_deref().map(|key| RequestKey {
            caller: &by.id,
            route: ROUTE,
            key,
        });
        let request = RenewRequest {
            identifier: &identifier,
            draft: &draft,
            pictures,
            by: &by,
            key: key.map(|key| (key, body.as_bytes())),
        };
        let mut done = renew(&office, request)?;
        done.warnings.extend(dropped);
        let with = [
            ("identifier", done.identifier.to_string()),
            ("before", identifier.to_string()),
        ];
        let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
        desk.output.say("cli.renewed", &with);
        tell(&mut desk.output, &done);
        Ok(Ending::Done)
    }
}
