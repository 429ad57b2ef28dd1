//! Renew or change a certificate 换发: the next version of the same serial, the old one
//! superseded and named in the new one.

use crate::codec::digest::sha256;
use crate::domain::caller::Caller;
use crate::domain::certificate::Content;
use crate::domain::draft::Circumstances;
use crate::domain::draft::Draft;
use crate::domain::draft::judge;
use crate::domain::finding::Weight;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::problem::Problem;
use crate::domain::problem::Reason;
use crate::domain::standing::Standing;
use crate::domain::value::Value;
use crate::flow::change_status::owned;
use crate::flow::failure::Failure;
use crate::flow::issue::Marks;
use crate::flow::issue::Order;
use crate::flow::issue::Submission;
use crate::flow::issue::carry_out;
use crate::flow::issue::decide::Before;
use crate::flow::issue::decide::Decision;
use crate::flow::issue::may_issue;
use crate::flow::issue::one::OneIssued;
use crate::flow::issue::one::in_words;
use crate::flow::issue::one::picture_findings;
use crate::flow::issue::one::repeated;
use crate::flow::issue::write::Stop;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::idempotency::RequestKey;
use crate::store::pictures::PICTURE;
use crate::store::stored::read_number;

/// A request to renew or change a certificate.
pub struct RenewRequest<'a> {
    /// Which one.
    pub identifier: &'a CertificateIdentifier,
    /// What the new version is to say, whole.
    pub draft: &'a Draft,
    /// New pictures by field; those that the draft names and the old version has need not come.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// On whose behalf.
    pub by: &'a Caller,
    /// The idempotency key, if one was sent, and the request's body.
    pub key: Option<(RequestKey<'a>, &'a [u8])>,
}

/// Issues the next version of a certificate under the type's newest definition.
///
/// # Errors
///
/// [`Reason::NotFound`]; [`Reason::Suspended`], because the new version would be in force and
/// nobody resumed it; [`Reason::Ended`]; [`Reason::MayNotIssue`] when the type is another
/// department's by now; [`Reason::HolderChanged`]; [`Reason::BadDraft`] with
/// every finding. Nothing was written then.
pub fn renew(office: &Office, request: RenewRequest<'_>) -> Result<OneIssued, Failure> {
    let key = request.key.map(|(key, body)| (key, sha256(body)));
    let before = || match &key {
        Some((key, digest)) => repeated(office, key, digest),
        None => Ok(None),
    };
    if let Some(before) = before()? {
        return Ok(before);
    }
    // The very same request may come twice at the same moment: what was refused because its
    // twin came first is done.
    renew_now(office, request, key).or_else(|why| before()?.ok_or(why))
}

fn renew_now(
    office: &Office,
    request: RenewRequest<'_>,
    key: Option<(RequestKey<'_>, [u8; 32])>,
) -> Result<OneIssued, Failure> {
    let row = owned(office, request.identifier, request.by)?;
    match Standing::from_stored(row.status) {
        Some(Standing::InForce) => {}
        Some(Standing::Suspended) => return Err(Failure::refused(Reason::Suspended)),
        _ => return Err(Failure::refused(Reason::Ended)),
    }
    let known = office.known();
    let of = known.type_named(request.identifier.type_code.as_str())?;
    let register = Register::of(office);
    let issuer = register.issuer(&row)?;
    // Whoever issued the old one may not issue its type any more.
    may_issue(office, issuer, &of)?;
    let by = Circumstances {
        today: office.clock.now().day(),
        stock: false,
    };
    let judged = judge(request.draft, &of, by);
    let mut findings = judged.findings;
    if let Some(content) = &judged.content {
        findings.extend(picture_findings(&request.pictures, &of, content));
    }
    let refused = findings.iter().any(|f| f.weight == Weight::Error);
    let findings = in_words(&findings, &of);
    let Some(content) = judged.content.filter(|_| !refused) else {
        let problem = Problem {
            findings,
            ..Problem::new(Reason::BadDraft)
        };
        return Err(Failure::Refused(problem));
    };
    let marks = Marks::of(&content, &of, office.store.vault());
    let people = office.store.read(|rx| rx.holders_of(row.id))?;
    if !marks.are_held_by(&people) {
        return Err(Failure::refused(Reason::HolderChanged));
    }
    let order = Order {
        of: &of,
        issuer,
        as_correction: true,
        by: request.by,
        key,
    };
    debug_assert_eq!(
        read_number(row.issuer),
        issuer.number,
        "the register's own issuer"
    );
    let before_id = row.id;
    let identifier = request.identifier.clone();
    let decision = Decision::Correct(Box::new(Before {
        row,
        identifier,
        changes: Vec::new(),
    }));
    let mut pictures = kept_pictures(office, before_id, &content, &request.pictures)?;
    pictures.extend(request.pictures);
    let submission = Submission {
        content,
        pictures,
        undated: None,
    };
    let done = carry_out(office, order, &[submission], &[marks], vec![decision]);
    match done {
        Ok(mut issued) => match issued.pop() {
            Some(done) => Ok(OneIssued {
                outcome: done.name().to_owned(),
                identifier: done.identifier().clone(),
                warnings: findings,
            }),
            None => Err(Failure::Broken("no outcome for one renewal".to_owned())),
        },
        Err(Stop::Raced) => Err(Failure::because(
            Reason::Unavailable,
            "another change came first",
        )),
        Err(Stop::Failed(why)) if why.is_taken() => Err(Failure::because(
            Reason::Differs,
            "its number is in force on another certificate",
        )),
        Err(Stop::Failed(why)) => Err(why),
    }
}

/// The pictures that the new version names, the old one has, and nobody brought: they are
/// sealed to their certificate, so they are opened and will be sealed again.
fn kept_pictures(
    office: &Office,
    before: i64,
    content: &Content,
    brought: &[(String, Vec<u8>)],
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut kept = Vec::new();
    for (key, value) in &content.fields {
        let Value::Picture(named) = value else {
            continue;
        };
        if brought.iter().any(|(field, _)| field == key) {
            continue;
        }
        let stored = office.store.read(|rx| rx.picture(before, key))?;
        if let Some(stored) = stored.filter(|stored| stored.sha256 == named.sha256) {
            let bytes = office
                .store
                .vault()
                .open(&PICTURE, before, &stored.sealed)?;
            kept.push((key.clone(), bytes.to_vec()));
        }
    }
    Ok(kept)
}
