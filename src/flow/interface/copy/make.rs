//! Make a copy: through the gate, into the ledger, and out comes a link.

use serde::Serialize;

use super::super::UseRequest;
use super::super::envelope;
use super::super::gate::agency_of;
use super::super::query::Found;
use super::super::query::Gathered;
use super::super::query::gather;
use super::super::record;
use super::super::record::Used;
use super::super::relayed::relayed;
use super::super::subset::subset;
use super::COPY_DAYS;
use super::Kept;
use super::LINK_LENGTH;
use super::LINK_S;
use super::Made;
use super::code::code;
use super::link_digest;
use crate::codec::base64url;
use crate::codec::presented::REFERENCE_LENGTH;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::domain::time::Day;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Outcome;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::Card;
use crate::flow::show::compact::copy_reference_digest;
use crate::flow::show::live::alphanumeric;
use crate::store::compact_codes::CompactCodeRow;
use crate::store::copies::CopyRow;

/// What asking for a copy gives.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyAnswer {
    /// The certificate; none when there is no record that the caller may know of.
    pub identifier: Option<String>,
    /// Where the PDF is, once.
    pub link: Option<String>,
    /// The first moment at which the link is no longer good.
    pub expires_at: Option<String>,
    /// What stands on the copy beside the fields.
    pub metadata: Option<CopyMetadata>,
    /// The number of the use record.
    pub use_record: i64,
    /// The answer, signed by this service.
    pub envelope: String,
}

/// The metadata of a copy under the names of GB/T 36903.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CopyMetadata {
    /// 加注件制作时间.
    pub certificate_copy_creation_time: String,
    /// 加注件制作者: the agency, and who asked there.
    pub certificate_copy_creator: String,
    /// 加注件制作事由.
    pub certificate_copy_cause: String,
    /// 加注件截止时间: the first moment at which it is worth nothing.
    pub certificate_copy_expiring_time: String,
}

/// Makes a copy of the one certificate that a request comes to.
///
/// Who asked, for what and until when is in the ledger before the link is told. A copy ends
/// after thirty days, or with its certificate.
///
/// # Errors
///
/// Those of a [`query`](super::super::query()); [`Reason::SeveralCertificates`] when more than
/// one remains, [`Reason::OnlyRelayed`] when it is another system's record, and
/// [`Reason::NotGoodNow`] for one that is not valid. There is no copy then.
pub fn copy(office: &Office, request: &UseRequest<'_>, by: &Caller) -> Result<CopyAnswer, Failure> {
    agency_of(by)?;
    let prepared = gather(office, request, by).and_then(|gathered| {
        let one = one_of(office, request, &gathered)?;
        let made = one.map(|one| prepare(office, &gathered, one)).transpose()?;
        Ok((gathered, made))
    });
    let (gathered, made) = match prepared {
        Ok(prepared) => prepared,
        Err(why) => return Err(record::refused(office, request, why, by)),
    };
    let agency = gathered.permit.claimed.agency;
    let outcome = match &made {
        Some(_) => Outcome::Valid,
        None => Outcome::NotFound,
    };
    let used = Used {
        what: "file",
        outcome: outcome.name(),
        gathered: &gathered,
        copy: made.as_ref().map(|(_, made)| made),
    };
    let use_record = record::used(office, request, &used, by)
        .map_err(|why| record::refused(office, request, why, by))?;
    let mut answer = CopyAnswer {
        identifier: None,
        link: None,
        expires_at: None,
        metadata: None,
        use_record,
        envelope: String::new(),
    };
    if let (Some((link, made)), Some(one)) = (&made, gathered.found.first()) {
        let at = |secs: i64| Timestamp::from_secs(secs);
        let kept = &made.kept;
        answer.identifier = Some(Register::of(office).identifier(&one.row)?.to_string());
        answer.link = Some(format!("https://{}/F/{link}", office.settings.authority));
        answer.expires_at = Some(Timestamp::from_millis(made.link_row.link_until).to_string());
        answer.metadata = Some(CopyMetadata {
            certificate_copy_creation_time: at(kept.made_at).to_string(),
            certificate_copy_creator: creator(
                office,
                agency,
                request.purpose.operator.as_ref().map(|o| o.name.as_str()),
            ),
            certificate_copy_cause: request.purpose.cause.trim().to_owned(),
            certificate_copy_expiring_time: at(kept.expires_at).to_string(),
        });
    }
    answer.envelope = envelope::seal_copy(office, request, (agency, &answer))?;
    Ok(answer)
}

/// Who makes a copy: the agency, and its officer where one is named.
pub(super) fn creator(office: &Office, agency: u32, officer: Option<&str>) -> String {
    let known = office.known();
    let agency = known
        .agencies
        .get(&agency)
        .map(|agency| agency.name.as_str());
    let officer = officer.map(str::trim).unwrap_or_default();
    [agency.unwrap_or_default(), officer]
        .join(" ")
        .trim()
        .to_owned()
}

/// The one certificate that remains; none where there is no record.
fn one_of<'a>(
    office: &Office,
    request: &UseRequest<'_>,
    gathered: &'a Gathered,
) -> Result<Option<&'a Found>, Failure> {
    match gathered.found.as_slice() {
        [] if relayed(office, request.of, gathered)?.is_some() => {
            Err(Failure::refused(Reason::OnlyRelayed))
        }
        [] => Ok(None),
        [one] if !gathered.more => Ok(Some(one)),
        _ => Err(Failure::refused(Reason::SeveralCertificates)),
    }
}

/// Everything that will be kept of a copy, and its link.
fn prepare(office: &Office, gathered: &Gathered, one: &Found) -> Result<(String, Made), Failure> {
    let now = office.clock.now();
    let fields = &gathered.permit.claimed.fields;
    let register = Register::of(office);
    let verdict = subset(office, (&register, &*office.trust()?), &one.row, fields)?.verdict;
    let last = one.row.valid_to.map(|last| Day::from_number(last).end());
    let end = now.plus_secs(COPY_DAYS * 86_400);
    let end = last.map_or(end, |last| last.min(end));
    if verdict != Outcome::Valid || end <= now {
        return Err(Failure::because(Reason::NotGoodNow, verdict.name()));
    }
    let link = alphanumeric(LINK_LENGTH, &*office.randomness);
    let digest = link_digest(&link);
    let kept = Kept {
        link: base64url::encode(&digest),
        reference: alphanumeric(REFERENCE_LENGTH, &*office.randomness),
        made_at: now.secs(),
        expires_at: end.secs(),
    };
    let card = Card::of_row(&register, one.row.clone())?;
    let code = code(office, &card, fields, &kept)?;
    let code_row = CompactCodeRow {
        digest: code.digest.to_vec(),
        nonce: code.id.to_vec(),
        reference: Some(copy_reference_digest(&kept.reference).to_vec()),
        certificate_id: one.row.id,
        made_at: now.millis(),
        expires_at: Some(end.millis()),
    };
    let link_row = CopyRow {
        link: digest.to_vec(),
        certificate_id: one.row.id,
        use_record: 0,
        made_at: now.millis(),
        link_until: now.plus_secs(LINK_S).millis(),
        taken_at: None,
    };
    let made = Made {
        kept,
        code: code.digest,
        code_row,
        link_row,
    };
    Ok((link, made))
}
