//! The demonstration: an office with the sample files issued, five certificates in five
//! states, and a credential for everybody who is in the story. All people are synthetic.

mod accounts;
mod papers;
mod people;

use std::path::Path;

use crate::domain::caller::Caller;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::standing::Change;
use crate::domain::standing::EndWord;
use crate::domain::verdict::Verdict;
use crate::flow::batch::report::Counts;
use crate::flow::catalogue;
use crate::flow::catalogue::CatalogueFiles;
use crate::flow::catalogue::Loaded;
use crate::flow::change_status::ChangeRequest;
use crate::flow::change_status::change_status;
use crate::flow::failure::Failure;
use crate::flow::keys;
use crate::flow::office::Office;
use crate::flow::show::choice::Choice;
use crate::flow::show::compact;
use crate::flow::show::compact::CompactShown;
use crate::flow::show::live;
use crate::flow::show::live::LiveShown;
use crate::flow::trust_list;
use crate::flow::verify::online::verify;
pub use accounts::DemoAccount;
use papers::altered;
use papers::health;
use papers::sample;
use people::holder;
use people::tokens;
use people::window;

/// The sample files: file, type, issuer.
pub const SAMPLES: [(&str, &str, &str); 3] = [
    ("健康证明-2026年10月.csv", HEALTH, CDC),
    ("出生医学证明-2026年三季度.xlsx", "出生医学证明", HOSPITAL),
    ("营业执照.csv", "营业执照", "锡林郭勒盟市场监督管理局"),
];

/// The type of most of the demonstration's certificates.
pub const HEALTH: &str = "食品从业人员健康证明";

/// The agency that issues them.
pub const CDC: &str = "锡林浩特市疾病预防控制中心";

const HOSPITAL: &str = "锡林郭勒盟中心医院";
/// Who issues besides in the examples at the counter and in the league.
const ALSO_ISSUE: [&str; 3] = [
    "锡林浩特市公安局",
    "锡林浩特市民政局",
    "锡林浩特市自然资源局",
];
/// The agency whose windows verify.
pub const HALL: &str = "锡林浩特市政务服务与数据管理局";

/// The item for which the demonstration's system may fetch.
pub const ITEM: &str = "150131901000";

/// What was made of a sample file.
#[derive(Clone, Debug)]
pub struct SampleIssued {
    /// The file's name.
    pub file: &'static str,
    /// What became of its rows.
    pub counts: Counts,
}

/// A credential of the story.
#[derive(Clone, Debug)]
pub struct DemoToken {
    /// Whose it is: the name of its file.
    pub name: &'static str,
    /// The bearer token.
    pub token: String,
}

/// A verdict of the story.
#[derive(Clone, Debug)]
pub struct DemoVerdict {
    /// What it is meant to show.
    pub meant: &'static str,
    /// The verdict.
    pub verdict: Verdict,
}

/// The whole demonstration, made.
pub struct Demonstration {
    /// The sample files.
    pub samples: Vec<SampleIssued>,
    /// Tokens for window, system, issuer, holder and two operators.
    pub tokens: Vec<DemoToken>,
    /// Accounts to log in with.
    pub accounts: Vec<DemoAccount>,
    /// A certificate that is good.
    pub certificate: CertificateIdentifier,
    /// Its live code.
    pub live: LiveShown,
    /// Its offline code.
    pub offline: CompactShown,
    /// Its printed code.
    pub printed: CompactShown,
    /// A good, an expired, a revoked, a tampered and a replayed one.
    pub verdicts: Vec<DemoVerdict>,
}

/// Loads the catalogue, makes keys for the issuing agencies and publishes trust; the answer is
/// what was loaded.
///
/// # Errors
///
/// [`Failure`]; the office is then half made, and making it anew is the way on.
pub fn prepare(office: &Office, examples: &Path) -> Result<Loaded, Failure> {
    let by = Caller::at_the_machine();
    let files = CatalogueFiles::read(&examples.join("catalogue"))?;
    let loaded = catalogue::load(office, &files, &by)?;
    let known = office.known();
    for issuer in SAMPLES
        .map(|(_, _, issuer)| issuer)
        .iter()
        .chain(&ALSO_ISSUE)
    {
        keys::create(office, known.agency_named(issuer)?, &by)?;
    }
    publish(office, &by)?;
    Ok(loaded)
}

/// Makes a key for every agency that has none and publishes trust in all of them.
///
/// # Errors
///
/// [`Failure`]; the keys made until then are there.
pub fn keys_for_all(office: &Office) -> Result<(), Failure> {
    let by = Caller::at_the_machine();
    let keys = office.store.read(|rx| Ok::<_, Failure>(rx.keys()?))?;
    let known = office.known();
    for (number, agency) in &known.agencies {
        if keys
            .iter()
            .all(|key| u32::try_from(key.agency) != Ok(*number))
        {
            keys::create(office, agency, &by)?;
        }
    }
    publish(office, &by)
}

/// Signs the next trust list with the roots that everybody knows.
/// Publishes trust in every key there is.
pub(crate) fn publish(office: &Office, by: &Caller) -> Result<(), Failure> {
    let folder = office.settings.root_keys();
    trust_list::publish_from(office, &folder, trust_list::LONGEST_DAYS, by)?;
    Ok(())
}

/// Tells the story: issues the samples and shows and verifies one certificate in each state.
///
/// # Errors
///
/// [`Failure`] with the step that failed.
pub fn tell(office: &Office, examples: &Path) -> Result<Demonstration, Failure> {
    let samples = SAMPLES
        .into_iter()
        .map(|(file, of, issuer)| {
            let counts = sample(office, &examples.join("samples").join(file), of, issuer)?;
            Ok(SampleIssued { file, counts })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let tokens = tokens(office)?;
    let accounts = accounts::make(office, examples)?;
    let holder = holder(office)?;
    let window = window(office)?;
    let now = office.clock.now();
    let today = now.day();
    // Told again, the story has other certificates: one that was revoked stays so.
    let number = |n: u8| format!("演示健〔{}〕{}{n}号", today.year(), now.secs());
    let certificate = health(office, &number(1), today.plus(0, 0, -30), false)?;
    let printed = compact::printed(office, &certificate, &holder)?;
    let chosen = ["holder_name".to_owned()];
    let offline = compact::offline(office, &certificate, &chosen, 60, &holder)?;
    let choice = Choice {
        identifier: certificate.clone(),
        fields: chosen.to_vec(),
    };
    let used = live::show(office, std::slice::from_ref(&choice), &holder)?;
    let mut verdicts = Vec::with_capacity(5);
    let mut note = |meant, verdict| verdicts.push(DemoVerdict { meant, verdict });
    note("valid", verify(office, &used.text, &window)?);
    let old = health(office, &number(2), today.plus(0, 0, -400), true)?;
    let paper = compact::printed(office, &old, &holder)?;
    note("expired", verify(office, &paper.text, &Caller::public())?);
    let ended = health(office, &number(3), today.plus(0, 0, -20), false)?;
    let paper = compact::printed(office, &ended, &holder)?;
    let change = Change::End(EndWord::Revoked);
    let by = Caller::at_the_machine();
    let reason = "演示：体检造假";
    change_status(
        office,
        &ChangeRequest {
            identifier: &ended,
            change,
            reason,
            by: &by,
            key: None,
        },
    )?;
    note("revoked", verify(office, &paper.text, &Caller::public())?);
    note(
        "tampered",
        verify(office, &altered(&printed.text), &Caller::public())?,
    );
    note("replayed", verify(office, &used.text, &window)?);
    let live = live::show(office, &[choice], &holder)?;
    Ok(Demonstration {
        samples,
        tokens,
        accounts,
        certificate,
        live,
        offline,
        printed,
        verdicts,
    })
}

/// One good certificate, and its holder: for what needs no more than that.
///
/// # Errors
///
/// [`Failure`] if it cannot be issued.
pub fn one_certificate(office: &Office) -> Result<(CertificateIdentifier, Caller), Failure> {
    let examined = office.clock.now().day().plus(0, 0, -30);
    Ok((
        health(office, "演示健〔2026〕0000009号", examined, false)?,
        holder(office)?,
    ))
}
